"""What readers see together, and may use together to find out a name: incidents as they are and as they were."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet

from ..models import Incident, Party, Platform, PublicChange, PublicIncident, Source
from ..querysets import SHOWN
from ..records import past_from_json, shown_in
from .privates import OwnerKey, Privates
from .shown import owners_by_incident
from .texts import PublicText, public_texts, record_key, texts_in

BATCH_SIZE = 200
TEXTS_OF_GONE = ("ref", "withdrawn_reason")


@dataclass(frozen=True)
class PublicPage:
    """The texts of an incident or, with the number of a `revision`, those it had.

    `own` are those whose private values it must not give away, `public_names` the names that it may say.
    """

    incident: int | None
    revision: int | None
    texts: list[PublicText]
    own: set[OwnerKey]
    public_names: list[str]


def public_pages() -> Iterator[list[PublicPage]]:
    """Everything public, in batches: incidents as the index has them, withdrawn ones, and all past revisions."""
    for documents in _batches(PublicIncident.objects.only("record")):
        sources = _sources_shown_by([document.pk for document in documents])
        yield _pages([(each.pk, None, orjson.loads(_unpacked(each.record))) for each in documents], sources)
    for incidents in _batches(Incident.objects.gone()):
        yield gone_pages(incidents)
    for changes in _batches(PublicChange.objects.exclude(before=b"")):
        yield past_pages(map(_revision_before, changes))


def gone_pages(incidents: Iterable[Incident]) -> list[PublicPage]:
    """What readers see instead of withdrawn incidents."""
    incidents = list(incidents)
    owners = owners_by_incident([incident.pk for incident in incidents])
    return [
        PublicPage(
            incident.pk,
            None,
            [
                PublicText("incident", record_key(incident), name, text, incident)
                for name in TEXTS_OF_GONE
                if (text := getattr(incident, name))
            ],
            owners[incident.pk],
            [],
        )
        for incident in incidents
    ]


def past_pages(records: Iterable[tuple[int, dict[str, Any]]]) -> list[PublicPage]:
    """The records of past revisions, each with its number, as far as readers may still see them.

    They see none that shows a party otherwise than today's records do, none that shows a source that is confidential
    today, and none that surely gives away what is private.
    """
    records = list(records)
    parties = {party["slug"] for _number, record in records for party in shown_in(record, "party")}
    today = Party.objects.in_bulk(parties, field_name="slug")
    sources = {citekey for _number, record in records for citekey in _sources_in(record)}
    open_sources = set(Source.objects.open().filter(citekey__in=sources).values_list("citekey", flat=True))
    shown = [
        (number, record)
        for number, record in records
        if _shows_parties_of(record, today) and open_sources.issuperset(_sources_in(record))
    ]
    keys = dict(
        Incident.objects.filter(ref__in={record["ref"] for _number, record in shown}).values_list("ref", "pk")
    )
    pages = _pages([(keys.get(record["ref"]), number, record) for number, record in shown])
    privates = Privates.load({owner for page in pages for owner in page.own})
    return [
        page
        for page in pages
        if not any(leak.refused for leak in privates.leaks_in(page.texts, own=page.own))
    ]


def past_pages_of(incident: Incident) -> list[PublicPage]:
    """The same of one incident, the oldest first."""
    changes = PublicChange.objects.filter(ref=incident.ref).exclude(before=b"").order_by("number")
    return past_pages(map(_revision_before, changes))


def _revision_before(change: PublicChange) -> tuple[int, dict[str, Any]]:
    """The number and the record of the revision before a change, which the change keeps."""
    return change.number - 1, past_from_json(_unpacked(change.before))


def may_be_shown(record: dict[str, Any]) -> bool:
    """Whether readers may still see the record of a past revision."""
    return bool(past_pages([(0, record)]))


def _shows_parties_of(record: dict[str, Any], today: dict[str, Party]) -> bool:
    """Whether each party in a past record may still be shown as it is there."""
    return all(
        (party := today.get(shown["slug"]))
        and party.cleared
        and (party.name_public or not shown["name_public"])
        and (party.public_label == shown["public_label"] or party.name_public)
        for shown in shown_in(record, "party")
    )


def _sources_in(record: dict[str, Any]) -> Iterator[str]:
    """The keys of the sources in a public record, and of those that they derive from."""
    for source in record["sources"]:
        yield source["citekey"]
        if origin := source["derived_from"]:
            yield origin["citekey"]


def _pages(
    records: list[tuple[int | None, int | None, dict[str, Any]]],
    beside: dict[int, list[PublicText]] | None = None,
) -> list[PublicPage]:
    """Public records of incidents as pages. They hide whom they show, and whom their incidents show today."""
    owners, pages = owners_by_incident([pk for pk, _revision, _record in records if pk]), []
    for pk, revision, record in records:
        texts = list(dict.fromkeys([*texts_in(record), *(beside or {}).get(pk or 0, ())]))
        own = owners.get(pk or 0, set()) | {(text.model, text.key) for text in texts}
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
    texts: dict[int, list[PublicText]] = defaultdict(list)
    for incident, source in dict.fromkeys(showing):
        if source in sources:
            texts[incident] += public_texts(sources[source])
    return texts


def _public_names(record: dict[str, Any]) -> Iterator[str]:
    """The names of platforms and parties that a public record says."""
    for each in shown_in(record, "platform"):
        yield from Platform(name=each["name"], aliases=each["aliases"]).names
    for each in shown_in(record, "party"):
        names = ("name_public", "public_label", "native_label", "aliases")
        yield from Party(**{name: each[name] for name in names}).public_names


def _unpacked(stored: bytes | memoryview) -> bytes:
    return zlib.decompress(bytes(stored))


def _batches(records: QuerySet) -> Iterator[list[Any]]:
    """All of them by their keys, some at a time: never more than one batch is in memory."""
    last = 0
    while batch := list(records.filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        yield batch
        last = batch[-1].pk
