"""How a word that a reader types may stand in the records: as typed, in plain width, in either Chinese script."""

import unicodedata
from functools import cache

from opencc import OpenCC


@cache
def _converter(scripts):
    return OpenCC(scripts)


def spellings(word):
    """The ways to look for a word: 香港支联会 is also looked for as 香港支聯會, Ｚｏｏｍ as Zoom."""
    plain = unicodedata.normalize("NFKC", word)
    found = [word, plain]
    if not plain.isascii():
        found += [_converter(scripts).convert(plain) for scripts in ("t2s", "s2t")]
    return list(dict.fromkeys(found))
