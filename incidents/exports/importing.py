"""Fixtures in: a file is read record by record, checked whole, compared with what is here, and written whole or not at all."""

import csv
import json
import sqlite3
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.text import get_text_list

from ..choices import Publication
from ..models import IN_ORDER, Incident
from ..models.fields import FieldKind, kind_of, validate_text
from ..publishing import problems
from ..shape import SHAPE, WITHHELD
from . import tables

MODELS = {model._meta.label_lower: model for model in IN_ORDER}
MOST_PROBLEMS = 50
LONGEST_RECORD = 1_000_000  # characters; the longest real one has some thousands
CHUNK = 1 << 16
BIGGEST_NUMBER = 2**31 - 1


class Unreadable(Exception):
    """The file cannot be read further. The message says where and why."""


@dataclass
class FixtureRecord:
    """One record of the file."""

    line: int
    model: type
    key: tuple
    fields: dict

    def __str__(self):
        return f"{self.model._meta.label_lower} {' '.join(map(str, self.key))}"


@dataclass
class Report:
    """What an import did, or would do: counts of new, changed and unchanged records, and what stands in its way."""

    counts: dict = field(default_factory=lambda: defaultdict(Counter))
    changes: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    def refuse(self, line, what, reason):
        self.problems.append(f"line {line}: {what}: {reason}" if what else f"line {line}: {reason}")


class RolledBack(Exception):
    """Nothing is to be kept of this transaction."""


def import_fixture(path, *, internal=False, dry_run=False, reason=""):
    """Bring the records of a fixture into the database, all or none, and report.

    A public file may hold public fields only; `internal` allows every field. Nothing is written if the report
    has problems, or with `dry_run`. Raises Unreadable, and OSError where the file cannot be opened.
    """
    report = Report()
    try:
        with transaction.atomic():
            _Import(report, internal=internal, reason=reason).run(path)
            if report.problems or dry_run:
                raise RolledBack
    except RolledBack:
        pass
    return report


