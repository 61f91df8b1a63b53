"""Django fixtures: natural keys, parents before children, always in the same order and shape, streamed."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

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
from ..records import public_values

CHUNK = 2000
# Relations to a record of the same kind, which may lie outside of what is exported: then it is left empty.
OWN_KIND = {Account: "succeeded_by", Source: "derived_from", Incident: "merged_into"}
# The accounts of those who keep the records stay where they are.
KEPT_BACK = ("id", "created_by", "updated_by")


def write(incidents):
    """The public fields of these public incidents, and of all they refer to, as the bytes of a fixture."""
    return _stream(incidents, public_values, public=True)


def write_internal(incidents):
    """Every field of these incidents and of all they refer to, private ones included. For staff only."""
    return _stream(incidents, _all_values, public=False)


def _stream(incidents, values, *, public):
    with _snapshot(incidents.db):
        opening = b"[\n"
        for queryset in _selection(_told(incidents, public=public), public=public):
            model, own = queryset.model, OWN_KIND.get(queryset.model)
            found = queryset.with_keys().in_natural_order()
            if own:
                found = found.select_related(own).annotate(kept=Exists(queryset.filter(pk=OuterRef(own))))
            for record in found.iterator(chunk_size=CHUNK):
                fields = values(record)
                if own in fields and not record.kept:
                    fields[own] = None
                entry = {"model": model._meta.label_lower, "fields": fields}
                yield opening + json.dumps(entry, indent=2, ensure_ascii=False, default=_text).encode()
                opening = b",\n"
        yield b"[]\n" if opening == b"[\n" else b"\n]\n"


def _told(incidents, *, public):
    """The keys of the incidents to export and of their context, worked out once and kept in a temporary table."""
    every = Incident.objects.public() if public else Incident.objects.all()
    relations = Relation.objects.public() if public else Relation.objects.all()
    # The gate asks again, whatever queryset a door has passed.
    chosen = every.filter(pk__in=incidents.order_by().values("pk")).values("pk")
    context = every.filter(kind=IncidentKind.CONTEXT)
    told = RawSQL("SELECT id FROM export_told", [])
    with connections[incidents.db].cursor() as cursor:
        # It goes with the snapshot's transaction; inside another one, an earlier export may have left its own.
        cursor.execute("DROP TABLE IF EXISTS export_told")
        cursor.execute("CREATE TEMPORARY TABLE export_told (id bigint PRIMARY KEY)")
        _keep(cursor, chosen)
        beside = relations.filter(Q(from_incident__in=told) | Q(to_incident__in=told)).order_by()
        either = Q(pk__in=beside.values("from_incident")) | Q(pk__in=beside.values("to_incident"))
        _keep(cursor, context.filter(either).exclude(pk__in=told).values("pk"))
    return told


def _keep(cursor, keys):
    try:
        sql, parameters = keys.query.sql_with_params()
    except EmptyResultSet:
        return
    cursor.execute(f"INSERT INTO export_told {sql}", parameters)


def _selection(told, *, public):
    """What the incidents told of refer to, as querysets with parents before children."""
    relations = Relation.objects.public() if public else Relation.objects.all()
    actions = Action.objects.filter(incident__in=told)
    justifications = Justification.objects.filter(incident__in=told)
    involvements = Involvement.objects.filter(incident__in=told)
    citations = Citation.objects.filter(incident__in=told)
    sources = Source.objects.all()
    if public:
        citations, sources = citations.open(), sources.filter(is_confidential=False)
    accounts = Account.objects.filter(pk__in=actions.values("account"))
    parties = Party.objects.filter(
        Q(pk__in=accounts.values("holder"))
        | Q(pk__in=justifications.values("speaker"))
        | Q(pk__in=involvements.values("party"))
    )
    return [
        Platform.objects.filter(pk__in=accounts.values("platform")),
        parties,
        accounts,
        sources.cited_in(citations),
        Incident.objects.filter(pk__in=told),
        actions,
        justifications,
        involvements,
        citations,
        relations.filter(from_incident__in=told, to_incident__in=told),
    ]


def _all_values(record):
    """Every stored field by name; a relation to another record as that one's natural key."""
    values = {}
    for field in record._meta.concrete_fields:
        if field.name not in KEPT_BACK and not isinstance(field, DerivedDayField):
            value = getattr(record, field.name)
            values[field.name] = value and value.natural_key() if field.is_relation else value
    return values


def _text(value):
    """Days and moments as text; moments to the microsecond, so that they come back unchanged."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a fixture")


@contextmanager
def _snapshot(using):
    """One state of the database for the whole export, without keeping anybody from writing meanwhile."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        # atomic() would take SQLite's write lock; a plain BEGIN only fixes what is read.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
