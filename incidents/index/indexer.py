"""Keeps the public archive in step with the records: reads what is noted as changed, and makes the next edition of it.

Only what `records` tells of public incidents comes in; whoever reads the archive reads nothing else.
"""

import secrets
import time
import zlib
from collections import defaultdict

import orjson
from django.db import connections, models, transaction
from pyroaring import BitMap

from ..choices import IncidentKind
from ..models import (
    IN_ORDER,
    DatasetVersion,
    Incident,
    PostingList,
    PublicChange,
    PublicIncident,
    Relation,
)
from ..querysets import SHOWN
from ..records import PUBLIC_FIELDS, from_json, incident_record, to_json
from . import analysis
from .csv_rows import COLUMNS, csv_rows
from .documents import first_day, texts_of
from .facets import FINGERPRINT
from .posting_lists import CHUNK_BITS, latest_version
from .terms import terms_of
from .triggers import ChangeQueue, TableTrigger

AT_ONCE = 200
MANY = 20_000  # incidents read at once where very many are waiting
PATIENCE = 5  # seconds that one reader waits for what others have changed
PARAMETERS = 5_000  # of one statement
SHOWING = "shown"  # kind of the notes that an incident is to be told anew
# Private fields on which it hangs what is public.
DECIDING = {
    "incident": ("publication",),
    "party": ("cleared", "name_public"),
    "account": ("handle_public",),
    "source": ("is_confidential",),
}


def _triggers():
    for model in IN_ORDER:
        name, table = model._meta.model_name, model._meta.db_table
        if model is Relation:
            yield TableTrigger(table, "incident", "from_incident_id")
            yield TableTrigger(table, "incident", "to_incident_id")
        elif name in SHOWN or model is Incident:
            fields = dict.fromkeys((*PUBLIC_FIELDS[name], *DECIDING.get(name, ())))
            yield TableTrigger(
                table, name, columns=tuple(model._meta.get_field(field).column for field in fields)
            )
        else:
            yield TableTrigger(table, SHOWING, "incident_id")


change_queue = ChangeQueue(tuple(_triggers()), (FINGERPRINT, analysis.VERSION, PUBLIC_FIELDS, COLUMNS))


def ensure(using):
    """Make the notes and triggers where they are not as they should be, and have all read anew if they were not."""
    if change_queue.ensure(using):
        change_queue.add_all(
            using, "incident", (Incident._meta.db_table, "id"), (PublicIncident._meta.db_table, "incident_id")
        )


def refresh(using, *, patience=None, progress=None):
    """Bring in what is noted, for no longer than `patience` seconds; `progress` is told every two seconds how many
    incidents were read."""
    done, begun, at_once = 0, time.monotonic(), AT_ONCE
    told = begun
    while change_queue.has_changes(using):
        with transaction.atomic(using):
            read = _read_some(using, at_once)
        done += read
        now = time.monotonic()
        if patience and now > begun + patience:
            return
        if done >= at_once and not patience:
            at_once = MANY
        if progress and now > told + 2:
            told = now
            progress(done)


def current_version(using):
    """The latest edition, None if there is none, with what is noted brought in before: all of it in a transaction,
    whose own changes it may be; elsewhere as much as a reader will wait for."""
    dataset_version, waiting = latest_version(using)
    if waiting:
        refresh(using, patience=None if connections[using].in_atomic_block else PATIENCE)
        dataset_version, _waiting = latest_version(using)
    return dataset_version


def compare(using):
    """Hold the archive against the records, some incidents at a time: how many those were, and which of them are
    “missing”, “stale” or “extra” in the archive, by their key."""
    last = 0
    while True:
        ids = set()
        for model in (Incident, PublicIncident):
            found = model.objects.using(using).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
            ids.update(found[:AT_ONCE])
        if not ids:
            return
        incidents = sorted(ids)[:AT_ONCE]
        last = incidents[-1]
        differing, (pairs,) = {}, _entries(using, incidents)
        for pk, (wanted, found) in pairs.items():
            if not _alike(wanted, found):
                differing[pk] = "missing" if not found else "stale" if wanted else "extra"
            elif wanted and not _posted(using, pk, wanted):
                differing[pk] = "stale"
        yield len(incidents), differing


