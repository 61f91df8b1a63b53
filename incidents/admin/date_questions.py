"""Dates whose year may be a slip: a form asks about them when they are typed, and takes them once an editor says that they
are right."""

from ..choices import StartBasis
from ..dates import EDTF
from ..models import Source
from ..models.dates import year_question

DATES_RIGHT = "dates_right"  # the box that says so, which a form has once it has asked
UNASKED = {"expected_end"}  # what was announced may lie far ahead
# A part is typed before the source that reports it is cited, so it may be later than those cited so far.
DAYS_AHEAD_OF_PARTS = 183


def edtf_or_none(text):
    """The EDTF value of a text, which may not have been validated; None if it is empty or not valid."""
    try:
        return EDTF(text) if text else None
    except ValueError:
        return None


class DateQuestionMixin:
    """A form that asks. `asks_about_dates` is true once it has."""

    asks_about_dates = False

    def ask_about_dates(self, names, others, sources, **options):
        """Ask about the dates in these fields, beside the `others` of the same story and the dates of its sources."""
        if self.data.get(DATES_RIGHT):
            return
        for name in names:
            value = edtf_or_none(self.cleaned_data.get(name))
            question = value and year_question(value, others, sources, **options)
            if question and not self.has_error(name):
                self.asks_about_dates = True
                self.add_error(name, question)

    def ask_about_part(self, part):
        """Ask about what was typed into the date fields of a part of an incident."""
        names = [
            field.name
            for field in part._meta.concrete_fields
            if field.name in self.changed_data and hasattr(part, f"{field.name}_latest")
        ]
        if names := [name for name in names if name not in UNASKED]:
            is_ahead = getattr(part, "start_basis", "") in (StartBasis.ANNOUNCED, StartBasis.PLANNED_FOR)
            sources = Source.objects.filter(pk__in=part.incident.citations.values("source"))
            issued = [] if is_ahead else sources.exclude(issued="").values_list("issued", flat=True)
            dates = [edtf_or_none(each) for each in issued]
            self.ask_about_dates(names, _other_dates(part), dates, days_ahead=DAYS_AHEAD_OF_PARTS)


def _other_dates(part):
    """The dates of the other parts of an incident, and its own."""
    incident = part.incident
    dates = [incident.date]
    for parts, names in (
        (incident.actions, ("start", "end")),
        (incident.justifications, ("date",)),
        (incident.involvements, ("date",)),
    ):
        others = parts.exclude(pk=part.pk) if parts.model is type(part) else parts.all()
        dates += [value for row in others.values_list(*names) for value in row]
    return [edtf_or_none(value) for value in dates]


def asks_about_dates(context):
    """Whether a form of the page, as its context has them, asks about a date."""
    forms = [context["adminform"].form]
    forms += [form for each in context.get("inline_admin_formsets", ()) for form in each.formset.forms]
    return any(getattr(form, "asks_about_dates", False) for form in forms)
