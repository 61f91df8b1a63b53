"""Questions about the whole answered as numbers that say what they count."""

from ..choices import COUNTED_OCCURRENCES, ReasonStatus, Status
from ..index.facets import FACET, NONE
from ..index.posting_lists import IndexReader
from .counts import value_counts
from .criteria import Criteria
from .listing import Listing


def home_figures(reader: IndexReader) -> dict[str, int]:
    """The figures of the front page; each but `actions` is the length of a list."""
    listing = Listing(reader, Criteria())
    # What a holder or an intruder did is not the platform's.
    happened: dict[str, list[str]] = {"occurrence": sorted(COUNTED_OCCURRENCES)}
    return {
        "incidents": len(listing),
        "platforms": len(record_counts(reader, "platform", **happened)),
        "unexplained": len(Listing(reader, Criteria({"reason": [ReasonStatus.NONE_STATED]}))),
        "lifted": len(Listing(reader, Criteria({"status": [Status.LIFTED], **happened}))),
        "actions": listing.counted_action_count(),
    }


def record_counts(reader: IndexReader, name: str, **values: list[str]) -> dict[str, int]:
    """How many listed incidents there are with each value of a facet, such as each platform that a public incident shows,
    by slug; with `values`, only those in which an action has these values of facets."""
    prefix = FACET[name].term("")
    slugs = [term.removeprefix(prefix) for term, number in reader.cardinalities(prefix).items() if number]
    slugs = [slug for slug in slugs if slug != NONE]
    counts = value_counts(Listing(reader, Criteria(values)).matching, name, slugs)
    return {slug: number for slug, number in counts.items() if number or not values}


def figures_of(listing: Listing, accounts: str) -> dict[str, int]:
    """How many incidents, counted actions and accounts a platform, account, party or topic has in its list.

    `accounts` begins the terms of its accounts.
    """
    return {
        "incidents": len(listing),
        "actions": listing.counted_action_count(),
        "accounts": listing.reader.number_of_terms(accounts),
    }
