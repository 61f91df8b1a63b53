"""Columns of values of what has been matched, as clients of the reconciliation API add them to a table."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.utils.text import capfirst

from ..records import public_record, to_json
from ..shape import Key, fields_of, keys_of
from .api import REGISTRIES
from .caching import PublicRequest
from .candidates import TYPE_OF, TYPES, incidents_showing, read

MAX_IDS = 100  # of which values are sent at once; OpenRefine asks for ten
NAMES = ("title", "public_label", "name", "label")


def properties_of(type_: str) -> list[dict[str, Any]]:
    """The fields of a type that have plain values, or something that can be matched itself."""
    return [{"id": key.name, "name": _label(type_, key)} for key in _keys(type_)]


def _keys(type_: str) -> list[Key]:
    return [key for key in keys_of(type_) if not key.nested or key.nested.record in TYPES]


def _label(type_, key):
    column = fields_of(type_).get(key.name)
    return capfirst(str(column.verbose_name)) if column else capfirst(key.name.replace("_", " "))


def extension(request: PublicRequest, text: str) -> dict[str, Any] | None:
    """The values of properties of what has been matched; None if they are not asked for as they have to be."""
    try:
        asked = orjson.loads(text)
        ids, names = asked["ids"], [each["id"] for each in asked["properties"]]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    if (
        not isinstance(ids, list)
        or len(ids) > MAX_IDS
        or not all(isinstance(each, str) for each in [*ids, *names])
    ):
        return None
    labels = {each["id"]: each["name"] for type_ in TYPES for each in properties_of(type_)}
    rows = {}
    for id_ in ids:
        path, _slash, key = id_.partition("/")
        values = _values_of(request, path, key)
        rows[id_] = {name: values.get(name, []) for name in names}
    return {"meta": [{"id": name, "name": labels.get(name, name)} for name in names], "rows": rows}


def _values_of(request, path, key):
    """All values of something that was matched, by property; none if it is not public."""
    incidents = incidents_showing(request.dataset_version, path, key)
    if not incidents:
        return {}
    if path == "incidents":
        (record,) = read(incidents)
    else:
        of = REGISTRIES[path]
        found = of.records().filter(**{of.key: key}).first()
        if not found:
            return {}
        record = public_record(found)
    record = orjson.loads(to_json(record))
    return {key.name: list(_values(record[key.name], key)) for key in _keys(TYPE_OF[path])}


def _values(value: Any, key: Key) -> Iterator[dict[str, Any]]:
    """A value as the reconciliation API has it; none of an empty one."""
    for each in value if isinstance(value, list) else [value]:
        if each in (None, ""):
            continue
        if key.nested:
            path = TYPES[key.nested.record][0]
            name = next((each[name] for name in NAMES if each.get(name)), "")
            yield {"id": f"{path}/{each.get('slug') or each.get('citekey')}", "name": name}
        elif isinstance(each, bool):
            yield {"str": "true" if each else "false"}
        else:
            yield {"int": each} if isinstance(each, int) else {"str": each}
