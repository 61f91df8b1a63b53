"""Django fixtures: natural keys, parents before children, always in the same order and shape, streamed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from ..choices import IncidentKind
from ..listing.matching import batches
from ..models import IN_ORDER, Action, Citation, Incident, Involvement, Justification, Relation
from ..models.fields import FieldKind, kind_of
from ..querysets import many
from ..shape import SHAPE
from ..shown import SHOWN
from .entries import COLUMNS, MODELS, Entries, Row
from .entries import OWN_KIND as PUBLIC_OWN_KIND
from .selection import Selection, snapshot
from .streaming import joined

BATCH_SIZE = 2000  # records at a time
# References to a record of the same kind, which may not be exported: then they are left empty.
OWN_KIND = PUBLIC_OWN_KIND | {"incident": "merged_into"}
# User accounts are not exported.
LEFT_OUT = ("id", "created_by", "updated_by")
# Days and moments are for `text_of()` to write.
WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_PASSTHROUGH_DATETIME
TABLE = "export_keys"  # the keys of what is exported, by kind


def write(selection: Selection) -> Iterator[bytes]:
    """The public fields of the selection, and of all it refers to."""
    yield b"["
    fields = (
        (MODELS[name], dict(zip(SHAPE[name].fields, _values(name)(row), strict=True)))
        for name, row in Entries(selection)
    )
    yield from joined(_elements(fields))


@cache
def _values(name: str) -> Callable[[Row], tuple]:
    """Takes the values of the fields of a record out of its row."""
    return itemgetter(*map(COLUMNS[name].index, SHAPE[name].fields))


def write_internal(incidents: models.QuerySet) -> Iterator[bytes]:
    """Every field of these incidents and of all they refer to, private ones included. For staff only."""
    with snapshot(incidents.db):
        keys = incidents.order_by().values_list("pk", flat=True)
        yield b"["
        yield from joined(_elements(_whole_records(_querysets(incidents.db, keys))))


def _elements(found: Iterable[tuple[type[models.Model], dict[str, Any]]]) -> Iterator[bytes]:
    opening = b"\n"
    for model, fields in found:
        entry = {"model": model._meta.label_lower, "fields": fields}
        yield opening + orjson.dumps(entry, default=text_of, option=WRITTEN)
        opening = b",\n"
    yield b"]\n" if opening == b"\n" else b"\n]\n"


def _whole_records(querysets: Iterable[Any]) -> Iterator[tuple[type[models.Model], dict[str, Any]]]:
    for queryset in querysets:
        model, own = queryset.model, OWN_KIND.get(str(queryset.model._meta.model_name))
        found = queryset.with_keys().in_natural_order()
        if own:
            found = found.select_related(*queryset.key_relations, own)
            found = found.annotate(is_exported=Exists(queryset.filter(pk=OuterRef(own))))
        for record in found.iterator(chunk_size=BATCH_SIZE):
            fields = all_values(record)
            if own and not record.is_exported:
                fields[own] = None
            yield model, fields


def _querysets(using: str, keys: Iterable[int]) -> list[Any]:
    """These incidents, their context and what they refer to, as querysets with parents before children.

    Which records these are is found once and kept in a temporary table.
    """
    all_of: dict[type[models.Model], Any] = {model: model.objects.using(using) for model in IN_ORDER}
    incidents, relations = all_of[Incident], all_of[Relation]
    with connections[using].cursor() as cursor:
        # It ends with the snapshot's transaction; inside another one, an earlier export may have left its own.
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} (kind text, id bigint, PRIMARY KEY (kind, id))")
        for batch in batches(keys, BATCH_SIZE):
            cursor.executemany(f"INSERT INTO {TABLE} VALUES ('incident', %s)", [(pk,) for pk in batch])
        following = relations.filter(from_incident__in=_exported("incident")).order_by().values("to_incident")
        preceding = relations.filter(to_incident__in=_exported("incident")).order_by().values("from_incident")
        context = incidents.filter(kind=IncidentKind.CONTEXT, pk__in=following.union(preceding))
        _keep(cursor, "incident", context, "pk")
        both = relations.filter(from_incident__in=_exported("incident")).filter(_is_exported("to_incident"))
        parts: dict[type[models.Model], str] = {
            Action: "actions",
            Justification: "justifications",
            Involvement: "involvements",
            Citation: "citations",
        }
        exported = {model: all_of[model].filter(incident__in=_exported("incident")) for model in parts}
        exported |= {Relation: both, Incident: incidents.filter(pk__in=_exported("incident"))}
        showing = {name: exported[model] for model, name in parts.items()}
        showing |= {"": exported[Incident], "relations_from": both, "relations_to": both}
        for kind, ways in SHOWN.items():
            for way in ways:
                _keep(cursor, kind, showing[way.parts], way.path)
        if connections[using].vendor == "postgresql":
            # The planner is to know how many they are, that all of it is wanted, and that citations have many joins.
            cursor.execute(f"ANALYZE {TABLE}")
            for name, value in {
                "cursor_tuple_fraction": 1,
                "join_collapse_limit": 12,
                "from_collapse_limit": 12,
            }.items():
                cursor.execute(f"SET LOCAL {name} = {value}")
    shown = {
        model: all_of[model].filter(pk__in=_exported(str(model._meta.model_name)))
        for model in IN_ORDER
        if model not in exported
    }
    return [(exported | shown)[model] for model in IN_ORDER]


def _exported(kind: str) -> RawSQL:
    """The keys of the records of a kind that are exported."""
    return RawSQL(f"SELECT id FROM {TABLE} WHERE kind = %s", [kind])  # noqa: S611 - a name of our own, and a parameter


def _is_exported(path: str) -> Exists:
    """Whether an incident is exported. Beside a list of keys, SQLite would try each of the one with each of the other."""
    return Exists(Incident.objects.filter(pk=OuterRef(path)).filter(pk__in=_exported("incident")))


def _keep(cursor: Any, kind: str, records: models.QuerySet, path: str) -> None:
    """Keep the keys of what these records refer to."""
    keys = records.order_by().filter(**{f"{path}__isnull": False}).values_list(path).distinct()
    with suppress(EmptyResultSet):
        sql, parameters = keys.query.sql_with_params()
        cursor.execute(
            f"INSERT INTO {TABLE} SELECT %s, found.* FROM ({sql}) AS found WHERE true ON CONFLICT DO NOTHING",
            [kind, *parameters],
        )


def all_values(record: models.Model) -> dict[str, Any]:
    """Every stored field by name; a relation to other records as their natural keys."""
    values = {}
    for field in (*record._meta.concrete_fields, *record._meta.many_to_many):
        kind = kind_of(field)
        if field.name in LEFT_OUT or kind is FieldKind.DERIVED_DAY:
            continue
        if kind is FieldKind.RELATIONS:
            values[field.name] = [each.natural_key() for each in many(record, field.name)]
            continue
        value = getattr(record, field.name)
        values[field.name] = value and value.natural_key() if kind is FieldKind.RELATION else value
    return values


def text_of(value: Any) -> str:
    """Days and moments as text; moments to the microsecond, so that they come back unchanged."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written to a fixture")
