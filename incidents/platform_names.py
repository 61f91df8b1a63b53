"""The names of a service in the course of time: other names, one a line, each with the period of its use where it had one.

`Twitter, ../2023-07` is a name until July 2023; a period is an EDTF interval.
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from .dates import EDTF, OPEN, UNKNOWN

DIGIT = re.compile(r"[0-9]")
# What version 0.2 suggested to write: “Twitter, until 2023”.
IN_WORDS = re.compile(r",\s*(until|since)\s+([0-9]{4}(?:-[0-9]{2}){0,2})\s*$", re.MULTILINE)


class OtherName(NamedTuple):
    """Another name of a service, and when it was used; None if always, or if that is not known."""

    name: str
    period: EDTF | None

    def __str__(self):
        """The name in words: “Twitter (until July 2023)”."""
        if not self.period:
            return self.name
        first, last = (
            None if side in (OPEN, UNKNOWN) else EDTF(side).words() for side in self.period.split("/")
        )
        if first and last:
            words = _("%(name)s (from %(first)s to %(last)s)")
        else:
            words = _("%(name)s (since %(first)s)") if first else _("%(name)s (until %(last)s)")
        return words % {"name": self.name, "first": first, "last": last}


def other_names(text: str) -> list[OtherName]:
    """The names in a text with one name per line. What is not a period, but looks like one, is left out of the name."""
    return [_other_name(line) for line in text.splitlines() if line.strip()]


def check_other_names(text: str) -> None:
    """Raise ValueError, with a message for the editor, if a line has something like a period that is none."""
    for line in text.splitlines():
        name, comma, last = line.rpartition(",")
        if comma and DIGIT.search(last) and not (name.strip() and _period(last)):
            raise ValueError(
                _(
                    "“%s”: write the period after the comma as an EDTF interval, for example “Twitter, ../2023-07” for a name "
                    "until July 2023, “X, 2023-07/..” for one since then."
                )
                % line.strip()
            )


def name_at(name: str, others: str, date: EDTF | None) -> str:
    """What a service of this name, with these other names, was called at a date: its name of today if that is not known."""
    found = (each.name for each in other_names(others) if each.period and date and each.period.spans(date))
    return next(found, name)


def with_intervals(text: str) -> str:
    """The names in a text of version 0.2, which had periods in words, as they are written today."""
    return IN_WORDS.sub(lambda found: f", ../{found[2]}" if found[1] == "until" else f", {found[2]}/..", text)


def _other_name(line):
    name, comma, last = line.rpartition(",")
    if comma and DIGIT.search(last):
        return OtherName(name.strip(), _period(last))
    return OtherName(line.strip(), None)


def _period(text):
    """The EDTF interval in a text; None if it is none."""
    try:
        period = EDTF(text.strip())
    except ValueError:
        return None
    return period if period.is_interval else None
