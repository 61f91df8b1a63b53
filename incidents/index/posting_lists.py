"""Sets of incidents by term, as each process has read them from the archive.

A term's sets are roaring bitmaps of incident keys: layer 0 for the incident as a whole, layer n for its n-th action.
Each process keeps those it has used until an edition changes them.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connections
from pyroaring import BitMap

from ..models import DatasetVersion, PostingList
from .triggers import QUEUE

CHUNK_BITS = 16
KEPT_BYTES = 32_000_000  # of bitmaps, in each process
KEPT_TERMS = 30_000
KEPT_PHRASES = 1_000
MOST_AT_ONCE = 5_000  # parameters of one statement
EMPTY = BitMap()


class IndexReader:
    """The sets of one database, as this process has read them."""

    def __init__(self, using):
        self.using = using
        self.lock = threading.RLock()
        self.dataset_version = None
        self.forget()

    def forget(self):
        self.kept, self.ranges, self.phrases, self.bytes = OrderedDict(), {}, {}, 0
        self.common, self.labels = {}, defaultdict(dict)

    def follow(self, dataset_version):
        """Let go of what has changed since the edition that was read last."""
        with self.lock:
            before = self.dataset_version
            if dataset_version == before:
                return
            if before and dataset_version and self._has(before):
                if dataset_version.number < before.number:
                    return
                changed = PostingList.objects.using(self.using).filter(dataset_version__gt=before.number)
                for term in {bytes(term).decode() for term in changed.values_list("term", flat=True)}:
                    self._drop(term)
                self.ranges, self.phrases, self.labels = {}, {}, defaultdict(dict)
                self.common = {
                    prefix: kept for prefix, kept in self.common.items() if kept[0] > time.monotonic()
                }
            else:
                # An edition that is no more was of a transaction that failed: nothing read then is to be trusted.
                self.forget()
            self.dataset_version = dataset_version

    def _has(self, dataset_version):
        found = DatasetVersion.objects.using(self.using).filter(
            number=dataset_version.number, stamp=dataset_version.stamp
        )
        return found.exists()

    def _drop(self, term):
        if term in self.kept:
            self.bytes -= self.kept.pop(term)[1]

    def layers(self, terms):
        """The sets of each of these terms, by layer; a term that nothing has is an empty dictionary."""
        with self.lock:
            found, missing = {}, []
            for term in terms:
                if term in self.kept:
                    self.kept.move_to_end(term)
                    found[term] = self.kept[term][0]
                else:
                    missing.append(term)
            for first in range(0, len(missing), MOST_AT_ONCE):
                part = missing[first : first + MOST_AT_ONCE]
                rows = PostingList.objects.using(self.using).filter(term__in=[term.encode() for term in part])
                self._keep(part, rows, found)
            return {term: found[term] for term in terms}

    def _keep(self, terms, rows, found):
        read, sizes = defaultdict(lambda: defaultdict(BitMap)), defaultdict(lambda: 200)
        for term, layer, chunk, incidents in rows.values_list("term", "layer", "chunk", "incidents"):
            term, incidents = bytes(term).decode(), bytes(incidents)
            read[term][layer] |= BitMap.deserialize(incidents).shift(chunk << CHUNK_BITS)
            sizes[term] += len(incidents) + 100
        for term in terms:
            found[term] = dict(read.get(term, {}))
            self.kept[term] = (found[term], sizes[term])
            self.bytes += sizes[term]
        while self.kept and (self.bytes > KEPT_BYTES or len(self.kept) > KEPT_TERMS):
            _term, (_sets, size) = self.kept.popitem(last=False)
            self.bytes -= size

    def remember(self, phrase, found):
        """Keep what looking up a phrase has found, until the next edition or until there are very many."""
        with self.lock:
            if len(self.phrases) >= KEPT_PHRASES:
                self.phrases.clear()
            self.phrases[phrase] = found

    def whole(self, term):
        """The incidents that have a term."""
        return self.layers([term])[term].get(0, EMPTY)

    def union(self, terms):
        """The incidents that have any of these terms, by layer."""
        found = defaultdict(list)
        for layers in self.layers(list(terms)).values():
            for layer, incidents in layers.items():
                found[layer].append(incidents)
        return {layer: BitMap.union(*reader) for layer, reader in found.items()}

    def most_common(self, prefix, number):
        """What follows the prefix in the terms that most incidents have, those with most first."""
        with self.lock:
            _until, found = self.common.get(prefix, (0, None))
            if found is None:
                begun = time.monotonic()
                first = prefix.encode()
                with connections[self.using].cursor() as cursor:
                    cursor.execute(
                        f"SELECT term FROM {PostingList._meta.db_table}"
                        " WHERE term >= %s AND term < %s AND layer = 0 AND cardinality > 0"
                        " GROUP BY term ORDER BY SUM(cardinality) DESC, term LIMIT %s",
                        [*bounds(first), number],
                    )
                    found = [bytes(term).decode().removeprefix(prefix) for (term,) in cursor.fetchall()]
                # Where that takes long, an edition more or less changes little; their numbers are never old.
                took = time.monotonic() - begun
                self.common[prefix] = (time.monotonic() + (60 if took > 0.02 else 0), found)
            return found

    def following(self, prefix, after, number):
        """So many terms that begin so, in their order, after `prefix + after`."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT term FROM {PostingList._meta.db_table}"
                " WHERE term > %s AND term < %s AND layer = 0 AND cardinality > 0 ORDER BY term LIMIT %s",
                [f"{prefix}{after}".encode(), bounds(prefix.encode())[1], number],
            )
            return [bytes(term).decode() for (term,) in cursor.fetchall()]

    def how_many(self, prefix):
        """How many terms that begin so any incident has."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(DISTINCT term) FROM {PostingList._meta.db_table}"
                " WHERE term >= %s AND term < %s AND layer = 0 AND cardinality > 0",
                bounds(prefix.encode()),
            )
            return cursor.fetchone()[0]

    def beginning_with(self, prefix):
        """The terms that begin so and the number of incidents that have each."""
        with self.lock:
            if prefix not in self.ranges:
                first = prefix.encode()
                with connections[self.using].cursor() as cursor:
                    cursor.execute(
                        f"SELECT term, SUM(cardinality) FROM {PostingList._meta.db_table}"
                        " WHERE term >= %s AND term < %s AND layer = 0 GROUP BY term",
                        bounds(first),
                    )
                    rows = cursor.fetchall()
                counts = {bytes(term).decode(): int(number) for term, number in rows}
                # Readers may ask for any number of beginnings; only so much of them is kept.
                if sum(map(len, self.ranges.values())) + len(counts) > KEPT_TERMS:
                    self.ranges.clear()
                self.ranges[prefix] = counts
            return self.ranges[prefix]


def bounds(prefix):
    """The first term that begins so, and the first after all that do."""
    return [prefix, prefix[:-1] + bytes([prefix[-1] + 1])]


_of_database = {}


def index_reader(using, dataset_version=None):
    """The sets of a database, as of this edition or its latest."""
    reader = _of_database.setdefault(using, IndexReader(using))
    reader.follow(dataset_version or latest_version(using)[0])
    return reader


class Latest(NamedTuple):
    """An edition as it was read."""

    number: int
    stamp: str
    published_at: datetime


def latest_version(using):
    """The latest edition of a database, None if it has none, and whether something has changed that it has not yet."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {QUEUE}), number, stamp, published_at"
            f" FROM (SELECT 1 AS one) AS one LEFT JOIN (SELECT * FROM {DatasetVersion._meta.db_table}"
            " ORDER BY number DESC LIMIT 1) AS version ON one = 1"
        )
        waiting, *dataset_version = cursor.fetchone()
    if dataset_version[0] is None:
        return None, bool(waiting)
    published_at = dataset_version[2]
    if isinstance(published_at, str):  # SQLite keeps moments as text
        published_at = datetime.fromisoformat(published_at)
    if published_at.tzinfo is None:
        published_at = published_at.replace(tzinfo=UTC)
    return Latest(dataset_version[0], dataset_version[1], published_at), bool(waiting)
