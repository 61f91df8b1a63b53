"""What changed between two versions of a text, word by word; in Chinese or Japanese, character by character.

`difflib` of the standard library compares; words that two versions share by chance, one alone between two changes, count
as changed, so that a reader sees few long changes and not many short ones.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# A word with the space after it; a Chinese or Japanese character, or a sign, is a word of its own.
WORD = re.compile(
    r"(?:[^\W\u2e80-\u9fff\uac00-\ud7af]+(?:[’'.-][^\W\u2e80-\u9fff\uac00-\ud7af]+)*|.)\s*", re.DOTALL
)
MIN_LIKENESS = 0.35  # below it the second text is another one, and no change of the first
MIN_COMMON_WORDS = 2


class Piece(NamedTuple):
    text: str
    is_changed: bool


class Changes(NamedTuple):
    """Two versions in pieces."""

    before: list[Piece]
    after: list[Piece]


def word_changes(before: str, after: str) -> Changes | None:
    """Two versions of a text in pieces that changed and pieces that did not; None if they have too little in common."""
    changes = Changes([], [])
    for is_changed, old, new in runs(before, after, min_likeness=MIN_LIKENESS):
        for side, text in ((changes.before, old), (changes.after, new)):
            if text:
                side.append(Piece(text, is_changed))
    return changes if changes.before or changes.after else None


def runs(before: str, after: str, *, min_likeness: float = 0) -> Iterator[tuple[bool, str, str]]:
    """Runs of words that changed or did not, each with its text in both versions; none if the two are less alike."""
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(
        None, [word.rstrip() for word in old], [word.rstrip() for word in new], autojunk=False
    )
    if matcher.ratio() < min_likeness:
        return
    ends = (len(old), len(new))
    blocks = [
        block
        for block in matcher.get_matching_blocks()
        if block.size >= MIN_COMMON_WORDS
        or (block.a, block.b) == (0, 0)
        or (block.a + block.size, block.b + block.size) == ends
    ]
    a = b = 0
    for block in blocks:
        if (a, b) != (block.a, block.b):  # changes that follow one another are one
            yield True, "".join(old[a : block.a]), "".join(new[b : block.b])
        a, b = block.a + block.size, block.b + block.size
        if block.size:
            yield False, "".join(old[block.a : a]), "".join(new[block.b : b])
