"""Keeps the index in step with the records: takes changes off the queue, and writes the documents and posting lists of
the incidents concerned as a new dataset version.

Only public records, as `records` builds them, are indexed; what readers see comes from the index alone.
"""

import logging
import math
import secrets
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import InternalError, OperationalError, connections, models, transaction

from ..languages import TRANSLATABLE
from ..leaks import taken_back_since, takes_out
from ..models import (
    IN_ORDER,
    Account,
    DatasetVersion,
    Incident,
    PostingList,
    PublicChange,
    PublicIncident,
    Relation,
    TopicLabel,
    Translation,
)
from ..records import from_json
from ..shape import DECIDING_FIELDS, SHAPE
from ..shown import SHOWN
from .document_pairs import BATCH_SIZE, document_pairs, is_same, is_same_story_in, plain_record, postings
from .fingerprint import index_rules
from .posting_lists import CHUNK_KEYS, update_posting_lists
from .triggers import ChangeQueue, TableTrigger, pause
from .versions import Version, index_state, latest_version

logger = logging.getLogger(__name__)

# Incidents at a time while others read and write, to begin with; then about as many as fit into a transaction of this length.
SMALL_BATCH_SIZE = 5
TRANSACTION_SECONDS = 0.25
LARGE_BATCH_SIZE = 5_000  # incidents at a time where very many wait and nobody else does
MAX_POSITIONS = 500_000  # of incidents with a term, until posting lists are written: memory grows with them
MAX_WAIT_SECONDS = 0.3  # for what others have changed, until a reader is answered from what is indexed so far
MAX_PARAMETERS = 5_000  # of one SQL statement
PROGRESS_SECONDS = 2  # between two reports of progress
# Kinds of queued changes that name an incident: compare its document; or also add it to posting lists, which are empty.
DOCUMENT, POSTINGS = "document", "postings"
NO_TERMS: frozenset[str] = frozenset()


def _triggers():
    """A trigger for each table of the records: parts name their incident, other records and many-to-many relations the
    record itself."""
    for model in IN_ORDER:
        name, table = str(model._meta.model_name), model._meta.db_table
        if model is Relation:
            yield TableTrigger(table, "incident", "from_incident_id")
            yield TableTrigger(table, "incident", "to_incident_id")
        elif model is Translation:
            for owner in TRANSLATABLE:
                yield TableTrigger(table, owner, f"{owner}_id")
        elif model is TopicLabel:
            yield TableTrigger(table, "topic", "topic_id")
        elif name in SHOWN or model is Incident:
            fields = {*SHAPE[name].fields, *DECIDING_FIELDS.get(name, ())}
            columns = [field.column for field in model._meta.concrete_fields if field.name in fields]
            yield TableTrigger(table, name, columns=tuple(columns))
        else:
            yield TableTrigger(table, DOCUMENT, "incident_id")
        for field in model._meta.many_to_many:
            yield TableTrigger(field.m2m_db_table(), name, field.m2m_column_name())


change_queue = ChangeQueue(tuple(_triggers()), index_rules)


def ensure(using: str) -> None:
    """Create the change queue and its triggers where they are missing or made by other rules; then queue everything.

    Posting lists made by other rules are dropped, since those rules are no longer known, and written again.
    """
    everything = (Incident._meta.db_table, "id"), (PublicIncident._meta.db_table, "incident_id")
    with transaction.atomic(using):
        has_other_rules = change_queue.has_other_rules(using)
        if change_queue.ensure(using):
            change_queue.add_all(using, POSTINGS if has_other_rules else DOCUMENT, *everything)
        if has_other_rules:
            PostingList.objects.using(using).all().delete()
            invalidate_caches(using)


def invalidate_caches(using: str) -> None:
    """Give all dataset versions new stamps, so that no process trusts what it has read or answered before."""
    DatasetVersion.objects.using(using).update(stamp=secrets.token_hex(8))


def refresh(using: str, *, progress: Callable[[int], None] | None = None) -> None:
    """Index all that is queued, in large batches: others cannot write meanwhile.

    `progress` is called every two seconds with the number of incidents indexed so far.
    """
    count, size, reported = 0, BATCH_SIZE, time.monotonic()
    while change_queue.has_changes(using):
        with transaction.atomic(using):
            count += _index_batch(using, size)
        if count >= size:
            size = LARGE_BATCH_SIZE
        if progress and time.monotonic() > reported + PROGRESS_SECONDS:
            reported = time.monotonic()
            progress(count)


