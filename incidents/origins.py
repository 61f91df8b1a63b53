"""How many origins sources have: documents that go back to one report count as one source."""

from collections.abc import Iterable
from typing import Any

from .choices import Derivation


def origin_count(sources: Iterable[dict[str, Any]]) -> int:
    """How many origins these sources have at most: those recorded as derived from one document have one between them.

    They may have fewer, since not every derivation is known.
    """
    by_key = {source["citekey"]: source for source in sources}
    return len({_origin(source, by_key) for source in by_key.values()})


def _origin(source, by_key):
    met = set()
    while (parent := source["derived_from"]) and source["derivation"] != Derivation.ORIGINAL:
        key = parent["citekey"]
        if key not in by_key or key in met:
            return key
        met.add(key)
        source = by_key[key]
    return source["citekey"]
