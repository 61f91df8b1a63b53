"""Runs of words that spell a name, and what surrounds them."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations

from .reading import Word

MAX_GAP = 2  # words between two parts of one name: “Jane M. Roe”
MAX_PERMUTED_PARTS = 4
SEPARATOR = re.compile(r"[\s\xad\u200b-\u200f\u2060\ufeff·・‧•_*~'’+\-]*")  # between the characters of a name
# What follows, or precedes, a Chinese or Korean surname that is used alone.
TITLES = frozenset("某 先生 女士 小姐 老师 教授 律师 博士 记者 同学 氏 씨 님".split())
FAMILIAR = frozenset("老小阿")
PREFIXES = {
    "ARABIC": ("و", "ب", "ل", "ف", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "ول", "وب"),
    "HEBREW": tuple("ובלמהשכ"),
}


def permuted(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The parts in every order; of very many parts, in the usual ones."""
    if len(parts) <= MAX_PERMUTED_PARTS:
        yield from permutations(parts)
    else:
        yield from (parts, parts[::-1], (parts[-1], *parts[:-1]), (*parts[1:], parts[0]))


def orders(parts: tuple[str, ...]) -> Iterator[str]:
    yield from dict.fromkeys("".join(order) for order in permuted(parts))


def boundaries(parts: Iterable[str]) -> set[int]:
    """Where the parts end when they are run together, without the last end."""
    ends, length = set(), 0
    for part in parts:
        length += len(part)
        ends.add(length)
    return ends - {length}


def spelt(words: list[Word], first: int, joined: str) -> int | None:
    """The last of the words, from the first on, that spell these letters; None if they do not."""
    spelt = 0
    for number in range(first, len(words)):
        token = words[number].token
        if not joined.startswith(token, spelt):
            return None
        spelt += len(token)
        if spelt == len(joined):
            return number
    return None


def run(words: list[Word], first: int, wanted: str, text: str) -> int | None:
    """The last character of a run, from the first on, that spells what is wanted, with nothing else in between."""
    last = spelt(words, first, wanted)
    if last is None:
        return None
    for one, other in pairwise(words[first : last + 1]):
        if not SEPARATOR.fullmatch(text[one.end : other.start]):
            return None
    return last


def all_parts(
    words: list[Word], first: int, needed: tuple[str, ...], script: str
) -> tuple[int, list[str]] | None:
    """The last word of a stretch, from the first on, with all parts in any order, and the other words in it."""
    missing, number, last = list(needed), first, first
    skipped: list[str] = []
    while missing and number < len(words):
        found = None
        for part in sorted(missing, key=len, reverse=True):
            end = spelt(words, number, part)
            if end is None and number == first:
                end = number if without_prefix(words[number].token, part, script) else None
            if end is not None:
                found = part, end
                break
        if found:
            missing.remove(found[0])
            last, number = found[1], found[1] + 1
        elif number == first or len(skipped) == MAX_GAP:
            return None
        else:
            skipped.append(words[number].token)
            number += 1
    return None if missing else (last, skipped)


def without_prefix(token: str, part: str, script: str) -> bool:
    """Whether the token is the part with a word before it that this script writes together with it."""
    return len(part) > 2 and any(token == prefix + part for prefix in PREFIXES.get(script, ()))


def is_ordinary(text: str, start: int) -> bool:
    """Whether a word that is also a common one is used as such: in small letters, or as the first of a sentence."""
    before = text[:start].rstrip(" \t\"'“‘(*_#")
    return not text[start].isupper() or not before or before[-1] in ".!?…:\n"


def has_neighbour(words: list[Word], number: int, text: str) -> bool:
    """Whether a character is part of a longer run of them."""
    for one, other in ((number - 1, number), (number, number + 1)):
        if one >= 0 and other < len(words) and words[one].end == words[other].start:
            return True
    return False


def is_addressed(words: list[Word], first: int, last: int) -> bool:
    """Whether a title follows a surname, or a familiar word precedes it."""
    following = "".join(word.token for word in words[last + 1 : last + 3])
    return (
        following[:1] in TITLES
        or following in TITLES
        or (first > 0 and words[first - 1].token in FAMILIAR and words[first - 1].end == words[first].start)
    )
