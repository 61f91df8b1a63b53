"""Search in every script: what counts as a word, and what a query means. It knows no model and no database."""

from .query import NAMES, SOURCES, TEXTS, Passage, Query, parse, understood
from .words import plain_address

__all__ = ["NAMES", "SOURCES", "TEXTS", "Passage", "Query", "parse", "plain_address", "understood"]
