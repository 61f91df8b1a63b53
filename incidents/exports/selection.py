"""What is exported: some public incidents in their order, and what every file says about itself."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, Self

from django.conf import settings
from django.db import connections, models, transaction
from pyroaring import BitMap

from ..choices import IncidentKind
from ..index import current_version
from ..index.facets import FACET
from ..index.posting_lists import index_reader
from ..index.versions import Version, latest_version
from ..listing.criteria import Criteria
from ..listing.listing import Listing
from ..listing.matching import batches
from ..listing.ordering import fields_in_order
from ..models import PublicIncident, Relation

BACKGROUND = FACET["kind"].term(IncidentKind.CONTEXT)
BATCH_SIZE = 1_000  # background events whose relations are looked up at a time


class ListingFilter(Protocol):
    """What a door has parsed from a query string. A valid one has a listing."""

    listing: Listing

    @property
    def query(self) -> str: ...


@dataclass(frozen=True)
class ChosenIncidents:
    """Incidents chosen one by one, by their keys in their order. It is read like a listing, which has criteria."""

    using: str
    keys: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[int]:
        return iter(self.keys)

    def entries(self, *fields: str) -> Iterator[tuple]:
        """These fields of all documents in their order."""
        return fields_in_order(self.using, self, fields)

    def sample(self, size: int) -> list[int]:
        """The keys of up to `size` of these incidents, from all over the list, in their order."""
        size = min(size, len(self.keys))
        return [self.keys[n * len(self.keys) // size] for n in range(size)]


@dataclass(frozen=True)
class Selection:
    """Incidents that are exported together, as one dataset version of a database has them.

    `query` is the tidied query string that found them, empty for everything; `address` the URL of their list.
    """

    incidents: Listing | ChosenIncidents
    using: str
    dataset_version: Version | None
    query: str = ""
    address: str = ""

    @classmethod
    def of(cls, listing_filter: ListingFilter, *, dataset_version: Version | None, address: str = "") -> Self:
        """What a query string found, once it has been parsed and is valid. ValueError if it is not."""
        listing = listing_filter.listing
        return cls(listing, listing.reader.using, dataset_version, listing_filter.query, address)

    @classmethod
    def of_everything(cls, using: str, *, address: str = "") -> Self:
        """All listed incidents."""
        dataset_version = latest_version(using)
        listing = Listing(index_reader(using, dataset_version), Criteria())
        return cls(listing, using, dataset_version, address=address)

    @classmethod
    def of_incidents(cls, incidents: models.QuerySet, *, address: str = "") -> Self:
        """These incidents as far as they are public, listed or not, by their refs."""
        using = incidents.db
        dataset_version = current_version(using)
        chosen = incidents.order_by().values("pk")
        keys = PublicIncident.objects.using(using).filter(pk__in=chosen).order_by("ref")
        found = ChosenIncidents(using, tuple(keys.values_list("pk", flat=True)))
        return cls(found, using, dataset_version, address=address)

    def read_again(self) -> Self:
        """The same selection as its database has it now: for who has just begun a snapshot."""
        using = self.using
        dataset_version = latest_version(using)
        incidents: Listing | ChosenIncidents
        if isinstance(self.incidents, Listing):
            incidents = Listing(index_reader(using, dataset_version), self.incidents.criteria)
        else:
            keys = (pk for (pk,) in fields_in_order(using, self.incidents, ["pk"]))
            incidents = ChosenIncidents(using, tuple(keys))  # without what is not public any more
        return replace(self, incidents=incidents, dataset_version=dataset_version)

    @property
    def count(self) -> int:
        return len(self.incidents)

    @property
    def version(self) -> int:
        return self.dataset_version.number if self.dataset_version else 0

    @cached_property
    def background(self) -> list[int]:
        """The keys of background events that a list of incidents is related to, of all where it has every incident: they go
        along in files, and are not counted."""
        if not isinstance(self.incidents, Listing):
            return []
        listed = self.incidents.found
        events = index_reader(self.using, self.dataset_version).incidents(BACKGROUND) - listed
        if self.query:
            events = self._related(events, listed)
        documents = PublicIncident.objects.using(self.using)
        found = [
            pair
            for keys in batches(events, BATCH_SIZE)
            for pair in documents.filter(pk__in=keys).values_list("ref", "pk")
        ]
        return [pk for _ref, pk in sorted(found)]

    def _related(self, events: BitMap, listed: BitMap) -> BitMap:
        """Those of these events that have a public relation to one of the listed incidents."""
        related = BitMap()
        for keys in batches(events, BATCH_SIZE):
            for one, other in (("from_incident", "to_incident"), ("to_incident", "from_incident")):
                relations = Relation.objects.using(self.using).public().filter(**{f"{one}__in": keys})
                pairs = relations.order_by().values_list(one, other)
                related.update(event for event, incident in pairs if incident in listed)
        return related

    def entries(self, field: str) -> Iterator[Any]:
        """This field of all documents in their order, those of background events last."""
        for found in (
            self.incidents.entries(field),
            fields_in_order(self.using, self.background, [field]),
        ):
            yield from (value for (value,) in found)

    def sample(self, size: int) -> Self:
        """Up to `size` of these incidents, from all over the selection, in their order."""
        if size >= self.count:
            return self
        return replace(self, incidents=ChosenIncidents(self.using, tuple(self.incidents.sample(size))))

    def about(self) -> dict[str, Any]:
        """What every file says about itself."""
        return {
            "title": settings.SITE_NAME,
            "version": self.version,
            "changed_at": self.dataset_version
            and self.dataset_version.published_at.isoformat().replace("+00:00", "Z"),
            "license": settings.DATA_LICENSE,
            "license_url": settings.DATA_LICENSE_URL,
            "query": self.query,
            "address": self.address,
            "incidents": self.count,
            "background_events": len(self.background),
        }

    def records(self) -> Iterator[bytes]:
        """The JSON of each public record."""
        return map(unpacked, self.entries("record"))


def unpacked(record: Iterable[int] | bytes) -> bytes:
    """The JSON of a public record as a document keeps it."""
    return zlib.decompress(bytes(record))


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """One state of the database for a whole export, or for several, without keeping anybody from writing meanwhile."""
    connection = connections[using]
    connection.ensure_connection()
    if connection.in_atomic_block or getattr(connection.connection, "in_transaction", False):
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