class _Import:
    def __init__(self, report, *, internal, reason):
        self.report, self.internal, self.reason = report, internal, reason
        self.lines = {}  # (model, natural key) -> line of the file
        self.pks = {}  # (model, natural key) -> primary key, of what was found or made
        self.waiting = []  # records that point to a later one of their own kind
        self.incidents = {}  # primary key -> entry, of the incidents in the file

    def run(self, path):
        for line, raw in read_entries(path):
            if len(self.report.problems) >= MOST_PROBLEMS:
                return
            entry = self.entry(line, raw)
            if entry:
                self.apply(entry)
        for entry, name, key in self.waiting:
            self.point(entry, name, key)
        if not self.report.problems:
            for pk, entry in self.incidents.items():
                incident = Incident.objects.get(pk=pk)
                if incident.publication == Publication.PUBLISHED:
                    for problem in problems(incident):
                        self.report.refuse(entry.line, entry, f"may not be published: {problem}")

    def entry(self, line, raw):
        """The record that a JSON object stands for, or None where the object is no such thing."""
        label = raw.get("model") if isinstance(raw, dict) else None
        if not isinstance(label, str) or not isinstance(raw.get("fields"), dict):
            return self.report.refuse(line, "", "this is no record: it should have “model” and “fields”.")
        if label not in MODELS:
            return self.report.refuse(line, "", f"“{label[:60]}” is no model that is imported.")
        model, fields = MODELS[label], raw["fields"]
        if extra := set(raw) - {"model", "fields"}:
            return self.report.refuse(
                line, label, f"{_listed(extra)}: records are known by their natural keys alone."
            )
        if unsuitable := list(_unsuitable(model, fields, internal=self.internal)):
            for reason in unsuitable:
                self.report.refuse(line, label, reason)
            return None
        entry = FixtureRecord(line, model, _key(model, fields), fields)
        known_as = (model, entry.key)
        if None in entry.key:
            return self.report.refuse(
                line,
                label,
                f"its natural key is not whole: {_listed(model.objects.all().natural_key_fields)}.",
            )
        if known_as in self.lines:
            return self.report.refuse(line, entry, f"it stands on line {self.lines[known_as]} already.")
        self.lines[known_as] = line
        return entry

    def apply(self, entry):
        """Make or change the record of an entry, or note why that cannot be."""
        record = self.found(entry)
        new = record is None
        if new:
            record = entry.model()
        changed, later = [], []
        for name, value in entry.fields.items():
            if name == "updated_at":
                continue
            field = entry.model._meta.get_field(name)
            if field.is_relation and value is not None:
                target = self.pk_of(field.related_model, tuple(value))
                if target is None and field.related_model is entry.model:
                    later.append((entry, name, tuple(value)))
                    continue
                if target is None:
                    return self.report.refuse(
                        entry.line,
                        entry,
                        f"{name} refers to “{' '.join(map(str, value))}”, which is neither here nor earlier in the file.",
                    )
                value = target
            try:
                value = field.to_python(value)
            except ValidationError as error:
                return self.report.refuse(entry.line, entry, f"{name}: {' '.join(error.messages)}")
            if new or getattr(record, field.attname) != value:
                changed.append(name)
            setattr(record, field.attname, value)
        if not new and self.unpublishes(entry, record):
            return self.report.refuse(
                entry.line, entry, "it is published here; withdraw it at the desk, not by a file."
            )
        if new or changed:
            moment = entry.fields.get("updated_at")
            if not self.saved(entry, record, updated_at=parse_datetime(moment) if moment else None):
                return None
            self.pks[entry.model, entry.key] = record.pk
        self.waiting += later
        self.count(entry, "new" if new else "changed" if changed else "unchanged", changed)
        if entry.model is Incident:
            self.incidents[record.pk] = entry
        return None

    def found(self, entry):
        try:
            record = entry.model.objects.get_by_natural_key(*entry.key)
        except ObjectDoesNotExist:
            return None
        self.pks[entry.model, entry.key] = record.pk
        return record

    def unpublishes(self, entry, record):
        before = Publication.PUBLISHED
        return (
            entry.model is Incident
            and record.publication != before
            and Incident.objects.filter(pk=record.pk, publication=before).exists()
        )

    def saved(self, entry, record, **options):
        """Check a record by its own rules, then by the database's; say what is wrong, if anything is."""
        record._change_reason = self.reason
        try:
            record.clean_fields(exclude=["created_by", "updated_by"])
            record.clean()
            with transaction.atomic():
                record.save(**options)
        except ValidationError as error:
            for name, sentences in getattr(error, "message_dict", {"": error.messages}).items():
                self.report.refuse(
                    entry.line, entry, f"{name}: {' '.join(sentences)}".removeprefix("__all__: ")
                )
            return False
        except IntegrityError as error:
            self.report.refuse(entry.line, entry, _rule_broken(entry.model, error))
            return False
        except (DatabaseError, ValueError, OverflowError) as error:
            self.report.refuse(
                entry.line, entry, f"the database does not take it: {str(error).splitlines()[0]}"
            )
            return False
        return True

    def point(self, entry, name, key):
        """Point a record to one of its own kind that came later in the file."""
        target = self.pk_of(entry.model, key)
        if target is None:
            return self.report.refuse(
                entry.line,
                entry,
                f"{name} refers to “{' '.join(map(str, key))}”, which is neither here nor in the file.",
            )
        record = entry.model.objects.get_by_natural_key(*entry.key)
        if getattr(record, f"{name}_id") != target:
            setattr(record, f"{name}_id", target)
            moment = entry.fields.get("updated_at")
            if self.saved(entry, record, updated_at=parse_datetime(moment) if moment else record.updated_at):
                self.recount(entry, name)
        return None

    def pk_of(self, model, key):
        if (model, key) not in self.pks:
            try:
                self.pks[model, key] = model.objects.get_by_natural_key(*key).pk
            except (ObjectDoesNotExist, TypeError, ValueError):
                return None
        return self.pks[model, key]

    def count(self, entry, outcome, changed=()):
        self.report.counts[entry.model._meta.label_lower][outcome] += 1
        if outcome == "changed":
            self.report.changes.append(f"{entry}: {', '.join(changed)}")

    def recount(self, entry, name):
        """A record taken for unchanged has changed after all."""
        counts = self.report.counts[entry.model._meta.label_lower]
        if not any(change.startswith(f"{entry}: ") for change in self.report.changes) and counts["unchanged"]:
            counts["unchanged"] -= 1
            self.count(entry, "changed", [name])


def read_entries(path):
    """The records of a fixture, a data package or an SQLite file as a fixture has them, each with its line (or row).

    Raises Unreadable, and OSError where the file cannot be opened.
    """
    with open(path, "rb") as file:
        begin = file.read(16)
    if not begin.startswith((b"PK", b"SQLite format 3")):
        yield from read_objects(path)
        return
    read = tables.read_zip if begin.startswith(b"PK") else tables.read_sqlite
    try:
        for line, name, fields in read(path):
            yield line, {"model": f"incidents.{name}", "fields": fields}
    except (zipfile.BadZipFile, sqlite3.Error, KeyError, ValueError, csv.Error, FieldDoesNotExist) as error:
        raise Unreadable(f"this is no data package or table file of ours ({error})") from error


def read_objects(path):
    """The elements of a JSON array with the line each begins on, one at a time. Raises Unreadable."""
    with open(path, encoding="utf-8-sig") as file:
        try:
            yield from _Reader(file).elements()
        except UnicodeDecodeError as error:
            raise Unreadable("the file is not UTF-8 text") from error
        except RecursionError as error:
            raise Unreadable("the file is nested too deeply to be a fixture") from error


