"""What is taken away: some public incidents in their order, and what is said about them beside."""

import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connections, transaction

from ..index import current_version
from ..index.versions import Version, latest_version
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..models import PublicIncident


@dataclass(frozen=True)
class Chosen:
    """Incidents chosen by hand, where a listing is chosen by a query."""

    using: str
    keys: tuple

    def __len__(self):
        return len(self.keys)

    def __iter__(self):
        return iter(self.keys)

    def entries(self, *fields):
        return fields_in_order(self.using, self, fields)


@dataclass(frozen=True)
class Selection:
    """Incidents that leave together. `query` is the tidied query string, empty for everything."""

    incidents: object  # a Listing, or Chosen
    using: str
    dataset_version: Version | None
    query: str = ""
    address: str = ""

    @property
    def count(self):
        return len(self.incidents)

    @property
    def version(self):
        return self.dataset_version.number if self.dataset_version else 0

    def some(self, number):
        """So many of them, from all over the archive; or all, in their order."""
        if number == self.count:
            return self
        keys = self.incidents.found
        found = tuple(keys[n * len(keys) // number] for n in range(number))
        return replace(self, incidents=Chosen(self.using, found))

    def about(self):
        """What every export says of itself."""
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
        }

    def records(self):
        """The JSON of each public record."""
        return (unpacked(record) for (record,) in self.incidents.entries("record"))


def unpacked(record):
    """The JSON of a public record as an entry keeps it."""
    return zlib.decompress(bytes(record))


def select(query="", *, using="default", address=""):
    """What a query string finds. ValueError if it was not understood: ask an IncidentFilter first."""
    dataset_version = latest_version(using)
    listing = IncidentFilter(query, using=using, dataset_version=dataset_version)
    if not listing.is_valid():
        raise ValueError(listing.errors)
    return Selection(listing.listing, using, dataset_version, listing.query, address)


def select_incidents(incidents, *, address=""):
    """These incidents, as far as they are public, by their refs."""
    using = incidents.db
    dataset_version = current_version(using)
    keys = (
        PublicIncident.objects.using(using).filter(pk__in=incidents.order_by().values("pk")).order_by("ref")
    )
    return Selection(
        Chosen(using, tuple(keys.values_list("pk", flat=True))), using, dataset_version, address=address
    )


@contextmanager
def snapshot(using):
    """One state of the database for a whole export, without keeping anybody from writing meanwhile."""
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
