"""What is asked of a listing, apart from any query string and any database."""

from dataclasses import dataclass, field
from datetime import date

from .query import Query


@dataclass(frozen=True)
class Criteria:
    """Values by facet: an incident has any of `values`, or all of them where `all_of` names the facet, and none of `without`; the days on which an action may have begun (None: open), the words, and the order."""

    values: dict[str, list[str]] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    all_of: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    undated: bool = False
    query: Query = Query()
    no_words: bool = False  # something was typed, and nothing of it can be searched for
    order: str = "newest"

    @property
    def asks_for_kind(self) -> bool:
        """Whether background events are listed if they match: where nothing is asked of the kind, only incidents are."""
        return bool(self.values.get("kind") or self.without.get("kind"))

    @property
    def lists_background(self) -> bool:
        """Whether background events may be among what is listed."""
        return "context" in self.values.get("kind", ()) or "account_action" in self.without.get("kind", ())
