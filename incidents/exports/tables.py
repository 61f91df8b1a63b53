"""The public records as tables, with keys between them: a data package, an SQLite file, a spreadsheet."""

import csv
import hashlib
import io
import json
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from ..index.csv_rows import cell, plain
from ..models import IN_ORDER
from ..models.fields import FieldKind, kind_of
from ..shape import SHAPE, fields_of
from .fixture import entries, text_of

CHUNK = 1 << 16
MOST_ROWS = 1_048_576  # of a sheet
MOST_IN_CELL = 32_767
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier moment; ours is always the same
PARTS = ("action", "justification", "involvement", "citation")
MODELS = {model._meta.model_name: model for model in IN_ORDER}
NAMES = {name: str(model._meta.label_lower).split(".")[1] + "s" for name, model in MODELS.items()} | {
    "party": "parties"
}
KEYS = {
    name: ["id"] if name in PARTS else list(model.objects.all().natural_key_fields)
    for name, model in MODELS.items()
} | {"relation": ["from_incident", "to_incident", "kind"]}
# A part is known by its incident and number; written in one column, so that others can refer to it.
COLUMNS = {name: [*(["id"] if name in PARTS else []), *SHAPE[name].fields] for name in MODELS}
VIEW = """CREATE VIEW account_actions AS SELECT actions.*, incidents.title AS incident_title,
 platforms.name AS platform_name, parties.public_label AS holder_label FROM actions
 JOIN incidents ON incidents.ref = actions.incident JOIN accounts ON accounts.slug = actions.account
 JOIN platforms ON platforms.slug = accounts.platform LEFT JOIN parties ON parties.slug = accounts.holder"""


def rows(selection):
    """(table, values) of everything taken, parents first; a reference as the key of what it refers to."""
    for model, fields in entries(selection):
        name = model._meta.model_name
        values = [_value(fields[field]) for field in SHAPE[name].fields]
        if name in PARTS:
            values.insert(0, _value((*fields["incident"], fields["seq"])))
        yield name, values


def _value(value):
    if isinstance(value, tuple | list):
        return "/".join(map(str, value))
    if isinstance(value, datetime | date):
        return text_of(value)
    return value


def fixture_fields(name, fields_by_column):
    """The fields of a fixture that a row of a table stands for; what is empty as the model has it."""
    fields = {}
    for column, value in fields_by_column.items():
        field = MODELS[name]._meta.get_field(column)
        if field.is_relation and value is not None:
            if not isinstance(value, str):
                raise ValueError(f"{column} is no reference")
            key = value.rpartition("/")
            inside = field.related_model._meta.model_name in PARTS
            value = [key[0], int(key[2])] if inside else [value]
        elif value is None and not field.null:
            value = ""
        fields[column] = value
    return fields


# The data package


