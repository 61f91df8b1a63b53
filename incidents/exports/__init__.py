"""The formats in which records leave. Every door asks for a name in `FORMATS` and hands over what is taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from . import dsa, fixture, rows, tables
from .selection import Selection, select, select_incidents, snapshot

__all__ = [
    "FORMATS",
    "INTERNAL_FORMATS",
    "Format",
    "Selection",
    "select",
    "select_incidents",
    "sizes",
    "write",
]

SAMPLE = 60  # incidents from which the size of a file of very many is reckoned


@dataclass(frozen=True)
class Format:
    """A way to write what is taken: its media type, its writer, what it is good for, whether it needs a database that
    can be written to, and whether its rows are actions, where others have incidents."""

    content_type: str
    write: Callable[..., Iterator[bytes]]
    about: str = ""
    on_primary: bool = False
    of_actions: bool = False


FORMATS = {
    "csv": Format(
        "text/csv; charset=utf-8",
        rows.write_csv,
        _("a table of actions, for a spreadsheet or statistics"),
        of_actions=True,
    ),
    "json": Format("application/json", rows.write_json, _("every record whole, with what the file is")),
    "jsonl": Format("application/x-ndjson", rows.write_jsonl, _("every record whole, one a line")),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        tables.write_xlsx,
        _("all tables as sheets of one workbook"),
        on_primary=True,
    ),
    "zip": Format(
        "application/zip",
        tables.write_zip,
        _("a Frictionless data package: all tables as CSV, described, with keys"),
        on_primary=True,
    ),
    "sqlite": Format(
        "application/vnd.sqlite3",
        tables.write_sqlite,
        _("all tables as one SQLite file, for Datasette"),
        on_primary=True,
    ),
    "dsa.csv": Format(
        "text/csv; charset=utf-8",
        dsa.write,
        _("actions in the terms of the EU DSA’s statements of reasons, and what these cannot say"),
        of_actions=True,
    ),
    "fixture.json": Format(
        "application/json",
        fixture.write,
        _("a fixture, to be loaded into a tracker of your own"),
        on_primary=True,
    ),
}

# For staff: private fields and drafts too. Never reached by a public door. Its writer takes a queryset.
INTERNAL_FORMATS = {"internal.fixture.json": Format("application/json", fixture.write_internal)}


def write(name, selected, **options):
    """The bytes of what is taken in a format, piece by piece, out of one state of the database.

    `selected()` gives what is taken once that state is fixed.
    """
    chosen_format = FORMATS[name]
    first = selected()
    with snapshot(first.using):
        yield from chosen_format.write(selected(), **options)


def sizes(everything):
    """How many bytes a file of this has in each format, and whether it is as many exactly.

    For very many incidents it is reckoned from some of them. A file of tables may be smaller then: it names once what
    many incidents share.
    """
    number = everything.count
    some = everything.some(min(number, SAMPLE))
    found = {}
    for name in FORMATS:
        size = _length(name, some)
        if number > SAMPLE:
            bare = _length(name, everything.some(0))
            size = bare + (size - bare) * number // SAMPLE
        found[name] = (size, number <= SAMPLE)
    return found


def _length(name, selected):
    return sum(map(len, write(name, lambda: selected)))
