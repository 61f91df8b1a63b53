"""An incident as it was at a moment: what bringing that version back changes, what cannot come back, and doing it through the
checks of any save."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import leaks, publishing
from .choices import Publication
from .locales import signs, with_colon
from .models import (
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Merge,
    Relation,
    Translation,
)

# Parts of an incident with the field that has the key of the incident; those first that others refer to.
PARTS: dict[Any, str] = {
    **dict.fromkeys((Action, Justification, Involvement, Citation), "incident_id"),
    Relation: "from_incident_id",
}
# What no version brings back: keys, and what only steps such as “Publish” change.
FIXED = {
    *("id", "incident", "from_incident", "seq", "key", "version"),
    *("created_at", "created_by", "updated_at", "updated_by"),
    *("ref", "publication", "published_at", "withdrawn_reason", "merged_into"),
}
MERGED_SINCE = gettext_lazy(
    "%(record)s: its “%(field)s” was merged into another one since, which is put there."
)


@dataclass
class Version:
    """A record with the values it had, not saved, and the keys of the records that its many-to-many relations had."""

    record: Any
    keys: dict[str, set[int]]


@dataclass
class Plan:
    """What brings a version of an incident back: what to save, in this order, what to delete, and what is lost, in words."""

    saved: list[Version] = field(default_factory=list)
    deleted: list[Any] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def plan(incident: Incident, moment: datetime) -> Plan:
    """What bringing an incident back as it was at this moment would do now."""
    conditions = {Incident: Q(id=incident.pk)}
    conditions |= {model: Q(**{owner: incident.pk}) for model, owner in PARTS.items()}
    conditions[Translation] = translations_of(incident)
    then = {model: as_of(model, moment, of) for model, of in conditions.items()}
    now = {model: stored_versions(model, of) for model, of in conditions.items()}
    found = Plan(lost=_leave_out_what_is_gone(then, now))
    for model, versions in then.items():
        changed = [
            _changed(version, now[model].get(key)) for key, version in versions.items() if version is not None
        ]
        found.saved += _in_order([version for version in changed if version is not None])
        found.deleted += [stored.record for key, stored in now[model].items() if key not in versions]
    return found


@transaction.atomic
def restore(incident, moment, *, seen, reason="", by=None):
    """Bring an incident back as it was at a moment. `seen` is the `state_of()` it that the user has read.

    Raises ValidationError if it has changed since, or if one of its records could not be saved like this now, and
    NotPublishable if it is published and would lack something that it does not lack now.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if seen != publishing.state_of(incident):
        raise ValidationError(
            _("“%s” has been changed since you opened this page. Read again what restoring would change.")
            % incident
        )
    is_published = incident.publication == Publication.PUBLISHED
    before = {str(problem) for problem in publishing.problems(incident)} if is_published else set()
    found = plan(incident, moment)
    if not any(isinstance(version.record, Incident) for version in found.saved):
        # A change of its parts is a change of the incident.
        found.saved.insert(0, Version(incident, {}))
    # First, so that the numbers of those that come back are free.
    for record in reversed(found.deleted):
        _delete(record, reason, by)
    for version in found.saved:
        _save(version, reason, by)
    if is_published:
        incident.refresh_from_db()
        if new := [problem for problem in publishing.problems(incident) if str(problem) not in before]:
            raise publishing.NotPublishable(new)


def translations_of(incident):
    """A condition: translations of texts of the incident and its parts, those that were deleted too."""
    of = Q(incident_id=incident.pk)
    for model, owner in PARTS.items():
        name = f"{model._meta.model_name}_id__in"
        of |= Q(**{name: model.history.filter(**{owner: incident.pk}).values("id")})
    return of


def as_of(model, moment, of=None):
    """The versions that the records of a model were at a moment, by key, without those that were deleted then."""
    revisions = model.history.filter(of or Q(), history_date__lte=moment).order_by(
        "history_date", "history_id"
    )
    latest = {revision.id: revision for revision in revisions}
    there = {revision.pk: revision for revision in latest.values() if revision.history_type != "-"}
    found = {pk: Version(revision.instance, {}) for pk, revision in there.items()}
    for each in _many(model) if found else ():
        rows = getattr(next(iter(there.values())), each.name).model.objects.filter(history__in=[*there])
        _note_keys(found, each, rows.values_list("history_id", f"{each.m2m_reverse_field_name()}_id"))
    return {version.record.pk: version for version in found.values()}


def stored_versions(model, of=None):
    """The versions that are stored now, by key."""
    found = {record.pk: Version(record, {}) for record in model.objects.filter(of or Q())}
    for each in _many(model) if found else ():
        source, target = f"{each.m2m_field_name()}_id", f"{each.m2m_reverse_field_name()}_id"
        rows = each.remote_field.through._base_manager.filter(**{f"{source}__in": [*found]})
        _note_keys(found, each, rows.values_list(source, target))
    return found


def _many(model):
    return [model._meta.get_field(name) for name in getattr(model, "_history_m2m_fields", ())]


def _note_keys(versions, each, pairs):
    keys = defaultdict(set)
    for owner, other in pairs:
        keys[owner].add(other)
    for owner, version in versions.items():
        version.keys[each.name] = keys[owner]


def _columns(model):
    """The columns that a version brings back."""
    return [each for each in model._meta.concrete_fields if each.name not in FIXED]


