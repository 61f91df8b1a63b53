"""The filter form beside a list: each parameter with its values, what is chosen, and how many incidents match each."""

import re
from datetime import date
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..dates import EDTF
from ..index.facets import FACET, NONE, RecordFacet, VocabularyFacet
from ..models import Action, Incident
from .counts import chart_years, span_count, start_counts, value_counts
from .filters import ORDERS
from .query import EXCLUDED, plain
from .refusals import PLACES
from .sentence import count_in_words

CONDITION = re.compile(r"\[.*?\]")
MAX_LISTED_VALUES = 20  # of platforms, holders and places
MAX_LISTING_READ = 100  # incidents; in a shorter list its own platforms and holders are counted, too
MAX_BARS_WITH_LABELS = 6
HOLE = "%00"  # in a query string, in place of a year or month: a character that none has
# What readers ask for most comes first, and its values are shown; those of the others fold.
FIRST = ("q", "platform", "ground", "status", "from", "to", "sort", "topic", "country")
UNFOLDED = ("platform", "ground", "status")


class Option(NamedTuple):
    """A value of a filter, and how many incidents have it; while nothing is counted, that is empty."""

    name: str
    value: str
    label: str
    language: str  # of the label, if that is not the language of the page
    chosen: bool
    number: int | str

    @property
    def is_offered(self):
        return self.chosen or self.number != 0


