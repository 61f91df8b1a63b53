"""Questions answered as numbers that say what they count."""

from .archive.listing import Asked, Listing
from .archive.terms import VALUE
from .choices import ReasonStatus, Status


def home_figures(sets):
    """The figures of the front page; each but `actions` is the length of a list."""
    listing = Listing(sets, Asked())
    return {
        "incidents": len(listing),
        "platforms": len(platform_counts(sets)),
        "unexplained": len(Listing(sets, Asked({"reason": [ReasonStatus.NONE_STATED]}))),
        "lifted": len(Listing(sets, Asked({"status": [Status.LIFTED]}))),
        "actions": listing.actions(),
    }


def platform_counts(sets):
    """How many listed incidents there are on each platform that a public incident shows, by slug."""
    prefix = f"{VALUE}platform="
    slugs = [term.removeprefix(prefix) for term, number in sets.beginning_with(prefix).items() if number]
    return Listing(sets, Asked()).counts("platform", slugs)


def figures_of(listing, accounts):
    """How many incidents, counted actions and accounts a platform, account or party has in its list.

    `accounts` begins the terms of its accounts.
    """
    return {
        "incidents": len(listing),
        "actions": listing.actions(),
        "accounts": listing.sets.how_many(accounts),
    }