def refresh_beside_others(using: str, max_seconds: float, *, is_patient: bool = False) -> None:
    """Index what is queued for about so many seconds, in short transactions between those of others: at least in one, which is
    enough for what is usually changed at once.

    What cannot be written now, since somebody else writes for long, the disk is full or the database takes no changes,
    stays queued; so does all where somebody else is at it, unless one `is_patient`.
    """
    end, size = time.monotonic() + max_seconds, SMALL_BATCH_SIZE
    try:
        with change_queue.alone(using, is_patient=is_patient) as is_alone:
            has_changes = is_alone and change_queue.has_changes(using)
            while has_changes:
                begun = time.monotonic()
                with change_queue.without_waiting(using), transaction.atomic(using):
                    if not change_queue.try_lock(using):
                        return
                    _index_batch(using, size)
                size = _size_after(size, time.monotonic() - begun)
                if has_changes := change_queue.has_changes(using):
                    pause(using)
                    has_changes = time.monotonic() < end
    except (OperationalError, InternalError, OSError):
        # Without the database's own message, which may quote a row.
        logger.warning("Changes stay queued: the database takes none now.")


def protect(using: str, kind: str, key: int) -> None:
    """Take what this record no longer makes public out of the index, within the transaction that changes the record.

    However much else is queued: from the end of that transaction on, no reader sees it.
    """
    with transaction.atomic(using):
        documents = PublicIncident.objects.using(using).filter(pk__in=_concerned(using, kind, {key}))
        if incidents := sorted(documents.values_list("pk", flat=True)):
            change_queue.lock(using)
            write_documents(using, incidents)


def current_version(using: str, *, is_patient: bool = False) -> Version | None:
    """The latest dataset version after indexing what is queued; None if nothing has ever been public.

    Within a transaction, which may have made the changes itself, and for a command, which `is_patient`, everything is
    indexed first, elsewhere as much as a reader waits for.
    """
    state = index_state(using)
    if state.has_changes:
        if connections[using].in_atomic_block:
            refresh(using)
        else:
            refresh_beside_others(using, math.inf if is_patient else MAX_WAIT_SECONDS, is_patient=is_patient)
        state = index_state(using)
    return state.version


def record_of(document: PublicIncident) -> dict[str, Any]:
    """The public record in a document."""
    return document.built_record or read_record(bytes(document.record))


def read_record(stored: bytes, only: frozenset[str] | None = None) -> dict[str, Any]:
    """The public record from a document's `record` column; `only` as in `from_json()`."""
    return from_json(zlib.decompress(stored), only)


def _size_after(size, seconds):
    """How many incidents to index in the next transaction, after one with so many took so long."""
    fitting = int(size * TRANSACTION_SECONDS / max(seconds, 0.001))
    return max(1, min(fitting, size + SMALL_BATCH_SIZE, BATCH_SIZE))


def _index_batch(using, size):
    """Take changes off the queue and index up to `size` incidents that they concern; how many that were.

    Others that they concern are queued.
    """
    queued = defaultdict(set)
    for kind, key in change_queue.take(using, max(size, BATCH_SIZE), (DOCUMENT, POSTINGS), size):
        queued[kind].add(key)
    documents, unposted = queued.pop(DOCUMENT, set()), sorted(queued.pop(POSTINGS, ()))
    for kind, keys in queued.items():
        documents |= _concerned(using, kind, keys)
    in_order, room = sorted(documents), max(0, size - len(unposted))
    change_queue.add(using, DOCUMENT, in_order[room:])
    write_documents(using, in_order[:room])
    if unposted:
        invalidate_caches(using)
        write_documents(using, unposted, are_posted=False)
    return len(in_order[:room]) + len(unposted)


def _concerned(using, kind, keys):
    """The incidents whose records these incidents, their parts or other records of a model are in."""
    if kind == "incident":
        return keys | _related(using, keys)
    if kind in SHOWN:
        return _showing(using, kind, keys)
    parts = apps.get_model("incidents", kind).objects.using(using).filter(pk__in=keys)
    ends = ("from_incident", "to_incident") if kind == "relation" else ("incident",)
    return {pk for end in ends for pk in parts.values_list(end, flat=True)}


def _related(using, incidents):
    """The incidents related to these, whose records show their titles."""
    related: set[int] = set()
    keys = list(incidents)
    for one, other in (("from_incident", "to_incident"), ("to_incident", "from_incident")):
        relations = Relation.objects.using(using).filter(**{f"{one}__in": keys})
        related.update(relations.values_list(other, flat=True))
    return related


