"""What a reader typed, as a query: words, phrases, beginnings, alternatives and exclusions. Nothing typed is an error.

A query also marks what it finds in a text, so that a page can show where.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..addresses import canonical_address, is_address
from ..analysis import is_unigram, located, plain_address, spans, stem, token_after, tokens_beginning
from ..index.documents import SOURCES, Passage
from ..locales import in_quotes, listed

OR = "OR"
EXCLUDED = "-"  # before the value of a filter: incidents that have it are left out
QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟「」", '"'))


@dataclass(frozen=True)
class Term:
    """Adjacent tokens. An English word that is not quoted is meant in all its forms."""

    tokens: tuple[str, ...]
    quoted: bool = False
    prefix: bool = False
    scope: str = ""
    typed: str = field(default="", compare=False)

    @cached_property
    def stem(self) -> str:
        return "" if self.quoted or self.prefix or len(self.tokens) > 1 else stem(self.tokens[0])

    @property
    def is_phrase(self) -> bool:
        """Whether the index alone does not say where it occurs: it knows words, and pairs of characters."""
        return len(self.tokens) > 2 or len(self.tokens) == 2 and not all(map(is_unigram, self.tokens))

    def places_in(self, folded: str) -> list[tuple[int, int]]:
        """Where this occurs in a folded text: where its first token begins, and where its last one ends."""
        if not all(each in folded for each in self._beginnings):
            return []
        places = (
            (match.start(), self._end(match)) for match in tokens_beginning(folded, self._beginnings[0])
        )
        return [(first, end) for first, end in places if end]

    @cached_property
    def _beginnings(self):
        """How the tokens begin that it is found in: those of an English word begin like all that have its stem."""
        return (self.stem[:-2] or self.stem[:1],) if self.stem else self.tokens

    def _end(self, match):
        """Where this ends if it begins with the token of a match; None if it does not."""
        if self.stem:
            return match.end() if stem(match[0]) == self.stem else None
        *body, last = self.tokens
        for token in body:
            if not match or match[0] != token:
                return None
            match = token_after(match.string, match.end())
        is_last = match and (match[0].startswith(last) if self.prefix else match[0] == last)
        return match.end() if is_last else None

    def within(self, scope: str) -> "Term":
        """The same, in one place only."""
        return replace(self, scope=scope)

    def by_script(self) -> list["Term"]:
        """Itself; or, if it was typed as one word in two scripts (Zoom封號), a term for each."""
        runs = [list(run) for _alone, run in groupby(spans(self.typed), lambda span: is_unigram(span[0]))]
        if self.quoted or len(runs) == 1 or not any(map(is_unigram, self.tokens)):
            return [self]
        return [
            Term(
                tokens=tuple(token for token, _first, _end in run),
                prefix=self.prefix and run is runs[-1],
                scope=self.scope,
                typed=self.typed[run[0][1] : run[-1][2]],
            )
            for run in runs
        ]

    def __str__(self):
        said = in_quotes(self.typed) if self.quoted or " " in self.typed else self.typed
        if self.prefix:
            said = _("words that begin with “%s”") % self.typed
        return _("%s in a source") % said if self.scope == SOURCES else said


class Excluded(NamedTuple):
    term: Term


@dataclass(frozen=True)
class Query:
    """Every group is to be found, by any of its terms, and none of `without`."""

    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()

    def __bool__(self):
        """Whether there is anything to look for."""
        return bool(self.groups or self.without)

    def words(self) -> str:
        """What was understood, as part of a sentence; empty if there is nothing to look for."""
        said = [_(" or ").join(map(str, group)) for group in self.groups]
        said += [_("without %s") % term for term in self.without]
        return listed(said)

    def highlight(self, text: str, column: str = "") -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it was looked for."""
        pieces, done = [], 0
        for first, end in self._places(text, column):
            pieces += [(text[done:first], False), (text[first:end], True)]
            done = end
        return [piece for piece in (*pieces, (text[done:], False)) if piece[0]]

    def snippet(self, passages: Sequence[Passage], length: int = 160) -> tuple | None:
        """The passage that shows best what was found, and the pieces of it around the first find; None if there is none.

        What occurs in few passages counts for more: of “Zoom 封號” the place of 封號 is shown.
        """
        shown = [0.0] * len(passages)
        for group in self.groups:
            having = [
                i
                for i, passage in enumerate(passages)
                if any(term.places_in(passage.folded) for term in group if term.scope in ("", passage.column))
            ]
            for i in having:
                shown[i] += 1 / len(having)
        if not any(shown):
            return None
        best = passages[shown.index(max(shown))]
        return best, self._cut(best, length)

    def _places(self, text, column):
        """Where the terms occur in a text, in order and without overlap."""
        terms = {term for group in self.groups for term in group if term.scope in ("", column)}
        folded, place = located(text)
        places = sorted(place(*found) for term in terms for found in term.places_in(folded))
        apart: list[tuple[int, int]] = []
        for first, end in places:
            if apart and first <= apart[-1][1]:
                apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
            else:
                apart.append((first, end))
        return apart

    def _cut(self, passage, length):
        text = passage.text
        hit, hit_end = self._places(text, passage.column)[0]
        if is_unigram(text[hit]):
            length //= 2  # scripts without spaces say as much in half as many characters
        first = max(0, min(hit - length // 4, len(text) - length))
        last = max(first + length, hit_end)
        if first:
            first = text.find(" ", first, hit) + 1 or first
        if last < len(text) and (space := text.rfind(" ", hit_end, last)) > 0:
            last = space
        highlight = self.highlight(text[first:last], passage.column)
        return [("…", False)] * bool(first) + highlight + [("…", False)] * (last < len(text))


def understood(text: str) -> str:
    """How a reader's query was understood, in words."""
    return parse(text).words() or _("nothing that can be looked for")


def typed_filters(text: str, names: Iterable[str]) -> Iterator[tuple[str, str, bool, tuple[int, int]]]:
    """Each `name:value` or `-name:value` of these names in what a reader typed: its name, its value, whether it has a
    minus, and its position."""
    for match in _item(tuple(names)).finditer(text.translate(QUOTATION_MARKS)):
        name, value = (match["field"] or "").lower(), match["quoted"] or match["word"]
        if name and name != "source" and value:
            yield name, value.strip(), bool(match["minus"]), match.span()


def plain(value: str) -> str:
    """The value of a filter without the minus that leaves it out."""
    return value.removeprefix(EXCLUDED)


def parse(text: str) -> Query:
    """The query that a reader typed."""
    text = unicodedata.normalize("NFKC", text).translate(QUOTATION_MARKS)
    items = [item for match in _item(()).finditer(text) if (item := _read(match))]
    groups, without = [], []
    for i, item in enumerate(items):
        if isinstance(item, Excluded):
            without.append(item.term)
        elif item == OR:
            if i in (0, len(items) - 1):
                groups.append([Term(("or",), typed=OR)])  # with nothing to choose from, it is a word
        elif i > 1 and items[i - 1] == OR and isinstance(items[i - 2], Term):
            groups[-1].append(item)
        else:
            groups.append([item])
    split = [[[term] for term in group[0].by_script()] if len(group) == 1 else [group] for group in groups]
    distinct = dict.fromkeys(tuple(dict.fromkeys(group)) for parts in split for group in parts)
    return Query(tuple(distinct), tuple(dict.fromkeys(without)))


def _read(match):
    """What one match of `_item()` stands for; None for mere signs."""
    quoted, name = match["quoted"] is not None, (match["field"] or "").lower()
    text = match["quoted"] if quoted else match["word"]
    if text is None:
        return OR
    if is_address(text):
        text = canonical_address(text)
    elif not quoted:
        text = plain_address(text)
    found = list(spans(text))
    if not found:
        return None
    term = Term(
        tokens=tuple(token for token, _first, _end in found),
        quoted=quoted,
        prefix=bool(match["star"]) or not quoted and text.endswith("*"),
        scope=SOURCES if name else "",
        typed=text[found[0][1] : found[-1][2]],
    )
    return Excluded(term) if match["minus"] else term


@cache
def _item(fields):
    """What finds the next thing in a query."""
    names = "|".join(map(re.escape, ("source", *fields)))
    return re.compile(
        r"(?<!\S)OR(?:\s+OR)*(?!\S)"
        rf"|(?P<minus>-)?(?:(?P<field>(?i:{names})):)?"
        r'(?:"(?P<quoted>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))'
    )
