"""Django fixtures: natural keys, parents before children, always in the same order and shape, streamed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Exists, F, OuterRef
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
    PublicIncident,
    Relation,
    Source,
    Topic,
    TopicLabel,
    Translation,
)
from ..models.fields import FieldKind, kind_of
from ..querysets import many
from ..records import public_values
from ..shape import DECIDING_FIELDS, fields_of
from ..shown import SHOWN
from .selection import Selection, snapshot
from .streaming import joined

BATCH_SIZE = 2000  # records at a time
# References to a record of the same kind, which may not be exported: then they are left empty.
OWN_KIND: dict[type[models.Model], str] = {
    Account: "succeeded_by",
    Source: "derived_from",
    Incident: "merged_into",
}
# User accounts are not exported.
LEFT_OUT = ("id", "created_by", "updated_by")
# Days and moments are for `text_of()` to write.
WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_PASSTHROUGH_DATETIME
TABLE = "export_keys"  # the keys of what is exported, by kind


def write(selection: Selection) -> Iterator[bytes]:
    """The public fields of the selection, and of all it refers to."""
    return _array(lambda: entries(selection))


def write_internal(incidents: models.QuerySet) -> Iterator[bytes]:
    """Every field of these incidents and of all they refer to, private ones included. For staff only."""
    with snapshot(incidents.db):
        keys = incidents.order_by().values_list("pk", flat=True)
        records = _records(incidents.db, keys, public=False)
        yield from _array(lambda: _entries(map(_with_keys, records), all_values))


def entries(selection: Selection) -> Iterator[tuple[type[models.Model], dict[str, Any]]]:
    """(model, public fields) of the selection and of all it refers to: parents first, in natural order."""
    records = _records(selection.using, selection.incidents, public=True)
    return _entries(map(_with_public_columns, records), _public_values, selection.using)


def _public_values(record: Any) -> dict[str, Any]:
    """The public fields of a record; an incident has the moment at which its public record changed."""
    values = public_values(record)
    if moment := getattr(record, "changed_at", None):
        values["updated_at"] = moment
    if number := getattr(record, "citation_number", None):
        values["citation"] = (record.citation.incident.ref, number)
    return values


def _array(found: Callable[[], Iterable[tuple[type[models.Model], dict[str, Any]]]]) -> Iterator[bytes]:
    """A JSON array; `found()` gives what is in it, once its first byte has left."""
    yield b"["
    yield from joined(_elements(found()))


def _elements(found: Iterable[tuple[type[models.Model], dict[str, Any]]]) -> Iterator[bytes]:
    opening = b"\n"
    for model, fields in found:
        entry = {"model": model._meta.label_lower, "fields": fields}
        yield opening + orjson.dumps(entry, default=text_of, option=WRITTEN)
        opening = b",\n"
    yield b"]\n" if opening == b"\n" else b"\n]\n"


def _entries(
    querysets: Iterable[Any], values: Callable[[Any], dict[str, Any]], using: str = DEFAULT_DB_ALIAS
) -> Iterator[tuple[type[models.Model], dict[str, Any]]]:
    for queryset in querysets:
        model, own = queryset.model, OWN_KIND.get(queryset.model)
        found = queryset.using(using).in_natural_order()
        if own:
            found = found.annotate(is_exported=Exists(queryset.filter(pk=OuterRef(own))))
        for record in found.iterator(chunk_size=BATCH_SIZE):
            fields = values(record)
            if own in fields and not record.is_exported:
                fields[own] = None
            yield model, fields


def _with_keys(queryset: Any) -> Any:
    """Whole records, with what the natural keys in them are read from."""
    own = OWN_KIND.get(queryset.model)
    return queryset.with_keys().select_related(own) if own else queryset.with_keys()


def _with_public_columns(queryset: Any) -> Any:
    """Records with what `public_values()` reads of them, and of what they refer to the natural keys and what decides
    whether something is withheld: whole records would take twice as long."""
    columns = [*_read_of(queryset.model)]
    for path in queryset.key_relations:
        model, steps = queryset.model, []
        for step in path.split("__"):
            model = model._meta.get_field(step).related_model
            steps.append(step)
            keys = (*model.objects.all().natural_key_fields, *DECIDING_FIELDS.get(model._meta.model_name, ()))
            columns += ("__".join((*steps, key)) for key in keys)
    return queryset.with_keys().only(*columns)


def _read_of(model: Any) -> Iterator[str]:
    """The columns of its own table that are public in a record, or decide what is."""
    name = str(model._meta.model_name)
    yield from (each for each, field in fields_of(name).items() if not field.many_to_many)
    yield from DECIDING_FIELDS.get(name, ())


def _records(using: str, keys: Iterable[int], *, public: bool) -> list[Any]:
    """These incidents, their context and what they refer to, as querysets with parents before children.

    Which records these are is found once and kept in a temporary table.
    """
    incidents = Incident.objects.public() if public else Incident.objects.all()
    relations = Relation.objects.public() if public else Relation.objects.all()
    citations = Citation.objects.open() if public else Citation.objects.all()
    with connections[using].cursor() as cursor:
        # It ends with the snapshot's transaction; inside another one, an earlier export may have left its own.
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} (kind text, id bigint, PRIMARY KEY (kind, id))")
        for batch in batches(keys, BATCH_SIZE):
            # The gate asks again, whatever a door has passed.
            allowed = set(incidents.using(using).filter(pk__in=batch).values_list("pk", flat=True))
            rows = [("incident", pk) for pk in batch if pk in allowed]
            cursor.executemany(f"INSERT INTO {TABLE} VALUES (%s, %s)", rows)
        following = relations.filter(from_incident__in=_exported("incident")).order_by().values("to_incident")
        preceding = relations.filter(to_incident__in=_exported("incident")).order_by().values("from_incident")
        related: Any = following.union(preceding)
        context = incidents.filter(kind=IncidentKind.CONTEXT, pk__in=related)
        _keep(cursor, "incident", context, "pk")
        parts: dict[str, Any] = {
            "actions": Action.objects,
            "justifications": Justification.objects,
            "involvements": Involvement.objects,
            "citations": citations,
        }
        parts = {name: found.filter(incident__in=_exported("incident")) for name, found in parts.items()}
        showing = parts | {
            "": Incident.objects.filter(pk__in=_exported("incident")),
            "relations_from": relations.filter(
                from_incident__in=_exported("incident"), to_incident__in=_exported("incident")
            ),
        }
        showing["relations_to"] = showing["relations_from"]
        for kind, ways in SHOWN.items():
            for way in ways:
                found = showing[way.parts].filter(way.is_open) if public else showing[way.parts]
                _keep(cursor, kind, found, way.path)
        if connections[using].vendor == "postgresql":
            # The planner is to know how many they are, that all of it is wanted, and that citations have many joins.
            cursor.execute(f"ANALYZE {TABLE}")
            for name, value in {
                "cursor_tuple_fraction": 1,
                "join_collapse_limit": 12,
                "from_collapse_limit": 12,
            }.items():
                cursor.execute(f"SET LOCAL {name} = {value}")
    if public:
        parts["citations"] = parts["citations"].numbered()
    relations = Relation.objects.open() if public else Relation.objects.all()
    sources = Source.objects.open() if public else Source.objects.all()
    translations = Translation.objects.open().numbered() if public else Translation.objects.all()
    return [
        Platform.objects.filter(pk__in=_exported("platform")),
        Party.objects.filter(pk__in=_exported("party")),
        Account.objects.filter(pk__in=_exported("account")),
        Topic.objects.filter(pk__in=_exported("topic")),
        TopicLabel.objects.filter(pk__in=_exported("topiclabel")),
        sources.filter(pk__in=_exported("source")),
        Incident.objects.filter(pk__in=_exported("incident")).annotate(
            changed_at=F("public_incident__changed_at")
        ),
        *parts.values(),
        relations.filter(from_incident__in=_exported("incident")).filter(_is_exported("to_incident")),
        translations.filter(pk__in=_exported("translation")),
    ]


def _exported(kind: str) -> RawSQL:
    """The keys of the records of a kind that are exported."""
    return RawSQL(f"SELECT id FROM {TABLE} WHERE kind = %s", [kind])  # noqa: S611 - a name of our own, and a parameter


def exported_documents(using: str) -> Iterator[Iterable[int] | bytes]:
    """The documents of the incidents that have just been exported, by their refs."""
    documents = PublicIncident.objects.using(using).filter(pk__in=_exported("incident")).order_by("ref")
    return documents.values_list("record", flat=True).iterator(chunk_size=BATCH_SIZE)


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
