"""Imports fixtures, data packages and SQLite files: reads them record by record, checks everything, writes all or nothing.

Long files are imported `in_steps`.
"""

from collections import defaultdict
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils.dateparse import parse_datetime

from .. import marks
from ..choices import Publication
from ..leaks import Privates, PrivateValue, answer, newly_private, private_values_around
from ..merging import MERGEABLE
from ..models import Account, Incident, Merge, Party, Source
from ..protection import protect
from ..publishing import problems
from ..shown import SHOWN
from .numbers import stored_numbers
from .reading import FixtureRecord, Report, read_entries, read_record, same_pages

MAX_ERRORS = 50
BATCH_SIZE = 500
HOW_TO_ANSWER = "To say so, import with --name-reason “…”."
INCIDENT_COLUMNS = ("incident_id", "from_incident_id", "to_incident_id")


class RollBack(Exception):
    """Raised to undo everything in the transaction."""


def import_fixture(
    path: str | Path,
    *,
    internal: bool = False,
    dry_run: bool = False,
    reason: str = "",
    name_reason: str = "",
) -> Report:
    """Import the records of a file, all or none, and return a Report.

    A public file may contain public fields only; `internal` allows every field. Nothing is written if the report
    has problems, or with `dry_run`. `name_reason` answers the questions about names that published incidents leave
    open, which are problems without it. Raises UnreadableError, and OSError if the file cannot be opened.
    """
    report = Report()
    try:
        with transaction.atomic():
            Import(report, internal=internal, reason=reason, name_reason=name_reason).run(path)
            if report.errors or dry_run:
                raise RollBack
    except RollBack:
        pass
    return report


