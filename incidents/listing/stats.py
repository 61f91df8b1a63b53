"""Questions about the whole answered as numbers that say what they count."""

from ..choices import ReasonStatus, Status
from ..index.facets import FACET
from .counts import value_counts
from .criteria import Criteria
from .listing import Listing


def home_figures(reader):
    """The figures of the front page; each but `actions` is the length of a list."""
    listing = Listing(reader, Criteria())
    return {
        "incidents": len(listing),
        "platforms": len(platform_counts(reader)),
        "unexplained": len(Listing(reader, Criteria({"reason": [ReasonStatus.NONE_STATED]}))),
        "lifted": len(Listing(reader, Criteria({"status": [Status.LIFTED]}))),
        "actions": listing.counted_action_count(),
    }


def platform_counts(reader):
    """How many listed incidents there are on each platform that a public incident shows, by slug."""
    prefix = FACET["platform"].term("")
    slugs = [term.removeprefix(prefix) for term, number in reader.beginning_with(prefix).items() if number]
    return value_counts(Listing(reader, Criteria()).matching, "platform", slugs)


def figures_of(listing, accounts):
    """How many incidents, counted actions and accounts a platform, account or party has in its list.

    `accounts` begins the terms of its accounts.
    """
    return {
        "incidents": len(listing),
        "actions": listing.counted_action_count(),
        "accounts": listing.reader.how_many(accounts),
    }
