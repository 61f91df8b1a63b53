"""A private value that is looked for in texts."""

import re
from collections.abc import Collection, Iterator
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

    def may_be_in(self, letters: str, address: str, *, whole_only: bool = False) -> bool:
        """Whether it is worth looking closer at a text with these `letters` and this `address`, as `ReadText` has them.

        Quick, and true of every text that contains the name or, without `whole_only`, a part of it.
        """
        if self.kind is NameKind.ADDRESS:
            return bool(self.address) and self.address in address
        return any(spelling.may_be_in(letters, whole_only=whole_only) for spelling in self.spellings)

    @property
    def needles(self) -> set[str]:
        """One of these is among the letters, or in the address, of every text that contains the whole of it."""
        if self.kind is NameKind.ADDRESS:
            return {self.address} - {""}
        return {needle for spelling in self.spellings for needle in spelling.needles}

    def best_in(
        self, text: ReadText, public: Collection[tuple[int, int]] = (), *, whole_only: bool = False
    ) -> NameMatch | None:
        """The clearest match. What lies within the spans of `public` names is none, unless it is sure or, with
        `whole_only`, whatever it is."""
        found = (
            match
            for match in self.matches_in(text, whole_only=whole_only)
            if match.sure
            and not whole_only
            or not any(start <= match.start and match.end <= end for start, end in public)
        )
        return min(found, key=lambda match: match.rank, default=None)

    def matches_in(self, text: ReadText, *, whole_only: bool = False) -> Iterator[NameMatch]:
        """Every match, in no order; with `whole_only` those of the whole name."""
        if not self.may_be_in(text.letters, text.address, whole_only=whole_only):
            return
        if self.kind is NameKind.ADDRESS:
            if _ends_address(text.address, self.address):
                start = max(text.text.casefold().find(self.address), 0)
                yield text.match(start, start + len(self.address), sure=True)
            return
        for words in text.streams:
            for spelling in self.spellings:
                yield from (match for match in spelling.matches(words, text) if match.whole or not whole_only)


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
