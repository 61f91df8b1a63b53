"""Text as it is stored and compared: in Unicode NFC, with a line feed between lines, and without unseen characters."""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
LINE_BREAKS = re.compile(r"\s*[\n\t]\s*")
# Byte order marks, and code points that are not characters.
NONCHARACTERS = re.compile(
    "[\ufeff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
# At an end they do nothing: zero-width space, word joiner, soft hyphen, marks of direction.
UNSEEN = "\u200b\u2060\u00ad\u200e\u200f\u061c"
UNSEEN_ENDS = re.compile(rf"^[\s{UNSEEN}]+|[\s{UNSEEN}]+$")
UNSEEN_ENDS_OF_LINE = re.compile(rf"^[{UNSEEN}]+|[\s{UNSEEN}]+$")
# Marks that begin and end a stretch of another direction.
CLOSING = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}
OPENING = "".join(CLOSING.values())
DIRECTION = re.compile(f"[{''.join(CLOSING)}{OPENING}]")


def stored_text(text: str) -> str:
    """A text of several lines; spaces at the end of a line and empty lines at either end are left out."""
    lines = NONCHARACTERS.sub("", LINE_ENDS.sub("\n", text)).split("\n")
    return UNSEEN_ENDS.sub("", unicodedata.normalize("NFC", "\n".join(map(_seen, lines))))


def stored_line(text: str) -> str:
    """A text of one line, with a space where it has line breaks or tabs."""
    return LINE_BREAKS.sub(" ", stored_text(text))


def stored_address(url: str) -> str:
    """A URL, whose characters are otherwise kept: another form of a letter may be another address."""
    return UNSEEN_ENDS.sub("", NONCHARACTERS.sub("", url))


def _seen(line):
    """A line without unseen ends and without marks of direction that begin or end nothing."""
    while DIRECTION.search(line):
        unpaired = _unpaired_marks(line)
        ended = UNSEEN_ENDS_OF_LINE.sub(
            "", "".join(each for at, each in enumerate(line) if at not in unpaired)
        )
        if ended == line:
            break
        line = ended
    return UNSEEN_ENDS_OF_LINE.sub("", line)


def _unpaired_marks(line):
    """The positions of marks of direction without a partner, and of a pair around the whole line."""
    unpaired, open_at = set(), []
    for position, character in enumerate(line):
        if character in OPENING:
            open_at.append(position)
        elif character in CLOSING:
            if open_at and line[open_at[-1]] in CLOSING[character]:
                begun = open_at.pop()
                if begun == 0 and position == len(line) - 1:
                    unpaired |= {begun, position}
            else:
                unpaired.add(position)
    return unpaired | set(open_at)
