"""Text in a drawing, which no browser breaks into lines: broken here, so that nothing of it is cut."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

# A space, or a Han or other wide character or the rest of a word, with the marks that may not end or begin a line.
PIECE = re.compile(r"\s+|[（「『《“‘]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。、：；？！）」』》”’]*")


def columns_of(text: str) -> int:
    """How wide a text is: a Han character takes two columns, as it does of a text in a fixed pitch."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def broken_lines(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns, broken between words, or within one that is longer than a line."""
    lines = [""]
    for piece in _pieces(text, columns):
        if columns_of(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _pieces(text: str, columns: int) -> Iterator[str]:
    for piece in PIECE.findall(text):
        length = columns if columns_of(piece) == len(piece) else columns // 2
        yield from (piece[start : start + length] for start in range(0, len(piece), length))