def repair(using, incidents):
    """Take these incidents out of the archive wherever they are, and read them anew."""
    gone = BitMap(incidents)
    with transaction.atomic(using):
        for posting in (
            PostingList.objects.using(using).filter(chunk__in={pk >> CHUNK_BITS for pk in gone}).iterator()
        ):
            ids = BitMap.deserialize(bytes(posting.incidents))
            left = ids - gone.shift(-(posting.chunk << CHUNK_BITS))
            if left != ids:
                PostingList.objects.using(using).filter(pk=posting.pk).update(
                    incidents=left.serialize(), cardinality=len(left)
                )
        PostingList.objects.using(using).filter(cardinality=0).delete()
        # No process is to trust what it read before.
        DatasetVersion.objects.using(using).update(stamp=secrets.token_hex(8))
        _write(using, incidents, anew=True)


def record_of(entry):
    """The public record that an entry keeps."""
    return getattr(entry, "told", None) or read_record(bytes(entry.record))


def read_record(kept, only=None):
    """The public record out of the bytes in which an entry keeps it; `only` as in `from_json()`."""
    return from_json(zlib.decompress(kept), only)


def _read_some(using, number):
    """Take some notes; those of records that incidents show become notes of these incidents. How many were read."""
    noted = defaultdict(set)
    for kind, key in change_queue.take(using, number, last=SHOWING):
        noted[kind].add(key)
    read = sorted(noted.pop(SHOWING, ()))
    for kind, keys in noted.items():
        if kind == "incident":
            change_queue.add(using, SHOWING, keys | _beside(using, keys))
        else:
            change_queue.add(using, SHOWING, _showing(using, kind, keys))
    _write(using, read)
    return len(read)


def _beside(using, incidents):
    """The incidents that these are related to, whose records tell their titles."""
    found, listed = set(), list(incidents)
    for one, other in (("from_incident", "to_incident"), ("to_incident", "from_incident")):
        relations = Relation.objects.using(using).filter(**{f"{one}__in": listed})
        found.update(relations.values_list(other, flat=True))
    return found


def _showing(using, kind, keys):
    """The incidents that show these platforms, accounts, parties or sources."""
    keys, found = list(keys), set()
    for first in range(0, len(keys), PARAMETERS):
        incidents = Incident.objects.using(using).showing_any(kind, keys[first : first + PARAMETERS])
        found.update(incidents.values_list("pk", flat=True))
    return found


def _write(using, incidents, *, anew=False):
    """Make the entries of these incidents what they should be, in a new edition if any was not; `anew` if they stand
    in no posting."""
    dataset_version, coming, going = (
        None,
        defaultdict(list),
        defaultdict(list),
    )  # numbers by term, layer and chunk
    for pairs in _entries(using, incidents):
        differing = {pk: pair for pk, pair in pairs.items() if any(pair) and (anew or not _alike(*pair))}
        if not differing:
            continue
        dataset_version = dataset_version or DatasetVersion.objects.using(using).create(
            stamp=secrets.token_hex(8)
        )
        for pk, (wanted, found) in differing.items():
            new, old = _postings(wanted), set() if anew else _postings(found)
            chunk, number = pk >> CHUNK_BITS, pk & ((1 << CHUNK_BITS) - 1)
            for posted, keys in ((coming, new - old), (going, old - new)):
                for term, layer in keys:
                    posted[term, layer, chunk].append(number)
        _note_changes(using, differing, dataset_version)
        gone = [pk for pk, (_wanted, found) in differing.items() if found]
        PublicIncident.objects.using(using).filter(pk__in=gone).delete()
        PublicIncident.objects.using(using).bulk_create(
            wanted for wanted, _found in differing.values() if wanted
        )
    if dataset_version:
        _post(using, coming, going, dataset_version)


def _own(entry):
    """A record without what the incidents beside it are called: their titles are theirs to change."""
    record = orjson.loads(_stored(entry, "record"))
    for relation in record["relations"]:
        relation["incident"] = relation["incident"]["ref"]
    return record


def _note_changes(using, differing, dataset_version):
    """Write down what the edition does to each incident, and number the revisions."""
    refs = {(wanted or found).ref for wanted, found in differing.values()}
    last = dict(
        PublicChange.objects.using(using)
        .filter(ref__in=refs)
        .values_list("ref")
        .annotate(models.Max("number"))
    )
    gone = [pk for pk, (wanted, _found) in differing.items() if not wanted]
    merged = set(
        Incident.objects.using(using)
        .filter(pk__in=gone, merged_into__isnull=False)
        .values_list("pk", flat=True)
    )
    changes = []
    for pk, (wanted, found) in differing.items():
        entry = wanted or found
        if wanted and found and _own(wanted) == _own(found):
            wanted.revision = found.revision
            continue
        number = last[entry.ref] = last.get(entry.ref, 0) + 1
        if wanted:
            wanted.revision = number
            kind = PublicChange.Kind.CORRECTED if found else PublicChange.Kind.PUBLISHED
        else:
            kind = PublicChange.Kind.MERGED if pk in merged else PublicChange.Kind.WITHDRAWN
        before = bytes(found.record) if found else b""
        changes.append(
            PublicChange(
                ref=entry.ref, number=number, dataset_version=dataset_version.number, kind=kind, before=before
            )
        )
    PublicChange.objects.using(using).bulk_create(changes, batch_size=500)


