"""Questions about the whole answered as numbers that say what they count."""

from ..index.facets import FACET, NONE
from ..index.posting_lists import IndexReader
from .counts import value_counts
from .criteria import Criteria
from .listing import Listing


def record_counts(reader: IndexReader, name: str) -> dict[str, int]:
    """How many listed incidents there are with each value of a facet, such as each platform that a public incident shows,
    by slug."""
    prefix = FACET[name].term("")
    slugs = [term.removeprefix(prefix) for term, number in reader.cardinalities(prefix).items() if number]
    return value_counts(Listing(reader, Criteria()).matching, name, [slug for slug in slugs if slug != NONE])


def figures_of(listing: Listing, accounts: str) -> dict[str, int]:
    """How many incidents, counted actions and accounts a platform, account, party or topic has in its list.

    `accounts` begins the terms of its accounts.
    """
    return {
        "incidents": len(listing),
        "actions": listing.counted_action_count(),
        "accounts": listing.reader.number_of_terms(accounts),
    }
