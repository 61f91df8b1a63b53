"""What an import reads and reports: the records of a fixture, data package or SQLite file, and what became of them."""

import csv
import sqlite3
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from ..addresses import ADDRESSES, canonical_address
from ..models import IN_ORDER, Source
from ..protection import Exposure
from . import data_package, sqlite_file
from .json_stream import UnreadableError, read_objects
from .upgrades import upgraded
from .validation import invalid_fields, listed, natural_key

MODELS = {model._meta.label_lower: model for model in IN_ORDER}


@dataclass
class FixtureRecord:
    """One record of the file."""

    line: int
    model: Any  # a class of models
    key: tuple
    fields: dict[str, Any]

    def __str__(self):
        return f"{self.model._meta.label_lower} {' '.join(map(str, self.key))}"


@dataclass
class Report:
    """What an import did or would do: counts of new, changed and unchanged records, notes on what earlier versions did
    otherwise, where public texts contain what it makes private, and problems that prevent it."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exposure: Exposure = field(default_factory=Exposure)
    errors: list[str] = field(default_factory=list)

    def refuse(self, line: int, what: object, reason: str) -> None:
        self.errors.append(f"line {line}: {what}: {reason}" if what else f"line {line}: {reason}")


def read_record(line, raw, report, lines, *, internal):
    """The record that a JSON object describes, or None, with a problem in the report, if it is not valid."""
    label = raw.get("model") if isinstance(raw, dict) else None
    if not isinstance(label, str) or not isinstance(raw.get("fields"), dict):
        return report.refuse(line, "", "this is not a record: it must have “model” and “fields”.")
    if label not in MODELS:
        return report.refuse(line, "", f"“{label[:60]}” is not a model that can be imported.")
    model = MODELS[label]
    fields, notes = upgraded(str(model._meta.model_name), raw["fields"])
    if extra := set(raw) - {"model", "fields"}:
        return report.refuse(
            line, label, f"remove {listed(extra)}: records are identified by natural keys only."
        )
    if reasons := list(invalid_fields(model, fields, internal=internal)):
        for reason in reasons:
            report.refuse(line, label, reason)
        return None
    entry = FixtureRecord(line, model, natural_key(model, fields), fields)
    identity = (model, entry.key)
    if None in entry.key:
        return report.refuse(
            line,
            label,
            f"its natural key is incomplete: {listed(model.objects.all().natural_key_fields)}.",
        )
    if identity in lines:
        return report.refuse(line, entry, f"it is already on line {lines[identity]}.")
    lines[identity] = line
    report.notes += [f"line {line}: {entry}: {note}" for note in notes]
    return entry


def read_entries(path):
    """The records of a fixture, data package or SQLite file, as a fixture has them, each with its line or row.

    Raises UnreadableError, and OSError if the file cannot be opened.
    """
    with open(path, "rb") as file:
        signature = file.read(16)
    if not signature.startswith((b"PK", b"SQLite format 3")):
        yield from read_objects(path)
        return
    read = data_package.read if signature.startswith(b"PK") else sqlite_file.read
    try:
        for line, name, fields in read(path):
            yield line, {"model": f"incidents.{name}", "fields": fields}
    except (zipfile.BadZipFile, sqlite3.Error, KeyError, ValueError, csv.Error, FieldDoesNotExist) as error:
        raise UnreadableError(
            f"this is not a data package or SQLite file of the tracker ({error})"
        ) from error


def same_pages(new):
    """Notes on which new sources, key -> entry, are of a page that another is of too, whatever its address looks like."""
    on_record = defaultdict(set)
    for pk, key, *urls in Source.objects.values_list("pk", "citekey", *ADDRESSES) if new else []:
        for address in filter(None, map(canonical_address, urls)):
            on_record[address].add((pk, key))
    for same in on_record.values():
        for pk, _key in (each for each in same if each[0] in new and len(same) > 1):
            others = ", ".join(sorted(key for other, key in same if other != pk))
            yield f"line {new[pk].line}: {new[pk]}: the same page as {others}"
