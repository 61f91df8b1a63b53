"""What tables and fixtures have: each public record once, as the documents of the index have it, in the order of its table."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from ..choices import IncidentKind
from ..listing.matching import batches
from ..models import IN_ORDER, PublicIncident, Source
from ..models.fields import RELATION_KINDS, FieldKind, kind_of
from ..records import past_from_json, public_record, to_json
from ..shape import SHAPE, Nested, days_of, fields_of, keys_of
from ..shown import SHOWN
from .selection import Selection, unpacked

MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in IN_ORDER}
# The columns of each record, with the days that follow dates.
COLUMNS = {
    name: [column for each in fields_of(name).values() for column in (each.name, *days_of(each))]
    for name in MODELS
}
# Those of its natural key.
NATURAL_KEYS: dict[str, list[str]] = {
    name: [each.partition("__")[0] for each in model.objects.all().natural_key_fields]
    for name, model in MODELS.items()
}
# References to a record of the same kind, which may not be exported: then they are left empty.
OWN_KIND = {"account": "succeeded_by", "source": "derived_from"}
BATCH_SIZE = 2_000  # rows or documents at a time
MAX_KNOWN = 100_000  # records that are remembered, so that none is made into a row again and again
SEPARATOR = "\n"  # of the parts of a key: sorts before all that is in them

# The values of a record in the order of `COLUMNS`; a reference is a natural key, several are a list.
Row = list[Any]


class Entries:
    """The records of a selection and of all it refers to: parents first, each kind in natural order.

    They are put in order in a database on disk, which goes with this object, so that memory does not grow with them.
    """

    def __init__(self, selection: Selection) -> None:
        self.using = selection.using
        self.database = sqlite3.connect("", check_same_thread=False)
        self.database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE entries (kind, key, number, row, PRIMARY KEY (kind, key, number))"
        )
        self.waiting: list[tuple[str, str, int, bytes]] = []
        self.known: set[tuple[str, str]] = set()
        self.background: set[str] = set()  # events that incidents are related to
        self.originals: set[str] = set()  # what sources derive from
        for document in selection.entries("record"):
            record = self._add_document(unpacked(document))
            others = (relation["incident"] for relation in record["relations"])
            self.background.update(each["ref"] for each in others if each["kind"] == IncidentKind.CONTEXT)
        for batch in batches(self._missing("incident", self.background), BATCH_SIZE):
            found = PublicIncident.objects.using(self.using).filter(ref__in=batch)
            for document in found.values_list("record", flat=True):
                self._add_document(unpacked(document))
        for _generation in range(2):  # a document has what its sources derive from by name alone
            originals, self.originals = self.originals, set()
            for batch in batches(self._missing("source", originals), BATCH_SIZE):
                sources = Source.objects.using(self.using).open().filter(citekey__in=batch)
                for source in sources.with_texts():
                    self._add("source", orjson.loads(to_json(public_record(source))))
        self._write()

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        """(kind, row) of each record."""
        for name in MODELS:
            found = self.database.execute(
                "SELECT row FROM entries WHERE kind = ? ORDER BY key, number", [name]
            )
            for (row,) in found:
                values = orjson.loads(row)
                if self._is_whole(name, values):
                    yield name, values

    def documents(self) -> Iterator[bytes]:
        """The public records of all incidents, by their refs."""
        refs = self.database.execute("SELECT key FROM entries WHERE kind = 'incident' ORDER BY key")
        for batch in batches((ref for (ref,) in refs), BATCH_SIZE):
            found = PublicIncident.objects.using(self.using).filter(ref__in=batch)
            records = dict(found.values_list("ref", "record"))
            yield from (unpacked(records[ref]) for ref in batch)

    def _add_document(self, text: bytes) -> dict[str, Any]:
        """Add the public record of an incident, and return it."""
        record = orjson.loads(text)
        try:
            self._add("incident", record)
        except KeyError:  # an earlier version wrote it
            record = orjson.loads(to_json(past_from_json(text)))
            self._add("incident", record)
        return record

    def _add(self, name: str, record: dict[str, Any], owner: str = "", owner_key: Sequence[Any] = ()) -> None:
        """Add a record, and all that is nested in it."""
        maker = _maker(name)
        known = maker.shared_by and (name, record[maker.shared_by])
        if known in self.known:
            return
        if known and len(self.known) >= MAX_KNOWN:
            self.known.clear()
        if name == "relation":
            if not record["forward"]:
                return  # the document of the other incident has it, too
            record |= {"from_incident": owner_key, "to_incident": [record["incident"]["ref"]]}
        elif owner:
            record |= dict.fromkeys(SHAPE[name].omitted) | {owner: owner_key}
        row = list(maker.values(record))
        for position, convert in maker.conversions:
            if row[position] is not None:
                row[position] = convert(row[position], owner_key)
        parts = (row[position] for position in maker.key_positions)
        key = [each for part in parts for each in (part if isinstance(part, list) else (part,))]
        texts, number = (key[:-1], key[-1]) if maker.is_part else (key, 0)
        self.waiting.append((name, SEPARATOR.join(texts), number, orjson.dumps(row)))
        if len(self.waiting) >= BATCH_SIZE:
            self._write()
        if known:
            self.known.add(known)
        if name == "source" and record["derived_from"]:
            self.originals.add(record["derived_from"]["citekey"])
        for column, nested, is_many in maker.nested:
            value = record[column]
            for each in value if is_many else (value,) if value else ():
                self._add(nested, each, name, key)

    def _write(self) -> None:
        self.database.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", self.waiting)
        self.waiting.clear()

    def _missing(self, name: str, keys: set[str]) -> list[str]:
        """Those of these keys that no record of this kind has so far."""
        self._write()
        return [key for key in sorted(keys) if not self._has(name, key)]

    def _has(self, name: str, key: str) -> bool:
        found = self.database.execute("SELECT 1 FROM entries WHERE kind = ? AND key = ?", [name, key])
        return found.fetchone() is not None

    def _is_whole(self, name: str, row: Row) -> bool:
        """Whether all that a record needs is there; a reference that it can do without is emptied."""
        if name in OWN_KIND:
            position = COLUMNS[name].index(OWN_KIND[name])
            if row[position] and not self._has(name, *row[position]):
                row[position] = None
        ends = row[:2] if name == "relation" else []
        if name == "translation" and (relation := row[COLUMNS[name].index("relation")]):
            ends = [[ref] for ref in relation[:2]]
        return all(self._has("incident", ref) for (ref,) in ends)


class _Maker(NamedTuple):
    """How a record in JSON is made into a row: its values, and how those at some positions are converted."""

    shared_by: str  # the key of what several incidents may show
    key_positions: tuple[int, ...]
    is_part: bool  # its key ends with its number within the incident
    values: Callable[[dict[str, Any]], tuple]
    conversions: tuple[tuple[int, Callable[[Any, Sequence[Any]], Any]], ...]
    nested: tuple[tuple[str, str, bool], ...]  # the key, the kind, and whether it is a list


@cache
def _maker(name: str) -> _Maker:
    shape, columns = SHAPE[name], fields_of(name)
    return _Maker(
        NATURAL_KEYS[name][0] if name in SHOWN and not shape.omitted else "",
        tuple(map(COLUMNS[name].index, NATURAL_KEYS[name])),
        NATURAL_KEYS[name][-1] == "seq",
        itemgetter(*COLUMNS[name]),
        tuple(
            (COLUMNS[name].index(each), convert)
            for each, column in columns.items()
            if each not in shape.omitted and (convert := _conversion(column, shape.nested.get(each)))
        ),
        tuple(
            (key.name, key.nested.record, key.many)
            for key in keys_of(name)
            if key.nested and not key.nested.only
        ),
    )


def _conversion(column: Any, nested: Nested | None) -> Callable[[Any, Sequence[Any]], Any] | None:
    """What makes the value of a column out of that in JSON and the key of the incident; None if they are the same."""
    kind = kind_of(column)
    if kind is FieldKind.VALUES:
        return lambda values, _incident: " ".join(values)
    if kind not in RELATION_KINDS:
        return None
    target = str(column.related_model._meta.model_name)

    def one(value: Any, incident: Sequence[Any]) -> list[Any]:
        if nested:
            return [value[NATURAL_KEYS[target][0]]]
        return [*incident, value] if NATURAL_KEYS[target][-1] == "seq" else [value]

    if kind is FieldKind.RELATIONS:
        return lambda values, incident: [one(value, incident) for value in values]
    return one