class FilterForm:
    """The form for an IncidentFilter. Nothing is counted while something is not understood."""

    def __init__(self, incident_filter):
        self.incident_filter, self.is_valid = incident_filter, incident_filter.is_valid()

    @property
    def names(self):
        """The parameters that the form has, in its order."""
        names = dict.fromkeys((*FIRST, *self.incident_filter.form.fields))
        left_out = ("all", *PLACES, *self.incident_filter.fixed)
        return [name for name in names if name not in left_out and (name not in FACET or FACET[name].in_form)]

    def groups(self):
        """The parameters in the order of the form, each with its label, its values and what is wrong with them."""
        return [self._group(name, self.incident_filter.form.fields[name]) for name in self.names]

    def hidden_inputs(self):
        """Names and values for which it has no boxes: of which facets every value is asked for, and the values left out."""
        given = self.incident_filter.given
        for name in (each for each in self.names if each in FACET):
            if name in given.getlist("all"):
                yield "all", name
            yield from ((name, value) for value in given.getlist(name) if value.startswith(EXCLUDED))

    def _group(self, name, field):
        chosen = self.incident_filter.given.getlist(name)
        group = {
            "name": name,
            "label": field.label,
            "chosen": chosen,
            "errors": self.incident_filter.errors.get(name, []),
        }
        if name == "sort":
            return group | {"orders": self._orders()}
        if name not in FACET:
            return group
        options = self._options(FACET[name], chosen)
        return group | {
            "options": [option for option in options if option.is_offered],
            "without_match": [option for option in options if not option.is_offered],
            "is_open": bool(name in UNFOLDED and self.is_valid or chosen or group["errors"]),
        }

    def _orders(self):
        order = self.incident_filter.order if not self.incident_filter.errors.get("sort") else ""
        has_words = "q" in self.incident_filter.data
        default = "best" if has_words else "newest"
        orders = {value: label for value, label in ORDERS.items() if value != "best" or has_words}
        return [("" if value == default else value, label, value == order) for value, label in orders.items()]

    def _options(self, facet, chosen):
        """The values offered. Of platforms, holders and places those with a match, and those chosen."""
        counts = self.counts(facet.name) if self.is_valid else {}
        reader = self.incident_filter.reader
        options = [
            Option(
                name=facet.name,
                value=value,
                label=label,
                language=facet.language_of(value, reader),
                chosen=value in chosen,
                number=counts.get(value, 0) if self.is_valid else "",
            )
            for value, label in self._labels(facet, counts, [plain(value) for value in chosen])
        ]
        if not facet.lists_empty:
            options = [option for option in options if option.is_offered]
        if not isinstance(facet, VocabularyFacet):
            options.sort(key=lambda option: (option.value == NONE, -int(option.number or 0)))
        return options

    def _labels(self, facet, counts, chosen):
        none = [(NONE, str(facet.none))] if facet.none and (counts or chosen) else []
        if isinstance(facet, VocabularyFacet):
            return [*_vocabulary_labels(facet, get_language()), *none]
        most = sorted(counts, key=lambda value: (-counts[value], value))[:MAX_LISTED_VALUES]
        labels = facet.labels({*most, *chosen} - {NONE}, self.incident_filter.reader)
        return [*sorted(labels.items(), key=itemgetter(1)), *none]

    def counts(self, name):
        """For each value of a facet that any incident would have, how many there would be, all else as asked."""
        facet, listing = FACET[name], self.incident_filter.listing
        chosen = [value for value, _excluded in self.incident_filter.values(name)]
        values = facet.candidates(self.incident_filter.reader)
        if isinstance(facet, RecordFacet) and len(listing) <= MAX_LISTING_READ:
            values = [*values, *self._values_of_short(facet, listing)]
        counts = value_counts(listing.matching, name, list(dict.fromkeys((*values, *chosen))))
        return {value: number for value, number in counts.items() if number}

    def _values_of_short(self, facet, listing):
        """The values that a short list, or its actions, have."""
        model, own = (Action, "incident") if facet.of_action else (Incident, "pk")
        records = model.objects.using(self.incident_filter.reader.using).filter(
            **{f"{own}__in": list(listing.found)}
        )
        # The conditions in a path are left to the index: a value that none of these incidents has there counts nothing.
        columns = dict.fromkeys(CONDITION.sub("", path).replace(".", "__") for path in facet.paths)
        rows = records.order_by().values_list(*columns).distinct()
        return [value for row in rows for value in row if value]

    def years(self):
        """How many incidents may have begun in each year; in each month, if one year is asked for.

        `outside` has what may have begun before the first or after the last bar.
        """
        first, last = self.incident_filter.cleaned["from"], self.incident_filter.cleaned["to"]
        is_one_year = first and last and first[:4] == last[:4]
        years = chart_years(self.incident_filter.reader)
        if is_one_year:
            spans = [f"{first[:4]}-{month:02}" for month in range(1, 13)]
        else:
            spans = [str(year) for year in years]
        counts = start_counts(self.incident_filter.listing.matching, [*spans, NONE])
        most = max((counts[span] for span in spans), default=0)
        query_with = self.incident_filter.query_with
        query_of_span = query_with(**{"from": ["\0"], "to": ["\0"]})
        return {
            "bars": [
                {
                    "span": span,
                    "number": counts[span],
                    "words": _bar_words(span, counts[span]),
                    "short": span[-2:] if len(spans) > MAX_BARS_WITH_LABELS else span,
                    # As SVG has numbers, in any language.
                    "share": str(share := -(-100 * counts[span] // most) if most else 0),
                    "top": str(100 - share),
                    "query": query_of_span.replace(HOLE, span),
                    "chosen": bool(first and last and first <= span <= last),
                }
                for span in spans
            ],
            "outside": [] if is_one_year else list(self._outside(years)),
            "undated": counts[NONE],
            "undated_query": query_with(**{"from": [NONE], "to": []}),
            "narrowed": bool(first or last),
            "whole": query_with(**{"from": [], "to": []}),
        }

    def _outside(self, years):
        """What may have begun before or after the years of the chart, in words, with the query string that finds it."""
        matching, query_with = self.incident_filter.listing.matching, self.incident_filter.query_with
        # Without a bar, everything is outside.
        begin, end = (years[0], years[-1]) if years else (timezone.now().year + 1, timezone.now().year)
        if number := span_count(matching, last=date(begin - 1, 12, 31)):
            words = ngettext("%d may have begun earlier", "%d may have begun earlier", number) % number
            yield {"words": words, "query": query_with(**{"from": [], "to": [str(begin - 1)]})}
        if number := span_count(matching, first=date(end + 1, 1, 1)):
            words = ngettext("%d may have begun later", "%d may have begun later", number) % number
            yield {"words": words, "query": query_with(**{"from": [str(end + 1)], "to": []})}


def _bar_words(span, number):
    incidents = count_in_words(number) if number else _("none")
    return _("%(period)s: %(incidents)s") % {"period": EDTF(span).words(), "incidents": incidents}


@cache
def _vocabulary_labels(facet, _language):
    """The values of a vocabulary with their labels. Each look for a translation costs as much as ten rows of a page."""
    return tuple((member.value, str(member.label)) for member in facet.vocabulary)
