"""What a record in a file may hold: the names and types of its fields, and nothing private in a public file."""

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list

from ..models.fields import FieldKind, kind_of, validate_text
from ..shape import SHAPE, WITHHELD

MAX_INTEGER = 2**31 - 1


def natural_key(model, fields):
    """The natural key in the fields of a record; a reference to an incident is replaced by its ref."""
    key = []
    for name in model.objects.all().natural_key_fields:
        value = fields.get(name.split("__")[0])
        key.append(value[0] if isinstance(value, list) and value else value)
    return tuple(key)


def invalid_fields(model, fields, *, internal):
    """Why these fields cannot be imported into the model: unknown names, wrong types, private data."""
    label, stored = model._meta.model_name, {}
    for column in (*model._meta.concrete_fields, *model._meta.many_to_many):
        if (
            column.name not in ("id", "created_by", "updated_by")
            and kind_of(column) is not FieldKind.DERIVED_DAY
        ):
            stored[column.name] = column
    for name, value in fields.items():
        if name not in stored:
            yield f"“{name[:60]}” is not a field that can be imported."
        elif not internal and name not in SHAPE[label].fields:
            yield f"“{name}” is private data, but this is a public import."
        elif reason := _wrong_type(stored[name], value):
            yield f"{name}: {reason}"
    if internal:
        return
    if label == "party" and not fields.get("name_public") and any(map(fields.get, WITHHELD["party"])):
        yield "the other names of a party are private data if its name is not public."
    if label == "account" and fields.get("handle") and not fields.get("handle_public"):
        yield "a handle that is not public is private data."


def _wrong_type(column, value):
    """Why a JSON value cannot be stored in a column; empty if it can."""
    if value is None:
        return "" if column.null else "it cannot be null."
    kind = kind_of(column)
    if kind is FieldKind.RELATIONS:
        return (
            next(filter(None, map(_wrong_key, value)), "")
            if isinstance(value, list)
            else "it must be a list."
        )
    if kind is FieldKind.RELATION:
        return _wrong_key(value)
    expected = {FieldKind.BOOLEAN: bool, FieldKind.INTEGER: int}.get(kind, str)
    if type(value) is not expected:
        names = {bool: "true or false", int: "a whole number", str: "a text"}
        return f"it must be {names[expected]}."
    return _unstorable(value)


def _wrong_key(value):
    """Why this is not a natural key; empty if it is one."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str | int) for part in value):
        return "a reference must be a natural key: a list of texts and numbers."
    return next(filter(None, (_unstorable(part) for part in value)), "")


def _unstorable(value):
    if isinstance(value, int):
        return "" if abs(value) <= MAX_INTEGER else "the number is too large."
    try:
        validate_text(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def listed(names):
    """These names in quotation marks, as part of a sentence."""
    return get_text_list(sorted(f"“{name}”" for name in names), "and")