class _Reader:
    """A JSON array read piece by piece, so that its size does not matter; one element must fit in memory."""

    def __init__(self, file):
        self.file, self.buffer, self.line = file, "", 1
        self.decoder = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)

    def elements(self):
        if self.next_sign() != "[":
            raise self.unreadable("a fixture is a JSON array and begins with “[”")
        self.take(1)
        if self.next_sign() == "]":
            return self.end()
        while True:
            self.next_sign()
            line, element = self.line, self.element()
            yield line, element
            if self.next_sign() == "]":
                return self.end()
            if self.next_sign() != ",":
                raise self.unreadable("“,” or “]” should stand here")
            self.take(1)

    def next_sign(self):
        """The next character that is not white space; empty at the end of the file."""
        while True:
            self.take(len(self.buffer) - len(self.buffer.lstrip(" \t\r\n")))
            if self.buffer or not self.more():
                return self.buffer[:1]

    def element(self):
        while True:
            try:
                element, end = self.decoder.raw_decode(self.buffer)
            except json.JSONDecodeError as error:
                if len(self.buffer) > LONGEST_RECORD:
                    raise self.unreadable("this record is too long to be one") from error
                if not self.more():
                    raise self.unreadable(f"this is no JSON ({error.msg})", error.pos) from error
            except ValueError as error:
                raise self.unreadable(str(error)) from error
            else:
                # A number at the end of the buffer may go on behind it.
                if end < len(self.buffer) or not self.more():
                    self.take(end)
                    return element

    def end(self):
        self.take(1)
        if self.next_sign():
            raise self.unreadable("something follows the end of the array")

    def more(self):
        piece = self.file.read(CHUNK)
        self.buffer += piece
        return bool(piece)

    def take(self, length):
        self.line += self.buffer.count("\n", 0, length)
        self.buffer = self.buffer[length:]

    def unreadable(self, why, position=0):
        return Unreadable(f"line {self.line + self.buffer.count(chr(10), 0, position)}: {why}")


def _once_each(pairs):
    if len({name for name, _value in pairs}) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _key(model, fields):
    """The natural key in a record's fields; the reference to its incident counts by what that refers to."""
    key = []
    for name in model.objects.all().natural_key_fields:
        value = fields.get(name.split("__")[0])
        key.append(value[0] if isinstance(value, list) and value else value)
    return tuple(key)


def _unsuitable(model, fields, *, internal):
    """Why these fields cannot be those of a record of the model: names, kinds of value, privacy."""
    label, stored = model._meta.model_name, {}
    for column in model._meta.concrete_fields:
        if (
            column.name not in ("id", "created_by", "updated_by")
            and kind_of(column) is not FieldKind.DERIVED_DAY
        ):
            stored[column.name] = column
    for name, value in fields.items():
        if name not in stored:
            yield f"“{name[:60]}” is no field that is imported."
        elif not internal and name not in SHAPE[label].fields:
            yield f"“{name}” is private data, and this is a public import."
        elif reason := _wrong_kind(stored[name], value):
            yield f"{name}: {reason}"
    if internal:
        return
    if label == "party" and not fields.get("name_public") and any(map(fields.get, WITHHELD["party"])):
        yield "other names of a party whose name is not public are private data."
    if label == "account" and fields.get("handle") and not fields.get("handle_public"):
        yield "a handle that is not public is private data."


def _wrong_kind(column, value):
    """Why a JSON value cannot be stored in a column; empty if it can."""
    if value is None:
        return "" if column.null else "it cannot be null."
    kind = kind_of(column)
    if kind is FieldKind.RELATION:
        if not isinstance(value, list) or not value or not all(isinstance(part, str | int) for part in value):
            return "a reference is a natural key: a list of texts and numbers."
        return next(filter(None, (_unstorable(part) for part in value)), "")
    expected = {FieldKind.BOOLEAN: bool, FieldKind.INTEGER: int}.get(kind, str)
    if type(value) is not expected:
        names = {bool: "true or false", int: "a whole number", str: "a text"}
        return f"it should be {names[expected]}."
    return _unstorable(value)


def _unstorable(value):
    if isinstance(value, int):
        return "" if abs(value) <= BIGGEST_NUMBER else "the number is too big."
    try:
        validate_text(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _rule_broken(model, error):
    """The sentence of the rule whose name the database gives."""
    told = str(error)
    for constraint in model._meta.constraints:
        if constraint.name in told:
            return str(constraint.get_violation_error_message())
    return f"it breaks a rule of the database: {told.splitlines()[0]}"


def _listed(names):
    return get_text_list(sorted(f"“{name}”" for name in names), "and")
