"""A private value that is looked for in texts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .lookalikes import as_read
from .reading import NameMatch, ReadText, comparable_address
from .spellings import NameKind, Spelling, spellings_of


def find_name(name: str, text: str, kind: NameKind = NameKind.PERSON) -> NameMatch | None:
    """The clearest place in which a text gives this name away; None if there is none."""
    return hidden_name(name, kind).best_in(ReadText(text))


class HiddenName:
    """A private value, made ready to be looked for in many texts."""

    def __init__(self, value: str, kind: NameKind):
        self.kind = kind
        self.address = comparable_address(as_read(value)) if kind is NameKind.ADDRESS else ""
        self.spellings: list[Spelling] = [] if kind is NameKind.ADDRESS else list(spellings_of(value, kind))

    def may_be_in(self, texts: "ReadText") -> bool:
        """Whether it is worth looking closer: quick, and true of every text that contains the name or a part of it."""
        if self.kind is NameKind.ADDRESS:
            return bool(self.address) and self.address in texts.address
        return any(key in texts.letters for spelling in self.spellings for key in spelling.keys)

    def best_in(self, text: ReadText, public: Iterable[tuple[int, int]] = ()) -> NameMatch | None:
        """The clearest match; one that is not sure and lies within one of the spans of public names is none."""
        public = list(public)
        found = (
            match
            for match in self.matches_in(text)
            if match.sure or not any(start <= match.start and match.end <= end for start, end in public)
        )
        return min(found, key=lambda match: match.rank, default=None)

    def matches_in(self, text: ReadText) -> Iterator[NameMatch]:
        if not self.may_be_in(text):
            return
        if self.kind is NameKind.ADDRESS:
            start = text.text.casefold().find(self.address)
            if _ends_address(text.address, self.address):
                yield text.match(max(start, 0), max(start, 0) + len(self.address), sure=True)
            return
        for words in text.streams:
            for spelling in self.spellings:
                yield from spelling.matches(words, text)


@lru_cache(maxsize=50_000)
def hidden_name(value: str, kind: NameKind) -> HiddenName:
    """The same value is read once."""
    return HiddenName(value, kind)


def _ends_address(text: str, address: str) -> bool:
    """Whether the address stands in the text with nothing that would make it another one."""
    return any(
        not text[match.end() : match.end() + 1].isalnum()
        and text[match.end() : match.end() + 1] not in {"-", "_"}
        for match in re.finditer(re.escape(address), text)
    )
