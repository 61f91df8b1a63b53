"""What the tabular formats share: a table for each kind of record, with keys between them.

A part of an incident is known in one column by its incident and number, `2020-zoom-wang-dan/1`, so that others can refer
to it; a reference is the key of what it refers to. Several are their keys, or the numbers of parts of the same incident,
with a space between them. Each date is followed by the earliest and the latest day that it may mean.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from ..models import IN_ORDER
from ..models.fields import RELATION_KINDS, FieldKind, kind_of
from ..shape import days_of, fields_of
from .fixture import entries, text_of
from .selection import Selection
from .upgrades import FORMER_COLUMNS

# Records with a key of several fields, which one column has as well, so that others can refer to it.
COMPOUND_KEYS = {
    **dict.fromkeys(("action", "justification", "involvement", "citation"), ("incident", "seq")),
    "relation": ("from_incident", "to_incident", "kind"),
}
MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in IN_ORDER}
# The names of the tables by the record they hold, parents first.
TABLES = {name: f"{name}s" for name in MODELS} | {
    "party": "parties",
    "topiclabel": "topic_labels",
}
KEYS: dict[str, list[str]] = {
    name: ["id"]
    if name in COMPOUND_KEYS
    else [each.partition("__")[0] for each in model.objects.all().natural_key_fields]
    for name, model in MODELS.items()
}
COLUMNS: dict[str, list[str]] = {
    name: [
        *(["id"] if name in COMPOUND_KEYS else []),
        *(each for field in fields_of(name).values() for each in (field.name, *days_of(field))),
    ]
    for name in TABLES
}


class ForeignKey(NamedTuple):
    """A column that refers to a column of a table."""

    column: str
    table: str
    key: str


def foreign_keys(name: str) -> Iterator[ForeignKey]:
    """The references in a table."""
    for column, field in fields_of(name).items():
        if kind_of(field) is FieldKind.RELATION:
            target = field.related_model._meta.model_name
            yield ForeignKey(column, TABLES[target], KEYS[target][0])


def rows(selection: Selection) -> Iterator[tuple[str, list[Any]]]:
    """(record, values) of everything in the selection and what it refers to, in the order of the tables."""
    for model, fields in entries(selection):
        name = str(model._meta.model_name)
        values: list[Any] = [_id(fields, COMPOUND_KEYS[name])] if name in COMPOUND_KEYS else []
        bounds = _bounds(name)
        for column, value in fields.items():
            values.append(_value(value))
            for bound in bounds[column]:
                values.append(_value(getattr(value, bound)) if value else None)
        yield name, values


def _id(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    return "/".join(
        _value(fields[name]) if isinstance(fields[name], tuple) else str(fields[name]) for name in names
    )


@cache
def _bounds(name: str) -> dict[str, tuple[str, ...]]:
    """The bounds that follow each column of a table."""
    return {column: tuple(days_of(field).values()) for column, field in fields_of(name).items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return " ".join(str(key[-1]) for key in value)
    if isinstance(value, tuple):
        return "/".join(map(str, value))
    if isinstance(value, datetime | date):
        return text_of(value)
    return value


def field_of(name: str, column: str) -> Any:
    """The field that a column of a table holds, of an earlier version too. FieldDoesNotExist if there is none."""
    model, field = FORMER_COLUMNS.get((name, column), (name, column))
    return MODELS[model]._meta.get_field(field)


def fixture_fields(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a fixture that a row represents; what is empty as the model has it.

    ValueError and FieldDoesNotExist where that cannot be.
    """
    fields: dict[str, Any] = {}
    for column, value in row.items():
        field = field_of(name, column)
        kind = kind_of(field)
        if kind is FieldKind.DERIVED_DAY:
            continue  # it follows from the date
        if kind in RELATION_KINDS and not isinstance(value, str | None):
            raise ValueError(f"{column} is not a reference")
        has_id = field.is_relation and field.related_model._meta.model_name in COMPOUND_KEYS
        if kind is FieldKind.RELATIONS:
            keys = (value or "").split()
            value = [[row["incident"], int(key)] if has_id else [key] for key in keys]
        elif kind is FieldKind.RELATION and value is not None:
            key = value.split("/")
            value = [*key[:-1], int(key[-1]) if key[-1].isdigit() else key[-1]] if has_id else [value]
        elif value is None and not field.null:
            value = ""
        fields[column] = value
    return fields
