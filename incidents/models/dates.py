"""What dates of records can be: not in the future, not before there were platforms, and at one with their hours; and what
is unlikely, so that it is asked about."""

from datetime import UTC, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FIRST_YEAR = 1980  # before it no platform had accounts
MAX_YEARS_APART = 5  # between dates of one story; more may be a slip of a year
ZONE_SPAN = timedelta(hours=14)  # the calendar of a zone differs from UTC by this much at most


def refuse_future(**dates):
    """Raise ValidationError for each EDTF value that lies in the future as a whole, by field."""
    tomorrow = timezone.now().date() + timedelta(days=1)  # somewhere it is tomorrow already
    _refuse(
        {
            name: value
            for name, value in dates.items()
            if (day := _bound(value, "earliest")) and day > tomorrow
        },
        _("“%s” is in the future. Check the year."),
    )


def refuse_too_early(**dates):
    """Raise ValidationError for each EDTF value that lies before there were platforms as a whole, by field."""
    _refuse(
        {
            name: value
            for name, value in dates.items()
            if (day := _bound(value, "latest")) and day.year < FIRST_YEAR
        },
        _("“%s” is before there were online platforms. Check the year."),
    )


def year_question(value, others, sources, *, days_ahead=1):
    """What to ask about an EDTF value whose year may be a slip; empty if nothing.

    `others` are the other dates of its story, `sources` the dates of its sources, which can only report what is past, save for
    these `days_ahead`: a day may be that of another zone.
    """
    sources, others = list(filter(None, sources)), list(filter(None, (*others, *sources)))
    if sources and all(_days_after(value, source) > days_ahead for source in sources):
        latest = max(sources, key=lambda source: source.latest)
        return _("“%(date)s” is later than its source, %(source)s. Is the year right?") % {
            "date": value,
            "source": latest,
        }
    apart = {other: max(_days_after(value, other), _days_after(other, value)) for other in others}
    nearest = min(apart, key=apart.get, default=None)
    years = apart[nearest] // 365 if nearest else 0
    if years <= MAX_YEARS_APART:
        return ""
    question = ngettext(
        "“%(date)s” is %(years)d year from the nearest other date, %(other)s. Is the year right?",
        "“%(date)s” is %(years)d years from the nearest other date, %(other)s. Is the year right?",
        years,
    )
    return question % {"date": value, "years": years, "other": nearest}


def _days_after(value, other):
    """How many days an EDTF value lies after another one as a whole; 0 if they may overlap."""
    begins, ended = value.earliest, other.latest
    return max((begins - ended).days, 0) if begins and ended else 0


def _bound(value, name):
    """A bound of an EDTF value; None for what is not one, which the field itself refuses."""
    return getattr(value, name, None)


def _refuse(wrong, sentence):
    if wrong:
        raise ValidationError({name: sentence % value for name, value in wrong.items()})


def hour_fits(name, moment, value):
    """Whether an hour bound agrees with its EDTF date, in some time zone.

    A bound `…_to` lies on the date; a bound `…_from` may lie before it, since what was noticed on a day can be older.
    """
    earliest, latest = _bound(value, "earliest"), _bound(value, "latest")
    first, last = (moment.astimezone(UTC) + span for span in (-ZONE_SPAN, ZONE_SPAN))
    if latest and first.date() > latest:
        return False
    return name.endswith("_from") or not earliest or last.date() >= earliest
