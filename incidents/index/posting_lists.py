"""Posting lists: which incidents have a term. Read and cached by each process, and written by the indexer.

The posting lists of a term are roaring bitmaps of incident keys by layer: layer 0 is the incident as a whole, layer n
its n-th action. In the database each is cut into chunks of 65,536 keys.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections
from pyroaring import BitMap

from ..models import DatasetVersion, PostingList
from .versions import Version, latest_version

CHUNK_KEYS = 65_536
CACHE_BYTES = 32_000_000  # of bitmaps, in each process
CACHE_TERMS = 30_000
CACHE_PHRASES = 1_000
SLOW_SECONDS = 0.02  # a ranking of terms that takes longer than this is kept for a while
KEEP_SECONDS = 60
MAX_PARAMETERS = 5_000  # of one SQL statement
EMPTY = BitMap()
NO_TERMS: Mapping[str, Sequence[int]] = {}
Layers = dict[int, BitMap]  # by layer, the incidents that have a term there
# By layer and chunk, and by term, the positions of incidents in the chunk.
Positions = Mapping[tuple[int, int], Mapping[str, Sequence[int]]]
TABLE = PostingList._meta.db_table


class IndexReader:
    """The posting lists of one database, with a cache of those that this process has read."""

    def __init__(self, using: str):
        self.using = using
        self.lock = threading.RLock()
        self.dataset_version: Version | None = None
        self.clear()

    def clear(self) -> None:
        """Empty the cache."""
        self.cached_bytes = 0
        self.cache: OrderedDict[str, tuple[Layers, int]] = OrderedDict()  # term: its bitmaps, and their bytes
        self.ranges: dict[str, dict[str, int]] = {}  # prefix: the cardinalities of its terms
        self.prefixes: dict[
            str, tuple[int, BitMap]
        ] = {}  # prefix: how many terms have it, and their incidents
        self.frequent: dict[
            str, tuple[float, list[str]]
        ] = {}  # prefix: until when its most frequent terms hold
        self.phrases: dict[Any, Any] = {}  # phrase: what looking it up has found
        self.labels: dict[str, dict[str, str]] = defaultdict(dict)  # facet: the labels of its values

    def advance(self, version: Version | None) -> None:
        """Read as of this dataset version from now on: drop what changed since the one before from the cache."""
        with self.lock:
            before = self.dataset_version
            if version == before:
                return
            if before and version and self._exists(before):
                if version.number < before.number:
                    return
                changed = PostingList.objects.using(self.using).filter(dataset_version__gt=before.number)
                for term in {bytes(term).decode() for term in changed.values_list("term", flat=True)}:
                    if term in self.cache:
                        self.cached_bytes -= self.cache.pop(term)[1]
                self.ranges, self.prefixes, self.phrases, self.labels = {}, {}, {}, defaultdict(dict)
                self.frequent = {
                    prefix: kept for prefix, kept in self.frequent.items() if kept[0] > time.monotonic()
                }
            else:
                # A version that is gone belonged to a transaction that failed: nothing read then is to be trusted.
                self.clear()
            self.dataset_version = version

    def _exists(self, version):
        versions = DatasetVersion.objects.using(self.using)
        return versions.filter(number=version.number, stamp=version.stamp).exists()

    def layers(self, terms: Sequence[str]) -> dict[str, Layers]:
        """For each of these terms its posting lists by layer; an empty dictionary where no incident has it."""
        with self.lock:
            found, missing = {}, []
            for term in terms:
                if term in self.cache:
                    self.cache.move_to_end(term)
                    found[term] = self.cache[term][0]
                else:
                    missing.append(term)
            for first in range(0, len(missing), MAX_PARAMETERS):
                self._read(missing[first : first + MAX_PARAMETERS], found)
            return {term: found[term] for term in terms}

    def _read(self, terms, found):
        """Read these terms from the database into `found` and the cache."""
        rows = PostingList.objects.using(self.using).filter(term__in=[term.encode() for term in terms])
        read: dict[str, Layers] = defaultdict(lambda: defaultdict(BitMap))
        sizes: dict[str, int] = defaultdict(lambda: 200)
        for stored_term, layer, chunk, incidents in rows.values_list("term", "layer", "chunk", "incidents"):
            term, bitmap = bytes(stored_term).decode(), bytes(incidents)
            read[term][layer] |= BitMap.deserialize(bitmap).shift(chunk * CHUNK_KEYS)
            sizes[term] += len(bitmap) + 100
        for term in terms:
            found[term] = dict(read.get(term, {}))
            self.cache[term] = (found[term], sizes[term])
            self.cached_bytes += sizes[term]
        while self.cache and (self.cached_bytes > CACHE_BYTES or len(self.cache) > CACHE_TERMS):
            _term, (_layers, size) = self.cache.popitem(last=False)
            self.cached_bytes -= size

    def incidents(self, term: str) -> BitMap:
        """The incidents that have a term."""
        return self.layers([term])[term].get(0, EMPTY)

    def union(self, terms: Iterable[str]) -> Layers:
        """The incidents that have any of these terms, by layer."""
        found = defaultdict(list)
        for layers in self.layers(list(terms)).values():
            for layer, incidents in layers.items():
                found[layer].append(incidents)
        return {layer: BitMap.union(*bitmaps) for layer, bitmaps in found.items()}

    def keep_phrase(self, phrase, incidents, version):
        """Keep what looking up a phrase has found, until the next dataset version or until there are too many."""
        with self.lock:
            if version != self.dataset_version:
                return
            if len(self.phrases) >= CACHE_PHRASES:
                self.phrases.clear()
            self.phrases[phrase] = incidents

    def with_prefix(self, prefix: str, limit: int) -> tuple[int, BitMap]:
        """How many terms have a prefix, and the incidents that have any of them; none if there are more than `limit`."""
        with self.lock:
            if prefix not in self.prefixes:
                terms = self.terms_after(prefix, "", limit + 1)
                found = EMPTY if len(terms) > limit else self.union([prefix, *terms]).get(0, EMPTY)
                if len(self.prefixes) >= CACHE_PHRASES:
                    self.prefixes.clear()
                self.prefixes[prefix] = (len(terms), found)
            return self.prefixes[prefix]

    def most_frequent(self, prefix: str, number: int) -> list[str]:
        """Up to `number` terms with this prefix that most incidents have, most frequent first, without the prefix."""
        with self.lock:
            _until, found = self.frequent.get(prefix, (0, None))
            if found is None:
                begun = time.monotonic()
                rows = self._rows(
                    f"SELECT term FROM {TABLE} WHERE term >= %s AND term < %s AND layer = 0 AND cardinality > 0"
                    " GROUP BY term ORDER BY SUM(cardinality) DESC, term LIMIT %s",
                    [*bounds(prefix), number],
                )
                found = [bytes(term).decode().removeprefix(prefix) for (term,) in rows]
                # Where ranking takes long, it changes little from version to version; counts are never old.
                is_slow = time.monotonic() - begun > SLOW_SECONDS
                self.frequent[prefix] = (time.monotonic() + (KEEP_SECONDS if is_slow else 0), found)
            return found

    def terms_after(self, prefix: str, after: str, number: int) -> list[str]:
        """Up to `number` terms with this prefix that sort after `prefix + after`."""
        rows = self._rows(
            f"SELECT DISTINCT term FROM {TABLE} WHERE term > %s AND term < %s AND layer = 0 AND cardinality > 0"
            " ORDER BY term LIMIT %s",
            [f"{prefix}{after}".encode(), bounds(prefix)[1], number],
        )
        return [bytes(term).decode() for (term,) in rows]

    def cardinalities(self, prefix: str) -> dict[str, int]:
        """The terms with this prefix, each with the number of incidents that have it (0 where none has it any more)."""
        with self.lock:
            if prefix not in self.ranges:
                rows = self._rows(
                    f"SELECT term, SUM(cardinality) FROM {TABLE}"
                    " WHERE term >= %s AND term < %s AND layer = 0 GROUP BY term",
                    bounds(prefix),
                )
                counts = {bytes(term).decode(): int(number) for term, number in rows}
                # Readers may ask for any number of prefixes.
                if sum(map(len, self.ranges.values())) + len(counts) > CACHE_TERMS:
                    self.ranges.clear()
                self.ranges[prefix] = counts
            return self.ranges[prefix]

    def number_of_terms(self, prefix: str) -> int:
        """The number of terms with this prefix that any incident has."""
        rows = self._rows(
            f"SELECT COUNT(DISTINCT term) FROM {TABLE}"
            " WHERE term >= %s AND term < %s AND layer = 0 AND cardinality > 0",
            bounds(prefix),
        )
        return rows[0][0]

    def _rows(self, sql, parameters):
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()


def bounds(prefix: str) -> list[bytes]:
    """The first term with a prefix, and the first after all of them, as bytes."""
    first = prefix.encode()
    return [first, first[:-1] + bytes([first[-1] + 1])]


_readers: dict[str, IndexReader] = {}


def index_reader(using: str, version: Version | None = None) -> IndexReader:
    """The reader of a database's posting lists, as of this dataset version or the latest."""
    reader = _readers.setdefault(using, IndexReader(using))
    reader.advance(version or latest_version(using))
    return reader


