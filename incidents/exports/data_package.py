"""A Frictionless data package: a CSV file for each table, and `datapackage.json`, which describes them; out and in."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from ..index.csv_rows import plain
from ..models.fields import FieldKind, kind_of
from ..shape import days_of, fields_of
from . import research_object, statements
from .entries import Entries
from .selection import Selection
from .streaming import PIECE_BYTES
from .tables import COLUMNS, COMPOUND_KEYS, KEYS, MODELS, TABLES, field_of, fixture_fields, foreign_keys, rows

FIXED_MOMENT = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # of every file, so that the same data give the same bytes; zip has none before
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# The values of Table Schema that are true, and false.
BOOLEANS = dict.fromkeys(("true", "True", "TRUE", "1"), True) | dict.fromkeys(
    ("false", "False", "FALSE", "0"), False
)
# The types of Table Schema; what is not here is a string.
TYPES = {
    FieldKind.BOOLEAN: "boolean",
    FieldKind.INTEGER: "integer",
    FieldKind.DATETIME: "datetime",
    FieldKind.DATE: "date",
}


def write(selection: Selection) -> Iterator[bytes]:
    """The package; the same data give the same bytes."""
    out, resources = _Pipe(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[arg-type]
        current = _Resource(package, next(iter(TABLES)))
        yield from out.pieces()
        entries = Entries(selection)
        for name, values in rows(entries):
            if current.name != name:
                resources.append(current.close())
                current = _Resource(package, name)
            current.write(values)
            yield from out.pieces()
        resources.append(current.close())
        yield from out.pieces()
        written = {resource["name"] for resource in resources}
        for name, table in TABLES.items():
            if table not in written:
                resources.append(_Resource(package, name).close())
        current = _Resource(package, statements.TABLE)
        for values in statements.rows(entries.documents(), selection):
            current.write(values)
            yield from out.pieces()
        resources.append(current.close())
        described = _description(selection, resources)
        size = _write_json(package, "datapackage.json", described)
        own = {
            "path": "datapackage.json",
            "title": "Data package",
            "mediatype": "application/json",
            "bytes": size,
        }
        crate = research_object.describe(selection.about(), [own, *described["resources"]])
        _write_json(package, research_object.FILE, crate)
    yield from out.pieces()


def _write_json(package: zipfile.ZipFile, name: str, document: dict[str, Any]) -> int:
    """Add a description to the package; its size."""
    data = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
    package.writestr(_info(name), data)
    return len(data)


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is fetched; it cannot be wound back, so the zip file is a stream."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def pieces(self) -> Iterator[bytes]:
        """What was written since it was last asked for, put together."""
        if self.waiting:
            waiting, self.waiting = self.waiting, []
            yield b"".join(waiting)


class _Resource:
    """A CSV file of the package while it is written."""

    def __init__(self, package: zipfile.ZipFile, name: str) -> None:
        self.name, self.size, self.number, self.hash = name, 0, 0, hashlib.sha256()
        self.table = TABLES.get(name, name)
        self.file = package.open(_info(f"{self.table}.csv"), "w", force_zip64=True)
        self.text = io.StringIO()
        self.writer = csv.writer(self.text)
        self.writer.writerow(COLUMNS.get(name, statements.COLUMNS))
        self.schema = _schema(name) if name in TABLES else _schema_of_statements()
        self.booleans = [n for n, each in enumerate(self.schema["fields"]) if each["type"] == "boolean"]

    def write(self, values: list[Any]) -> None:
        """Write a row as programs read it: unlike a table for spreadsheets, without a guard against formulas."""
        for position in self.booleans:
            values[position] = "true" if values[position] else "false"
        self.writer.writerow(values)
        self.number += 1
        if self.text.tell() > PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        data = self.text.getvalue().encode()
        self.text.seek(0)
        self.text.truncate()
        self.hash.update(data)
        self.size += len(data)
        self.file.write(data)

    def close(self) -> dict[str, Any]:
        """End the file; its description."""
        self.flush()
        self.file.close()
        return {
            "name": self.table,
            "path": f"{self.table}.csv",
            "title": _title(self.name),
            "profile": "tabular-data-resource",
            "type": "table",
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "doubleQuote": True},
            "bytes": self.size,
            "hash": f"sha256:{self.hash.hexdigest()}",
            "rows": self.number,
            "schema": self.schema,
        }


def _title(name: str) -> str:
    return str(MODELS[name]._meta.verbose_name_plural) if name in MODELS else name


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIXED_MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _description(selection: Selection, resources: list[dict[str, Any]]) -> dict[str, Any]:
    order = [*TABLES.values(), statements.TABLE]
    about = selection.about()
    return {
        "$schema": PROFILE,
        "profile": "tabular-data-package",
        "name": "account-suspensions",
        "title": about["title"],
        "version": str(about["version"]),
        "created": about["changed_at"],
        "licenses": [
            {
                "name": re.sub("[^A-Za-z0-9._]+", "-", about["license"]),
                "title": about["license"],
                "path": about["license_url"],
            }
        ],
        "contributors": [{"title": settings.AUTHOR, "roles": ["creator"], "role": "publisher"}],
        "query": about["query"],
        "incidents": about["incidents"],
        "resources": sorted(resources, key=lambda resource: order.index(resource["name"])),
    } | _at(about["address"], about["title"])


def _at(address: str, title: str) -> dict[str, Any]:
    """Where the data come from, if that is known."""
    return {"homepage": address, "sources": [{"title": title, "path": address}]} if address else {}


def _schema(name: str) -> dict[str, Any]:
    """The Table Schema of a table."""
    fields = [each for field in fields_of(name).values() for each in (_field(field), *_days(field))]
    if name in COMPOUND_KEYS:
        fields.insert(0, {"name": "id", "title": "incident and number", "type": "string"})
    schema = {"fields": fields, "primaryKey": KEYS[name], "missingValues": [""]}
    if keys := list(foreign_keys(name)):
        schema["foreignKeys"] = [
            {
                "fields": [each.column],
                "reference": {
                    "resource": "" if each.table == TABLES[name] else each.table,
                    "fields": [each.key],
                },
            }
            for each in keys
        ]
    return schema


def _schema_of_statements() -> dict[str, Any]:
    of_citations = fields_of("citation")
    fields = [
        *(
            {"name": name, "title": title, "type": "string"}
            for name, title in statements.ENTITY_COLUMNS.items()
        ),
        *(_field(of_citations[name]) for name in statements.CITATION_COLUMNS),
        *(
            {"name": name, "title": title, "type": "integer"}
            for name, title in statements.VERSION_COLUMNS.items()
        ),
    ]
    keys = [
        {"fields": [each.column], "reference": {"resource": each.table, "fields": [each.key]}}
        for each in statements.FOREIGN_KEYS
    ]
    return {"fields": fields, "primaryKey": ["id"], "missingValues": [""], "foreignKeys": keys}


def _field(field: Any) -> dict[str, Any]:
    kind = kind_of(field)
    description = {"name": field.name, "title": str(field.verbose_name), "type": TYPES.get(kind, "string")}
    if field.help_text:
        description["description"] = str(field.help_text)
    if kind is FieldKind.VOCABULARY:
        description["constraints"] = {"enum": list(field.vocabulary.values)}
    if kind is FieldKind.EDTF:
        description["rdfType"] = "http://id.loc.gov/datatypes/edtf"
    return description


def _days(field: Any) -> Iterator[dict[str, Any]]:
    for name, bound in days_of(field).items():
        yield {"name": name, "title": f"{bound} day of {field.verbose_name}", "type": "date"}


def read(path: Path | str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(line, record, fields of a fixture) of every row of a package.

    BadZipFile, KeyError, ValueError, csv.Error or FieldDoesNotExist where it is not a package of ours.
    """
    with zipfile.ZipFile(path) as package:
        # Whoever packs the files again may put them into a folder.
        folders = [
            name.removesuffix("datapackage.json")
            for name in package.namelist()
            if name.endswith("datapackage.json")
        ]
        folder = min(folders, key=len, default="")
        # Version 0.2 guarded against formulas here, too.
        is_guarded = "$schema" not in json.loads(package.read(f"{folder}datapackage.json"))
        for name, table in TABLES.items():
            with package.open(f"{folder}{table}.csv") as file:
                reader = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
                for values in reader:
                    try:
                        typed = {
                            column: _typed(field_of(name, column), plain(value) if is_guarded else value)
                            for column, value in values.items()
                            if column != "id"
                        }
                    except ValueError as error:
                        raise ValueError(f"{table}.csv, line {reader.line_num}: {error}") from error
                    yield reader.line_num, name, fixture_fields(name, typed)


def _typed(field: Any, text: str) -> str | int | bool | None:
    """The value of a cell; None if it is empty. ValueError, with the column, if it is not one of the type."""
    kind = kind_of(field)
    if text == "":
        return None
    if kind is FieldKind.BOOLEAN:
        if text not in BOOLEANS:
            raise ValueError(f"{field.name} is neither true nor false: {text[:40]}")
        return BOOLEANS[text]
    if kind is FieldKind.INTEGER and not re.fullmatch("-?[0-9]{1,18}", text):
        raise ValueError(f"{field.name} is not a whole number: {text[:40]}")
    return int(text) if kind is FieldKind.INTEGER else text
