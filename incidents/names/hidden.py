"""A private value that is looked for in texts."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from .lookalikes import as_read
from .reading import NameMatch, Reading, ReadText, comparable_address
from .spellings import NameKind, Spelling, WordSpelling, heard_spellings_of, spellings_of


def find_name(name: str, text: str, kind: NameKind = NameKind.PERSON) -> NameMatch | None:
    """The clearest place in which a text gives this name away; None if there is none."""
    return hidden_name(name, kind).best_in(ReadText(text))


class Letters(NamedTuple):
    """Of several texts, what `ReadText` has of one: quickly asked whether a name may be in any of them."""

    letters: str
    heard_letters: str
    address: str

    @classmethod
    def of(cls, texts: Collection[ReadText]) -> "Letters":
        return cls(*("\0".join(getattr(text, each) for text in texts) for each in cls._fields))


class HiddenName:
    """A private value, made ready to be looked for in many texts."""

    def __init__(self, value: str, kind: NameKind):
        self.kind = kind
        self.address = comparable_address(as_read(value)) if kind is NameKind.ADDRESS else ""
        self.spellings: list[Spelling] = [] if kind is NameKind.ADDRESS else list(spellings_of(value, kind))
        # As it sounds, for texts in Latin letters; and what may sound like it in other texts.
        self.heard = list(heard_spellings_of(value, kind))
        self.latin = [each for each in self.spellings if isinstance(each, WordSpelling) and each.can_be_heard]

    def may_be_in(self, text: ReadText | Letters, *, whole_only: bool = False) -> bool:
        """Whether it is worth looking closer at a text.

        Quick, and true of every text that contains the name or, without `whole_only`, a part of it or its sound.
        """
        if self.kind is NameKind.ADDRESS:
            return bool(self.address) and self.address in text.address
        if any(each.may_be_in(text.letters, whole_only=whole_only) for each in self.spellings):
            return True
        return not whole_only and (
            any(each.may_be_in(text.letters, whole_only=False) for each in self.heard)
            or any(each.may_be_in(text.heard_letters, whole_only=True) for each in self.latin)
        )

    @property
    def needles(self) -> set[str]:
        """One of these is among the letters, or in the address, of every text that contains the whole value."""
        if self.kind is NameKind.ADDRESS:
            return {self.address} - {""}
        return {needle for spelling in self.spellings for needle in spelling.needles}

    def best_in(
        self, text: ReadText, public_names: Collection[str] = (), *, whole_only: bool = False
    ) -> NameMatch | None:
        """The clearest match. What lies within `public_names` does not count, unless it is sure and
        `whole_only` is not set."""
        found = (
            match
            for reading, match in self.matches_in(text, whole_only=whole_only)
            if match.sure and not whole_only or not reading.is_within(match, public_names)
        )
        return min(found, key=lambda match: match.rank, default=None)

    def matches_in(self, text: ReadText, *, whole_only: bool = False) -> Iterator[tuple[Reading, NameMatch]]:
        """Every match, in no order, and the reading it is in; with `whole_only` those of the whole name."""
        if not self.may_be_in(text, whole_only=whole_only):
            return
        if self.kind is NameKind.ADDRESS:
            if _ends_address(text.address, self.address):
                start = max(text.text.casefold().find(self.address), 0)
                reading = text.readings[0]
                yield reading, reading.match(start, start + len(self.address), sure=True)
            return
        for reading in text.readings:
            for spelling in self.spellings:
                for match in spelling.matches(reading):
                    if match.whole or not whole_only:
                        yield reading, match
        if not whole_only:
            yield from self._heard_in(text)

    def _heard_in(self, text: ReadText) -> Iterator[tuple[Reading, NameMatch]]:
        """What sounds like it. Many names sound alike, so that it is never sure."""
        for reading in text.readings:
            for spelling in self.heard:
                for match in spelling.matches(reading):
                    yield reading, replace(match, sure=False, whole=False)
        for reading in text.heard:
            for spelling in self.latin:
                for match in spelling.heard_matches(reading):
                    yield reading, replace(match, sure=False, whole=False)


@lru_cache(maxsize=50_000)
def hidden_name(value: str, kind: NameKind) -> HiddenName:
    """The same value is read once."""
    return HiddenName(value, kind)


def _ends_address(text: str, address: str) -> bool:
    """Whether the text contains the address, and not a longer one that begins with it."""
    return any(
        not text[match.end() : match.end() + 1].isalnum()
        and text[match.end() : match.end() + 1] not in {"-", "_"}
        for match in re.finditer(re.escape(address), text)
    )
