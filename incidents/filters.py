"""The listing as a query string: what page, download, command and, later, API and feed all ask with."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .choices import ActionType, Ground, Occurrence, ReasonStatus, Status
from .dates import EDTF
from .models import Action, Incident, Justification, Party, Platform
from .models.fields import place_name, validate_place, validate_text

MOST_VALUES = 100
MOST_CHARACTERS = 200
MOST_LISTED = 50
SORTS = {
    "newest": gettext_lazy("latest first"),
    "oldest": gettext_lazy("earliest first"),
    "changed": gettext_lazy("last changed first"),
}
# What is asked about actions: parameter -> field. Together with the days it must be true of one and the same action.
ACTION_FIELDS = {
    "platform": "account__platform",
    "holder": "account__holder",
    "type": "type",
    "status": "status",
    "reason": "reason_status",
    "occurrence": "occurrence",
}
# How each parameter stands in the sentence over the list, in the order of the sentence.
WORDING = {
    "q": gettext_lazy("matching"),
    "platform": gettext_lazy("on"),
    "holder": gettext_lazy("on accounts of"),
    "country": gettext_lazy("tied to"),
    "from": gettext_lazy("begun"),
    "type": gettext_lazy("what was done:"),
    "status": gettext_lazy("status:"),
    "occurrence": gettext_lazy("took place:"),
    "reason": gettext_lazy("reason given:"),
    "ground": gettext_lazy("reason:"),
}


class PlainDayField(forms.CharField):
    """A year, month or day, as an EDTF value without any doubt about it."""

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return ""
        try:
            day = EDTF(value)
        except ValueError:
            day = None
        if day is None or day.datetime != value:
            raise ValidationError(
                _("“%(value)s” is no date. Write 2020, 2020-06 or 2020-06-07."), params={"value": value}
            )
        return day


class PlacesField(forms.MultipleChoiceField):
    """ISO 3166 codes."""

    def valid_value(self, value):
        return _passes(validate_place, value)


class PageField(forms.IntegerField):
    default_error_messages = {
        "invalid": gettext_lazy("A page is a number from 1 on."),
        "min_value": gettext_lazy("A page is a number from 1 on."),
        "max_value": gettext_lazy("There are not that many pages."),
    }


class PlainDayFilter(django_filters.CharFilter):
    field_class = PlainDayField


class PlacesFilter(django_filters.MultipleChoiceFilter):
    field_class = PlacesField


class PageFilter(django_filters.Filter):
    field_class = PageField


def any_of(vocabulary, label):
    """A filter for any of the values of a vocabulary."""
    return django_filters.MultipleChoiceFilter(label=label, choices=vocabulary.choices)


class IncidentFilter(django_filters.FilterSet):
    """Which incidents, in which order. What is not understood finds nothing, and `errors` tells of it.

    Several values of one parameter mean any of them; several parameters must all hold. Empty values count as
    not asked. `everything` opens it to platforms and holders that are not public, for the desk and commands.
    """

    q = django_filters.CharFilter(label=gettext_lazy("Words"), strip=True)
    since = PlainDayFilter(label=gettext_lazy("From"))
    until = PlainDayFilter(label=gettext_lazy("To"))
    sort = django_filters.ChoiceFilter(
        label=gettext_lazy("Order"), choices=list(SORTS.items()), empty_label=None
    )
    platform = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Platform"), to_field_name="slug", queryset=Platform.objects.none()
    )
    holder = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Account holder"), to_field_name="slug", queryset=Party.objects.none()
    )
    type = any_of(ActionType, gettext_lazy("What was done"))
    status = any_of(Status, gettext_lazy("Status"))
    ground = any_of(Ground, gettext_lazy("Stated ground"))
    reason = any_of(ReasonStatus, gettext_lazy("Reason given or not"))
    country = PlacesFilter(label=gettext_lazy("Country or territory"))
    occurrence = any_of(Occurrence, gettext_lazy("Did it take place"))
    page = PageFilter(label=gettext_lazy("Page"), min_value=1, max_value=10**9)

    SEVERAL = frozenset(ACTION_FIELDS) | {"ground", "country"}

    class Meta:
        model = Incident
        fields = []

    @classmethod
    def get_filters(cls):
        # `from` is a word of Python's own and cannot be the name of an attribute.
        names = {"since": "from", "until": "to"}
        return {names.get(name, name): found for name, found in super().get_filters().items()}

    def __init__(self, data=None, queryset=None, *, everything=False):
        super().__init__(_without_blanks(data), queryset)
        self.filters["platform"].queryset = (
            Platform.objects.all() if everything else Platform.objects.public()
        )
        self.filters["holder"].queryset = Party.objects.all() if everything else Party.objects.public()

    @property
    def errors(self):
        """What was not understood: parameter -> sentences that name the value. Empty if all was."""
        if not hasattr(self, "_errors"):
            self._errors = self._misshapen() | self._mistaken()
        return self._errors

    @property
    def form(self):
        """The form, given only what fields can read: no database is asked for a control character."""
        if not hasattr(self, "_form"):
            unreadable = self._misshapen()
            readable = QueryDict(mutable=True)
            for name, values in self.data.lists():
                if name not in unreadable:
                    readable.setlist(name, values)
            self._form = self.get_form_class()(readable)
        return self._form

    def _misshapen(self):
        """Parameters that no field can read."""
        found = {}
        for name in self.data:
            values = self.data.getlist(name)
            if name not in self.filters:
                found[_printable(name)] = [
                    _("There is no filter “%(name)s”. There are: %(names)s.")
                    % {"name": _printable(name), "names": ", ".join(self.filters)}
                ]
            elif name not in self.SEVERAL and len(values) > 1:
                found[name] = [_("Give one value, not %d.") % len(values)]
            elif len(values) > MOST_VALUES:
                found[name] = [_("Give at most %d values.") % MOST_VALUES]
            elif any(len(value) > MOST_CHARACTERS for value in values):
                found[name] = [_("Give at most %d characters.") % MOST_CHARACTERS]
            elif bad := [value for value in values if not _passes(validate_text, value)]:
                found[name] = [_("“%s” has a character that no text holds.") % _printable(bad[0])]
        return found

    def _mistaken(self):
        """Parameters whose values are read, and mean nothing here."""
        found = {
            name: [self._sentence(name, error) for error in errors]
            for name, errors in self.form.errors.as_data().items()
        }
        first, last = self.form.cleaned_data.get("from"), self.form.cleaned_data.get("to")
        if first and last and first.earliest > last.latest:
            found["to"] = [
                _("“%(last)s” lies before “%(first)s”, where the span begins.")
                % {"first": first, "last": last}
            ]
        return found

    def _sentence(self, name, error):
        if error.code != "invalid_choice":
            return error.messages[0]
        value = {"value": error.params["value"]}
        if name == "country":
            return (
                _("“%(value)s” is no country or territory. Use ISO 3166 codes, such as HK or UA-43.") % value
            )
        if name == "platform":
            return _("There is no platform “%(value)s” here.") % value
        if name == "holder":
            return _("There is no account holder “%(value)s” here.") % value
        known = [key for key, _label in self.form.fields[name].choices if key]
        return _("“%(value)s” is none of the values: %(known)s.") % (value | {"known": ", ".join(known)})

    def is_valid(self):
        return not self.errors

    @property
    def query(self):
        """The query string, tidied, of the whole list: without a page."""
        return self._without(())

    @property
    def asked(self):
        """What was asked, by parameter. Only for a query string that was understood."""
        if not self.is_valid():
            raise ValueError("The query string was not understood: see its errors.")
        return self.form.cleaned_data

    @property
    def qs(self):
        if not self.is_valid():
            return self.queryset.none()
        found = self._incidents()
        order = {"oldest": found.oldest, "changed": found.recently_changed}
        return order.get(self.asked["sort"], found.newest)()

    def _incidents(self, *, but=""):
        """The incidents asked for, leaving one parameter out."""
        found = self._places_and_words(but=but)
        actions = self._actions(but=but)
        return found.with_actions(actions) if actions.query.where else found

    def _actions(self, *, but=""):
        """The actions that all that is asked about actions is true of."""
        asked, found = self.asked, Action.objects.all()
        for name, field in ACTION_FIELDS.items():
            if name != but and asked[name]:
                found = found.filter(**{f"{field}__in": asked[name]})
        first, last = asked["from"], asked["to"]
        if first or last:
            found = found.beginning_between(first and first.earliest, last and last.latest)
        return found

    def _places_and_words(self, *, but=""):
        """The incidents that all else is true of."""
        asked, found = self.asked, self.queryset
        if asked["ground"] and but != "ground":
            found = found.with_ground(asked["ground"])
        if asked["country"] and but != "country":
            found = found.in_places(asked["country"])
        if asked["q"]:
            found = found.search(asked["q"])
        return found

    def counts(self, name):
        """For each value of a parameter, how many incidents there would be with it, all else as asked."""
        if name == "country":
            return self._incidents(but=name).count_by_place()
        if name == "ground":
            rows, field = Justification.objects.filter(incident__in=self._incidents(but=name)), "ground"
        else:
            rows = self._actions(but=name).filter(incident__in=self._places_and_words())
            field = ACTION_FIELDS[name] + ("__slug" if name in ("platform", "holder") else "")
        rows = rows.order_by().values_list(field).annotate(Count("incident", distinct=True))
        return {value: number for value, number in rows if value}

    def groups(self):
        """The form: for each parameter its label, what is chosen, and its options with their counts.

        Options without a match stand apart, in `rest`. Nothing is counted while something is not understood.
        """
        return [self._group(name, field) for name, field in self.form.fields.items() if name != "page"]

    def _group(self, name, field):
        chosen = self.data.getlist(name)
        group = {"name": name, "label": field.label, "chosen": chosen, "errors": self.errors.get(name, [])}
        if name == "sort":
            return group | {"options": [(value, label, value in chosen) for value, label in SORTS.items()]}
        if name not in self.SEVERAL:
            return group
        counted = self.is_valid()
        counts = self.counts(name) if counted else {}
        options = [
            {"value": value, "label": label, "chosen": value in chosen, "count": counts.get(value, 0)}
            for value, label in self._labels(name, field, counts, chosen)
        ]
        return group | {
            "counted": counted,
            "options": [option for option in options if option["chosen"] or option["count"]],
            "rest": [option for option in options if not (option["chosen"] or option["count"])],
        }

    def _labels(self, name, field, counts, chosen):
        """The values a parameter is offered with. Of platforms, holders and places those with a match, and those chosen."""
        if name == "country":
            codes = {*counts, *(code for code in chosen if _passes(validate_place, code))}
            return sorted(((code, place_name(code)) for code in codes), key=lambda option: option[1])
        if name in ("platform", "holder"):
            most = sorted(counts, key=lambda slug: (-counts[slug], slug))[:MOST_LISTED]
            known = self.form.cleaned_data.get(name) or ()
            slugs = {*most, *(each.slug for each in known)}
            return [(each.slug, str(each)) for each in field.queryset.filter(slug__in=slugs)] if slugs else []
        return field.choices

    def parts(self):
        """What is filtered by, as the parts of a sentence: a few words, then values, each with the query string
        that leaves it out. Ask only when `is_valid()`."""
        asked, parts = self.asked, []
        for name, wording in WORDING.items():
            if name == "from":
                first, last = asked["from"], asked["to"]
                values = [(_span(first, last), self._without(("from", "to")))] if first or last else []
            elif name in self.SEVERAL:
                values = [
                    (self._words(name, value), self._without((name,), getattr(value, "slug", value)))
                    for value in asked[name]
                ]
            else:
                values = [(f"“{asked[name]}”", self._without((name,)))] if asked[name] else []
            if values:
                parts.append(
                    {
                        "name": name,
                        "joint": ", " if parts or wording.endswith(":") else " ",
                        "wording": wording,
                        "values": [{"words": words, "without": without} for words, without in values],
                    }
                )
        return parts

    def words(self, number):
        """The same in one sentence: “14 incidents on Zoom or Weibo, reason: local law”."""
        said = ngettext("%d incident", "%d incidents", number) % number
        for part in self.parts():
            said += f"{part['joint']}{part['wording']} {_(' or ').join(value['words'] for value in part['values'])}"
        return said

    def _words(self, name, value):
        if name == "country":
            return place_name(value)
        if name in ("platform", "holder"):
            return str(value)
        vocabulary = {"type": ActionType, "status": Status, "ground": Ground, "reason": ReasonStatus}
        return vocabulary.get(name, Occurrence)(value).phrase

    def _without(self, names, value=None):
        """The query string without these parameters, or without one value of them; from its first page."""
        data = self.data.copy()
        for name in (*names, "page"):
            left = [each for each in data.getlist(name) if value is not None and each != value]
            data.setlist(name, left if name != "page" else [])
        return data.urlencode()


def _without_blanks(data):
    """The query string's values, those left empty in a form taken out."""
    data = QueryDict(data) if isinstance(data, str) else data or QueryDict()
    tidy = QueryDict(mutable=True)
    for name, values in data.lists():
        if values := [value.strip(" ") for value in values if value.strip(" ")]:
            tidy.setlist(name, values)
    return tidy


def _span(first, last):
    if first and first == last:
        return (_("on %s") if len(first) == len("2020-06-07") else _("in %s")) % first.words()
    return EDTF(f"{first or '..'}/{last or '..'}").words()


def _passes(validate, value):
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def _printable(text):
    """Text as it may be shown back: short, and without control characters."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:40])
