"""Compares the index with the records, and mends it where they differ: for `manage.py check_index`."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from ..models import Incident, PublicIncident
from .document_pairs import BATCH_SIZE, document_pairs, is_same, postings
from .indexer import invalidate_caches, write_documents
from .posting_lists import is_in_posting_lists, remove_everywhere


def differences(using: str) -> Iterator[tuple[int, dict[int, str]]]:
    """For each batch of incidents, their number and those whose documents are “missing”, “stale” or “extra”, by key."""
    last = 0
    while incidents := _next_keys(using, last):
        last = incidents[-1]
        differing, (pairs,) = {}, document_pairs(using, incidents)
        for pk, (wanted, stored) in pairs.items():
            if not is_same(wanted, stored):
                differing[pk] = "missing" if not stored else "stale" if wanted else "extra"
            elif wanted and not is_in_posting_lists(using, pk, postings(wanted)):
                differing[pk] = "stale"
        yield len(incidents), differing


def _next_keys(using: str, last: int) -> list[int]:
    """The next keys, in order, of incidents and of documents whose incident may be gone."""
    keys: set[int] = set()
    for model in (Incident, PublicIncident):
        following = model.objects.using(using).filter(pk__gt=last).order_by("pk")
        keys.update(following.values_list("pk", flat=True)[:BATCH_SIZE])
    return sorted(keys)[:BATCH_SIZE]


def repair(using: str, incidents: Sequence[int]) -> None:
    """Remove these incidents from the index, wherever it has them, and index them again."""
    with transaction.atomic(using):
        remove_everywhere(using, incidents)
        invalidate_caches(using)
        write_documents(using, incidents, are_posted=False)
