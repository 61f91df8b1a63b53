"""Dates as sources give them: EDTF values, the days they may mean, and their wording.

Extended Date/Time Format, Library of Congress, 4 February 2019: levels 0 and 1 without long years and times of day, and
of level 2 unspecified digits within intervals and one-of-a-set, `[2020-06-03,2020-06-05]`. An interval means that the
moment lies inside it, not that something lasted that long. A season may be of either hemisphere.
"""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from .locales import between_days, between_months, day_words, listed, month_words, zone_words

# One date: a year whose last one or two digits may be unspecified, a month, a day, a qualifier.
DATE = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(-(?P<month>[0-9]{2}|XX)(-(?P<day>[0-9]{2}|XX))?)?(?P<qualifier>[?~%])?"
)
# A year; a day that there is; and a year, month or day without any doubt: patterns that JSON Schema reads as well.
YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
COMMON_DAY = (
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
DAY = f"(?:{YEAR}-{COMMON_DAY}|{LEAP_YEAR}-02-29)"
PLAIN_DAY = f"(?:{YEAR}(?:-(?:0[1-9]|1[0-2]))?|{DAY})"
OPEN, UNKNOWN = "..", ""
MAX_LENGTH = 40  # characters of a value
REGIONS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
)  # of the IANA time zone database
SEASONS = {
    21: pgettext_lazy("season", "spring %(year)s"),
    22: pgettext_lazy("season", "summer %(year)s"),
    23: pgettext_lazy("season", "autumn %(year)s"),
    24: pgettext_lazy("season", "winter %(year)s"),
}
WINTER = 24
BETWEEN = {"day": between_days, "month": between_months}


class Day:
    """One date of an EDTF value: its bounds, precision and qualifier."""

    def __init__(self, text):
        match = DATE.fullmatch(text)
        if not match:
            raise ValueError(_not_a_date(text))
        year, month, day, self.qualifier = (
            match[name] or "" for name in ("year", "month", "day", "qualifier")
        )
        if "X" in year and month not in ("", "XX") or month == "XX" and day not in ("", "XX"):
            raise ValueError(
                _("“%s” leaves out a larger unit but gives a smaller one. Write 2020-XX or 2020-06-XX.")
                % text
            )
        self.plain = text.rstrip("?~%")
        first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
        first_month, last_month = (1, 12) if month in ("", "XX") else (int(month), int(month))
        if not first_year and not last_year:
            raise ValueError(_("0000 is not a year. Write, for example, 2020-06-07."))
        self.season = first_month if first_month in SEASONS and not day and "X" not in text else 0
        if self.season:
            self._set_season_bounds(first_year)
            return
        if not 1 <= first_month <= 12:
            raise ValueError(
                _("“%s” has a month that does not exist. Write, for example, 2020-06-07.") % text
            )
        last_day = calendar.monthrange(last_year, last_month)[1]
        first_of, last_of = (1, last_day) if day in ("", "XX") else (int(day), int(day))
        if not 1 <= first_of <= last_day:
            raise ValueError(_("“%s” has a day that does not exist. Write, for example, 2020-06-07.") % text)
        self.earliest = date(max(first_year, 1), first_month, first_of)
        self.latest = date(last_year, last_month, last_of)
        self.precision = "day" if day not in ("", "XX") else "month" if month not in ("", "XX") else "year"
        self.unspecified = "X" in text
        self.decade = "X" in year

    def _set_season_bounds(self, year):
        """Bounds that hold on either hemisphere: a winter may begin in the December before or end in the February after."""
        before, after = int(self.season == WINTER and year > 1), int(self.season == WINTER and year < 9999)
        self.earliest = date(year - 1, 12, 1) if before else date(year, 1, 1)
        self.latest = date(year + 1, 3, 1) - timedelta(days=1) if after else date(year, 12, 31)
        self.precision, self.unspecified, self.decade = "season", True, False

    def words(self):
        """The date in words: “7 June 2020”, “about June 2020”, “2020 (uncertain)”."""
        if self.season:
            words = SEASONS[self.season] % {"year": self.plain[:4]}
        elif self.decade:
            words = _("between %(first)d and %(last)d") % {
                "first": self.earliest.year,
                "last": self.latest.year,
            }
        else:
            words = _format(self.earliest, self.precision)
        if self.plain.endswith("-XX"):
            pattern = _("a day in %s") if self.precision == "month" else _("%s, month not known")
            words = pattern % words
        if self.qualifier in ("~", "%"):
            words = _("about %s") % words
        return _("%s (uncertain)") % words if self.qualifier in ("?", "%") else words