def let_the_planner_count():
    """Let PostgreSQL count what was written: for tables that it last saw empty, its plans would take minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Import:
    """An import under way: what was written, and what is still to be done about it."""

    def __init__(self, report, *, internal, reason, name_reason):
        self.report, self.internal, self.reason, self.name_reason = report, internal, reason, name_reason
        self.lines: dict[tuple, int] = {}  # (model, natural key) -> line of the file
        self.pks: dict[tuple, int] = {}  # (model, natural key) -> primary key, of records found or created
        self.forward_references: list[tuple] = []  # references to a later record of the same model
        self.privates_state: list = []
        self.begin()

    def begin(self):
        """Begin a transaction: nothing that was written before it is looked at again."""
        self.incidents: dict[int, FixtureRecord] = {}  # by primary key
        # primary keys of incidents with a new or changed part or relation
        self.incidents_of_parts: set[int] = set()
        # name of the model -> natural key as one text -> record of the file and primary key, of what is new or changed
        self.written: dict[str, dict[str, tuple[FixtureRecord, int]]] = defaultdict(dict)
        self.newly_private: list[PrivateValue] = []

    def run(self, path):
        self.take(read_entries(path))
        self.set_references()
        self.report.notes.extend(same_pages(self.new_sources()))
        if not self.report.errors:
            let_the_planner_count()
        self.finish()

    def take(self, entries):
        """Write these records of the file, each with its line."""
        for line, raw in entries if self.internal else stored_numbers(entries, self.report):
            if len(self.report.errors) >= MAX_ERRORS:
                return
            entry = read_record(line, raw, self.report, self.lines, internal=self.internal)
            if entry:
                self.apply(entry)

    def new_sources(self):
        """The sources that are new or changed, with their primary keys."""
        return {pk: entry for entry, pk in self.written["source"].values()}

    def finish(self):
        """Check what was written, and protect whom it makes private."""
        if not self.report.errors:
            self.check_published()
        if not self.report.errors:
            exposure = protect(self.newly_private)
            if self.name_reason:
                answer([leak for _incident, leak in exposure.questions], self.name_reason)
                exposure.questions = []
            self.report.exposure.add(exposure)

    def check_published(self):
        """Report what keeps published incidents, in the file or showing what it changes, from being published."""
        privates, questions = None, []
        for incident in self.published_incidents():
            privates = privates or self.privates()
            for problem in problems(incident, privates):
                # Earlier problems of an incident that is not in the file do not prevent an import.
                # Nor does what becomes private: incidents that contain it are taken back.
                cause = self.incidents.get(incident.pk) or (problem.leak and self.cause_of(problem.leak))
                if cause and problem.question and self.name_reason:
                    questions.append(problem.question)
                elif cause and problem.is_new:
                    # It is public elsewhere, and pages say that no source is cited.
                    self.report.notes.append(
                        f"line {cause.line}: {cause}: published without a source. {problem}"
                    )
                elif cause:
                    how = f" {HOW_TO_ANSWER}" if problem.question else ""
                    self.report.refuse(cause.line, cause, f"it cannot be published: {problem}{how}")
        answer(questions, self.name_reason)

    def privates(self):
        """All private values there are now."""
        # Every change of a record grows its version; most steps of a long import change none of these.
        of_all = models.Count("pk"), models.Max("pk"), models.Sum("version")
        state = [list(model.objects.aggregate(*of_all).values()) for model in (Party, Account, Source)]
        if state != self.privates_state:
            self.privates_state, self.loaded_privates = state, Privates.load()
        return self.loaded_privates

    def published_incidents(self):
        found = {*self.incidents, *self.incidents_of_parts}
        for name in SHOWN:
            if written := [pk for _entry, pk in self.written[name].values()]:
                found.update(Incident.objects.showing_any(name, written).values_list("pk", flat=True))
        return _published(sorted(found))

    def cause_of(self, leak):
        """The record of the file that brought the text of a leak; None if it was here before."""
        return self.written[leak.place.model].get(leak.place.key, (None, None))[0]

    def apply(self, entry):
        """Create or change a record, or report why that is not possible."""
        record = self.existing(entry)
        if record is None and self.is_merged(entry):
            return self.count(entry, "unchanged")
        new = record is None
        if new:
            record = entry.model()
        can_hide = hasattr(record, "private_values")
        before = private_values_around(record) if can_hide and not new else []
        changed, later, many = [], [], {}
        for name, value in entry.fields.items():
            if name == "updated_at" or (name == "version" and not new):
                continue
            field = entry.model._meta.get_field(name)
            if field.is_relation and value is not None:
                keys = [tuple(key) for key in (value if field.many_to_many else [value])]
                targets = [self.pk_of(field.related_model, key) for key in keys]
                if None in targets and field.related_model is entry.model:
                    later.append((entry, name, tuple(value)))
                    continue
                if None in targets:
                    missing = " ".join(map(str, keys[targets.index(None)]))
                    reason = f"{name} refers to “{missing}”, which is neither in the database nor earlier in the file."
                    return self.report.refuse(entry.line, entry, reason)
                if field.many_to_many:
                    many[name] = set(targets)
                    if new or set(getattr(record, name).values_list("pk", flat=True)) != many[name]:
                        changed.append(name)
                    continue
                (value,) = targets
            try:
                value = field.to_python(value)
            except ValidationError as error:
                return self.report.refuse(entry.line, entry, f"{name}: {' '.join(error.messages)}")
            if new or getattr(record, field.attname) != value:
                changed.append(name)
            setattr(record, field.attname, value)
        if not new and self.unpublishes(entry, record):
            return self.report.refuse(
                entry.line, entry, "it is published here. Withdraw it on the editing desk; an import cannot."
            )
        for name in [] if new else marks.taken_away(record):
            label = entry.model._meta.get_field(name).verbose_name
            reason = f"“{label}” protects somebody here. Change it on the editing desk; an import cannot."
            return self.report.refuse(entry.line, entry, reason)
        if changed and not new and entry.fields.get("version", record.version) != record.version:
            return self.report.refuse(entry.line, entry, "it was changed here since the file was written.")
        if new or changed:
            moment = entry.fields.get("updated_at")
            if not self.save(entry, record, many, updated_at=parse_datetime(moment) if moment else None):
                return None
            self.pks[entry.model, entry.key] = record.pk
            self.newly_private += newly_private(record, before) if can_hide else []
            self.written[entry.model._meta.model_name][" ".join(map(str, entry.key))] = entry, record.pk
            self.incidents_of_parts.update(
                key for name in INCIDENT_COLUMNS if (key := getattr(record, name, None))
            )
        self.forward_references += later
        self.count(entry, "new" if new else "changed" if changed else "unchanged", changed)
        if entry.model is Incident:
            self.incidents[record.pk] = entry
        return None

    def existing(self, entry):
        try:
            record = entry.model.objects.get_by_natural_key(*entry.key)
        except ObjectDoesNotExist:
            return None
        self.pks[entry.model, entry.key] = record.pk
        return record

    def is_merged(self, entry):
        """Whether the record was merged into another one here: what the file says of it is left, and noted."""
        merged = Merge.objects.successor(entry.model, key=entry.key[0]) if entry.model in MERGEABLE else None
        if merged:
            note = f"it was merged into “{merged.natural_key()[0]}” here, so what the file says of it is left out"
            self.report.notes.append(f"line {entry.line}: {entry}: {note}")
        return merged is not None

    def unpublishes(self, entry, record):
        before = Publication.PUBLISHED
        return (
            entry.model is Incident
            and record.publication != before
            and Incident.objects.filter(pk=record.pk, publication=before).exists()
        )

    def save(self, entry, record, many=None, **options):
        """Validate and save a record, and what `many` has for its many-to-many relations; whether that succeeded. If not,
        the report says why."""
        record._change_reason = self.reason
        try:
            record.clean_fields(exclude=["created_by", "updated_by"])
            record.clean()
            with transaction.atomic():
                record.save(**options)
                for name, targets in (many or {}).items():
                    getattr(record, name).set(targets)
        except ValidationError as error:
            for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
                self.report.refuse(
                    entry.line, entry, f"{name}: {' '.join(messages)}".removeprefix("__all__: ")
                )
            return False
        except IntegrityError as error:
            self.report.refuse(entry.line, entry, _rule_broken(entry.model, error))
            return False
        except (DatabaseError, ValueError, OverflowError) as error:
            self.report.refuse(entry.line, entry, f"the database refused it: {str(error).splitlines()[0]}")
            return False
        return True

    def set_references(self, *, later=False):
        """Set the references to records that came later in the file; those to one that comes `later` still, not yet."""
        references, self.forward_references = self.forward_references, []
        for entry, name, key in references:
            if later and self.pk_of(entry.model, key) is None:
                self.forward_references.append((entry, name, key))
            else:
                self.set_reference(entry, name, key)

    def set_reference(self, entry, name, key):
        """Set a reference to a record of the same model that came later in the file."""
        target = self.pk_of(entry.model, key)
        if target is None:
            return self.report.refuse(
                entry.line,
                entry,
                f"{name} refers to “{' '.join(map(str, key))}”, which is neither in the database nor in the file.",
            )
        record = entry.model.objects.get_by_natural_key(*entry.key)
        if entry.model is Incident:
            self.incidents[record.pk] = entry
        if getattr(record, f"{name}_id") != target:
            setattr(record, f"{name}_id", target)
            moment = entry.fields.get("updated_at")
            if self.save(entry, record, updated_at=parse_datetime(moment) if moment else record.updated_at):
                self.count_as_changed(entry, name)
        return None

    def pk_of(self, model, key):
        if (model, key) not in self.pks:
            try:
                self.pks[model, key] = model.objects.get_by_natural_key(*key).pk
            except ObjectDoesNotExist:
                merged = Merge.objects.successor(model, key=key[0]) if model in MERGEABLE else None
                if merged is None:
                    return None
                self.pks[model, key] = merged.pk
            except (TypeError, ValueError):
                return None
        return self.pks[model, key]

    def count(self, entry, outcome, changed=()):
        self.report.counts[entry.model._meta.label_lower][outcome] += 1
        if outcome == "changed":
            self.report.changes.append(f"{entry}: {', '.join(changed)}")

    def count_as_changed(self, entry, name):
        """Correct the counts: a record counted as unchanged has changed after all."""
        counts = self.report.counts[entry.model._meta.label_lower]
        if not any(change.startswith(f"{entry}: ") for change in self.report.changes) and counts["unchanged"]:
            counts["unchanged"] -= 1
            self.count(entry, "changed", [name])


def _published(keys):
    """The published incidents among these."""
    for first in range(0, len(keys), BATCH_SIZE):
        part = keys[first : first + BATCH_SIZE]
        yield from Incident.objects.filter(pk__in=part, publication=Publication.PUBLISHED).order_by("pk")


def _rule_broken(model, error):
    """The message of the constraint that the database names in its error."""
    text = str(error)
    for constraint in model._meta.constraints:
        if constraint.name in text:
            return str(constraint.get_violation_error_message())
    return f"it violates a constraint of the database: {text.splitlines()[0]}"
