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
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(
        None, [_key(word) for word in old], [_key(word) for word in new], autojunk=False
    )
    if matcher.ratio() < MIN_LIKENESS:
        return None
    changes = Changes([], [])
    for is_changed, (first, last), (start, end) in _runs(matcher):
        for side, words in ((changes.before, old[first:last]), (changes.after, new[start:end])):
            if words:
                side.append(Piece("".join(words), is_changed))
    return changes


def _key(word):
    return word.rstrip()


def _runs(matcher: SequenceMatcher) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Runs of words, each with whether they changed; changes that follow one another are one."""
    blocks = [
        block for block in matcher.get_matching_blocks() if block.size >= MIN_COMMON_WORDS or not block.size
    ]
    at = (0, 0)
    for block in blocks:
        if at != (block.a, block.b):
            yield True, (at[0], block.a), (at[1], block.b)
        at = (block.a + block.size, block.b + block.size)
        if block.size:
            yield False, (block.a, at[0]), (block.b, at[1])
