"""Everything public, searched for all private values: what `manage.py check_names` reports."""

import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet

from ..models import Incident, Party, Platform, PublicChange, PublicIncident, Source
from ..querysets import SHOWN
from ..records import past_from_json, shown_in
from .decisions import answered_among
from .privates import Leak, OwnerKey, Privates
from .shown import owners_by_incident
from .texts import PublicText, public_texts, record_key, texts_in

BATCH_SIZE = 200


@dataclass(frozen=True)
class PublicPage:
    """What readers see together: the texts of an incident or, with the number of a `revision`, those it had.

    `own` are those whose private values it must not give away, `public_names` the names that it may say.
    """

    incident: int
    revision: int | None
    texts: list[PublicText]
    own: set[OwnerKey]
    public_names: list[str]


@dataclass(frozen=True)
class Find:
    """A private value in what is public, and whether an editor has said why it may stay."""

    page: PublicPage
    leak: Leak
    answered: bool


def finds(privates: Privates) -> Iterator[tuple[int, list[Find]]]:
    """For each batch of what is public, the number of pages and what is found in them, answered or not."""
    reported = set()
    for pages in public_pages():
        found = {}
        for page in pages:
            for leak in privates.leaks_in(page.texts, own=page.own, public_names=page.public_names):
                # A record that many incidents show is reported once, and once for each past revision.
                revision = page.revision and (page.incident, page.revision)
                found.setdefault((leak.key, leak.refused, revision), (page, leak))
        new = [both for each, both in found.items() if each not in reported]
        reported |= found.keys()
        answered = answered_among(leak for _page, leak in new)
        yield len(pages), [Find(page, leak, not leak.refused and leak.key in answered) for page, leak in new]


def public_pages() -> Iterator[list[PublicPage]]:
    """Everything public, in batches: incidents as the index has them, withdrawn ones, and all past revisions."""
    for documents in _batches(PublicIncident.objects.only("record")):
        records = [(each.pk, None, orjson.loads(_unpacked(each.record))) for each in documents]
        yield _pages(records, _sources_shown_by([each.pk for each in documents]))
    for incidents in _batches(Incident.objects.gone()):
        owners = owners_by_incident([each.pk for each in incidents])
        yield [PublicPage(each.pk, None, _texts_of_gone(each), owners[each.pk], []) for each in incidents]
    for changes in _batches(PublicChange.objects.exclude(before=b"")):
        incidents = Incident.objects.filter(ref__in={each.ref for each in changes})
        keys = dict(incidents.values_list("ref", "pk"))
        # What a change keeps is the revision before it.
        yield _pages(
            [
                (keys[each.ref], each.number - 1, past_from_json(_unpacked(each.before)))
                for each in changes
                if each.ref in keys
            ]
        )


def _pages(
    records: list[tuple[int, int | None, dict[str, Any]]], beside: dict[int, list[PublicText]] | None = None
) -> list[PublicPage]:
    """Public records of incidents as pages. They hide whom they show, and whom their incidents show today."""
    owners, pages = owners_by_incident([pk for pk, _revision, _record in records]), []
    for pk, revision, record in records:
        texts = list(dict.fromkeys([*texts_in(record), *(beside or {}).get(pk, ())]))
        own = owners[pk] | {(text.model, text.key) for text in texts}
        pages.append(PublicPage(pk, revision, texts, own, list(_public_names(record))))
    return pages


def _sources_shown_by(incidents: list[int]) -> dict[int, list[PublicText]]:
    """The texts of sources that incidents show, those from which others derive as well, which their records have in part."""
    showing = [
        pair
        for parts, path in SHOWN["source"]
        for pair in Incident.objects.filter(pk__in=incidents).order_by().values_list("pk", f"{parts}__{path}")
    ]
    sources = Source.objects.open().with_keys().in_bulk({source for _incident, source in showing if source})
    texts = defaultdict(list)
    for incident, source in dict.fromkeys(showing):
        if source in sources:
            texts[incident] += public_texts(sources[source])
    return texts


def _texts_of_gone(incident: Incident) -> list[PublicText]:
    """What readers see in the place of a withdrawn incident."""
    shown = ("ref", "withdrawn_reason")
    values = [(name, getattr(incident, name)) for name in shown]
    return [PublicText("incident", record_key(incident), name, text) for name, text in values if text]


def _public_names(record: dict[str, Any]) -> Iterator[str]:
    """The names of platforms and parties that a public record says."""
    for each in shown_in(record, "platform"):
        yield from Platform(name=each["name"], aliases=each["aliases"]).names
    for each in shown_in(record, "party"):
        names = ("name_public", "public_label", "native_label", "aliases")
        yield from Party(**{name: each[name] for name in names}).public_names


def _unpacked(stored: bytes) -> bytes:
    return zlib.decompress(bytes(stored))


def _batches(records: QuerySet) -> Iterator[list[Any]]:
    """All of them by their keys, some at a time: never more than one batch is in memory."""
    last = 0
    while batch := list(records.filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        yield batch
        last = batch[-1].pk
