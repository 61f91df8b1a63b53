"""A researcher's spreadsheet becomes drafts: each row goes through the form for a new incident, as if somebody had typed it."""

import hashlib
import json
import time
from collections import Counter, deque
from contextlib import nullcontext
from dataclasses import dataclass, field

from django import forms
from django.contrib.admin.sites import site
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from ..backups import on_copy
from ..called import almost_called, spelled
from ..choices import Publication
from ..doubles import Outline, doubles_of
from ..index.triggers import pause
from ..leaks import refusals
from ..limits import readable, unreadable
from ..locales import in_brackets, listed, signs, with_colon
from ..models import ChangedMeanwhileError, ImportedRow, Incident, Party, Platform
from ..slugs import unused_key
from .base import set_editor
from .date_questions import edtf_or_none

ROW_KEY = "row_key"
TICKED = {"yes", "true", "1", "x"}
NAMED = {
    "platform": (Platform, "name"),
    "holder": (Party, "public_label"),
    "speaker": (Party, "public_label"),
}
NOT_IN_TABLES = {"account", "kind"}  # an account on record is found by platform, holder and label
# What columns are often called, beside the names and labels of the fields.
OFTEN_CALLED = {
    "source_url": ("url", "link", "source", "source url"),
    "start": ("date", "when", "day"),
    "holder": ("who", "user", "account holder", "organisation"),
    "title": ("headline", "incident", "case"),
    "quote": ("quotation", "text"),
    "source_outlet": ("outlet", "newspaper", "publisher"),
    ROW_KEY: ("id", "no", "number", "key"),
}
MIN_SCORE = 85
MAX_ROWS_AT_ONCE = 5  # in one transaction; of more, as many as fit into a short one
STEP_SECONDS = 0.2


class RollBack(Exception):
    """Raised to undo everything in the transaction."""


class RowRefused(Exception):
    """A row cannot be imported; its arguments are the reasons."""


@dataclass
class Row:
    """A row, and what an import makes of it: new, changed, unchanged, doubtful or refused."""

    line: int
    outcome: str
    title: str = ""
    incident: Incident | None = None
    reasons: list = field(default_factory=list)


@dataclass
class Report:
    rows: list
    notes: list
    is_partial: bool = False  # what is new or changed is written in spite of a row that prevents the rest

    @property
    def counts(self):
        """How many rows have each outcome."""
        return Counter(row.outcome for row in self.rows)

    def prevents(self, doubtful):
        """Whether nothing can be written: a row is refused, or doubtful and nobody said what to do with such."""
        return bool(self.counts["refused"] or (self.counts["doubtful"] and doubtful == "ask"))


def form_class_for(user):
    """The form for a new incident, as this user has it."""
    request = HttpRequest()
    request.user = user
    return site.get_model_admin(Incident).get_form(request)


def fields_for(user):
    """What a column can be: field -> label."""
    fields = form_class_for(user)().fields
    labels = {name: str(each.label) for name, each in fields.items() if name not in NOT_IN_TABLES}
    return labels | {ROW_KEY: str(gettext_lazy("What identifies the row: its number or key"))}


def proposed_mapping(columns, fields):
    """The field that each column probably is, by its name."""
    known = {}
    for name, label in fields.items():
        for words in (name.replace("_", " "), label, *OFTEN_CALLED.get(name, ())):
            known.setdefault(words.casefold(), name)
    mapping = {}
    for column in columns:
        found = process.extractOne(column.casefold(), list(known), scorer=fuzz.ratio, score_cutoff=MIN_SCORE)
        if found and known[found[0]] not in mapping.values():
            mapping[column] = known[found[0]]
    return mapping


def import_rows(table, columns, rows, *, user, doubtful="ask", dry_run=False):
    """Import rows, pairs of a line and texts, all or none, and report on each.

    `doubtful` says what becomes of rows that may be an incident on record: "ask" prevents the import, "skip", "take".
    Many rows are first tried, then written in short transactions between those of others: a row that is prevented only then,
    since somebody has changed something meanwhile, ends the import, and what was written stays.
    """

    def run():
        return _Import(table, columns, user, doubtful)

    if len(rows) <= MAX_ROWS_AT_ONCE or connection.in_atomic_block:
        return _import_at_once(run(), rows, dry_run=dry_run)
    # On PostgreSQL others write while a row is tried.
    with on_copy() if connection.vendor == "sqlite" else nullcontext():
        tried = _import_at_once(run(), rows, dry_run=True)
    return tried if dry_run or tried.prevents(doubtful) else _import_in_steps(run(), rows)


