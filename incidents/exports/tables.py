"""What the tabular formats share: a table for each kind of record, with keys between them.

A part of an incident is known in one column by its incident and number, `2020-zoom-wang-dan/1`, so that others can refer
to it; a reference is the key of what it refers to. Several are their keys, or the numbers of parts of the same incident,
with a space between them. Each date is followed by the earliest and the latest day that it may mean.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from ..models.fields import RELATION_KINDS, FieldKind, kind_of
from ..shape import fields_of
from . import entries
from .entries import MODELS, NATURAL_KEYS, Entries, Row
from .upgrades import FORMER_COLUMNS

# Records with a key of several fields, which one column has as well, so that others can refer to it.
COMPOUND_KEYS = {
    **dict.fromkeys(("action", "justification", "involvement", "citation"), ("incident", "seq")),
    "relation": ("from_incident", "to_incident", "kind"),
}
# The names of the tables by the record they hold, parents first.
TABLES = {name: f"{name}s" for name in MODELS} | {
    "party": "parties",
    "topiclabel": "topic_labels",
}
KEYS = {name: ["id"] if name in COMPOUND_KEYS else key for name, key in NATURAL_KEYS.items()}
COLUMNS = {
    name: ["id", *columns] if name in COMPOUND_KEYS else columns for name, columns in entries.COLUMNS.items()
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


def rows(found: Entries) -> Iterator[tuple[str, Row]]:
    """(record, values) of each record, in the order of the tables."""
    for name, row in found:
        for position, is_many in _references(name):
            if (value := row[position]) is not None:
                row[position] = " ".join(str(key[-1]) for key in value) if is_many else _joined(value)
        yield name, [_joined(row[: len(COMPOUND_KEYS[name])]), *row] if name in COMPOUND_KEYS else row


def _joined(key: Iterable[Any]) -> str:
    """A natural key as one text."""
    return "/".join(map(str, key))


@cache
def _references(name: str) -> tuple[tuple[int, bool], ...]:
    """The columns that refer to other records: where each is, and whether to several."""
    kinds = {column: kind_of(field) for column, field in fields_of(name).items()}
    return tuple(
        (entries.COLUMNS[name].index(column), kind is FieldKind.RELATIONS)
        for column, kind in kinds.items()
        if kind in RELATION_KINDS
    )


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
