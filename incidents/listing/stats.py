"""Questions answered as numbers that say what they count."""

from ..choices import ReasonStatus, Status
from ..index.terms import VALUE
from .listing import Asked, Listing


def home_figures(reader):
    """The figures of the front page; each but `actions` is the length of a list."""
    listing = Listing(reader, Asked())
    return {
        "incidents": len(listing),
        "platforms": len(platform_counts(reader)),
        "unexplained": len(Listing(reader, Asked({"reason": [ReasonStatus.NONE_STATED]}))),
        "lifted": len(Listing(reader, Asked({"status": [Status.LIFTED]}))),
        "actions": listing.actions(),
    }


def platform_counts(reader):
    """How many listed incidents there are on each platform that a public incident shows, by slug."""
    prefix = f"{VALUE}platform="
    slugs = [term.removeprefix(prefix) for term, number in reader.beginning_with(prefix).items() if number]
    return Listing(reader, Asked()).counts("platform", slugs)


def figures_of(listing, accounts):
    """How many incidents, counted actions and accounts a platform, account or party has in its list.

    `accounts` begins the terms of its accounts.
    """
    return {
        "incidents": len(listing),
        "actions": listing.actions(),
        "accounts": listing.reader.how_many(accounts),
    }
