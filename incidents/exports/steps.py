"""Long imports: in short transactions between those of others, each of which writes whole incidents.

What the file has was tried as a whole on a copy of the database before. A step that fails all the same, since somebody has
changed something meanwhile, ends the import: what was written before stays, and is unchanged when the file is imported again.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from ..index.triggers import pause
from ..models import ChangedMeanwhileError
from .importing import Import, RollBack, let_the_planner_count
from .numbers import Entry
from .reading import Report, read_entries, same_pages

LONG = 500  # records
STEP_SECONDS = 0.2
PROGRESS_SECONDS = 5
REFERENCES_AT_A_TIME = 20
CHANGED = "It was changed by somebody else at this moment."


def is_long(path: str | Path) -> bool:
    """Whether writing this file at once would have others wait for longer than a moment."""
    return next(islice(read_entries(path), LONG, None), None) is not None


def import_in_steps(
    path: str | Path,
    *,
    internal: bool = False,
    reason: str = "",
    name_reason: str = "",
    progress: Callable[[int], None] = lambda _number: None,
) -> Report:
    """Import the records of a file in steps, and return a Report. If that has problems, the import ended before them.

    `progress` is called now and then with the number of records so far. Raises UnreadableError, and OSError if the file
    cannot be opened.
    """
    report = Report()
    run = Import(report, internal=internal, reason=reason, name_reason=name_reason)
    new_sources: dict[int, Any] = {}
    done, steps, reported = 0, 0, time.monotonic()
    with closing(_whole_incidents(read_entries(path))) as units:
        while number := _step(run, units):
            new_sources |= run.new_sources()
            done, steps = done + number, steps + 1
            if steps & (steps - 1) == 0:
                let_the_planner_count()
            if time.monotonic() > reported + PROGRESS_SECONDS:
                reported = time.monotonic()
                progress(done)
    while run.forward_references and not report.errors:
        _references(run)
    report.notes.extend(same_pages(new_sources))
    return report


def _step(run: Import, units: Iterator[list[Entry]]) -> int:
    """Write as much as fits into one step; how many records that was, 0 at the end or if there are problems."""
    run.begin()
    number, begun = 0, time.monotonic()
    unit = next(units, None)
    if unit is None:
        return 0

    def write() -> None:
        nonlocal number, unit
        while unit is not None:
            run.take(unit)
            number += len(unit)
            is_full = run.report.errors or time.monotonic() > begun + STEP_SECONDS
            unit = None if is_full else next(units, None)
        run.set_references(later=True)

    return number if _written(run, write) else 0


def _references(run: Import) -> None:
    """Set some of the references to records that came later in the file."""
    run.begin()
    references = run.forward_references
    run.forward_references, later = references[:REFERENCES_AT_A_TIME], references[REFERENCES_AT_A_TIME:]
    _written(run, run.set_references)
    run.forward_references = later


def _written(run: Import, write: Callable[[], None]) -> bool:
    """Write in one transaction, and leave others a moment after it. Whether it was written."""
    report = run.report
    before = {label: counts.copy() for label, counts in report.counts.items()}, len(report.changes)
    try:
        with transaction.atomic():
            write()
            run.finish()
            if report.errors:
                raise RollBack
    except RollBack:
        pass
    except ChangedMeanwhileError as error:
        report.errors.append(f"{error.record._meta.label_lower} {error.record}: {CHANGED}")
    except DatabaseError as error:
        report.errors.append(f"the database refused it: {str(error).splitlines()[0]}")
    if report.errors:
        report.counts, changes = before
        del report.changes[changes:]
        return False
    pause(DEFAULT_DB_ALIAS)
    return True


def _whole_incidents(entries: Iterable[Entry]) -> Generator[list[Entry]]:
    """What has to be written at once: each incident with its parts, after what they refer to and before its relations."""
    with closing(sqlite3.connect("")) as file:  # one that SQLite deletes
        file.execute("CREATE TABLE entry (kind, place, line, raw)")
        places: dict[str, int] = {}
        for number, (line, raw) in enumerate(entries):
            kind, ref = _kind_of(raw)
            place = places.setdefault(ref, number) if ref else number
            file.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (kind, place, line, json.dumps(raw)))
        found = file.execute("SELECT kind, place, line, raw FROM entry ORDER BY kind, place, rowid")
        for _unit, rows in groupby(found, key=itemgetter(0, 1)):
            yield [(line, json.loads(raw)) for _kind, _place, line, raw in rows]


def _kind_of(raw: Any) -> tuple[int, str]:
    """When something in a file is written: first what incidents refer to, then incidents with their parts, then relations; and
    the ref of the incident that it belongs to."""
    match raw:
        case {"model": "incidents.incident", "fields": {"ref": str(ref)}}:
            return 1, ref
        case {"model": "incidents.relation", "fields": {"from_incident": [str(ref)]}}:
            return 2, ref
        case {"model": "incidents.translation", "fields": {"relation": [str(ref), *_others]}}:
            return 2, ref
        case {"model": str(), "fields": {"incident": [str(ref)]}}:
            return 1, ref
        case {"model": "incidents.translation", "fields": {**fields}}:
            for part in ("action", "justification", "involvement", "citation"):
                if isinstance(key := fields.get(part), list) and key and isinstance(key[0], str):
                    return 1, key[0]
    return 0, ""
