"""A text cut into the words in which a name is looked for, and a place that was found in it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ..analysis import is_unigram, plain_address, spans, tokens
from .lookalikes import (
    as_heard,
    as_latin,
    as_read,
    as_shown,
    in_other_encodings,
    interchangeable,
    with_digraphs,
)


@dataclass(frozen=True)
class NameMatch:
    """A place in which a text gives a name away, or may do so.

    `sure`: the whole name, which cannot be anything else. Otherwise doubtful: `whole`, but short, of one word or
    changed, or else only a part of it or what sounds like it. `start` and `end` count characters of the text as its
    reader sees it (addresses decoded), `words` are those there.
    """

    sure: bool
    whole: bool
    start: int
    end: int
    words: str = field(compare=False)

    @property
    def rank(self):
        """Sorts the clearest match first."""
        return (not self.sure, not self.whole, self.start, -self.end)


class Word(NamedTuple):
    """A token of a text. A word such as “JaneRoe2” has three: `begins` and `ends` say which of them are at its ends."""

    token: str
    start: int
    end: int
    is_character: bool
    begins: bool
    ends: bool


class Reading:
    """A text in one of the ways in which it may be read."""

    def __init__(self, text: str):
        self.text = text
        self._spans: tuple[Collection[str], list[tuple[int, int]]] = ((), [])

    @cached_property
    def words(self) -> list[Word]:
        return list(words_of(self.text))

    @cached_property
    def letters(self) -> str:
        """All its tokens without anything between them: what is not in here is not in the text."""
        return interchangeable("".join(tokens(self.text)))

    def match(self, start: int, end: int, *, sure: bool, whole: bool = True) -> NameMatch:
        return NameMatch(sure, whole, start, end, self.text[start:end])

    def is_within(self, match: NameMatch, names: Collection[str]) -> bool:
        """Whether a match lies within one of these names, which are public."""
        if self._spans[0] is not names:
            self._spans = names, list(self._spans_of(names))
        return any(start <= match.start and match.end <= end for start, end in self._spans[1])

    def _spans_of(self, names: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Where these names occur as they are."""
        for name in names:
            wanted = [word.token for word in words_of(as_read(name))]
            size = len(wanted)
            for first in range(len(self.words) - size + 1) if wanted else ():
                if [word.token for word in self.words[first : first + size]] == wanted:
                    yield self.words[first].start, self.words[first + size - 1].end


class HeardReading(Reading):
    """A text as it sounds, in Latin letters: 林巧珍 reads “lin qiao zhen”."""

    @cached_property
    def words(self) -> list[Word]:
        return [
            Word(heard, start, end, False, True, True)
            for token, start, end in spans(self.text)
            for heard in tokens(as_heard(self.text[start:end]))
        ]

    @cached_property
    def letters(self) -> str:
        return "".join(word.token for word in self.words)


class ReadText:
    """A text as its reader sees it, cut into words once for all the names that are looked for."""

    def __init__(self, text: str):
        self.text = as_read(text)
        self.typed = text

    @cached_property
    def readings(self) -> list[Reading]:
        """It; and where that differs, without markup, with look-alikes in Latin letters, with ä as ae, and with its percent
        signs read in the encodings of older sites."""
        shown = as_shown(self.text)
        others = (shown, as_latin(shown), with_digraphs(shown), *in_other_encodings(self.typed))
        return [Reading(text) for text in dict.fromkeys((self.text, *others))]

    @cached_property
    def heard(self) -> list[Reading]:
        """It as it sounds, if it is not in Latin letters."""
        return [] if self.text.isascii() else [HeardReading(self.text)]

    @cached_property
    def letters(self) -> str:
        return "\0".join(reading.letters for reading in self.readings)

    @cached_property
    def heard_letters(self) -> str:
        return "\0".join(reading.letters for reading in self.heard)

    @cached_property
    def address(self) -> str:
        return comparable_address(self.text)


def words_of(text: str) -> Iterator[Word]:
    """The words of a text as `as_read()` returns it, in its order."""
    for token, start, end in spans(text):
        if is_unigram(token):
            yield Word(interchangeable(token), start, end, True, True, True)
            continue
        cuts = [start, *_humps(text, start, end), end]
        if len(cuts) == 2:
            yield Word(interchangeable(token), start, end, False, True, True)
            continue
        for first, last in pairwise(cuts):
            for piece, begin, finish in spans(text[first:last]):
                yield Word(
                    interchangeable(piece), first + begin, first + finish, False, first == start, last == end
                )


def _humps(text: str, start: int, end: int) -> list[int]:
    """Where a run of letters and digits changes from small to capital, or between letters and digits."""
    run = text[start:end]
    if run.isalpha() and (run[1:].islower() or run.isupper()):
        return []
    return [
        start + place
        for place, (one, other) in enumerate(pairwise(run), start=1)
        if one.islower() and other.isupper() or one.isdigit() != other.isdigit()
    ]


def comparable_address(text: str) -> str:
    """An address reduced to what distinguishes pages; empty if nothing but a host is left."""
    plain = plain_address(text.strip()).casefold().rstrip("/")
    return plain if "/" in plain or "?" in plain else ""