def write_zip(selection):
    """A Frictionless data package: a CSV file per table and datapackage.json; the same data give the same bytes."""
    out, found = _Pipe(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        current = _Resource(package, next(iter(MODELS)))
        yield from out.pieces()
        for name, values in rows(selection):
            if current.name != name:
                found.append(current.close())
                current = _Resource(package, name)
            current.write(values)
            yield from out.pieces()
        found.append(current.close())
        yield from out.pieces()
        written = {resource["name"] for resource in found}
        for name in MODELS:
            if NAMES[name] not in written:
                found.append(_Resource(package, name).close())
        described = json.dumps(_package(selection, found), indent=1, ensure_ascii=False)
        package.writestr(_info("datapackage.json"), described + "\n")
    yield from out.pieces()


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is fetched; it cannot be wound back, so the zip file is a stream."""

    def __init__(self):
        self.waiting = []

    def writable(self):
        return True

    def write(self, data):
        self.waiting.append(bytes(data))
        return len(data)

    def pieces(self):
        """What was written since it was last asked for, put together."""
        if self.waiting:
            waiting, self.waiting = self.waiting, []
            yield b"".join(waiting)


class _Resource:
    """A CSV file of the package while it is written."""

    def __init__(self, package, name):
        self.name, self.size, self.number, self.hash = name, 0, 0, hashlib.sha256()
        self.file = package.open(_info(f"{NAMES[name]}.csv"), "w", force_zip64=True)
        self.text = io.StringIO()
        self.writer = csv.writer(self.text)
        self.writer.writerow(COLUMNS[name])

    def write(self, values):
        self.writer.writerow([cell(value) for value in values])
        self.number += 1
        if self.text.tell() > CHUNK:
            self.flush()

    def flush(self):
        data = self.text.getvalue().encode()
        self.text.seek(0)
        self.text.truncate()
        self.hash.update(data)
        self.size += len(data)
        self.file.write(data)

    def close(self):
        self.flush()
        self.file.close()
        return {
            "name": NAMES[self.name],
            "path": f"{NAMES[self.name]}.csv",
            "type": "table",
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": self.size,
            "hash": f"sha256:{self.hash.hexdigest()}",
            "rows": self.number,
            "schema": _schema(self.name),
        }


def _info(name):
    info = zipfile.ZipInfo(name, EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _package(selection, resources):
    order = [NAMES[name] for name in MODELS]
    about = selection.about()
    return {
        "name": "account-suspensions",
        "title": about["title"],
        "version": str(about["version"]),
        "created": about["changed_at"],
        "licenses": [{"name": about["license"], "path": about["license_url"]}],
        "query": about["query"],
        "homepage": about["address"],
        "incidents": about["incidents"],
        "resources": sorted(resources, key=lambda resource: order.index(resource["name"])),
    }


def _schema(name):
    identity = [{"name": "id", "title": "incident and number", "type": "string"}] * (name in PARTS)
    schema = {
        "fields": identity + [_field(column) for column in fields_of(name).values()],
        "primaryKey": KEYS[name],
        "missingValues": [""],
    }
    if keys := list(_foreign_keys(name)):
        schema["foreignKeys"] = [
            {
                "fields": [field],
                "reference": {"resource": "" if table == NAMES[name] else table, "fields": [key]},
            }
            for field, table, key in keys
        ]
    return schema


def _field(column):
    told = {"name": column.name, "title": str(column.verbose_name), "type": _type(column)}
    if column.help_text:
        told["description"] = str(column.help_text)
    match kind_of(column):
        case FieldKind.VOCABULARY:
            told["constraints"] = {"enum": list(column.vocabulary.values)}
        case FieldKind.EDTF:
            told["rdfType"] = "http://id.loc.gov/datatypes/edtf"
    return told


# The types of Table Schema; what is not here is a string.
TYPES = {
    FieldKind.BOOLEAN: "boolean",
    FieldKind.INTEGER: "integer",
    FieldKind.DATETIME: "datetime",
    FieldKind.DATE: "date",
}


def _type(column):
    return TYPES.get(kind_of(column), "string")


def _foreign_keys(name):
    """(column, table, column of that table) of each reference."""
    for field, column in fields_of(name).items():
        if column.is_relation:
            target = column.related_model._meta.model_name
            yield field, NAMES[target], KEYS[target][0]


# SQLite


def write_sqlite(selection):
    """The tables as one SQLite file with keys, indexes, a view, and a table that says what it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite3"
        with closing(sqlite3.connect(path)) as database:
            database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            for name in MODELS:
                database.execute(_definition(name))
            for name, values in rows(selection):
                marks = ", ".join("?" * len(values))
                database.execute(f"INSERT INTO {NAMES[name]} VALUES ({marks})", values)
            for name in MODELS:
                for field, _table, _key in _foreign_keys(name):
                    database.execute(f"CREATE INDEX {NAMES[name]}_{field} ON {NAMES[name]} ({field})")
            database.execute(VIEW)
            database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
            database.executemany(
                "INSERT INTO about VALUES (?, ?)",
                [(name, None if value is None else str(value)) for name, value in selection.about().items()],
            )
            database.commit()
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


def _definition(name):
    parts = ["id TEXT NOT NULL"] * (name in PARTS)
    for field, column in fields_of(name).items():
        is_number = kind_of(column) in (FieldKind.INTEGER, FieldKind.BOOLEAN)
        parts.append(f"{field} {'INTEGER' if is_number else 'TEXT'}{'' if column.null else ' NOT NULL'}")
    parts.append(f"PRIMARY KEY ({', '.join(KEYS[name])})")
    for field, table, key in _foreign_keys(name):
        parts.append(f"FOREIGN KEY ({field}) REFERENCES {table} ({key})")
    return f"CREATE TABLE {NAMES[name]} ({', '.join(parts)})"


# A spreadsheet


def write_xlsx(selection):
    """A sheet per table; every value is text or a number, none a formula or a link."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.xlsx"
        book = xlsxwriter.Workbook(
            path, {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        )
        book.set_properties({"created": datetime(2000, 1, 1)})
        _sheet(book, "about", ["name", "value"], selection.about().items())
        sheets = {}
        for name, values in rows(selection):
            if name not in sheets or sheets[name][1] >= MOST_ROWS:
                number = sheets[name][2] + 1 if name in sheets else 1
                called = NAMES[name] if number == 1 else f"{NAMES[name]} {number}"
                sheets[name] = [_sheet(book, called, COLUMNS[name]), 1, number]
            sheet, row, _number = sheets[name]
            _write_row(sheet, row, values)
            sheets[name][1] = row + 1
        for name in MODELS:
            if name not in sheets:
                _sheet(book, NAMES[name], COLUMNS[name])
        book.close()
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


def _sheet(book, name, header, values=()):
    sheet = book.add_worksheet(name)
    _write_row(sheet, 0, header)
    for row, each in enumerate(values, start=1):
        _write_row(sheet, row, each)
    return sheet


def _write_row(sheet, row, values):
    for column, value in enumerate(values):
        if isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        elif value is not None:
            text = cell(value) if isinstance(value, bool) else str(value)
            # Excel holds no more in a cell; nothing is cut without a sign.
            sheet.write_string(
                row, column, text if len(text) <= MOST_IN_CELL else f"{text[: MOST_IN_CELL - 1]}…"
            )


# The way back


def read_zip(path):
    """The entries of a fixture, and where each stands, out of a data package."""
    with zipfile.ZipFile(path) as package:
        for name in MODELS:
            with package.open(f"{NAMES[name]}.csv") as file:
                reader = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
                for values in reader:
                    typed = {
                        column: _typed(MODELS[name]._meta.get_field(column), value)
                        for column, value in values.items()
                        if column != "id"
                    }
                    yield reader.line_num, name, fixture_fields(name, typed)


def read_sqlite(path):
    """The entries of a fixture, and where each stands, out of an SQLite file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        for name in MODELS:
            columns = ", ".join(SHAPE[name].fields)
            for number, row in enumerate(database.execute(f"SELECT {columns} FROM {NAMES[name]}"), start=1):
                typed = {
                    column: bool(row[column])
                    if kind_of(fields_of(name)[column]) is FieldKind.BOOLEAN
                    else row[column]
                    for column in row.keys()  # noqa: SIM118 - a Row iterates over its values
                }
                yield number, name, fixture_fields(name, typed)


def _typed(column, text):
    if text == "":
        return None
    kind = kind_of(column)
    if kind is FieldKind.BOOLEAN:
        return text == "true"
    return int(plain(text)) if kind is FieldKind.INTEGER else plain(text)
