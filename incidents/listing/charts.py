"""The numbers of the charts: for each value of a facet, how many incidents of a list have it, as the filter form counts them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..choices import Lasted
from ..index.facets import FACET, NONE
from .counts import chart_years, start_counts, value_counts
from .filters import IncidentFilter
from .listing import Listing

TIME = "time"
# The charts of any list in their order, each by its name, which is part of its address, with what it counts by.
CHARTS = {
    "reason-changes": "story",
    "reasons": "ground",
    TIME: "from",
    "platforms": "platform",
    "outcomes": "status",
    "durations": "lasted",
    "countries": "country",
    "actions": "type",
    "reason-given": "reason",
    "behind": "behind",
    "topics": "topic",
}


@dataclass(frozen=True)
class Row:
    """A value, what it is called, how many incidents have it, and the query string that finds them."""

    value: str
    label: str
    number: int
    query: str
    language: str = ""


@dataclass(frozen=True)
class Numbers:
    """The rows of a chart, and of how many incidents they are."""

    name: str
    rows: list[Row]
    total: int

    @property
    def known(self) -> list[Row]:
        """The rows of what is recorded."""
        return [row for row in self.rows if row.value != NONE]


def charts_of(incident_filter: IncidentFilter) -> list[str]:
    """The charts of a list: all but those by what the list is filtered by; none of one with background events."""
    if incident_filter.criteria.lists_background:
        return []  # nothing of what is not counted is drawn
    asked = {"from" if name == "to" else name for name in incident_filter.data}
    return [name for name, facet in CHARTS.items() if facet not in asked]


def chart_numbers(incident_filter: IncidentFilter, name: str) -> Numbers:
    """The numbers of one chart of a list."""
    rows = _by_time(incident_filter) if name == TIME else _by_facet(incident_filter, CHARTS[name])
    return Numbers(name, list(rows), len(incident_filter.listing))


def ended(incident_filter: IncidentFilter) -> Listing:
    """Those of a list with an action whose end is recorded."""
    criteria = incident_filter.criteria
    values = criteria.values | {"lasted": list(Lasted.values)}
    return Listing(incident_filter.reader, replace(criteria, values=values))


def _by_facet(incident_filter: IncidentFilter, name: str) -> Iterator[Row]:
    """The values that any incident has: those of a length in their order, others by number, what is not recorded last."""
    facet, reader = FACET[name], incident_filter.reader
    counts = value_counts(incident_filter.listing.matching, name, facet.candidates(reader))
    counts = {value: number for value, number in counts.items() if number}
    labels = facet.labels(counts, reader)
    order = [value for value in counts if value in labels]
    if name != "lasted":
        order.sort(key=lambda value: (value == NONE, -counts[value], labels[value]))
    for value in order:
        query = incident_filter.list_query_with(**{name: [value]})
        yield Row(value, labels[value], counts[value], query, facet.language_of(value, reader))


def _by_time(incident_filter: IncidentFilter) -> Iterator[Row]:
    """The years in which incidents may have begun, or if all is in one year its months; and those without a date."""
    years = [str(year) for year in chart_years(incident_filter.reader)]
    spans = [f"{years[0]}-{month:02}" for month in range(1, 13)] if len(years) == 1 else years
    counts = start_counts(incident_filter.listing.matching, [*spans, NONE])
    while spans and not counts[spans[0]]:
        spans.pop(0)
    while spans and not counts[spans[-1]]:
        spans.pop()
    for span in (*spans, *([NONE] if counts[NONE] else [])):
        period = {"from": [span], "to": [] if span == NONE else [span]}
        yield Row(span, span, counts[span], incident_filter.list_query_with(**period))
