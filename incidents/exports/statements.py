"""Statements: what each citation says of which value, so that one can compute with where the data come from.

A row is a citation: of an entity, which is an incident, a part of it, a platform, a party or an account; of one property of
it, or of the entity as a whole; with the value that the record has now, and since which dataset version it says so. A value
that is translated has a row for each language.
"""

import csv
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from ..index.csv_rows import cell
from ..languages import ORIGINAL, OWN_WORDS
from ..listing.matching import batches
from ..models import PublicChange
from ..models.evidence import TARGETS
from ..records import past_from_json, shown_in, to_json
from ..shown import CITED_RECORDS
from .selection import Selection
from .streaming import joined
from .tables import ForeignKey

TABLE = "statements"
BATCH_SIZE = 200  # incidents at a time
# What the columns are that no field of a citation holds.
ENTITY_COLUMNS = {
    "id": "incident and number of the citation",
    "incident": "incident",
    "entity_type": "the table of the record that it is about",
    "entity": "the key of that record in its table",
    "property": "the column that it is about; empty if it is about the record as a whole",
    "value": "what that column has, or a translation of it",
    "value_language": "the language of the value, where it is a text of the record; empty for codes, dates and numbers",
}
VERSION_COLUMNS = {
    "first_version": "the dataset version since which it has held without a break, as far as past records are kept",
    "last_version": "the last dataset version in which it held: that of this file",
}
CITATION_COLUMNS = (
    "source stance quote quote_language is_translation locator attribution value_as_stated reading".split()
)
COLUMNS = [*ENTITY_COLUMNS, *CITATION_COLUMNS, *VERSION_COLUMNS]
FOREIGN_KEYS = (
    ForeignKey("incident", "incidents", "ref"),
    ForeignKey("source", "sources", "citekey"),
)
IDENTITY = ("entity_type", "entity", "property", "value", "source", "stance", "quote")
KEYS = ("slug", "citekey", "ref")


def write(selection: Selection) -> Iterator[bytes]:
    """The statements of a selection, as a table that spreadsheets can open, too."""
    yield from joined(_lines(rows(selection.records(), selection)))


def _lines(found: Iterable[list[Any]]) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in found:
        writer.writerow([cell(value) for value in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def rows(records: Iterable[bytes], selection: Selection) -> Iterator[list[Any]]:
    """The statements in these public records, in their order."""
    for batch in batches(map(orjson.loads, records), BATCH_SIZE):
        changes = _changes(selection.using, [record["ref"] for record in batch])
        for record in batch:
            found = _statements(record)
            firsts = _first_versions({_identity(each) for each in found}, changes[record["ref"]])
            for each in found:
                each |= {"first_version": firsts.get(_identity(each)), "last_version": selection.version}
                yield [each[column] for column in COLUMNS]


def _statements(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for citation in record["citations"] for row in _rows_of(record, citation)]


def _rows_of(record: dict[str, Any], citation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a citation: that of the value itself, then those of its translations."""
    ref, field = record["ref"], citation["field"]
    name = next((name for name in TARGETS if citation[name] is not None), "incident")
    key = ref if name == "incident" else citation[name]
    entity = _entity(record, name, key) if field else {}
    row = {
        "id": f"{ref}/{citation['seq']}",
        "incident": ref,
        "entity_type": "parties" if name == "party" else f"{name}s",
        "entity": key if name in CITED_RECORDS or name == "incident" else f"{ref}/{key}",
        "property": field,
        "value": _text(entity.get(field) if field else None),
        "value_language": "",
        **{column: citation[column] for column in CITATION_COLUMNS},
    }
    if row["value"] and field in OWN_WORDS.get(name, ()):
        row["value_language"] = ORIGINAL
    elif row["value"] and field == "quote":
        row["value_language"] = entity["quote_language"]
    yield row
    for each in entity.get("translations", ()):
        if each["field"] == field:
            words = {"value": each["text"], "value_language": each["language"]}
            yield row | words | {"id": f"{row['id']}/{each['language']}"}


def _entity(record: dict[str, Any], name: str, key: Any) -> dict[str, Any]:
    """What a citation in this record is about; empty if it is not shown."""
    if name == "incident":
        return record
    found = shown_in(record, name) if name in CITED_RECORDS else record[f"{name}s"]
    of_key = "slug" if name in CITED_RECORDS else "seq"
    return next((each for each in found if each[of_key] == key), {})


def _text(value: Any) -> str:
    """A value as the tables have it."""
    if isinstance(value, list):
        return " ".join(map(_text, value))
    if isinstance(value, dict):
        return next(value[key] for key in KEYS if key in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _identity(statement: dict[str, Any]) -> tuple:
    return tuple(statement[column] for column in IDENTITY)


def _changes(using: str, refs: list[str]) -> dict[str, list[tuple]]:
    """The changes of each of these incidents, the latest first."""
    changes: dict[str, list[tuple]] = defaultdict(list)
    found = PublicChange.objects.using(using).filter(ref__in=refs).order_by("ref", "-number")
    for ref, *change in found.values_list("ref", "dataset_version", "kind", "before"):
        changes[ref].append(tuple(change))
    return changes


def _first_versions(statements: set[tuple], changes: list[tuple]) -> dict[tuple, int]:
    """Since which dataset version each of these statements has held; without those of which that is not known."""
    firsts: dict[tuple, int] = {}
    for version, kind, before in changes:
        past: set[tuple] = set()
        if kind != PublicChange.Kind.PUBLISHED and before:
            record = orjson.loads(to_json(past_from_json(zlib.decompress(bytes(before)))))
            past = {_identity(each) for each in _statements(record)}
        firsts |= dict.fromkeys(statements - past, version)
        statements = statements & past
        if not statements:
            break
    return firsts
