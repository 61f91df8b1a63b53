"""The tables as one SQLite file, for Datasette and for SQL; out and in."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings

from ..models.fields import FieldKind, kind_of
from ..shape import days_of, fields_of
from . import statements
from .entries import Entries
from .selection import Selection
from .streaming import pieces_of
from .tables import COLUMNS, COMPOUND_KEYS, KEYS, MODELS, TABLES, field_of, fixture_fields, foreign_keys, rows

# The types of SQLite; what is not here is text.
TYPES = {FieldKind.BOOLEAN: "INTEGER", FieldKind.INTEGER: "INTEGER"}
# What is searched as full text, in any script: three characters or more of a word.
SEARCHED = {
    "incidents": ("title", "summary"),
    "statements": ("quote", "value_as_stated", "reading"),
    "sources": ("title", "author", "container_title", "publisher"),
    "parties": ("public_label", "native_label", "aliases"),
    "accounts": ("label",),
}
# The columns that a reader knows a record by; Datasette finds `name` and `title` by itself.
LABELS = {"parties": "public_label", "accounts": "label"}
VIEW = """CREATE VIEW account_actions AS SELECT actions.*, incidents.title AS incident_title,
 platforms.name AS platform_name, parties.public_label AS holder_label FROM actions
 JOIN incidents ON incidents.ref = actions.incident JOIN accounts ON accounts.slug = actions.account
 LEFT JOIN platforms ON platforms.slug = accounts.platform LEFT JOIN parties ON parties.slug = accounts.holder"""


def write(selection: Selection) -> Iterator[bytes]:
    """A file with keys, indexes, a view of account actions, and a table that says what it is."""
    entries = Entries(selection)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite3"
        with closing(sqlite3.connect(path)) as database:
            database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            for name in TABLES:
                database.execute(_definition(name))
            for name, found in groupby(rows(entries), itemgetter(0)):
                marks = ", ".join("?" * len(COLUMNS[name]))
                values = map(itemgetter(1), found)
                database.executemany(f"INSERT INTO {TABLES[name]} VALUES ({marks})", values)
            database.execute(_definition_of_statements())
            marks = ", ".join("?" * len(statements.COLUMNS))
            stated = statements.rows(entries.documents(), selection)
            database.executemany(f"INSERT INTO {statements.TABLE} VALUES ({marks})", stated)
            for name, table in TABLES.items():
                for each in foreign_keys(name):
                    database.execute(f"CREATE INDEX {table}_{each.column} ON {table} ({each.column})")
            for columns in ("incident", "source", "entity_type, entity, property"):
                name = columns.partition(",")[0]
                database.execute(f"CREATE INDEX {statements.TABLE}_{name} ON {statements.TABLE} ({columns})")
            database.execute(VIEW)
            for table, searched in SEARCHED.items():
                options = (
                    f"content=\"{table}\", tokenize='trigram'"  # Datasette knows it by these quotation marks
                )
                database.execute(
                    f"CREATE VIRTUAL TABLE {table}_fts USING fts5({', '.join(searched)}, {options})"
                )
                database.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')")
            database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
            database.executemany(
                "INSERT INTO about VALUES (?, ?)",
                [(name, None if value is None else str(value)) for name, value in selection.about().items()],
            )
            database.commit()
        yield from pieces_of(path)


def datasette_metadata(address: str) -> dict[str, Any]:
    """What Datasette shows about a file: whose it is, by what its records are known, and what its columns are."""
    tables: dict[str, Any] = {
        table: {
            "title": str(MODELS[name]._meta.verbose_name_plural),
            "columns": {column: str(field.verbose_name) for column, field in fields_of(name).items()},
        }
        for name, table in TABLES.items()
    }
    tables[statements.TABLE] = {"columns": statements.ENTITY_COLUMNS | statements.VERSION_COLUMNS}
    for table, label in LABELS.items():
        tables[table]["label_column"] = label
    return {
        "title": settings.SITE_NAME,
        "license": settings.DATA_LICENSE,
        "license_url": settings.DATA_LICENSE_URL,
        "source": settings.SITE_NAME,
        "source_url": address,
        "databases": {"incidents": {"tables": tables}},
    }


def _definition(name: str) -> str:
    """The statement that makes a table."""
    parts = ["id TEXT NOT NULL"] if name in COMPOUND_KEYS else []
    for column, field in fields_of(name).items():
        parts.append(f"{column} {TYPES.get(kind_of(field), 'TEXT')}{'' if field.null else ' NOT NULL'}")
        parts += (f"{day} TEXT" for day in days_of(field))
    parts.append(f"PRIMARY KEY ({', '.join(KEYS[name])})")
    for each in foreign_keys(name):
        parts.append(f"FOREIGN KEY ({each.column}) REFERENCES {each.table} ({each.key})")
    return f"CREATE TABLE {TABLES[name]} ({', '.join(parts)})"


def _definition_of_statements() -> str:
    parts = [f"{column} TEXT NOT NULL" for column in statements.ENTITY_COLUMNS]
    columns = fields_of("citation")
    for column in statements.CITATION_COLUMNS:
        parts.append(f"{column} {TYPES.get(kind_of(columns[column]), 'TEXT')} NOT NULL")
    parts += (f"{column} INTEGER" for column in statements.VERSION_COLUMNS)
    parts.append("PRIMARY KEY (id)")
    for each in statements.FOREIGN_KEYS:
        parts.append(f"FOREIGN KEY ({each.column}) REFERENCES {each.table} ({each.key})")
    return f"CREATE TABLE {statements.TABLE} ({', '.join(parts)})"


def read(path: Path | str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(number, record, fields of a fixture) of every row of a file. sqlite3.Error or ValueError where it is not ours."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for name, table in TABLES.items():
            found = database.execute(f"SELECT * FROM {table}")
            columns = [column for column, *_rest in found.description]
            kinds = {column: kind_of(field_of(name, column)) for column in columns if column != "id"}
            for number, values in enumerate(found, start=1):
                row = dict(zip(columns, values, strict=True))
                typed = {
                    column: bool(row[column]) if kind is FieldKind.BOOLEAN else row[column]
                    for column, kind in kinds.items()
                }
                yield number, name, fixture_fields(name, typed)
