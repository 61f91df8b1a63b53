"""Where on its page a quotation is: links that browsers follow to the words."""

import re
from typing import Any
from urllib.parse import quote as percent_encoded

# An omission in a quotation, or the marks that were put around it.
OMISSION = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…)\s*")
EDGES = " \t\n\"'“”‘’«»„"
MAX_EXACT = (
    60  # characters up to which a quotation is looked for as a whole, otherwise by its beginning and end
)
MAX_WORDS, MAX_LETTERS = 5, 12  # of the beginning and end; letters in a script without spaces
SAFE = "~!*()'"  # left as they are; whatever has a meaning in a text directive is encoded: - , &


def passage_link(note: dict[str, Any]) -> str:
    """The address of a cited page with a text fragment for the quotation (WICG, Text Fragments); without one if the
    quotation is a translation, so that its words are not on the page. Empty if the source has no address."""
    source, words = note["source"], note["quote"]
    address = source["url"] or source["archived_url"]
    is_verbatim = not note["is_translation"] and note["quote_language"] in ("", source["language"])
    directive = text_directive(words) if words and is_verbatim else ""
    if not address or not directive or ":~:" in address:
        return address
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def text_directive(words: str) -> str:
    """A quotation as a text directive: all of it if it is short, otherwise its first and last words."""
    parts = [part for each in OMISSION.split(words) if (part := " ".join(each.split()).strip(EDGES))]
    if not parts:
        return ""
    if len(parts) == 1 and len(parts[0]) <= MAX_EXACT:
        return _encoded(parts[0])
    first, last = _beginning(parts[0]), _end(parts[-1])
    if len(parts) == 1 and len(first) + len(last) >= len(parts[0]):
        return _encoded(parts[0])
    return f"{_encoded(first)},{_encoded(last)}"


def _beginning(text):
    words = text.split(" ")
    return " ".join(words[:MAX_WORDS]) if len(words) > 2 else text[:MAX_LETTERS]


def _end(text):
    words = text.split(" ")
    return " ".join(words[-MAX_WORDS:]) if len(words) > 2 else text[-MAX_LETTERS:]


def _encoded(text):
    return percent_encoded(text, safe=SAFE).replace("-", "%2D")