def _import_at_once(run, rows, *, dry_run):
    try:
        with transaction.atomic():
            report = Report([run.row(line, texts) for line, texts in rows], run.notes)
            if report.prevents(run.doubtful) or dry_run:
                raise RollBack
    except RollBack:
        for row in report.rows:
            if row.outcome == "new":
                row.incident = None
    return report


def _import_in_steps(run, rows):
    report, waiting = Report([], run.notes), deque(rows)
    while waiting and not report.is_partial:
        end = time.monotonic() + STEP_SECONDS
        with transaction.atomic():
            is_full = False
            while waiting and not is_full:
                report.rows.append(run.row(*waiting.popleft()))
                report.is_partial = report.prevents(run.doubtful)
                is_full = report.is_partial or time.monotonic() > end
        pause(DEFAULT_DB_ALIAS)
    return report


class _Import:
    def __init__(self, table, columns, user, doubtful):
        self.table, self.user, self.doubtful = table, user, doubtful
        self.form_class = form_class_for(user)
        blank = self.form_class()
        self.fields = blank.fields
        self.initial = {name: blank.get_initial_for_field(each, name) for name, each in blank.fields.items()}
        fields = [table.mapping.get(column, "") for column in columns]
        self.columns = dict(zip(fields, columns, strict=True))
        self.places = {
            name: place for place, name in enumerate(fields) if name in self.fields or name == ROW_KEY
        }
        known = table.rows.select_related("incident") if table.pk else ()
        self.known = {row.key: row for row in known}
        self.hidden = set(Incident.objects.filter(pk__in=unreadable()).values_list("pk", flat=True))
        self.seen, self.keys, self.notes = {}, {}, []

    def row(self, line, texts):
        values = {name: texts[place] for name, place in self.places.items()}
        key = values.pop(ROW_KEY, "")[:200] or hashlib.sha256(json.dumps(values).encode()).hexdigest()
        row = Row(line, "refused", values.get("title", ""))
        if key in self.seen:
            row.reasons = [_("It is the same row as that on line %d.") % self.seen[key]]
            return row
        self.seen[key], noted = line, len(self.notes)
        known = self.known.get(key)
        try:
            with transaction.atomic():
                if known and known.incident_id in self.hidden:
                    raise RowRefused(_("It was changed on the editing desk since."))
                if known and known.values == values:
                    row.outcome, row.incident = "unchanged", known.incident
                elif known:
                    self.change(known, values)
                    row.outcome, row.incident = "changed", known.incident
                else:
                    self.add(row, key, values)
        except (RowRefused, ChangedMeanwhileError) as error:
            is_race = isinstance(error, ChangedMeanwhileError)
            reasons = [_("It was changed by somebody else at this moment.")] if is_race else list(error.args)
            row.outcome, row.reasons = "refused", reasons
            self.keys.clear()  # what was added for this row is gone again
            del self.notes[noted:]
        return row

    def add(self, row, key, values):
        data = self.form_data(values)
        if row.title and self.doubtful != "take" and (found := self.doubles(data)):
            row.outcome = "doubtful"
            row.reasons = [with_colon(incident.ref, listed(reasons)) for incident, reasons in found]
            return
        form = self.form_class(data)
        if not form.is_valid():
            raise RowRefused(*self.errors(form.errors))
        incident = form.save(commit=False)
        set_editor(incident, self.user)
        incident.save()
        form.save_m2m()
        form.save_records(self.user)
        ImportedRow.objects.create(table=self.table, key=key, values=values, incident=incident)
        row.outcome, row.incident = "new", incident

    def doubles(self, data):
        start = edtf_or_none(data["start"])
        keys = {name: {int(data[name])} if data[name] else set() for name in ("platform", "holder")}
        span = [(start.earliest, start.latest)] if start else []
        return doubles_of(Outline(data["title"], set(), keys["holder"], keys["platform"], span))

    def form_data(self, values):
        """What somebody would have typed."""
        reasons, data = (
            [],
            {name: value for name, value in self.initial.items() if value not in (None, False)},
        )
        for name, text in values.items():
            try:
                if text:
                    data[name] = self.typed(name, text)
            except RowRefused as error:
                reasons += [self.about(name, reason) for reason in error.args]
        if reasons:
            raise RowRefused(*reasons)
        return {"title": "", "platform": "", "holder": "", "start": ""} | {
            name: str(value) for name, value in data.items()
        }

    def typed(self, name, text):
        """A cell as the form wants it: the code of a choice, the key of a record."""
        if name in NAMED:
            return self.key_of(*NAMED[name], text)
        form_field = self.fields[name]
        if isinstance(form_field, forms.BooleanField):
            return "on" if text.casefold() in TICKED else ""
        if isinstance(form_field, forms.ChoiceField):
            for code, label in form_field.choices:
                if text.casefold() in (str(code).casefold(), str(label).casefold()):
                    return code
            choices = signs().semicolon.join(str(label) for code, label in form_field.choices if code)
            raise RowRefused(
                _("“%(text)s” is not one of the choices: %(choices)s") % {"text": text, "choices": choices}
            )
        return text

    def key_of(self, model, field, name):
        """The record that is called so, or a new one. One that is nearly called so is asked about."""
        if (model, name) not in self.keys:
            found = almost_called(model, [name])
            same = [pk for pk, other in found.items() if spelled(other)[0] == spelled(name)[0]]
            records = model.objects.in_bulk(same or found)
            if len(same) > 1 or (found and not same):
                others = signs().semicolon.join(
                    f"{record}{in_brackets(record.slug)}" for record in records.values()
                )
                raise RowRefused(
                    _(
                        "“%(name)s” may be one of these on record; write the name it has there, or its slug: %(others)s"
                    )
                    % {"name": name, "others": others}
                )
            record = records[same[0]] if same else readable(model.objects.filter(slug=name)).first()
            self.keys[model, name] = (record or self.new_record(model, field, name)).pk
        return self.keys[model, name]

    def new_record(self, model, field, name):
        record = model(**{field: name, "slug": unused_key(model, "slug", name)})
        set_editor(record, self.user)
        try:
            record.full_clean()
        except ValidationError as error:
            raise RowRefused(*error.messages) from error
        record.save()
        self.notes.append(_("new %(kind)s: %(name)s") % {"kind": model._meta.verbose_name, "name": name})
        return record

    def change(self, known, values):
        """Change what the row changes, unless an editor has changed it since, or it is no longer a draft."""
        incident = known.incident
        if incident.publication != Publication.DRAFT:
            raise RowRefused(_("%s is no longer a draft. Change it on the editing desk.") % incident.ref)
        changed = {}
        for name in {*values, *known.values}:
            before, now = (self.cleaned(name, each.get(name, "")) for each in (known.values, values))
            if before == now:
                continue
            record, column = self.record_of(incident, name)
            if getattr(record, column, None) not in (before, now):
                raise RowRefused(self.about(name, _("It was changed on the editing desk since.")))
            if hasattr(record, "is_public") and record.is_public():
                raise RowRefused(
                    self.about(name, _("A published incident shows this. Change it on the editing desk."))
                )
            setattr(record, column, now)
            changed[record._meta.label] = record
        for record in changed.values():
            set_editor(record, self.user)
            try:
                record.full_clean()
            except ValidationError as error:
                raise RowRefused(*error.messages) from error
            if reasons := list(refusals(record).values()):
                raise RowRefused(*map(str, reasons))
            record.save()
        known.values = values
        known.save()

    def cleaned(self, name, text):
        typed = self.form_data({name: text}).get(name, "")
        try:
            value = self.fields[name].clean(typed)
        except ValidationError as error:
            raise RowRefused(self.about(name, " ".join(error.messages))) from error
        return value

    def record_of(self, incident, name):
        """The record of an imported incident that a field of the form is of, and the name that it has there."""
        borrowed = self.form_class.borrowed.get(name)
        if not borrowed:
            return incident, name
        action = incident.actions.order_by("seq").first()
        citation = incident.citations.order_by("seq").first()
        record = {
            "action": action,
            "account": action and action.account,
            "citation": citation,
            "source": citation and citation.source,
            "justification": incident.justifications.order_by("seq").first(),
        }[borrowed.model._meta.model_name]
        if record is None:
            raise RowRefused(
                self.about(name, _("The incident has no record for this yet. Add it on the editing desk."))
            )
        return record, borrowed.field

    def errors(self, errors):
        for name, messages in errors.items():
            for message in messages:
                yield str(message) if name == NON_FIELD_ERRORS else self.about(name, message)

    def about(self, name, reason):
        return with_colon(self.columns.get(name) or self.fields[name].label, reason)
