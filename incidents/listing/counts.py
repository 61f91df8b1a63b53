"""Counts of incidents and actions: by value of a facet, by year, in total."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone

from ..index.facets import FACET, VALUE
from ..index.posting_lists import EMPTY, IndexReader
from ..index.terms import COUNTED, FIRST_YEAR, LAST_YEAR, LISTED
from ..models.dates import FIRST_YEAR as FIRST_PLATFORM_YEAR
from .matching import SPAN, Matching


def value_counts(matching: Matching, name: str, values: Iterable[str]) -> dict[str, int]:
    """For each of these values of a facet, how many incidents there would be with it, all else as asked."""
    facet = FACET[name]
    by_value = _layers_of(matching.reader, {value: facet.term(value) for value in values})
    if not facet.of_action:
        base = matching.without(name)
        return {value: base.intersection_cardinality(of.get(0, EMPTY)) for value, of in by_value.items()}
    tally = matching.tally(but=name, counted=name)
    return {value: tally.number_with(of) for value, of in by_value.items()}


def start_counts(matching: Matching, spans: Iterable[str]) -> dict[str, int]:
    """For each of these years or months (or `none`), how many incidents may have begun in it, all else as asked."""
    by_span = _layers_of(matching.reader, {span: f"{VALUE}start={span}" for span in spans})
    tally = matching.tally(but=SPAN)
    return {span: tally.number_with(of) for span, of in by_span.items()}


def chart_years(reader: IndexReader) -> range:
    """The years from the first to the last in which an action may first have begun, without those that no platform can have had
    an account in, or that are more than a year ahead: one slip of a year would leave no room for the others."""
    every = range(max(FIRST_YEAR, FIRST_PLATFORM_YEAR), min(LAST_YEAR, timezone.now().year + 1) + 1)
    by_year = _layers_of(reader, {year: f"{VALUE}begun={year}" for year in every})
    listed = reader.incidents(LISTED)
    found = [year for year, of in by_year.items() if listed.intersect(of.get(0, EMPTY))]
    return range(found[0], found[-1] + 1) if found else range(0)


def span_count(matching: Matching, *, first: date | None = None, last: date | None = None) -> int:
    """How many incidents may have begun in these days, all else as asked."""
    criteria = replace(matching.criteria, first=first, last=last, undated=False)
    return len(Matching(matching.reader, criteria).incidents)


def action_count(matching: Matching) -> int:
    """How many actions the matching incidents have, whether they are counted or not."""
    return sum(map(matching.incidents.intersection_cardinality, matching.actions.values()))


def counted_action_count(matching: Matching) -> int:
    """How many counted account actions the matching incidents have, of those that match."""
    counted, layers = matching.reader.layers([COUNTED])[COUNTED], matching.layers()
    return sum(
        len(matching.incidents & of & layers[layer]) if layers is not None else len(matching.incidents & of)
        for layer, of in counted.items()
        if layer and (layers is None or layer in layers)
    )


def _layers_of(reader, terms):
    """The sets of each term by layer, under the keys of `terms`."""
    return dict(zip(terms, reader.layers(list(terms.values())).values(), strict=True))