class EDTF(str):
    """An EDTF value: the text as typed, with the days it may mean.

    `earliest` and `latest` are the bounds, inclusive; None on a side that is open or unknown.
    Raises ValueError, with a message for the editor, if the text is not in one of the forms this module supports.
    """

    __slots__ = ("_sides",)

    def __new__(cls, text):
        value = super().__new__(cls, text)
        value._sides = _parse(str(text))
        return value

    def __reduce__(self):
        return (EDTF, (str(self),))

    @property
    def earliest(self):
        return None if isinstance(self._sides[0], str) else self._sides[0].earliest

    @property
    def latest(self):
        if self.is_set:
            return max(side.latest for side in self._sides)
        return None if isinstance(self._sides[-1], str) else self._sides[-1].latest

    @property
    def is_set(self):
        """Whether it is one of several days."""
        return self.startswith("[")

    @property
    def is_interval(self):
        return len(self._sides) == 2 and not self.is_set

    @property
    def is_whole_period(self):
        """Whether it is a month, season or year without a known day."""
        return not isinstance(self._sides[0], str) and self._sides[0].precision != "day"

    @property
    def is_doubtful(self):
        """Whether a qualifier says that it is approximate or uncertain."""
        return any(not isinstance(side, str) and side.qualifier for side in self._sides)

    @property
    def plain(self):
        """Its first date without a qualifier, for a key: “2020-06-07”."""
        return next(side.plain for side in self._sides if not isinstance(side, str))

    @property
    def datetime(self):
        """The value for the `datetime` attribute of HTML's `<time>`; empty if that attribute would claim more than is known."""
        day = self._sides[0]
        return "" if len(self._sides) > 1 or self.is_doubtful or day.unspecified else day.plain

    def words(self):
        """The value in words: “about 7 June 2020”, “between 3 and 4 June 2020”, “in or before 2021”."""
        return _words(self, get_language())

    def _in_words(self):
        if self.is_set:
            *others, last = (side.words() for side in self._sides)
            return _("%(others)s or %(last)s") % {"others": listed(others), "last": last}
        if not self.is_interval:
            return self._sides[0].words()
        first, last = self._sides
        if isinstance(first, str):
            patterns = {
                "day": _("on or before %s"),
                "month": _("in or before %s"),
                "season": _("in or before %s"),
                "year": _("in or before %s"),
            }
            return patterns[last.precision] % last.words()
        if isinstance(last, str):
            patterns = {
                "day": _("on or after %s"),
                "month": _("in or after %s"),
                "season": _("in or after %s"),
                "year": _("in or after %s"),
            }
            return patterns[first.precision] % first.words()
        return _("between %(first)s and %(last)s") % self._both_sides()

    def _both_sides(self):
        """The sides of an interval in words; one leaves out the parts of the date that both have in common."""
        first, last = self._sides
        words = first.words(), last.words()
        is_alike = first.precision == last.precision and not (first.unspecified or last.unspecified)
        if is_alike and first.precision in BETWEEN and not first.qualifier:
            shortened = BETWEEN[first.precision](first.earliest, last.earliest)
            words = (shortened[0], words[1]) if last.qualifier else shortened
        return dict(zip(("first", "last"), words, strict=True))

    def span_words(self):
        """An interval in words as the period that something lasted: “over the period from May to July 2020”."""
        if not self.is_interval:
            return self.words()
        first, last = self._sides
        if isinstance(first, str):
            return _("over a period that ended %(last)s") % {"last": last.words()}
        if isinstance(last, str):
            return _("over a period that began %(first)s") % {"first": first.words()}
        return _("over the period from %(first)s to %(last)s") % self._both_sides()

    def spans(self, other):
        """Whether another value surely lies within this interval, taken as a period: in the month in which a period begins
        or ends, nothing does."""
        first, last = self._sides
        begun = None if isinstance(first, str) else first.latest
        ended = None if isinstance(last, str) else last.earliest
        return bool(
            other.earliest
            and other.latest
            and (begun is None or begun <= other.earliest)
            and (ended is None or other.latest <= ended)
        )

    __hash__ = str.__hash__


@lru_cache(maxsize=10_000)
def _words(value, _language):
    return value._in_words()


@lru_cache(maxsize=10_000)
def _parse(text):
    if len(text) > MAX_LENGTH:
        raise ValueError(_not_a_date(text))
    if text.startswith("[") and text.endswith("]") and "," in text:
        days = (Day(each.strip()) for each in text[1:-1].split(","))
        return tuple(sorted(days, key=lambda day: (day.earliest, day.latest)))
    sides = text.split("/")
    if len(sides) > 2:
        raise ValueError(_not_a_date(text))
    if len(sides) == 1:
        return (Day(text),)
    first, last = (side if side in (OPEN, UNKNOWN) else Day(side) for side in sides)
    if isinstance(first, str) and isinstance(last, str):
        raise ValueError(_("Give at least one side of the interval, for example 2020-05-22/.."))
    if not isinstance(first, str) and not isinstance(last, str) and first.earliest > last.latest:
        raise ValueError(
            _("The interval runs backwards. Put the earlier date first, for example 2020-06-03/2020-06-04.")
        )
    return (first, last)


