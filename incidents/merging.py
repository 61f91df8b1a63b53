"""Merging two platforms, parties, accounts or sources into one, and taking that back.

What refers to a record is found through its model, so nothing here is about one kind of record alone, but for the table
of names that become aliases.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import audit, leaks, marks, protection, publishing
from .choices import Publication
from .languages import language_name
from .locales import with_colon
from .models import Account, Incident, Merge, Party, Platform, Source, Translation
from .models.audit import Event
from .models.base import Record
from .models.fields import FieldKind, kind_of
from .translations import original_then

MERGEABLE = (Platform, Party, Account, Source)
# The field with the name that becomes a line of `aliases`, if readers knew the record by it.
NAMES = {"platform": "name", "party": "public_label"}
JOINED = ("aliases", "notes", "contact")  # texts of which both can be kept
KEEP, TAKE, BOTH = "keep", "take", "both"


@dataclass
class Choice:
    """A field in which two records differ: the texts of both, what can be kept, and what is proposed."""

    field: Any
    old: str
    new: str
    options: tuple[str, ...]
    proposed: str


def key_of(record):
    return record.natural_key()[0]


def _key_field(model):
    return model.objects.all().natural_key_fields[0]


def relations_to(model):
    """The relations by which other records refer to those of a model."""
    return [each for each in model._meta.related_objects if issubclass(each.related_model, Record)]


def _columns(model):
    """The fields of a model that a merge can choose between: all but its key, its marks, and what is filled in by itself."""
    fixed = {_key_field(model), *marks.MARKS.get(model._meta.model_name, ())}
    return [
        each
        for each in model._meta.concrete_fields
        if each.editable
        and not each.primary_key
        and each.name not in fixed
        and kind_of(each) is not FieldKind.DERIVED_DAY
    ]


def choices(old, new):
    """The fields in which the two differ and the one that goes has something to offer."""
    for each in _columns(type(old)):
        values = getattr(old, each.attname), getattr(new, each.attname)
        if values[0] == values[1] or _is_empty(each, values[0]) or getattr(old, each.attname) == new.pk:
            continue
        options = (KEEP, TAKE, BOTH) if each.name in JOINED and values[1] else (KEEP, TAKE)
        proposed = TAKE if _is_empty(each, values[1]) else options[-1] if len(options) == 3 else KEEP
        yield Choice(each, _text(old, each), _text(new, each), options, proposed)


def _is_empty(column, value):
    return value in (None, "") or (column.choices and value == column.default)


def _text(record, column):
    shown = getattr(record, f"get_{column.name}_display", None)
    value = shown() if shown else getattr(record, column.name)
    return "" if value is None else str(value)


def moves(old):
    """What would move with a record: each field that refers to it, with the number of records in which it does."""
    for each in relations_to(type(old)):
        if number := each.related_model.objects.filter(**{each.field.name: old}).count():
            yield each.field, number


def obstacles(old, new):
    """Why the two cannot be merged, as sentences."""
    if old.pk == new.pk:
        yield _("Choose another record than this one.")
        return
    for name, protecting in marks.MARKS.get(old._meta.model_name, {}).items():
        if getattr(old, name) is not getattr(new, name):
            protected = old if getattr(old, name) is protecting else new
            yield _(
                "“%(mark)s” protects %(record)s and not the other. Decide on their pages which holds for both, and merge "
                "them then."
            ) % {"mark": old._meta.get_field(name).verbose_name, "record": protected}
    for each in _columns(type(old)):
        if each.is_relation and getattr(old, each.attname) != getattr(new, each.attname):
            ends = (getattr(old, each.name), getattr(new, each.name))
            for end in ends:
                if end is not None and marks.kept(end):
                    yield _(
                        "“%(field)s” differs, and %(record)s is protected. Enter the same for both, and merge them then."
                    ) % {"field": each.verbose_name, "record": end}
    name = old._meta.model_name
    there = Translation.objects.filter(**{name: new}).values_list("field", "language")
    for field, language in set(
        Translation.objects.filter(**{name: old}).values_list("field", "language")
    ) & set(there):
        yield _("Both have a translation of “%(field)s” into %(language)s. Delete one of them first.") % {
            "field": type(old)._meta.get_field(field).verbose_name,
            "language": language_name(language),
        }
    for each in type(old)._meta.concrete_fields:
        if each.related_model is type(old) and getattr(new, each.attname) == old.pk:
            yield _("“%(field)s” of %(record)s is the record that would go. Empty it first.") % {
                "field": each.verbose_name,
                "record": new,
            }


def seen_of(old, new):
    """The versions of the two, as a short text that differs once one of them has changed."""
    return f"{old.pk}={old.version} {new.pk}={new.version}"


@transaction.atomic
def merge(old, new, *, chosen, seen, name_reason="", asked=(), by=None):
    """Merge one record into another; `chosen` says for each field that differs whether to KEEP, TAKE or join BOTH values.

    Raises ValidationError if one of them has changed since `seen`, or if the result would break a rule, and NotPublishable if a
    published incident would lack something that it does not lack now. Returns the Merge.
    """
    old, new = _locked(type(old), old.pk, new.pk)
    if seen != seen_of(old, new):
        raise ValidationError(_("One of the two has been changed since you opened this page. Read it again."))
    if found := list(obstacles(old, new)):
        raise ValidationError(found)
    problems, was_public = _problems(old, new), old.is_public()
    private_before = leaks.private_values_around(new) if hasattr(new, "private_values") else []
    before, reason = new.history.first().pk, f"Merged: {key_of(old)}"
    values = {each.field: _merged_value(each, old, new, chosen) for each in choices(old, new)}
    names = [*_names_of(old), *_names_of(new)]
    for each, value in values.items():
        setattr(new, each.attname, value)
    right = [each.pk for each in old.translations.filter(is_behind=False)]
    moved = _move(old, new, reason, by)
    gone = type(old).objects.get(pk=old.pk)
    gone._change_reason, gone._history_user = f"Merged into {key_of(new)}", by
    gone.delete()
    _add_aliases(new, names)
    _save(new, reason, by)
    same = [
        each.name for each in _columns(type(old)) if getattr(old, each.attname) == getattr(new, each.attname)
    ]
    Translation.objects.filter(pk__in=right, field__in=same).update(is_behind=False)
    _check(moved)
    found = Merge.objects.create(
        record_model=old._meta.model_name,
        old_id=old.pk,
        old_key=key_of(old),
        new_id=new.pk,
        new_key=key_of(new),
        was_public=was_public,
        before=before,
        version=new.version,
        moved=moved,
        merged_by=by,
    )
    audit.record(Event.MERGED, by=by, about=new, detail=f"{found.record_model} {old.pk}")
    _refuse_new(problems, _problems(new), name_reason, asked, by)
    if hasattr(new, "private_values"):
        protection.protect(leaks.newly_private(new, private_before), by=by)
    return found


def undo_obstacle(found):
    """Why a merge cannot be taken back, as a sentence; empty if it can."""
    model = apps.get_model("incidents", found.record_model)
    new = model.objects.filter(pk=found.new_id, version=found.version).first()
    if found.undone_at:
        return _("This merge was taken back.")
    if new is None or not all(_is_still_there(new, *each) for each in found.moved):
        return _("Something was changed since, so this merge can only be taken back by hand.")
    return ""


@transaction.atomic
def undo(found, *, by=None):
    """Take a merge back while nothing that it changed has been changed since. Raises ValidationError as `merge()` does."""
    model = apps.get_model("incidents", found.record_model)
    found = Merge.objects.select_for_update().get(pk=found.pk)
    new = _locked(model, found.new_id)[0]
    if obstacle := undo_obstacle(found):
        raise ValidationError(obstacle)
    problems, reason = _problems(new), f"Merge taken back: {found.old_key}"
    found.undone_by, found.undone_at = by, timezone.now()
    found.save()
    last = model.history.filter(id=found.old_id, history_type="-").first()
    old, before = last.instance, model.history.get(pk=found.before)
    for each in _columns(model):
        setattr(new, each.attname, getattr(before, each.attname))
    _save(new, reason, by)
    old._state.adding, old.version = True, last.version + 1
    _save(old, reason, by)
    for name, pk, field, was_added in found.moved:
        _refer(
            apps.get_model("incidents", name).objects.get(pk=pk), field, new, old, reason, by, drop=was_added
        )
    _bring_translations_back(old, new, reason=reason, by=by)
    _check(found.moved)
    audit.record(Event.MERGED, by=by, about=new, detail=f"taken back: {found.record_model} {old.pk}")
    _refuse_new(problems, _problems(old, new), "", (), by)
    return old


def _locked(model, *keys):
    """The records with these keys, locked, after the incidents that show them: publishing locks in the same order.

    Raises ValidationError if one is gone.
    """
    incidents = Incident.objects.showing_any(model._meta.model_name, keys).order_by().values("pk")
    list(Incident.objects.select_for_update().filter(pk__in=incidents).order_by("pk"))
    rows = model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    found = {each.pk: each for each in rows}
    if len(found) < len({*keys}):
        raise ValidationError(_("One of the two has been deleted or merged since you opened this page."))
    return [found[key] for key in keys]


def _move(old, new, reason, by):
    """Have all that refers to one record refer to another. Returns what takes it back: see Merge."""
    moved = []
    for each in relations_to(type(old)):
        for record in each.related_model.objects.filter(**{each.field.name: old}).order_by("pk"):
            is_beside = each.many_to_many and any(
                column.related_model is type(old) and getattr(record, column.attname) in (old.pk, new.pk)
                for column in record._meta.concrete_fields
            )
            is_added = not (each.many_to_many and getattr(record, each.field.name).filter(pk=new.pk).exists())
            is_added = is_added and not is_beside
            if isinstance(record, Translation) and record.original_text != getattr(new, record.field):
                record.is_behind = True
            _refer(record, each.field.name, old, new, reason, by, drop=True, add=is_added)
            moved.append([record._meta.model_name, record.pk, each.field.name, is_added])
    return moved


def _refer(record, name, before, after, reason, by, *, drop, add=True):
    """Have a record refer to one record instead of another, or, without `drop`, beside it."""
    record.updated_by, record._change_reason, record._history_user = by, reason, by
    if not record._meta.get_field(name).many_to_many:
        setattr(record, name, after)
        record.save()
        return
    others = getattr(record, name)
    keys = {*others.values_list("pk", flat=True)} - ({before.pk} if drop else set())
    record.save()
    others.set(keys | ({after.pk} if add else set()))


def _bring_translations_back(*records, reason, by):
    """Untick that the original has changed where a translation says the same as it again."""
    for record in records:
        for each in record.translations.filter(is_behind=True):
            if original_then(each) == each.original_text:
                each.is_behind, each.updated_by = False, by
                each._change_reason, each._history_user = reason, by
                each.save()


def _is_still_there(new, name, pk, field, was_added):
    found = apps.get_model("incidents", name).objects.filter(pk=pk)
    return (found.filter(**{field: new}) if was_added else found).exists()


def _merged_value(choice, old, new, chosen):
    values = getattr(old, choice.field.attname), getattr(new, choice.field.attname)
    match chosen.get(choice.field.name, choice.proposed):
        case "take":
            return values[0]
        case "both" if BOTH in choice.options:
            lines = dict.fromkeys(line for text in reversed(values) for line in text.splitlines())
            return "\n".join(lines)
    return values[1]


def _add_aliases(record, names):
    """Keep the names that readers knew both by, so that the record is found by them."""
    for name in names:
        known = {each.strip().casefold() for each in (*_names_of(record), *record.aliases.splitlines())}
        if name.casefold() not in known:
            record.aliases = "\n".join(filter(None, (record.aliases, name)))


def _names_of(record):
    """The name that readers know a record by, as a list; empty if it has none that can become an alias."""
    field = NAMES.get(record._meta.model_name)
    return [getattr(record, field)] if field and getattr(record, "name_public", True) else []


def _save(record, reason, by):
    """Save a record through the checks of a form. Raises ValidationError."""
    record.full_clean()
    if errors := leaks.refusals(record):
        raise ValidationError(errors)
    record.updated_by, record._change_reason, record._history_user = by, reason, by
    record.save()


def _check(moved):
    """Check what refers to another record now. Raises ValidationError."""
    for name, pk, _field, _was_added in moved:
        record = apps.get_model("incidents", name).objects.get(pk=pk)
        try:
            record.clean()
        except ValidationError as error:
            raise ValidationError(
                [with_colon(publishing.record_name(record), text) for text in error.messages]
            ) from error


def _problems(*records):
    """The problems of the published incidents that show these records, if the records can hide anything."""
    if not hasattr(records[0], "private_values"):
        return []
    shown = Incident.objects.showing_any(records[0]._meta.model_name, [each.pk for each in records])
    privates = leaks.Privates.load()
    return [
        problem
        for incident in shown.filter(publication=Publication.PUBLISHED)
        for problem in publishing.problems(incident, privates)
    ]


def _refuse_new(before, after, name_reason, asked, by):
    """Refuse problems that were not there before; `name_reason` answers the questions that were `asked`, by their tokens."""
    known = {str(problem) for problem in before}
    new = [problem for problem in after if str(problem) not in known]
    if name_reason:
        leaks.answer(
            [each.question for each in new if each.question and each.leak.token in asked], name_reason, by=by
        )
        new = [each for each in new if not (each.question and each.leak.token in asked)]
    if new:
        raise publishing.NotPublishable(new)