def _showing(using, model, keys):
    """The incidents that show these platforms, accounts, parties or sources."""
    keys, showing = list(keys), set()
    for first in range(0, len(keys), MAX_PARAMETERS):
        incidents = Incident.objects.using(using).showing_any(model, keys[first : first + MAX_PARAMETERS])
        showing.update(incidents.values_list("pk", flat=True))
    return showing


def write_documents(using: str, incidents: Sequence[int], *, are_posted: bool = True) -> None:
    """Bring documents and posting lists of these incidents up to date, in a new dataset version if a document differs.

    Where they are not `are_posted`, no posting list has them, whatever their documents say.
    """
    version, added, removed, number = None, _no_positions(), _no_positions(), 0

    def write_posting_lists():
        latest = version or latest_version(using) or _new_version(using)
        update_posting_lists(using, added, removed, latest.number)

    for pairs in document_pairs(using, incidents):
        differing = {pk: pair for pk, pair in pairs.items() if not is_same(*pair)}
        for pk, (wanted, stored) in (differing if are_posted else pairs).items():
            new, old = postings(wanted), postings(stored) if are_posted else {}
            chunk, position = divmod(pk, CHUNK_KEYS)
            for positions, these, others in ((added, new, old), (removed, old, new)):
                for layer, terms in these.items():
                    of_layer, changed = positions[layer, chunk], terms - others.get(layer, NO_TERMS)
                    number += len(changed)
                    for term in changed:
                        of_layer[term].append(position)
        if differing:
            version = version or _new_version(using)
            _write_changes(using, differing, version)
            documents = PublicIncident.objects.using(using)
            documents.filter(pk__in=[pk for pk, (_wanted, stored) in differing.items() if stored]).delete()
            documents.bulk_create(wanted for wanted, _stored in differing.values() if wanted)
            change_queue.add(using, "account", _predecessors(using, differing.values()))
        if number > MAX_POSITIONS:
            write_posting_lists()
            added, removed, number = _no_positions(), _no_positions(), 0
    if number:
        write_posting_lists()


def _no_positions() -> dict[tuple[int, int], dict[str, list[int]]]:
    return defaultdict(lambda: defaultdict(list))


def _predecessors(using, pairs):
    """The accounts that are succeeded by one that an incident now shows, or no longer does: they name it if it is public."""
    following = Account.objects.using(using).filter(succeeded_by__isnull=False)
    if not following.exists():
        return set()
    slugs = set()
    for wanted, stored in pairs:
        slugs |= _accounts_in(wanted) ^ _accounts_in(stored)
    return set(following.filter(succeeded_by__slug__in=slugs).values_list("pk", flat=True))


def _accounts_in(document):
    """The slugs of the accounts in a document; none of no document."""
    record = plain_record(document) if document else {"actions": ()}
    return {action["account"]["slug"] for action in record["actions"]}


def _new_version(using):
    return DatasetVersion.objects.using(using).create(stamp=secrets.token_hex(8))


def _write_changes(using, differing, version):
    """Write down what a dataset version does to each incident, and number the revisions."""
    refs = {(wanted or stored).ref for wanted, stored in differing.values()}
    changes = PublicChange.objects.using(using)
    last = dict(changes.filter(ref__in=refs).values_list("ref").annotate(models.Max("number")))
    gone = [pk for pk, (wanted, _stored) in differing.items() if not wanted]
    merged_incidents = Incident.objects.using(using).filter(pk__in=gone, merged_into__isnull=False)
    merged = set(merged_incidents.values_list("pk", flat=True))
    new, may_be_taken_back = [], []
    for pk, (wanted, stored) in differing.items():
        document = wanted or stored
        if wanted:
            wanted.dataset_version = version.number
        if wanted and stored and is_same_story_in(wanted, stored):
            wanted.revision = stored.revision
            continue
        number = last[document.ref] = last.get(document.ref, 0) + 1
        if wanted:
            wanted.revision = number
            kind = PublicChange.Kind.CORRECTED if stored else PublicChange.Kind.PUBLISHED
        else:
            kind = PublicChange.Kind.MERGED if pk in merged else PublicChange.Kind.WITHDRAWN
        before = bytes(stored.record) if stored else b""
        change = PublicChange(
            ref=document.ref, number=number, dataset_version=version.number, kind=kind, before=before
        )
        new.append(change)
        if wanted and stored and takes_out(plain_record(stored), plain_record(wanted)):
            may_be_taken_back.append(change)
    for change in taken_back_since(may_be_taken_back):
        change.taken_back = True
    changes.bulk_create(new, batch_size=500)
