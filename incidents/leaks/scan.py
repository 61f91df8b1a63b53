"""Everything public, searched for all private values: what `manage.py check_names` reports."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet

from ..models import Incident, PublicChange, PublicIncident
from .decisions import answered_among
from .pages import PublicPage, gone_pages, pages_of, sources_shown_by
from .past import past_pages, past_pages_of, revision_before
from .privates import Leak, Privates, without_hidden
from .shown import leaks_of

BATCH_SIZE = 200


@dataclass(frozen=True)
class Find:
    """A private value in what is public, and whether an editor has said why it may stay."""

    page: PublicPage
    leak: Leak
    answered: bool


def past_questions(incident: Incident, privates: Privates | None = None) -> list[tuple[int, Leak]]:
    """The unanswered questions that past revisions of an incident raise and its texts of today do not, each with the latest
    number of such a revision. `privates` are all private values, if they were loaded before."""
    pages = past_pages_of(incident)
    privates = (privates or Privates.load()) if pages else None
    if not privates or not privates.values:
        return []
    found = {}
    for page in pages:
        for leak in privates.leaks_in(page.texts, own=page.own, public_names=page.public_names):
            found[leak.key] = page.revision or 0, leak
    if not found:
        return []
    settled = answered_among(leak for _number, leak in found.values())
    settled |= {leak.key for leak in leaks_of(incident, privates)}
    left = without_hidden([leak for key, (_number, leak) in found.items() if key not in settled])
    return [found[leak.key] for leak in left]


def leaks_of_published(incidents: Iterable[Incident], privates: Privates) -> Iterator[tuple[Incident, Leak]]:
    """What the public texts of these published incidents give away, each with the incident; in a constant number of queries
    unless something is found."""
    incidents = list(incidents)
    documents = PublicIncident.objects.filter(pk__in=[incident.pk for incident in incidents])
    indexed = {page.incident: page for page in _pages_of_documents(documents.only("record"))}
    for incident in incidents:
        page = indexed.get(incident.pk)
        if page is None or any(privates.leaks_in(page.texts, own=page.own, public_names=page.public_names)):
            yield from ((incident, leak) for leak in leaks_of(incident, privates))


def finds(privates: Privates) -> Iterator[tuple[int, list[Find]]]:
    """For each batch of what is public, the number of pages and what is found in them, answered or not."""
    reported: set[tuple] = set()
    for pages in public_pages():
        found: dict[tuple, tuple[PublicPage, Leak]] = {}
        for page in pages:
            for leak in privates.leaks_in(page.texts, own=page.own, public_names=page.public_names):
                # A record that many incidents show is reported once, and once for each past revision.
                revision = page.revision and (page.incident, page.revision)
                found.setdefault((leak.key, leak.refused, revision), (page, leak))
        new = [both for each, both in found.items() if each not in reported]
        reported |= found.keys()
        answered = answered_among(leak for _page, leak in new)
        yield (
            len(pages),
            [Find(page, leak, not leak.refused and leak.key in answered) for page, leak in new],
        )


def public_pages() -> Iterator[list[PublicPage]]:
    """Everything public, in batches: incidents as the index has them, withdrawn ones, and all past revisions."""
    for documents in _batches(PublicIncident.objects.only("record")):
        yield _pages_of_documents(documents)
    for incidents in _batches(Incident.objects.gone()):
        yield gone_pages(incidents)
    for changes in _batches(PublicChange.objects.exclude(before=b"")):
        yield past_pages(map(revision_before, changes))


def _pages_of_documents(documents: Iterable[PublicIncident]) -> list[PublicPage]:
    """Incidents as the index has them."""
    records: list[tuple[int | None, int | None, dict[str, Any]]] = [
        (each.pk, None, orjson.loads(zlib.decompress(bytes(each.record)))) for each in documents
    ]
    return pages_of(records, sources_shown_by([pk for pk, _revision, _record in records if pk]))


def _batches(records: QuerySet) -> Iterator[list[Any]]:
    """All of them by their keys, some at a time: never more than one batch is in memory."""
    last = 0
    while batch := list(records.filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        yield batch
        last = batch[-1].pk
