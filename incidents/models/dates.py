"""What dates of records can be: not in the future, not before there were platforms, and at one with their hours."""

from datetime import UTC, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

FIRST_YEAR = 1980  # before it no platform had accounts
ZONE_SPAN = timedelta(hours=14)  # the calendar of a zone is at most so far from that of UTC


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


def _bound(value, name):
    """A bound of an EDTF value; None for what is not one, which the field itself refuses."""
    return getattr(value, name, None)


def _refuse(wrong, sentence):
    if wrong:
        raise ValidationError({name: sentence % value for name, value in wrong.items()})


def hour_fits(name, moment, value):
    """Whether an hour bound agrees with the EDTF date beside it, in some time zone.

    A bound `…_to` lies on the date; a bound `…_from` may lie before it, since what was noticed on a day can be older.
    """
    earliest, latest = _bound(value, "earliest"), _bound(value, "latest")
    first, last = (moment.astimezone(UTC) + span for span in (-ZONE_SPAN, ZONE_SPAN))
    if latest and first.date() > latest:
        return False
    return name.endswith("_from") or not earliest or last.date() >= earliest
