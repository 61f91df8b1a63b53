"""What changed between two dataset versions, and what was withdrawn, as data: for whoever keeps a copy of the dataset."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import Exists, OuterRef, Q

from ..models import PublicChange, PublicIncident
from .selection import Selection, snapshot, unpacked
from .streaming import joined

BATCH_SIZE = 500  # records at a time


def write_delta(everything: Selection, *, since: int) -> Iterator[bytes]:
    """What a copy of everything lacks if it was made in the dataset version `since`, as JSON lines.

    The first line is about the file. Then come the refs that have to go, and last the whole records that are new or
    different, in the order of the dataset versions that made them.
    """
    with snapshot(everything.using):
        everything = everything.read_again()
        yield orjson.dumps({"dataset": everything.about() | {"since": since}}) + b"\n"
        yield from joined(_removals(everything.using, since))
        yield from joined(_records(everything.using, since))


def _removals(using: str, since: int) -> Iterator[bytes]:
    """What was public in that version, or later, and is not now."""
    public = PublicIncident.objects.using(using).filter(ref=OuterRef("ref"))
    changes = PublicChange.objects.using(using).filter(~Exists(public), dataset_version__gt=since)
    last = {
        ref: {"ref": ref, "version": version, "removed": kind}
        for ref, version, kind in changes.order_by("ref", "number").values_list(
            "ref", "dataset_version", "kind"
        )
    }
    return (orjson.dumps(each) + b"\n" for each in last.values())


def _records(using: str, since: int) -> Iterator[bytes]:
    changed = PublicIncident.objects.using(using).filter(dataset_version__gt=since)
    found = changed.order_by("dataset_version", "ref").values_list("ref", "dataset_version", "record")
    for ref, version, record in found.iterator(chunk_size=BATCH_SIZE):
        head = orjson.dumps({"ref": ref, "version": version})
        yield head[:-1] + b',"record":' + unpacked(record) + b"}\n"


def withdrawals(using: str) -> list[dict[str, Any]]:
    """The incidents of which every copy has to go that was made before a dataset version, the last such version of each.

    They were withdrawn then, even if they were published again since; or their past records were deleted, or show what
    may no longer be shown.
    """
    was_withdrawn = Q(kind=PublicChange.Kind.WITHDRAWN) | Q(taken_back=True)
    was_forgotten = Q(before=b"") & Q(kind__in=(PublicChange.Kind.CORRECTED, PublicChange.Kind.MERGED))
    changes = PublicChange.objects.using(using).filter(was_withdrawn | was_forgotten)
    last = {
        ref: {"ref": ref, "at": at.isoformat().replace("+00:00", "Z"), "version": version}
        for ref, at, version in changes.order_by("dataset_version").values_list(
            "ref", "at", "dataset_version"
        )
    }
    return sorted(last.values(), key=lambda each: (each["version"], each["ref"]))


def withdrawal_list(using: str, version: int) -> bytes:
    """The same as a file of a dataset version: what whoever keeps copies has to read, and nothing that says why."""
    return orjson.dumps({"dataset": {"version": version}, "withdrawn": withdrawals(using)})
