"""What the tabular formats share: a table for each kind of record, with keys between them.

A part of an incident is known in one column by its incident and number, `2020-zoom-wang-dan/1`, so that others can refer
to it; a reference is the key of what it refers to.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from ..models import IN_ORDER
from ..shape import SHAPE, fields_of
from .fixture import entries, text_of
from .selection import Selection

PARTS = ("action", "justification", "involvement", "citation")
MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in IN_ORDER}
# The names of the tables by the record they hold, parents first.
TABLES = {name: f"{name}s" for name in MODELS} | {"party": "parties"}
KEYS: dict[str, list[str]] = {
    name: ["id"]
    if name in PARTS
    else [each.partition("__")[0] for each in model.objects.all().natural_key_fields]
    for name, model in MODELS.items()
}
COLUMNS: dict[str, list[str]] = {
    name: [*(["id"] if name in PARTS else []), *SHAPE[name].fields] for name in TABLES
}


class ForeignKey(NamedTuple):
    """A column that refers to a column of a table."""

    column: str
    table: str
    key: str


def foreign_keys(name: str) -> Iterator[ForeignKey]:
    """The references in a table."""
    for column, field in fields_of(name).items():
        if field.is_relation:
            target = field.related_model._meta.model_name
            yield ForeignKey(column, TABLES[target], KEYS[target][0])


def rows(selection: Selection) -> Iterator[tuple[str, list[Any]]]:
    """(record, values) of everything in the selection and what it refers to, in the order of the tables."""
    for model, fields in entries(selection):
        name = str(model._meta.model_name)
        values = [_value(value) for value in fields.values()]
        if name in PARTS:
            values.insert(0, _value((*fields["incident"], fields["seq"])))
        yield name, values


def _value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return "/".join(map(str, value))
    if isinstance(value, datetime | date):
        return text_of(value)
    return value


def fixture_fields(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a fixture that a row stands for; what is empty as the model has it.

    ValueError and FieldDoesNotExist where that cannot be.
    """
    fields: dict[str, Any] = {}
    for column, value in row.items():
        field = MODELS[name]._meta.get_field(column)
        if field.is_relation and value is not None:
            if not isinstance(value, str):
                raise ValueError(f"{column} is not a reference")
            incident, _slash, number = value.rpartition("/")
            value = [incident, int(number)] if field.related_model._meta.model_name in PARTS else [value]
        elif value is None and not field.null:
            value = ""
        fields[column] = value
    return fields
