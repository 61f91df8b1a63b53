"""The history of an incident with all its parts on one page: who changed what, when and why, word by word."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..limits import readable, reads_everything
from ..locales import listed
from ..models import Action, Citation, Incident, Involvement, Justification, Relation, Translation
from ..models.fields import FieldKind, kind_of
from ..restoring import translations_of
from ..word_changes import runs

PARTS = (Action, Justification, Involvement, Citation)
LEFT_OUT = frozenset(
    ["id", "incident", "seq", "created_at", "created_by", "updated_at", "updated_by", "version"]
)
SAVED_TOGETHER = timedelta(seconds=1)  # changes of one user with no longer pause between them
PAGE_SIZE = 50


@dataclass
class Entry:
    """One revision of a record, with the one before it."""

    revision: object
    before: object
    left_out: frozenset[str] = LEFT_OUT
    # Whether the incident can be restored as it was after this change: it is the last one of what was saved together.
    ends_a_save: bool = False

    @property
    def record(self):
        """What was changed, in words: “Citation 3”."""
        name = capfirst(self.revision.instance_type._meta.verbose_name)
        number = getattr(self.revision, "seq", "") or getattr(self.revision, "language", "")
        return f"{name} {number}".strip()

    @property
    def changes(self):
        """Each field that differs, with the pieces of its text that were there before, came new, or stayed."""
        if self.revision.history_type == "-":
            return
        model = self.revision.instance_type
        for field in (*model._meta.concrete_fields, *_many(model)):
            if field.name in self.left_out or kind_of(field) is FieldKind.DERIVED_DAY:
                continue
            old = _text(self.before, field) if self.before else ""
            new = _text(self.revision, field)
            if old != new:
                yield {"field": field.verbose_name, "pieces": word_differences(old, new)}


def word_differences(old, new):
    """The words of both texts as pieces: pairs of the element that shows it, and a text."""
    for is_changed, before, after in runs(old, new):
        if is_changed:
            yield from ((tag, text) for tag, text in (("del", before), ("ins", after)) if text)
        else:
            yield "span", after


def _many(model):
    names = getattr(model, "_history_m2m_fields", ())
    return [field for field in model._meta.many_to_many if field.name in names]


def _text(revision, field):
    """The value that a revision has of a field, in words."""
    if field.many_to_many:
        return revision.names[field.name]
    if field.is_relation:
        return _related(revision, field.name) if getattr(revision, field.attname) else ""
    if field.choices:
        return str(getattr(revision, f"get_{field.name}_display")())
    value = getattr(revision, field.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment_in_words(value)
    return "" if value is None else str(value)


def moment_in_words(moment):
    return f"{localize(localtime(moment))} UTC"


def _related(row, name):
    try:
        return str(getattr(row, name) or _("merged or deleted since"))
    except ObjectDoesNotExist:
        return _("merged or deleted since")


def _revisions(model, condition):
    """Revisions of a model with the records that they refer to, in a constant number of queries, the first one first."""
    relations = [
        field for field in model._meta.concrete_fields if field.is_relation and field.name not in LEFT_OUT
    ]
    found = list(
        model.history.filter(condition)
        .select_related("history_user")
        .prefetch_related(*(_with_names(field.name, field) for field in relations))
        .order_by("history_date", "history_id")
    )
    for field in _many(model) if found else []:
        rows = getattr(found[0], field.name).model.objects.filter(history__in=[each.pk for each in found])
        names = defaultdict(list)
        for row in rows.prefetch_related(_with_names(field.m2m_reverse_field_name(), field)):
            names[row.history_id].append(_related(row, field.m2m_reverse_field_name()))
        for revision in found:
            revision.names = getattr(revision, "names", {}) | {field.name: listed(sorted(names[revision.pk]))}
    return found


def _with_names(name, field):
    return Prefetch(name, field.related_model.objects.with_keys())


def entries_of(incident):
    """All revisions of an incident, its parts and its relations, those that were deleted too, the latest first; without relations
    to an incident that this user does not find."""
    wanted = {Incident: Q(id=incident.pk)}
    wanted |= dict.fromkeys(PARTS, Q(incident_id=incident.pk))
    wanted[Relation] = Q(from_incident_id=incident.pk) | Q(to_incident_id=incident.pk)
    if not reads_everything():
        wanted[Relation] &= Q(from_incident__in=readable(), to_incident__in=readable())
    wanted[Translation] = translations_of(incident)
    entries = []
    for model, condition in wanted.items():
        latest = {}
        for revision in _revisions(model, condition):
            entries.append(Entry(revision, latest.get(revision.id)))
            latest[revision.id] = revision
    entries.sort(key=lambda entry: entry.revision.history_date, reverse=True)
    for after, entry in pairwise(entries):
        pause = after.revision.history_date - entry.revision.history_date
        is_same_user = after.revision.history_user_id == entry.revision.history_user_id
        entry.ends_a_save = pause > SAVED_TOGETHER or not is_same_user
    return entries


def history_view(model_admin, request, key):
    """The page with the history of an incident."""
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_view_permission(request, incident):
        raise PermissionDenied
    page = Paginator(entries_of(incident), PAGE_SIZE).get_page(request.GET.get("p"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("History"),
        "subtitle": str(incident),
        "opts": Incident._meta,
        "original": incident,
        "page": page,
        "may_restore": model_admin.has_change_permission(request, incident),
    }
    return TemplateResponse(request, "admin/incidents/incident/history.html", context)