def update_posting_lists(using: str, added: Positions, removed: Positions, version_number: int) -> None:
    """Add keys to posting lists and remove keys from them, as part of a dataset version."""
    keys = sorted(
        {
            (term.encode(), *place, term)
            for positions in (added, removed)
            for place, by_term in positions.items()
            for term in by_term
        }
    )
    for first in range(0, len(keys), MAX_PARAMETERS):
        batch, rows = keys[first : first + MAX_PARAMETERS], []
        terms = {encoded for encoded, _layer, _chunk, _term in batch}
        chunks = {chunk for _encoded, _layer, chunk, _term in batch}
        with connections[using].cursor() as cursor:
            # The queryset's own `in` takes longer over thousands of values than the database does.
            cursor.execute(
                f"SELECT term, layer, chunk, incidents FROM {TABLE}"
                f" WHERE term IN ({_placeholders(terms)}) AND chunk IN ({_placeholders(chunks)})",
                [*terms, *chunks],
            )
            stored = {
                (bytes(term), layer, chunk): bytes(incidents)
                for term, layer, chunk, incidents in cursor.fetchall()
            }
            for encoded, layer, chunk, term in batch:
                incidents = BitMap(added.get((layer, chunk), NO_TERMS).get(term, ()))
                if old := stored.get((encoded, layer, chunk)):
                    incidents |= BitMap.deserialize(old)
                if gone := removed.get((layer, chunk), NO_TERMS).get(term):
                    incidents -= BitMap(gone)
                incidents.run_optimize()
                row = (encoded, layer, chunk, incidents.serialize(), len(incidents), version_number)
                rows.append(row)
            cursor.executemany(
                f"INSERT INTO {TABLE} (term, layer, chunk, incidents, cardinality, dataset_version)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (term, layer, chunk) DO UPDATE SET"
                " incidents = excluded.incidents, cardinality = excluded.cardinality,"
                " dataset_version = excluded.dataset_version",
                rows,
            )


