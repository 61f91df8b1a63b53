"""Django fixtures: natural keys, parents before children, always in the same order and shape, streamed."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from ..choices import IncidentKind
from ..listing.matching import batches
from ..models import (
    Account,
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Party,
    Platform,
    Relation,
    Source,
)
from ..models.fields import FieldKind, kind_of
from ..querysets import SHOWN
from ..records import public_values
from .rows import joined
from .selection import snapshot

CHUNK = 2000
# Relations to a record of the same kind, which may lie outside of what is exported: then it is left empty.
OWN_KIND = {Account: "succeeded_by", Source: "derived_from", Incident: "merged_into"}
# The accounts of those who keep the records stay where they are.
KEPT_BACK = ("id", "created_by", "updated_by")


def write(selection):
    """The public fields of what is taken, and of all it refers to, as the bytes of a fixture."""
    return _written(lambda: entries(selection))


def write_internal(incidents):
    """Every field of these incidents and of all they refer to, private ones included. For staff only."""
    with snapshot(incidents.db):
        keys = incidents.order_by().values_list("pk", flat=True)
        selection = _selection(incidents.db, keys, public=False)
        yield from _written(lambda: _entries(selection, _all_values))


def entries(selection):
    """(model, public fields) of what is taken and of all it refers to: parents first, in natural order."""
    return _entries(
        _selection(selection.using, selection.incidents, public=True), public_values, selection.using
    )


def _written(found):
    """A JSON array; `found()` gives what is in it, once its first byte has left."""
    yield b"["
    yield from joined(_elements(found()))


def _elements(found):
    opening = b"\n"
    for model, fields in found:
        entry = {"model": model._meta.label_lower, "fields": fields}
        yield opening + json.dumps(entry, indent=2, ensure_ascii=False, default=text_of).encode()
        opening = b",\n"
    yield b"]\n" if opening == b"\n" else b"\n]\n"


def _entries(selection, values, using=DEFAULT_DB_ALIAS):
    for queryset in selection:
        model, own = queryset.model, OWN_KIND.get(queryset.model)
        found = queryset.using(using).with_keys().in_natural_order()
        if own:
            found = found.select_related(own).annotate(kept=Exists(queryset.filter(pk=OuterRef(own))))
        for record in found.iterator(chunk_size=CHUNK):
            fields = values(record)
            if own in fields and not record.kept:
                fields[own] = None
            yield model, fields


def _selection(using, keys, *, public):
    """These incidents, their context and what they refer to, as querysets with parents before children.

    What belongs to it is worked out once: which records, by kind, is kept in a temporary table.
    """
    incidents = Incident.objects.public() if public else Incident.objects.all()
    relations = Relation.objects.public() if public else Relation.objects.all()
    citations = Citation.objects.open() if public else Citation.objects.all()
    with connections[using].cursor() as cursor:
        # It goes with the snapshot's transaction; inside another one, an earlier export may have left its own.
        cursor.execute("DROP TABLE IF EXISTS export_told")
        cursor.execute("CREATE TEMPORARY TABLE export_told (kind text, id bigint, PRIMARY KEY (kind, id))")
        for part in batches(keys, CHUNK):
            # The gate asks again, whatever a door has passed.
            shown = set(incidents.using(using).filter(pk__in=part).values_list("pk", flat=True))
            rows = [("incident", pk) for pk in part if pk in shown]
            cursor.executemany("INSERT INTO export_told VALUES (%s, %s)", rows)
        beside = (
            relations.filter(from_incident__in=_told("incident")).order_by().values("to_incident"),
            relations.filter(to_incident__in=_told("incident")).order_by().values("from_incident"),
        )
        context = incidents.filter(kind=IncidentKind.CONTEXT, pk__in=beside[0].union(beside[1]))
        _keep(cursor, "incident", context, "pk")
        parts = {
            "actions": Action.objects,
            "justifications": Justification.objects,
            "involvements": Involvement.objects,
            "citations": citations,
        }
        parts = {name: found.filter(incident__in=_told("incident")) for name, found in parts.items()}
        for kind, ways in SHOWN.items():
            for name, path in ways:
                _keep(cursor, kind, parts[name], path)
        if connections[using].vendor == "postgresql":
            # How to go about the rest depends on how many they are, all of it is wanted, and citations have many joins.
            cursor.execute("ANALYZE export_told")
            for name, value in {
                "cursor_tuple_fraction": 1,
                "join_collapse_limit": 12,
                "from_collapse_limit": 12,
            }.items():
                cursor.execute(f"SET LOCAL {name} = {value}")
    relations = Relation.objects.open() if public else Relation.objects.all()
    sources = Source.objects.open() if public else Source.objects.all()
    return [
        Platform.objects.filter(pk__in=_told("platform")),
        Party.objects.filter(pk__in=_told("party")),
        Account.objects.filter(pk__in=_told("account")),
        sources.filter(pk__in=_told("source")),
        Incident.objects.filter(pk__in=_told("incident")),
        *parts.values(),
        relations.filter(from_incident__in=_told("incident")).filter(_is_told("to_incident")),
    ]


def _told(kind):
    """The keys of the records of a kind that are exported."""
    return RawSQL("SELECT id FROM export_told WHERE kind = %s", [kind])


def _is_told(path):
    """Whether an incident is exported. Beside a list of keys, SQLite would try each of the one with each of the other."""
    return Exists(Incident.objects.filter(pk=OuterRef(path)).filter(pk__in=_told("incident")))


def _keep(cursor, kind, records, path):
    """Keep what these records refer to."""
    keys = records.order_by().filter(**{f"{path}__isnull": False}).values_list(path).distinct()
    with suppress(EmptyResultSet):
        sql, parameters = keys.query.sql_with_params()
        cursor.execute(
            f"INSERT INTO export_told SELECT %s, found.* FROM ({sql}) AS found WHERE true ON CONFLICT DO NOTHING",
            [kind, *parameters],
        )


def _all_values(record):
    """Every stored field by name; a relation to another record as that one's natural key."""
    values = {}
    for field in record._meta.concrete_fields:
        if field.name not in KEPT_BACK and kind_of(field) is not FieldKind.DERIVED_DAY:
            value = getattr(record, field.name)
            values[field.name] = value and value.natural_key() if field.is_relation else value
    return values


def text_of(value):
    """Days and moments as text; moments to the microsecond, so that they come back unchanged."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a fixture")
