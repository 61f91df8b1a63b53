"""How long an action lasted, as bounds in days: for its facts, and for those who look for all that lasted about as long."""

from typing import Any
from zoneinfo import ZoneInfo

from .choices import Lasted, StartBasis, Status
from .dates import Duration, duration

# The most days of each length, the shortest first; the last has no end.
MOST_DAYS = {Lasted.DAY: 1, Lasted.WEEK: 7, Lasted.MONTH: 31, Lasted.YEAR: 365, Lasted.LONGER: None}


def days_lasted(action: dict[str, Any]) -> Duration:
    """The days between start and end of an action, by the bounds of both."""
    lasted = duration(action["start"], action["end"])
    if action["start_basis"] not in (StartBasis.FIRST_OBSERVED, StartBasis.REPORTED):
        return lasted
    # It took effect on the date given or at any time before: only an hour bound limits how long it lasted.
    earliest, latest = action["start_at_from"], action["end"] and action["end"].latest
    if not (earliest and latest):
        return Duration(lasted.at_least, None, lasted.is_doubtful)
    begun_on = earliest.astimezone(ZoneInfo(action["timezone"] or "UTC")).date()
    return Duration(lasted.at_least, (latest - begun_on).days, lasted.is_doubtful)


def has_ended(action: dict[str, Any]) -> bool:
    """Whether this went on for a while and its end is recorded."""
    return bool(action["end"]) and action["status"] not in (Status.NEVER_APPLIED, Status.NOT_APPLICABLE)


def lengths_of(action: dict[str, Any]) -> list[Lasted]:
    """Each length that an action may have had; none if no end is recorded."""
    if not has_ended(action):
        return []
    lasted, beyond, found = days_lasted(action), -1, []
    for length, most in MOST_DAYS.items():
        is_long_enough = lasted.at_most is None or lasted.at_most > beyond
        if is_long_enough and (most is None or (lasted.at_least or 0) <= most):
            found.append(length)
        beyond = most if most is not None else beyond
    return found
