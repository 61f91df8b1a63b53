"""A text cut into the words in which a name is looked for, and a place that was found in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ..analysis import is_unigram, plain_address, spans, tokens
from .lookalikes import as_latin, as_read, interchangeable


@dataclass(frozen=True)
class NameMatch:
    """A place in which a text gives a name away, or may do so.

    `sure`: the whole name, which cannot be anything else. Otherwise doubtful: `whole`, but short, of one word or
    changed, or else only a part of it. `start` and `end` count characters of the text as its reader sees it (addresses
    decoded), `words` are those there.
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


class ReadText:
    """A text as its reader sees it, cut into words once for all the names that are looked for."""

    def __init__(self, text: str):
        self.text = as_read(text)

    @cached_property
    def readings(self) -> list[str]:
        """It, and if other scripts in it could be read as Latin letters, once more in those."""
        return list(dict.fromkeys((self.text, as_latin(self.text))))

    @cached_property
    def streams(self) -> list[list[Word]]:
        """The words of each reading."""
        return [list(words_of(text)) for text in self.readings]

    @cached_property
    def letters(self) -> str:
        """All its tokens without anything between them: what is not in here is not in the text."""
        return "\0".join(interchangeable("".join(tokens(text))) for text in self.readings)

    @cached_property
    def address(self) -> str:
        return comparable_address(self.text)

    def match(self, start: int, end: int, *, sure: bool, whole: bool = True) -> NameMatch:
        return NameMatch(sure, whole, start, end, self.text[start:end])

    def spans_of(self, names: Iterable[str]) -> list[tuple[int, int]]:
        """Where these names, which are public, occur as they are."""
        found = []
        for name in names:
            wanted = [word.token for word in words_of(as_read(name))]
            size = len(wanted)
            for words in self.streams[:1] if wanted else ():
                for first in range(len(words) - size + 1):
                    if [word.token for word in words[first : first + size]] == wanted:
                        found.append((words[first].start, words[first + size - 1].end))
        return found


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
    """An address without what does not distinguish pages; empty if nothing but a host is left."""
    plain = plain_address(text.strip()).casefold().rstrip("/")
    return plain if "/" in plain or "?" in plain else ""
