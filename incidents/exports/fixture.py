"""Django fixtures: natural keys, parents before children, always in the same order and shape, streamed."""

import json
from datetime import UTC, date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from ..archive.listing import batches
from ..choices import IncidentKind
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
from ..models.fields import DerivedDayField
from ..querysets import shown_in
from ..records import public_values
from .lines import joined
from .taken import snapshot

CHUNK = 2000
# Relations to a record of the same kind, which may lie outside of what is exported: then it is left empty.
OWN_KIND = {Account: "succeeded_by", Source: "derived_from", Incident: "merged_into"}
# The accounts of those who keep the records stay where they are.
KEPT_BACK = ("id", "created_by", "updated_by")


def write(taken):
    """The public fields of what is taken, and of all it refers to, as the bytes of a fixture."""
    return _written(lambda: entries(taken))


def write_internal(incidents):
    """Every field of these incidents and of all they refer to, private ones included. For staff only."""
    with snapshot(incidents.db):
        told = _told(incidents.db, incidents.order_by().values_list("pk", flat=True), public=False)
        yield from _written(lambda: _entries(told, _all_values, public=False))


def entries(taken):
    """(model, public fields) of what is taken and of all it refers to: parents first, in natural order."""
    return _entries(
        _told(taken.using, taken.incidents, public=True), public_values, public=True, using=taken.using
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


def _entries(told, values, *, public, using=DEFAULT_DB_ALIAS):
    for queryset in _selection(told, public=public):
        model, own = queryset.model, OWN_KIND.get(queryset.model)
        found = queryset.using(using).with_keys().in_natural_order()
        if own:
            found = found.select_related(own).annotate(kept=Exists(queryset.filter(pk=OuterRef(own))))
        for record in found.iterator(chunk_size=CHUNK):
            fields = values(record)
            if own in fields and not record.kept:
                fields[own] = None
            yield model, fields


def _told(using, keys, *, public):
    """The keys of the incidents to export and of their context, worked out once and kept in a temporary table."""
    every = Incident.objects.public() if public else Incident.objects.all()
    relations = Relation.objects.public() if public else Relation.objects.all()
    told = RawSQL("SELECT id FROM export_told", [])
    with connections[using].cursor() as cursor:
        # It goes with the snapshot's transaction; inside another one, an earlier export may have left its own.
        cursor.execute("DROP TABLE IF EXISTS export_told")
        cursor.execute("CREATE TEMPORARY TABLE export_told (id bigint PRIMARY KEY)")
        for part in batches(keys, CHUNK):
            # The gate asks again, whatever a door has passed.
            shown = set(every.using(using).filter(pk__in=part).values_list("pk", flat=True))
            cursor.executemany("INSERT INTO export_told VALUES (%s)", [(pk,) for pk in part if pk in shown])
        beside = relations.filter(_is_told(told, "from_incident") | _is_told(told, "to_incident"))
        context = every.using(using).filter(
            shown_in(beside, "from_incident") | shown_in(beside, "to_incident"),
            ~_is_told(told, "pk"),
            kind=IncidentKind.CONTEXT,
        )
        _keep(cursor, context.order_by().values("pk"))
    return told


def _keep(cursor, keys):
    try:
        sql, parameters = keys.query.sql_with_params()
    except EmptyResultSet:
        return
    cursor.execute(f"INSERT INTO export_told {sql}", parameters)


def _selection(told, *, public):
    """What the incidents told of refer to, as querysets with parents before children."""
    relations = Relation.objects.open() if public else Relation.objects.all()
    actions = Action.objects.filter(incident__in=told)
    justifications = Justification.objects.filter(incident__in=told)
    involvements = Involvement.objects.filter(incident__in=told)
    citations = Citation.objects.filter(incident__in=told)
    sources = Source.objects.all()
    if public:
        citations, sources = citations.open(), sources.filter(is_confidential=False)
    parties = Party.objects.filter(
        shown_in(actions, "account__holder")
        | shown_in(justifications, "speaker")
        | shown_in(involvements, "party")
    )
    return [
        Platform.objects.filter(shown_in(actions, "account__platform")),
        parties,
        Account.objects.filter(shown_in(actions, "account")),
        sources.cited_in(citations),
        Incident.objects.filter(pk__in=told),
        actions,
        justifications,
        involvements,
        citations,
        relations.filter(_is_told(told, "from_incident"), _is_told(told, "to_incident")),
    ]


def _is_told(told, path):
    """Whether an incident is told, asked of each by the table's index (see `shown_in`)."""
    return Exists(Incident.objects.filter(pk=OuterRef(path)).filter(pk__in=told))


def _all_values(record):
    """Every stored field by name; a relation to another record as that one's natural key."""
    values = {}
    for field in record._meta.concrete_fields:
        if field.name not in KEPT_BACK and not isinstance(field, DerivedDayField):
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