def _entries(using, incidents):
    """For each incident the entry that there should be, and the one there is; None where there is none. Some at a
    time."""
    for first in range(0, len(incidents), AT_ONCE):
        part = incidents[first : first + AT_ONCE]
        public = Incident.objects.using(using).public().filter(pk__in=part).with_story()
        wanted = {incident.pk: _entry(incident) for incident in public}
        found = {entry.pk: entry for entry in PublicIncident.objects.using(using).filter(pk__in=part)}
        yield {pk: (wanted.get(pk), found.get(pk)) for pk in part}


def _entry(incident):
    """What the archive should keep of a public incident fetched `with_story()`."""
    text = to_json(incident_record(incident))
    record = from_json(text)
    entry = PublicIncident(
        incident_id=incident.pk,
        ref=record["ref"],
        listed=record["kind"] == IncidentKind.ACCOUNT_ACTION,
        first_day=first_day(record),
        changed_at=record["updated_at"],
        record=zlib.compress(text),
        rows=csv_rows(orjson.loads(text)),
        **texts_of(record),
    )
    entry.told = record
    return entry


def _alike(one, other):
    return one == other and (
        one is None or all(_stored(one, name) == _stored(other, name) for name in STORED)
    )


STORED = [field.attname for field in PublicIncident._meta.concrete_fields if field.name != "revision"]


def _stored(entry, name):
    value = getattr(entry, name)
    return zlib.decompress(bytes(value)) if name == "record" else value


def _postings(entry):
    """What an entry is posted under, as (term, layer)."""
    if not entry:
        return set()
    return {(term, layer) for layer, terms in terms_of(record_of(entry)).items() for term in terms}


def _post(using, coming, going, dataset_version):
    """Add to and take from the postings."""
    keys = sorted({*coming, *going})
    for first in range(0, len(keys), PARAMETERS):
        part, kept = keys[first : first + PARAMETERS], []
        terms = {term.encode() for term, _layer, _chunk in part}
        chunks = {chunk for _term, _layer, chunk in part}
        with connections[using].cursor() as cursor:
            # The queryset's own `in` takes longer over thousands of values than the database does.
            cursor.execute(
                f"SELECT term, layer, chunk, incidents FROM {PostingList._meta.db_table}"
                f" WHERE term IN ({_marks(terms)}) AND chunk IN ({_marks(chunks)})",
                [*terms, *chunks],
            )
            there = {
                (bytes(term).decode(), layer, chunk): BitMap.deserialize(bytes(incidents))
                for term, layer, chunk, incidents in cursor.fetchall()
            }
            for key in part:
                incidents = there.get(key) or BitMap()
                incidents.update(coming.get(key, ()))
                incidents.difference_update(BitMap(going.get(key, ())))
                incidents.run_optimize()
                term, layer, chunk = key
                kept.append(
                    (
                        term.encode(),
                        layer,
                        chunk,
                        incidents.serialize(),
                        len(incidents),
                        dataset_version.number,
                    )
                )
            cursor.executemany(
                f"INSERT INTO {PostingList._meta.db_table} (term, layer, chunk, incidents, cardinality, dataset_version)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (term, layer, chunk) DO UPDATE"
                " SET incidents = excluded.incidents, cardinality = excluded.cardinality, dataset_version = excluded.dataset_version",
                kept,
            )


def _marks(values):
    return ", ".join(["%s"] * len(values))


def _posted(using, pk, entry):
    """Whether an entry stands in every posting it should."""
    postings = _postings(entry)
    rows = PostingList.objects.using(using).filter(
        chunk=pk >> CHUNK_BITS, term__in={term.encode() for term, _layer in postings}
    )
    number = pk & ((1 << CHUNK_BITS) - 1)
    there = {
        (bytes(term).decode(), layer)
        for term, layer, incidents in rows.values_list("term", "layer", "incidents")
        if number in BitMap.deserialize(bytes(incidents))
    }
    return postings <= there
