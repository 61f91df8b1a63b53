"""The query string of a listing: what page, download, feed, API and command all ask with, read and checked in one place."""

from copy import copy
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..dates import EDTF
from ..index.facets import FACET, FACETS, NONE, Facet
from ..index.posting_lists import IndexReader, index_reader
from ..index.versions import Version
from ..models import Incident
from .criteria import Criteria
from .listing import Listing
from .ordering import Cursor, Page
from .query import EXCLUDED, Query, parse, plain
from .refusals import MAX_VALUES, PLACES, meaningless, too_common, unreadable
from .typed_filters import take_typed_filters

ORDERS = {
    "best": gettext_lazy("best match first"),
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
        except ValueError:
            day = None
        if day is None or day.datetime != value:
            raise ValidationError(
                _("“%(value)s” is not a date. Write 2020, 2020-06 or 2020-06-07."), params={"value": value}
            )
        return day


class StartField(PlainDayField):
    """The same, or that no date is known."""

    def to_python(self, value):
        return NONE if value == NONE else super().to_python(value)


class Shallow(dict[str, Any]):
    """Filters or fields that are copied for each request without what they hold: no request changes that."""

    def __deepcopy__(self, _memo):
        return {name: copy(each) for name, each in self.items()}


class FacetField(forms.MultipleChoiceField):
    """Values that a facet knows; the choices offered are worked out with their counts."""

    facet: Facet
    reader: IndexReader

    def valid_value(self, value):
        return self.facet.is_known(value, self.reader)


class PlainDayFilter(django_filters.CharFilter):
    field_class = PlainDayField


class StartFilter(django_filters.CharFilter):
    field_class = StartField


class FacetFilter(django_filters.MultipleChoiceFilter):
    field_class = FacetField


class IncidentFilter(django_filters.FilterSet):
    """Which incidents, in which order. What is not understood finds nothing, and `errors` says what it was.

    Several values of one parameter mean any of them (or every one, if `all` names it); several parameters must all
    hold; a value after a minus is left out. Empty values count as not given. `fixed` has facets with the value they
    have on this page whatever the query string says: the page of a platform is the list with `platform` fixed.
    """

    q = django_filters.CharFilter(label=gettext_lazy("Search terms"), strip=True)
    since = StartFilter(label=gettext_lazy("From"))
    until = PlainDayFilter(label=gettext_lazy("To"))
    sort = django_filters.ChoiceFilter(
        label=gettext_lazy("Order"), choices=list(ORDERS.items()), empty_label=None
    )
    every = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("All of these"), choices=[(name, name) for name in FACET]
    )
    after = django_filters.CharFilter()
    before = django_filters.CharFilter()
    at = PlainDayFilter(label=gettext_lazy("Go to"))

    class Meta:
        model = Incident
        fields: list[str] = []

    @classmethod
    def get_filters(cls):
        declared = super().get_filters()
        # Words of Python's own cannot be the names of attributes.
        names = {"since": "from", "until": "to", "every": "all"}
        declared = {names.get(name, name): found for name, found in declared.items()}
        facets = {facet.name: FacetFilter(label=facet.label) for facet in FACETS}
        first = [name for name in declared if name not in ("all", *PLACES)]
        return Shallow((name, (declared | facets)[name]) for name in (*first, *facets, "all", *PLACES))

    def __init__(
        self,
        data: QueryDict | str | None = None,
        *,
        using: str = "default",
        dataset_version: Version | None = None,
        fixed: dict[str, str] | None = None,
    ):
        self.fixed = fixed or {}
        super().__init__(QueryDict(), Incident.objects.none())
        self.data = _without_blanks(data)
        self.reader = index_reader(using, dataset_version)
        for facet in FACETS:
            if facet.name in self.data:
                self.data.setlist(
                    facet.name, [self._current(facet, each) for each in self.data.getlist(facet.name)]
                )
        if "q" in self.data:
            take_typed_filters(self)
        self.given = self.data.copy()  # without what is fixed
        self.misplaced = [name for name in self.fixed if name in self.data]
        for name, value in self.fixed.items():
            self.data.setlist(name, [value])

    def _current(self, facet, value):
        """A value as it is called now, with the minus that it may begin with."""
        name = plain(value)
        return value.removesuffix(name) + facet.current(name, self.reader)

    # What was asked

    @cached_property
    def errors(self) -> dict[str, list[str]]:
        """What was not understood, or would take too long: parameter -> sentences that name the value. Empty if nothing."""
        return self.misunderstood or too_common(self)

    @cached_property
    def misunderstood(self) -> dict[str, list[str]]:
        """Parameters that mean nothing here, with the sentences that say why."""
        return self.unreadable | meaningless(self)

    @cached_property
    def unreadable(self) -> dict[str, list[str]]:
        """Parameters that no field can read, with the sentences that say why."""
        return unreadable(self)

    @cached_property
    def form(self):
        """The form, given only what fields can read: no database is asked for a control character."""
        readable = QueryDict(mutable=True)
        for name, values in self.data.lists():
            if name not in self.unreadable:
                readable.setlist(name, [plain(value) for value in values] if name in FACET else values)
        form = _form_class()(readable)
        for name in FACET:
            form.fields[name].reader = self.reader
        return form

    def is_valid(self) -> bool:
        return not self.errors

    @property
    def cleaned(self) -> dict[str, Any]:
        """What was asked, by parameter. Raises ValueError for a query string that was not understood."""
        if self.misunderstood:
            raise ValueError("The query string was not understood: see its errors.")
        return self.form.cleaned_data

    @property
    def order(self) -> str:
        """The order asked for; without one, the best match comes first if there are words, else the latest."""
        chosen = self.form.cleaned_data.get("sort")
        if chosen == "best" and "q" not in self.data:
            return "newest"
        return chosen or ("best" if "q" in self.data else "newest")

    def values(self, name: str) -> list[tuple[str, bool]]:
        """The values of a parameter as (value, whether it is left out)."""
        return [(plain(value), value.startswith(EXCLUDED)) for value in self.data.getlist(name)]

    @cached_property
    def words(self) -> Query:
        """The words asked for, as a Query."""
        return parse(self.cleaned["q"]) if self.cleaned["q"] else Query()

    @cached_property
    def criteria(self) -> Criteria:
        """What was asked, as Criteria."""
        cleaned, values, without = self.cleaned, {}, {}
        for name in (each for each in FACET if each in self.data):
            values[name] = list(dict.fromkeys(value for value, excluded in self.values(name) if not excluded))
            without[name] = [value for value, excluded in self.values(name) if excluded]
        first, last = cleaned["from"], cleaned["to"]
        undated = first == NONE
        return Criteria(
            values=values,
            without=without,
            all_of=frozenset(cleaned["all"]),
            undated=undated,
            first=first.earliest if first and not undated else None,
            last=last.latest if last else None,
            query=self.words,
            no_words=bool(cleaned["q"]) and not self.words,
            order=self.order,
        )

    @cached_property
    def listing(self) -> Listing:
        """The Listing of what was found."""
        return Listing(self.reader, self.criteria)

    def page(self, size: int) -> Page:
        """The Page asked for, of so many incidents."""
        cleaned = self.cleaned
        after, before = (
            cleaned[name] and Cursor.read(cleaned[name], self.order) for name in ("after", "before")
        )
        if at := cleaned["at"]:
            day = at.earliest if self.order == "oldest" else at.latest
            after = Cursor.at(day, self.order)
        return self.listing.page(size, after=after or None, before=before or None)

    # Query strings

    @property
    def query(self) -> str:
        """The query string, tidied, that finds the whole of this list at /incidents/ and all its doors."""
        return urlencode(self._lists(self.data), doseq=True)

    @property
    def local_query(self) -> str:
        """The same at this page's own address, where what is fixed is not given."""
        return self.query_with()

    def query_with(self, **changed: Any) -> str:
        """The query string of this page's address with these parameters changed, from its first page."""
        return urlencode(self._lists(self.given) | changed, doseq=True)

    def list_query_with(self, **changed: Any) -> str:
        """The same at /incidents/, where what is fixed on this page has to be given."""
        return urlencode(self._lists(self.data) | changed, doseq=True)

    def query_at(self, **place: Any) -> str:
        """The query string of a page of this list."""
        return self.query_with(**{name: [str(value)] for name, value in place.items()})

    def _lists(self, data):
        return {name: values for name, values in data.lists() if name not in PLACES}

    def with_query(self, **changed: str) -> "IncidentFilter":
        """The same filter with these parameters changed."""
        data = self.given.copy()
        for name, value in changed.items():
            data[name] = value
        version = self.reader.dataset_version
        return IncidentFilter(data, using=self.reader.using, dataset_version=version, fixed=self.fixed)

    def hidden_inputs(self) -> list[tuple[str, str]]:
        """Names and values of the query string, for a form that adds to it."""
        return [(name, value) for name, values in self._lists(self.given).items() for value in values]


