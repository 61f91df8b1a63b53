"""The listing as a query string: what page, download, command, API and feed all ask with."""

from functools import cache
from operator import itemgetter
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from ..choices import ActionType, Ground, Occurrence, ReasonStatus, Status
from ..dates import EDTF
from ..index.posting_lists import index_reader
from ..index.terms import NONE, VALUE
from ..models import Action, Incident, Party, Platform
from ..models.fields import place_name, validate_place, validate_text
from .listing import Asked, Cursor, Listing
from .query import Query, asked_for, parse

MOST_VALUES = 100
MOST_CHARACTERS = 200
MOST_LISTED = 20
MOST_COUNTED = 60  # platforms and holders, the most frequent of all
FEW = 100  # incidents whose own platforms and holders are counted
EXCLUDED = "-"  # before a value: incidents that have it are left out
SORTS = {
    "best": gettext_lazy("best match first"),
    "newest": gettext_lazy("latest first"),
    "oldest": gettext_lazy("earliest first"),
    "changed": gettext_lazy("last changed first"),
}
VOCABULARIES = {
    "type": ActionType,
    "status": Status,
    "ground": Ground,
    "reason": ReasonStatus,
    "occurrence": Occurrence,
}
NOT_RECORDED = {
    "holder": gettext_lazy("holder not known"),
    "ground": gettext_lazy("none recorded"),
    "country": gettext_lazy("none recorded"),
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
# Where in the list one is, which a download does not ask.
PLACES = ("after", "before", "at")


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


class StartField(PlainDayField):
    """The same, or that no date is known."""

    def to_python(self, value):
        return NONE if value == NONE else super().to_python(value)


class ValuesField(forms.MultipleChoiceField):
    """Values that `known` finds; the choices are worked out with their counts."""

    known = None

    def valid_value(self, value):
        return self.known(value)


class PlainDayFilter(django_filters.CharFilter):
    field_class = PlainDayField


class StartFilter(django_filters.CharFilter):
    field_class = StartField


class ValuesFilter(django_filters.MultipleChoiceFilter):
    field_class = ValuesField


class IncidentFilter(django_filters.FilterSet):
    """Which incidents, in which order. What is not understood finds nothing, and `errors` tells of it.

    Several values of one parameter mean any of them (or every one, if `all` names it); several parameters must all
    hold; a value after a minus is left out. Empty values count as not asked.
    """

    q = django_filters.CharFilter(label=gettext_lazy("Words"), strip=True)
    since = StartFilter(label=gettext_lazy("From"))
    until = PlainDayFilter(label=gettext_lazy("To"))
    sort = django_filters.ChoiceFilter(
        label=gettext_lazy("Order"), choices=list(SORTS.items()), empty_label=None
    )
    platform = ValuesFilter(label=gettext_lazy("Platform"))
    holder = ValuesFilter(label=gettext_lazy("Account holder"))
    type = ValuesFilter(label=gettext_lazy("What was done"))
    status = ValuesFilter(label=gettext_lazy("Status"))
    ground = ValuesFilter(label=gettext_lazy("Stated ground"))
    reason = ValuesFilter(label=gettext_lazy("Reason given or not"))
    country = ValuesFilter(label=gettext_lazy("Country or territory"))
    occurrence = ValuesFilter(label=gettext_lazy("Did it take place"))
    every = django_filters.MultipleChoiceFilter(label=gettext_lazy("All of these"))
    after = django_filters.CharFilter()
    before = django_filters.CharFilter()
    at = PlainDayFilter(label=gettext_lazy("Go to"))

    SEVERAL = ("platform", "holder", "type", "status", "ground", "reason", "country", "occurrence")

    class Meta:
        model = Incident
        fields = []

    @classmethod
    def get_filters(cls):
        # Words of Python's own cannot be the names of attributes.
        names = {"since": "from", "until": "to", "every": "all"}
        return {names.get(name, name): found for name, found in super().get_filters().items()}

    def __init__(self, data=None, *, using="default", dataset_version=None):
        super().__init__(_without_blanks(data), Incident.objects.none())
        self.reader = index_reader(using, dataset_version)
        for name in self.SEVERAL:
            self.filters[name].field.known = self._known(name)
        self.filters["all"].field.choices = [(name, name) for name in self.SEVERAL]
        if "q" in self.data:
            self._take_typed_filters()

    def _known(self, name):
        """What tells whether a value of this parameter is known."""
        if name in VOCABULARIES:
            return lambda value: value in VOCABULARIES[name].values or value == NONE and name in NOT_RECORDED
        if name == "country":
            return lambda value: value == NONE or _passes(validate_place, value)
        return lambda value: (
            value == NONE and name in NOT_RECORDED or bool(self.reader.whole(f"{VALUE}{name}={value}"))
        )

    # What was asked

    def _take_typed_filters(self):
        """`platform:zoom` among the words is as if it had been asked beside them, if there is such a value."""
        text = self.data["q"] if len(self.data.getlist("q")) == 1 else ""
        if not _passes(validate_text, text):
            return
        names = (*self.SEVERAL, "from", "to", "sort")
        left = list(text)
        for name, value, excluded, (first, last) in asked_for(text, names):
            if (found := self._value_named(name, value)) and not (excluded and name not in self.SEVERAL):
                self.data.appendlist(name, EXCLUDED * excluded + found)
                left[first:last] = " " * (last - first)
        rest = " ".join("".join(left).split())
        if rest != text:
            self.data.setlist("q", [rest] if rest else [])
            if not rest:
                del self.data["q"]

    def _value_named(self, name, typed):
        """The value that was typed, or whose name was; none for a name that does not fit or was given already."""
        if name in self.SEVERAL:
            if name in VOCABULARIES:
                named = {member.label.casefold(): member.value for member in VOCABULARIES[name]}
                value = named.get(typed.casefold(), typed.casefold())
            elif name == "country":
                value = typed if typed == NONE else typed.upper()
            else:
                value = typed.casefold().replace(" ", "-")
            return value if self._known(name)(value) else None
        if name in self.data:
            return None
        return typed if _passes(self.filters[name].field.clean, typed) else None

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
                    plain = [_plain(value) for value in values] if name in self.SEVERAL else values
                    readable.setlist(name, plain)
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
            elif name not in (*self.SEVERAL, "all") and len(values) > 1:
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
        asked = self.form.cleaned_data
        first, last = asked.get("from"), asked.get("to")
        if first == NONE and last:
            found["to"] = [_("What has no date ends on none. Leave one of the two out.")]
        elif first and last and first.earliest > last.latest:
            found["to"] = [
                _("“%(last)s” lies before “%(first)s”, where the span begins.")
                % {"first": first, "last": last}
            ]
        places = [name for name in PLACES if asked.get(name)]
        if len(places) > 1:
            found[places[1]] = [_("Give only one of: %s.") % ", ".join(PLACES)]
        for name in ("after", "before"):
            if asked.get(name) and not _passes_as(ValueError, Cursor.read, asked[name], self.order):
                found[name] = [
                    _("“%s” is no place in this list. Start from its first page.") % _printable(asked[name])
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
        known = [key for key, _label in self.form.fields[name].choices if key] or [
            *VOCABULARIES[name].values,
            *([NONE] if name in NOT_RECORDED else []),
        ]
        return _("“%(value)s” is none of the values: %(known)s.") % (value | {"known": ", ".join(known)})

    def is_valid(self):
        return not self.errors

    @property
    def query(self):
        """The query string, tidied, of the whole list: from its beginning."""
        return self._with()

    @property
    def asked(self):
        """What was asked, by parameter. Only for a query string that was understood."""
        if not self.is_valid():
            raise ValueError("The query string was not understood: see its errors.")
        return self.form.cleaned_data

    @property
    def order(self):
        """The order asked for; without one, what matches best comes first if there are words, else the latest."""
        chosen = self.form.cleaned_data.get("sort")
        if chosen == "best" and "q" not in self.data:
            return "newest"
        return chosen or ("best" if "q" in self.data else "newest")

    @cached_property
    def words(self):
        """The words asked for, as a query."""
        return parse(self.asked["q"]) if self.asked["q"] else Query()

    def values(self, name):
        """The values of a parameter as (value, whether it is left out)."""
        return [(_plain(value), value.startswith(EXCLUDED)) for value in self.data.getlist(name)]

    @cached_property
    def listing(self):
        """What is found."""
        asked, values, without = self.asked, {}, {}
        for name in self.SEVERAL:
            values[name] = list(dict.fromkeys(value for value, out in self.values(name) if not out))
            without[name] = [value for value, out in self.values(name) if out]
        first, last = asked["from"], asked["to"]
        undated = first == NONE
        return Listing(
            self.reader,
            Asked(
                values=values,
                without=without,
                every=frozenset(asked["all"]),
                undated=undated,
                first=first.earliest if first and not undated else None,
                last=last.latest if last else None,
                query=self.words,
                nothing=bool(asked["q"]) and not self.words,
                order=self.order,
            ),
        )

    def page(self, size):
        """The page asked for, of so many incidents."""
        asked = self.asked
        after, before = (asked[name] and Cursor.read(asked[name], self.order) for name in ("after", "before"))
        if at := asked["at"]:
            day = at.earliest if self.order == "oldest" else at.latest
            after = Cursor.at(day, self.order)
        return self.listing.page(size, after=after or None, before=before or None)

    # What is offered

    def counts(self, name):
        """For each value of a parameter, how many incidents there would be with it, all else as asked."""
        values = list(VOCABULARIES[name].values) if name in VOCABULARIES else self._frequent(name)
        if name in NOT_RECORDED:
            values.append(NONE)
        chosen = [value for value, _out in self.values(name)]
        counts = self.listing.counts(name, list(dict.fromkeys((*values, *chosen))))
        return {value: number for value, number in counts.items() if number}

    def _frequent(self, name):
        """The platforms, holders or places to be counted: the most frequent of all, and those of a short list."""
        found = self.reader.most_common(f"{VALUE}{name}=", MOST_COUNTED)
        if name != "country" and len(self.listing) <= FEW:
            actions = Action.objects.using(self.reader.using).filter(incident__in=list(self.listing.found))
            field = {"platform": "account__platform__slug", "holder": "account__holder__slug"}[name]
            found = [*found, *actions.order_by().values_list(field, flat=True).distinct()]
        return [value for value in found if value and value != NONE]

    def years(self):
        """How many incidents may have begun in each year; in each month, if one year is asked for."""
        asked = self.asked
        first, last = asked["from"], asked["to"]
        if first and last and first[:4] == last[:4]:
            spans = [f"{first[:4]}-{month:02}" for month in range(1, 13)]
        else:
            spans = [str(year) for year in self.listing.span()]
        counts = self.listing.counts("start", [*spans, NONE])
        most = max((counts[span] for span in spans), default=0)
        return {
            "bars": [
                {
                    "span": span,
                    "number": counts[span],
                    "words": f"{EDTF(span).words()}: {_incidents(counts[span]) if counts[span] else _('none')}",
                    "short": span[-2:] if len(spans) > 6 else span,
                    "share": (share := -(-100 * counts[span] // most) if most else 0),
                    "top": 100 - share,
                    "query": self._with(**{"from": [span], "to": [span]}),
                    "chosen": bool(first and last and first <= span <= last),
                }
                for span in spans
            ],
            "undated": counts[NONE],
            "undated_query": self._with(**{"from": [NONE], "to": []}),
            "narrowed": bool(first or last),
            "whole": self._with(**{"from": [], "to": []}),
        }

    def groups(self):
        """The form: for each parameter its label, what is chosen, and its options with their counts.

        Nothing is counted while something is not understood.
        """
        return [
            self._group(name, field)
            for name, field in self.form.fields.items()
            if name not in ("all", "after", "before")
        ]

    def _group(self, name, field):
        chosen = self.data.getlist(name)
        group = {"name": name, "label": field.label, "chosen": chosen, "errors": self.errors.get(name, [])}
        if name == "sort":
            order = self.order if not self.errors.get("sort") else ""
            options = {value: label for value, label in SORTS.items() if value != "best" or "q" in self.data}
            return group | {
                "options": [(value, label, value == order) for value, label in options.items()],
                "default": "best" if "q" in self.data else "newest",
            }
        if name not in self.SEVERAL:
            return group
        counts = self.counts(name) if self.is_valid() else {}
        options = [
            {
                "name": name,
                "value": value,
                "label": label,
                "chosen": value in chosen,
                "count": str(counts.get(value, 0)) if self.is_valid() else "",
                "empty": value not in counts and value not in chosen,
            }
            for value, label in self._labels(name, counts, [_plain(value) for value in chosen])
        ]
        if name not in VOCABULARIES:
            options.sort(key=lambda option: (option["value"] == NONE, -int(option["count"] or 0)))
        return group | {
            "options": options,
            "left_out": [value for value in chosen if value.startswith(EXCLUDED)],
            "every": name in self.data.getlist("all"),
        }

    def _labels(self, name, counts, chosen):
        """The values a parameter is offered with. Of platforms, holders and places those with a match, and those chosen."""
        if name in VOCABULARIES:
            found = _labels_of(name, get_language())
        else:
            most = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_LISTED]
            found = sorted(self._names(name, {*most, *chosen} - {NONE}).items(), key=itemgetter(1))
        none = [(NONE, str(NOT_RECORDED[name]))] if name in NOT_RECORDED and (counts or chosen) else []
        return [*found, *none]

    def _names(self, name, values):
        """What these values of a parameter are called."""
        if name == "country":
            return {code: place_name(code) for code in values if _passes(validate_place, code)}
        labels = self.reader.labels[name]
        model, label = {"platform": (Platform, "name"), "holder": (Party, "public_label")}[name]
        if unread := [value for value in values if value not in labels]:
            # Whatever stands in the archive is public; nothing else is asked for by name.
            there = [value for value in unread if self._known(name)(value)]
            found = model.objects.using(self.reader.using).filter(slug__in=there)
            labels |= dict(found.values_list("slug", label))
            self.reader.labels[name] = labels
        return {value: labels[value] for value in values if value in labels}

    # What was understood, in words

    @cached_property
    def parts(self):
        """What is filtered by, as the parts of a sentence: a few words, then values, each with the query strings
        that leave it out and that turn it round. Ask only when `is_valid()`."""
        parts = []
        for name, wording in WORDING.items():
            if values := self._part(name):
                part = {
                    "name": name,
                    "wording": wording,
                    "values": [value for value in values if not value["out"]],
                    "without": [value for value in values if value["out"]],
                    "every": name in self.data.getlist("all"),
                }
                if name in self.SEVERAL and len(part["values"]) > 1:
                    every = [each for each in self.data.getlist("all") if each != name]
                    part["turned"] = self._with(all=every if part["every"] else [*every, name])
                part["joint"] = ", " if parts or wording.endswith(":") else " "
                parts.append(part)
        return parts

    def _part(self, name):
        asked = self.asked
        if name == "q":
            said = self.words.words() or (asked["q"] and _("nothing that can be looked for"))
            return [self._value(said, self._with(q=[]))] if asked["q"] else []
        if name == "from":
            first, last = asked["from"], asked["to"]
            without = self._with(**{"from": [], "to": []})
            return [self._value(_span(first, last), without)] if first or last else []
        names = self._words_of(name)
        found = []
        for given in dict.fromkeys(self.data.getlist(name)):
            value, out = _plain(given), given.startswith(EXCLUDED)
            left = [each for each in self.data.getlist(name) if each != given]
            turned = self._with(**{name: [*left, value if out else EXCLUDED + value]})
            found.append(self._value(names[value], self._with(**{name: left}), out=out, turned=turned))
        return found

    def _value(self, words, without, **more):
        return {"words": words, "without": without, "out": False} | more

    def _words_of(self, name):
        """What the values asked for are called within a sentence."""
        values = [value for value, _out in self.values(name)]
        none = {NONE: str(NOT_RECORDED[name])} if name in NOT_RECORDED else {}
        if name in VOCABULARIES:
            return {each: VOCABULARIES[name](each).phrase for each in values if each != NONE} | none
        return self._names(name, {*values} - {NONE}) | none

    def sentence(self):
        """What was asked, in one sentence: “14 incidents on Zoom or Weibo, reason: local law”."""
        number = len(self.listing)
        said = _incidents(number)
        if self.listing.is_cut:
            said = pgettext("number of incidents", "more than %s") % said
        for part in self.parts:
            values = (_(" and ") if part["every"] else _(" or ")).join(
                each["words"] for each in part["values"]
            )
            without = _(" or ").join(each["words"] for each in part["without"])
            said += (
                f"{part['joint']}{part['wording']} {values}" if values else part["joint"].rstrip(" ") or ","
            )
            if without:
                said += f" {_('without')} {without}"
        return said

    def relaxations(self):
        """If nothing is found: each filter without which something would be, with its number and query string."""
        found = []
        if len(self.listing):
            return found
        for part in self.parts:
            name = part["name"]
            number = self.listing.having(but=name)
            if number:
                names = ("from", "to") if name == "from" else (name,)
                without = self._with(**dict.fromkeys(names, []))
                found.append({"part": part, "number": number, "query": without})
        return found

    def _with(self, **changed):
        """The query string with these parameters changed, from its first page."""
        values = {name: values for name, values in self.data.lists() if name not in PLACES} | changed
        return urlencode(values, doseq=True)

    def pairs(self):
        """Names and values of the query string, for a form that adds to it."""
        return [(name, value) for name, values in self.data.lists() if name not in PLACES for value in values]

    def at_page(self, **place):
        """The query string of a page of this list."""
        return self._with(**{name: [str(value)] for name, value in place.items()})


@cache
def _labels_of(name, _language):
    """The values of a vocabulary with their labels. Each look for a translation costs as much as ten rows of a page."""
    return tuple((member.value, str(member.label)) for member in VOCABULARIES[name])


def _incidents(number):
    return ngettext("%d incident", "%d incidents", number) % number


def _plain(value):
    return value.removeprefix(EXCLUDED)


def _without_blanks(data):
    """The query string's values, those left empty in a form taken out."""
    data = QueryDict(data) if isinstance(data, str) else data or QueryDict()
    tidy = QueryDict(mutable=True)
    for name, values in data.lists():
        if values := [value.strip(" ") for value in values if value.strip(" ")]:
            tidy.setlist(name, values)
    return tidy


def _span(first, last):
    if first == NONE:
        return _("on a day not known")
    if first and first == last:
        return (_("on %s") if len(first) == len("2020-06-07") else _("in %s")) % first.words()
    return EDTF(f"{first or '..'}/{last or '..'}").words()


def _passes(validate, value):
    return _passes_as(ValidationError, validate, value)


def _passes_as(error, validate, *values):
    try:
        validate(*values)
    except error:
        return False
    return True


def _printable(text):
    """Text as it may be shown back: short, and without control characters."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:40])