def remove_everywhere(using: str, incidents: Iterable[int]) -> None:
    """Remove these keys from every posting list, whatever terms they have."""
    gone = BitMap(incidents)
    lists = PostingList.objects.using(using)
    for posting_list in lists.filter(chunk__in={pk // CHUNK_KEYS for pk in gone}).iterator():
        stored = BitMap.deserialize(bytes(posting_list.incidents))
        left = stored - gone.shift(-posting_list.chunk * CHUNK_KEYS)
        if left != stored:
            lists.filter(pk=posting_list.pk).update(incidents=left.serialize(), cardinality=len(left))
    lists.filter(cardinality=0).delete()


def is_in_posting_lists(using: str, incident: int, postings: Mapping[int, set[str]]) -> bool:
    """Whether the posting list of every term, by layer, has this incident's key."""
    chunk, position = divmod(incident, CHUNK_KEYS)
    terms = {term.encode() for terms in postings.values() for term in terms}
    rows = PostingList.objects.using(using).filter(chunk=chunk, term__in=terms)
    found = {
        (bytes(term).decode(), layer)
        for term, layer, incidents in rows.values_list("term", "layer", "incidents")
        if position in BitMap.deserialize(bytes(incidents))
    }
    return all((term, layer) in found for layer, terms in postings.items() for term in terms)


def _placeholders(values):
    return ", ".join(["%s"] * len(values))