@cache
def _form_class():
    fields = {name: each.field for name, each in IncidentFilter.base_filters.items()}
    for name, facet in FACET.items():
        fields[name].facet = facet
    form_class: Any = type("IncidentForm", (forms.Form,), fields)
    form_class.base_fields = Shallow(form_class.base_fields)
    return form_class


def _without_blanks(data):
    """The query string's values, those left empty in a form taken out."""
    data = QueryDict(data) if isinstance(data, str) else data or QueryDict()
    tidy = QueryDict(mutable=True)
    for name, values in data.lists():
        # Too many are refused, even if there is nothing in them.
        kept = (
            values if len(values) > MAX_VALUES else [value.strip(" ") for value in values if value.strip(" ")]
        )
        if kept:
            tidy.setlist(name, kept)
    return tidy


def parameter_table() -> str:
    """The table of parameters in docs/filters.md, as Markdown."""
    facets = [
        (
            f"`{facet.name}`",
            facet.meaning,
            facet.documented_values() + (f"; `{NONE}`: {facet.none}" if facet.none else ""),
        )
        for facet in FACETS
    ]
    rows = [
        ("parameter", "finds", "values"),
        ("---", "---", "---"),
        ("`q`", "words, as below", "any text, up to 200 characters, or one web address, up to 2,000"),
        *facets,
        (
            "`from`, `to`",
            "an action that may have begun in this period",
            "`2020`, `2020-06` or `2020-06-07`; `from=none`: an action without a date",
        ),
        (
            "`all`",
            "incidents that have every value of a parameter, not just one",
            "the name of a parameter: `all=ground`",
        ),
        (
            "`sort`",
            "the order",
            "`best` (the default with words), `newest` (the default without), `oldest`, `changed`",
        ),
        (
            "`after`, `before`",
            "the page after or before a place in the list",
            "taken from the links of a page",
        ),
        ("`at`", "the page that begins with this day", "`2020`, `2020-06` or `2020-06-07`"),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
