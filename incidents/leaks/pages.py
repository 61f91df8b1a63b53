"""What readers see together, and may use together to find out a name: the texts of an incident."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..models import Incident, Party, Platform, Source
from ..records import shown_in
from ..shown import SHOWN
from .privates import OwnerKey
from .shown import owners_by_incident
from .texts import PublicText, public_texts, record_key, texts_in

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


def pages_of(
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


def sources_shown_by(incidents: list[int]) -> dict[int, list[PublicText]]:
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
