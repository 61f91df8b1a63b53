"""The listing as a query string: what page, download, command and, later, API and feed all ask with."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import ActionType, Ground, Occurrence, ReasonStatus, Status
from .dates import EDTF
from .models import Action, Incident, Party, Platform
from .models.fields import place_name, validate_place, validate_text

MOST_VALUES = 100
SORTS = {
    "newest": gettext_lazy("latest first"),
    "oldest": gettext_lazy("earliest first"),
    "changed": gettext_lazy("last changed first"),
}


class PlainDayField(forms.CharField):
    """A year, month or day, as an EDTF value without any doubt about it."""

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return ""
        try:
            day = EDTF(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if day.datetime != value:
            raise ValidationError(_("Give a plain year, month or day here: 2020, 2020-06 or 2020-06-07."))
        return day


class PlacesField(forms.MultipleChoiceField):
    """ISO 3166 codes."""

    def valid_value(self, value):
        try:
            validate_place(value)
        except ValidationError:
            return False
        return True


class PlainDayFilter(django_filters.CharFilter):
    field_class = PlainDayField


class PlacesFilter(django_filters.MultipleChoiceFilter):
    field_class = PlacesField


def words_of(vocabulary, label):
    """A filter for any of the values of a vocabulary."""
    return django_filters.MultipleChoiceFilter(label=label, choices=vocabulary.choices)


class IncidentFilter(django_filters.FilterSet):
    """Which incidents, in which order. Ask `is_valid()` before `qs`: what was not understood finds nothing.

    Several values of one parameter mean any of them. All that is asked about actions must be true of one
    and the same action. `everything` opens it to records that are not public, for the desk and commands.
    """

    q = django_filters.CharFilter(
        label=gettext_lazy("Words"), max_length=200, strip=True
    )
    platform = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Platform"), to_field_name="slug", queryset=Platform.objects.none()
    )
    holder = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Account holder"), to_field_name="slug", queryset=Party.objects.none()
    )
    type = words_of(ActionType, gettext_lazy("What was done"))
    status = words_of(Status, gettext_lazy("Status"))
    reason = words_of(ReasonStatus, gettext_lazy("Reason given"))
    ground = words_of(Ground, gettext_lazy("Stated ground"))
    occurrence = words_of(Occurrence, gettext_lazy("Did it take place"))
    country = PlacesFilter(label=gettext_lazy("Country or territory"))
    since = PlainDayFilter(label=gettext_lazy("From"))
    until = PlainDayFilter(label=gettext_lazy("To"))
    sort = django_filters.ChoiceFilter(label=gettext_lazy("Order"), choices=list(SORTS.items()), empty_label=None)

    PARAMETERS = {
        "q": "words",
        "platform": "any",
        "holder": "any",
        "type": "any",
        "status": "any",
        "ground": "any",
        "reason": "any",
        "country": "any",
        "occurrence": "any",
        "from": "day",
        "to": "day",
        "sort": "one",
        "page": "number",
    }

    class Meta:
        model = Incident
        fields = []

    @classmethod
    def get_filters(cls):
        # `from` is a word of Python's own and cannot be the name of an attribute.
        names = {"since": "from", "until": "to"}
        return {names.get(name, name): found for name, found in super().get_filters().items()}

    def __init__(self, data=None, queryset=None, *, everything=False):
        if isinstance(data, str):
            data = QueryDict(data)
        super().__init__(data if data is not None else QueryDict(), queryset)
        self.filters["platform"].queryset = (
            Platform.objects.all() if everything else Platform.objects.public()
        )
        self.filters["holder"].queryset = Party.objects.all() if everything else Party.objects.public()

    def get_form_class(self):
        listing = super().get_form_class()

        class Form(listing):
            def clean(form):
                cleaned = super().clean()
                first, last = cleaned.get("from"), cleaned.get("to")
                if first and last and first.earliest > last.latest:
                    form.add_error("to", _("The end of the span lies before its start."))
                return cleaned

        return Form

    @property
    def errors(self):
        """What was not understood: parameter -> sentences. Empty if all was."""
        found = {}
        for name in self.data:
            values = self.data.getlist(name)
            if name not in self.PARAMETERS:
                found[_printable(name)] = [_("There is no filter of this name.")]
            elif self.PARAMETERS[name] != "any" and len(values) > 1:
                found[name] = [_("Give this one once.")]
            elif len(values) > MOST_VALUES:
                found[name] = [_("Give at most %d values.") % MOST_VALUES]
            elif not all(map(_storable, values)):
                found[name] = [_("This has a character that no record holds.")]
        if not found:
            found = {name: [str(error) for error in errors] for name, errors in self.form.errors.items()}
        return found

    def is_valid(self):
        return not self.errors

    @property
    def qs(self):
        if not self.is_valid():
            return self.queryset.none()
        if not hasattr(self, "_found"):
            self._found = self._filtered(self.form.cleaned_data)
        return self._found

    def _filtered(self, asked):
        actions = Action.objects.all()
        if asked["platform"]:
            actions = actions.filter(account__platform__in=asked["platform"])
        if asked["holder"]:
            actions = actions.filter(account__holder__in=asked["holder"])
        for name, field in {
            "type": "type",
            "status": "status",
            "reason": "reason_status",
            "occurrence": "occurrence",
        }.items():
            if asked[name]:
                actions = actions.filter(**{f"{field}__in": asked[name]})
        if asked["from"] or asked["to"]:
            actions = actions.beginning_between(
                asked["from"] and asked["from"].earliest, asked["to"] and asked["to"].latest
            )
        found = self.queryset
        if actions.query.where:
            found = found.with_actions(actions)
        if asked["ground"]:
            found = found.with_ground(asked["ground"])
        if asked["country"]:
            found = found.in_places(asked["country"])
        if asked["q"]:
            found = found.search(asked["q"])
        order = {"oldest": found.oldest, "changed": found.recently_changed}
        return order.get(asked["sort"], found.newest)()

    def parts(self):
        """What is filtered by, for a sentence: for each parameter its label, and its values with the query
        string that leaves this value out."""
        parts = []
        for name, asked in self.form.cleaned_data.items():
            if not asked or name == "sort":
                continue
            several = self.PARAMETERS[name] == "any"
            parts.append(
                {
                    "name": name,
                    "label": self.form.fields[name].label,
                    "values": [
                        {
                            "words": self._words(name, value),
                            "without": self._without(name, getattr(value, "slug", value)),
                        }
                        for value in (asked if several else [asked])
                    ],
                }
            )
        return parts

    def _words(self, name, value):
        if name == "country":
            return place_name(value)
        if isinstance(value, EDTF):
            return value.words()
        return dict(
            getattr(self.form.fields[name], "choices", ()) if name not in ("platform", "holder") else ()
        ).get(value, str(value))

    def _without(self, name, value):
        """The query string without this one value, and from its first page."""
        data = self.data.copy()
        data.pop("page", None)
        data.setlist(name, [each for each in data.getlist(name) if each != value])
        return data.urlencode()


def _storable(text):
    try:
        validate_text(text)
    except ValidationError:
        return False
    return True


def _printable(name):
    """A parameter's name as it may be shown: short, and without control characters."""
    return "".join(character if character.isprintable() else "�" for character in name[:40])
