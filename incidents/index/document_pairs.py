"""The document that each incident should have, beside the one that is stored, and what tells one from the other."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from ..choices import IncidentKind
from ..models import Incident, PublicIncident
from ..records import from_json, incident_record, is_same_story, past_from_json, to_json
from .csv_rows import csv_rows
from .documents import first_day, passages, texts_of
from .terms import terms_of

BATCH_SIZE = 200  # incidents at a time
Pair = tuple[PublicIncident | None, PublicIncident | None]  # the document there should be, and the one stored
STORED_FIELDS = [
    field.attname
    for field in PublicIncident._meta.concrete_fields
    if field.name not in ("revision", "dataset_version")
]


def document_pairs(using: str, incidents: Sequence[int]) -> Iterator[dict[int, Pair]]:
    """By key, the document each incident should have and the one that is stored, None where there is none; in batches."""
    for first in range(0, len(incidents), BATCH_SIZE):
        batch = incidents[first : first + BATCH_SIZE]
        public = Incident.objects.using(using).public().filter(pk__in=batch).with_story()
        stored = PublicIncident.objects.using(using).in_bulk(batch)
        wanted = {}
        for incident in public:
            wanted[incident.pk] = _document(incident, stored.get(incident.pk))
            # It and its parts hold one another, and would stay in memory until Python looks for garbage.
            vars(incident).clear()
        yield {pk: (wanted.get(pk), stored.get(pk)) for pk in batch}


def _document(incident, stored):
    """The document of a public incident fetched `with_story()`. It keeps the moment of the stored one unless it says
    something else: when private fields changed is private, too."""
    shown = incident_record(incident)
    text = to_json(shown)
    is_later = stored and stored.changed_at != incident.updated_at
    if is_later and is_same_story(orjson.loads(_stored(stored, "record")), orjson.loads(text)):
        text = to_json(shown | {"updated_at": stored.changed_at})
    record = from_json(text)
    found = passages(record)
    document = PublicIncident(
        incident_id=incident.pk,
        ref=record["ref"],
        listed=record["kind"] == IncidentKind.ACCOUNT_ACTION,
        first_day=first_day(record),
        changed_at=record["updated_at"],
        record=zlib.compress(text),
        rows=csv_rows(orjson.loads(text)),
        **texts_of(found),
    )
    document.built_record, document.built_passages = record, found
    return document


def is_same(one: PublicIncident | None, other: PublicIncident | None) -> bool:
    """Whether two documents hold the same, or both are None."""
    return one == other and (
        one is None or all(_stored(one, name) == _stored(other, name) for name in STORED_FIELDS)
    )


def is_same_story_in(wanted: PublicIncident, stored: PublicIncident) -> bool:
    """Whether two documents say the same to readers."""
    return is_same_story(plain_record(stored), plain_record(wanted))


def plain_record(document: PublicIncident) -> dict[str, Any]:
    """The public record in a document, as JSON has it."""
    return orjson.loads(_stored(document, "record"))


def _stored(document, name):
    value = getattr(document, name)
    return zlib.decompress(bytes(value)) if name == "record" else value


def postings(document: PublicIncident | None) -> dict[int, set[str]]:
    """The terms of a document by layer; none of no document."""
    if not document:
        return {}
    # A stored one may come from an earlier version of the tracker.
    record = getattr(document, "built_record", None) or past_from_json(_stored(document, "record"))
    return terms_of(record, document.built_passages or passages(record))