def _leave_out_what_is_gone(then, now):
    """Leave out of the versions what refers to a record that was deleted since, and return what is lost, in words.

    A part that cannot come back stays as it is now, if it is there: its version becomes None.
    """
    there = _there(then)
    lost = _follow_merges(then, there)
    while found := [
        (model, key, column)
        for model, versions in then.items()
        for key, version in versions.items()
        for column in _columns(model)
        if version is not None and column.is_relation
        if getattr(version.record, column.attname) not in {None, *there[column.related_model]}
    ]:
        for model, key, column in found:
            if then[model][key] is not None:
                message = _("%(record)s stays as it is now: its “%(field)s” was deleted since.")
                lost.append(message % _names(then[model][key], column))
                then[model][key] = None
                there[model] -= {key} - {*now[model]}
    for model, versions in then.items():
        for version in versions.values():
            for each in _many(model) if version is not None else ():
                if version.keys[each.name] - there[each.related_model]:
                    version.keys[each.name] &= there[each.related_model]
                    message = _(
                        "%(record)s: one of its “%(field)s” was deleted since and does not come back."
                    )
                    lost.append(message % _names(version, each))
    return lost


def _follow_merges(then, there):
    """Have the versions refer to what those that were merged since were merged into, and say so, in words."""
    said = []
    for version in (each for versions in then.values() for each in versions.values()):
        for column in _columns(type(version.record)):
            key = getattr(version.record, column.attname)
            if column.is_relation and (new := _merged_into(column, key, there)):
                setattr(version.record, column.attname, new)
                said.append(MERGED_SINCE % _names(version, column))
        for each in _many(type(version.record)):
            for key in [*version.keys[each.name]]:
                if new := _merged_into(each, key, there):
                    version.keys[each.name] = version.keys[each.name] - {key} | {new}
                    said.append(MERGED_SINCE % _names(version, each))
    return said


def _merged_into(column, key, there):
    """The key of what the record with this key was merged into; None if it is there, or was deleted."""
    if key in {None, *there[column.related_model]}:
        return None
    record = Merge.objects.successor(column.related_model, pk=key)
    there[column.related_model] |= {record.pk} if record else set()
    return record and record.pk


def _names(version, column):
    return {"record": publishing.record_name(version.record), "field": column.verbose_name}


def _there(then):
    """The keys of the records that can be referred to, by model: those of the versions, and others that are stored."""
    wanted = defaultdict(set)
    for model, versions in then.items():
        for version in versions.values():
            for column in _columns(model):
                if column.is_relation:
                    wanted[column.related_model].add(getattr(version.record, column.attname))
            for each in _many(model):
                wanted[each.related_model] |= version.keys[each.name]
    stored = {
        model: {*model._base_manager.filter(pk__in=keys - {None}).values_list("pk", flat=True)}
        for model, keys in wanted.items()
    }
    return stored | {model: {*versions} | stored.get(model, set()) for model, versions in then.items()}


def _changed(version, stored):
    """The stored record with the values of a version, or one to be created again; None if nothing differs."""
    if stored is None:
        version.record._state.adding = True
        return version
    is_changed = stored.keys != version.keys
    for column in _columns(type(stored.record)):
        value = getattr(version.record, column.attname)
        if getattr(stored.record, column.attname) != value:
            is_changed = True
            setattr(stored.record, column.attname, value)
    return Version(stored.record, version.keys) if is_changed else None


def _in_order(versions):
    """Statements after those that they replace, which they refer to."""
    waiting, ordered = {version.record.pk: version for version in versions}, []
    while waiting:
        first = next(iter(waiting.values()))
        seen = set()
        while (before := getattr(first.record, "supersedes_id", None)) in waiting and before not in seen:
            seen.add(before)
            first = waiting[before]
        ordered.append(waiting.pop(first.record.pk))
    return ordered


def _save(version, reason, by):
    """Save a version through the checks of a form. Raises ValidationError with the name of the record."""
    record = version.record
    if not type(record).objects.filter(pk=record.pk).exists():  # or gone with another part that it was about
        record._state.adding = True
        record.version = type(record).history.filter(id=record.pk).first().version + 1
    beside = [
        other
        for name, keys in version.keys.items()
        for other in record._meta.get_field(name).related_model._base_manager.filter(pk__in=keys)
    ]
    try:
        record.full_clean()
    except ValidationError as error:
        _refuse(record, error.message_dict)
    _refuse(record, {name: [message] for name, message in leaks.refusals(record, beside=beside).items()})
    record.updated_by, record._change_reason = by, reason
    record._history_user = by
    record.save()
    for name, keys in version.keys.items():
        getattr(record, name).set(keys)


def _refuse(record, errors):
    messages = []
    for name, texts in errors.items():
        field_name = "" if name == NON_FIELD_ERRORS else str(record._meta.get_field(name).verbose_name)
        place = signs().colon.join(filter(None, (publishing.record_name(record), field_name)))
        messages += [with_colon(place, text) for text in texts]
    if messages:
        raise ValidationError(messages)


def _delete(record, reason, by):
    """Delete a part, unless it went with another one that it was about."""
    if type(record).objects.filter(pk=record.pk).exists():
        record._change_reason, record._history_user = reason, by
        record.delete()
