"""Filters typed among the search terms: `platform:zoom` works like the parameter, if the value exists."""

from ..index.facets import FACET
from ..models.fields import validate_text
from .query import EXCLUDED, typed_filters
from .refusals import can_be_read


def take_typed_filters(incident_filter):
    """Move the filters that stand among the search terms of an IncidentFilter to their parameters."""
    data = incident_filter.data
    text = data["q"] if len(data.getlist("q")) == 1 else ""
    if not can_be_read(validate_text, text):
        return
    left = list(text)
    for name, typed, excluded, (first, last) in typed_filters(text, (*FACET, "from", "to", "sort")):
        value = _value(incident_filter, name, typed)
        if value and name not in incident_filter.fixed and not (excluded and name not in FACET):
            data.appendlist(name, EXCLUDED * excluded + value)
            left[first:last] = " " * (last - first)
    rest = " ".join("".join(left).split())
    if rest != text:
        data.setlist("q", [rest] if rest else [])
        if not rest:
            del data["q"]


def _value(incident_filter, name, typed):
    """The value that was typed, or whose name was; None for one that does not fit or was given already."""
    if facet := FACET.get(name):
        value = facet.value_of(typed, incident_filter.reader)
        return value if facet.is_known(value, incident_filter.reader) else None
    if name in incident_filter.data:
        return None
    return typed if can_be_read(incident_filter.filters[name].field.clean, typed) else None