def _not_a_date(text):
    """The message for an editor who typed something that is not a date."""
    if re.search(r"[0-9][T ][0-9]|:", text):
        return _("Enter the day without a time, for example 2020-06-07. Hours have their own fields.")
    shown = text if len(text) <= 40 else text[:40] + "…"
    return (
        _("“%s” is not a date. Write 2020-06-07, 2020-06, 2020, 2020-06-07~ or 2020-06-03/2020-06-04.")
        % shown
    )


def _format(day, precision):
    if precision == "year":
        return pgettext("a year", "%(year)s") % {"year": date_format(day, "Y")}
    return day_words(day) if precision == "day" else month_words(day)


class Duration:
    """The days between two moments that are known by bounds only; None for a bound that is not known.

    It is doubtful if one of the dates it was computed from is approximate or uncertain.
    """

    def __init__(self, at_least, at_most, is_doubtful=False):
        self.at_least, self.at_most, self.is_doubtful = at_least, at_most, is_doubtful

    def words(self):
        """The duration in words, such as “between 10 and 12 days”, “about 5 days”; empty if nothing is known."""
        low, high = self.at_least, self.at_most
        if low is not None and low == high:
            if not low:
                return _("about a day or less") if self.is_doubtful else _("less than a day")
            days = ngettext("about %d day", "about %d days", low) if self.is_doubtful else _days(low)
            return days % low
        words = self._bounds_in_words()
        return (
            _("%(duration)s (dates uncertain)") % {"duration": words} if words and self.is_doubtful else words
        )

    def _bounds_in_words(self):
        low, high = self.at_least, self.at_most
        if high is None:
            return ngettext("at least %d day", "at least %d days", low) % low if low else ""
        if not low:
            return ngettext("at most %d day", "at most %d days", high) % high
        return _("between %(low)d and %(high)d days") % {"low": low, "high": high}


def _days(number):
    return ngettext("%d day", "%d days", number)


def duration(start, end):
    """The Duration between two EDTF values, either of which may be empty, in calendar days."""
    at_least = at_most = None
    if start and end:
        if start.latest and end.earliest:
            at_least = max((end.earliest - start.latest).days, 0)
        if start.earliest and end.latest:
            at_most = max((end.latest - start.earliest).days, 0)
    return Duration(at_least, at_most, any(value and value.is_doubtful for value in (start, end)))


def hours_words(shortest, longest):
    """A length below some days in words, from its bounds as timedeltas: “45 minutes”, “between 3 and 5 hours”."""
    low, high = (round(length.total_seconds() / 60) for length in (shortest, longest))
    if high < 120:
        if low == high:
            return ngettext("%d minute", "%d minutes", low) % low
        return _("between %(low)d and %(high)d minutes") % {"low": low, "high": high}
    low, high = low // 60, -(-high // 60)
    if low == high:
        return ngettext("%d hour", "%d hours", low) % low
    return _("between %(low)d and %(high)d hours") % {"low": low, "high": high}


@lru_cache(maxsize=1)
def zones():
    """The IANA time zones named after a place, and UTC.

    Others, such as Etc/GMT-8 (which is UTC+8), EST5EDT or PRC, are left out: read as a place or an offset, they mislead.
    """
    return frozenset(name for name in available_timezones() if name.partition("/")[0] in REGIONS) | {"UTC"}


def valid_zone(name):
    """Whether this is an IANA time zone named after a place, or UTC."""
    return name in zones()


def moment_words(not_before, not_after, zone):
    """Hour bounds (aware datetimes, either may be None) in words, in this time zone, which is named."""
    first, last = (
        moment
        and _("%(time)s on %(day)s")
        % {"time": date_format(moment, "TIME_FORMAT"), "day": date_format(moment, "DATE_FORMAT")}
        for moment in (each and each.astimezone(ZoneInfo(zone)) for each in (not_before, not_after))
    )
    if first and last:
        words = _hour_bounds(not_before.astimezone(ZoneInfo(zone)), not_after.astimezone(ZoneInfo(zone)))
    elif first or last:
        words = _("not before %s") % first if first else _("not after %s") % last
    else:
        return ""
    return _("%(moment)s (%(place)s time)") % {"moment": words, "place": zone_words(zone)}


def _hour_bounds(first, last):
    """Two moments in local time, as bounds; a day that they share is named once."""
    earlier, later = (date_format(moment, "TIME_FORMAT") for moment in (first, last))
    day, last_day = (date_format(moment, "DATE_FORMAT") for moment in (first, last))
    if first == last:
        return _("at %(time)s on %(day)s") % {"time": earlier, "day": day}
    if day == last_day:
        return _("between %(first)s and %(last)s on %(day)s") % {"first": earlier, "last": later, "day": day}
    return _("between %(first)s on %(first_day)s and %(last)s on %(last_day)s") % {
        "first": earlier,
        "first_day": day,
        "last": later,
        "last_day": last_day,
    }
