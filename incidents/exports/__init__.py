"""The formats in which records leave. A door names one of `FORMATS` and hands over a selection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import csv_file, data_package, dsa_csv, fixture, json_file, sqlite_file, statements, xlsx_file
from .selection import Selection, snapshot

__all__ = ["FORMATS", "INTERNAL_FORMATS", "Format", "Selection", "sizes", "snapshot", "write"]

SAMPLE_SIZE = 60  # incidents from which the size of a file of very many is estimated


@dataclass(frozen=True)
class Format:
    """A way to write a selection: its media type, its writer, and what it is good for.

    `of_actions`: its rows are actions, not incidents; `has_background`: it has background events, too.
    """

    content_type: str
    write: Callable[..., Iterator[bytes]]
    about: str | Promise = ""
    of_actions: bool = False
    has_background: bool = True


FORMATS = {
    "csv": Format(
        "text/csv; charset=utf-8",
        csv_file.write,
        _("a table of actions, for a spreadsheet or statistics"),
        of_actions=True,
    ),
    "json": Format("application/json", json_file.write_json, _("complete records with file metadata")),
    "jsonl": Format("application/x-ndjson", json_file.write_jsonl, _("complete records, one per line")),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx_file.write,
        _("all tables as sheets of one workbook"),
    ),
    "zip": Format(
        "application/zip",
        data_package.write,
        _("a Frictionless data package: all tables as CSV, described, with keys"),
    ),
    "sqlite": Format(
        "application/vnd.sqlite3",
        sqlite_file.write,
        _("all tables as one SQLite file, for Datasette"),
    ),
    "dsa.csv": Format(
        "text/csv; charset=utf-8",
        dsa_csv.write,
        _("actions in the terms of the EU DSA’s statements of reasons, and what these cannot express"),
        of_actions=True,
        has_background=False,
    ),
    "statements.csv": Format(
        "text/csv; charset=utf-8",
        statements.write,
        _(
            "what each citation says of which value, with source, quotation and stance: to compute with where the data come from"
        ),
    ),
    "fixture.json": Format(
        "application/json",
        fixture.write,
        _("a fixture, for loading into another tracker"),
    ),
}

# For staff: private fields and drafts, too. No public door offers it. Its writer takes a queryset.
INTERNAL_FORMATS = {"internal.fixture.json": Format("application/json", fixture.write_internal)}


def write(name: str, selection: Selection, **options: Any) -> Iterator[bytes]:
    """The selection in a format, piece by piece, out of one state of the database: what is the latest when it begins."""
    with snapshot(selection.using):
        yield from FORMATS[name].write(selection.read_again(), **options)


def sizes(selection: Selection) -> dict[str, tuple[int, bool]]:
    """For each format, how many bytes a file of this selection has, and whether that is exact.

    Very many incidents are estimated from a sample. A file of tables may be smaller then, since it has only once what
    many incidents share.
    """
    sample, count = selection.sample(SAMPLE_SIZE), selection.count
    if sample is selection:
        return {name: (_length(name, selection), True) for name in FORMATS}
    found = {}
    for name in FORMATS:
        empty = _length(name, selection.sample(0))
        found[name] = (empty + (_length(name, sample) - empty) * count // SAMPLE_SIZE, False)
    return found


def _length(name: str, selection: Selection) -> int:
    return sum(map(len, write(name, selection)))
