"""Search in every script, alike on either database: what counts as a word, what a query means, and the index.

It knows no model: `receivers` tells it what to watch and `records` what a record says. See docs/search.md.
"""

from .engines import NAMES, TEXTS, Watch
from .index import Found, closeness, index
from .query import SOURCES, Passage, Query, parse, understood
from .words import plain_address

__all__ = [
    "NAMES",
    "SOURCES",
    "TEXTS",
    "Found",
    "Passage",
    "Query",
    "Watch",
    "closeness",
    "index",
    "parse",
    "plain_address",
    "understood",
]
