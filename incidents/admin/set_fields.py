"""The page that sets fields of the parts of several incidents at once: first it shows word by word what would change."""

import hashlib
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import Publication
from ..index.triggers import with_pauses
from ..limits import readable
from ..locales import with_colon
from ..models import Action, Citation, Incident, Involvement, Justification
from ..models.fields import VocabularyField
from ..publishing import NotPublishable, problems
from .base import MAX_WHY_CHARACTERS, set_editor
from .code_fields import code_widget
from .history import Entry
from .links import change_url, problem_link

MAX_AT_ONCE = 100
# What is often the same in many incidents: fields of their actions, and the language of what they quote.
OF_ACTIONS = (
    "occurrence",
    "timezone",
    "status",
    "status_as_of",
    "term",
    "scope",
    "countries",
    "automation",
    "reason_status",
)
OF_QUOTATIONS = ("quote_language",)
QUOTING = (Justification, Involvement, Citation)
FIELDS = {name: Action._meta.get_field(name) for name in OF_ACTIONS} | {
    name: Citation._meta.get_field(name) for name in OF_QUOTATIONS
}
SHOWN = "shown"  # stands for what the page has shown; what is sent without it is only tried


class RollBack(Exception):
    """Raised to undo everything in the transaction."""


class SetForm(forms.Form):
    """A box for each field that can be set; what stays empty is left as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, column in FIELDS.items():
            self.fields[name] = _form_field(column)
        self.fields["replaces"] = forms.BooleanField(
            required=False,
            label=gettext_lazy("Also where something else is recorded"),
            help_text=gettext_lazy("Otherwise only what nobody has filled in is set."),
        )
        self.fields["why"] = forms.CharField(
            required=False,
            max_length=MAX_WHY_CHARACTERS,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
            label=gettext_lazy("Why"),
            help_text=gettext_lazy("The history keeps it. Say it if one of these incidents is public."),
        )

    def clean(self):
        values = super().clean()
        for name, column in FIELDS.items():
            if values.get(name):
                try:
                    column.clean(values[name], column.model())
                except ValidationError as error:
                    self.add_error(name, error)
        if not self.errors and not any(values.get(name) for name in FIELDS):
            raise ValidationError(_("Fill in at least one field."))
        return values


def _form_field(column):
    options = {"required": False, "label": capfirst(column.verbose_name)}
    if isinstance(column, VocabularyField):
        return forms.ChoiceField(choices=[("", _("Leave as it is")), *column.choices], **options)
    if widget := code_widget(column, admin.site):
        options |= {"widget": widget, "help_text": _("Type a name in any language, or a code.")}
    return column.formfield(**options)


@dataclass
class Row:
    """An incident, and what would change in it, as in its history, or why nothing can."""

    incident: Incident
    url: str
    entries: list = field(default_factory=list)
    errors: list = field(default_factory=list)


def set_fields(incident, values, *, by):
    """Set fields of the parts of an incident, and return what has changed, as in its history. Raises ValidationError.

    A part that has another value keeps it, unless `values` says that it is replaced.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    before = set(map(str, problems(incident)))
    changed = []
    for part, names in _parts(incident):
        new = {name: values[name] for name in names if values[name] and _is_set(part, name, values)}
        if not new:
            continue
        for name, value in new.items():
            setattr(part, name, value)
        part._change_reason = values["why"] or None
        set_editor(part, by)
        revision = Entry(*_saved(part))
        changes = [change | {"pieces": list(change["pieces"])} for change in revision.changes]
        changed.append({"record": revision.record, "changes": changes})
    if changed:
        incident._change_reason = values["why"] or None
        set_editor(incident, by)
        incident.save()
    found = problems(incident) if changed and incident.publication == Publication.PUBLISHED else []
    if new := [problem for problem in found if str(problem) not in before]:
        raise NotPublishable(new)
    return changed


def _saved(part):
    """Save a part; its new revision and the one before. Raises ValidationError, which names the part."""
    try:
        part.full_clean()
    except ValidationError as error:
        name = Entry(part.history.first(), None).record
        raise ValidationError([with_colon(name, message) for message in error.messages]) from error
    part.save()
    return part.history.all()[:2]


def _parts(incident):
    """The parts of an incident, each with the fields that can be set in it."""
    for action in incident.actions.order_by("seq"):
        yield action, OF_ACTIONS
    for model in QUOTING:
        for part in model.objects.filter(incident=incident).exclude(quote="").order_by("seq"):
            yield part, OF_QUOTATIONS


def _is_set(part, name, values):
    now = getattr(part, name)
    return now != values[name] and (values["replaces"] or now == part._meta.get_field(name).get_default())


def set_view(model_admin, request):
    """Try what was typed and show what it would change; if that has been shown already, change it."""
    rows = list(_rows(request.GET.get("ids", "").split(",")))
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    form = SetForm(request.POST if request.method == "POST" else None)
    shown = ""
    if request.method == "POST" and form.is_valid():
        for row in with_pauses(rows, DEFAULT_DB_ALIAS):
            _try(model_admin, request, row, form.cleaned_data)
        shown = _shown(form.cleaned_data, rows)
        if request.POST.get(SHOWN) == shown:
            changed = [
                row
                for row in with_pauses([row for row in rows if row.entries], DEFAULT_DB_ALIAS)
                if _apply(model_admin, request, row, form.cleaned_data)
            ]
            if not any(row.errors for row in rows):
                return HttpResponseRedirect(reverse("admin:incidents_incident_changelist"))
            rows = [row for row in rows if row not in changed]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Set fields"),
        "opts": Incident._meta,
        "form": form,
        "media": model_admin.media + form.media,
        "rows": rows,
        "tried": bool(shown),
        "shown": shown if any(row.entries for row in rows) else "",
    }
    return TemplateResponse(request, "admin/incidents/incident/set_fields.html", context)


def _rows(keys):
    if len(keys) > MAX_AT_ONCE or not all(each.isdecimal() and len(each) < 19 for each in keys):
        raise Http404
    incidents = readable().filter(pk__in=keys).order_by("ref")
    if not incidents:
        raise Http404
    return (Row(incident, change_url(incident)) for incident in incidents)


def _try(model_admin, request, row, values, *, keep=False):
    """Fill in what would change in an incident, or why nothing can; with `keep`, change it."""
    if not model_admin.has_change_permission(request, row.incident):
        row.errors = [_("Only those who may publish can change what has been published.")]
        return
    if row.incident.publication == Publication.WITHDRAWN:
        row.errors = [_("The state of this incident is “%s”.") % row.incident.get_publication_display()]
        return
    try:
        with transaction.atomic():
            before, row.entries = row.entries, set_fields(row.incident, values, by=request.user)
            if keep and row.entries != before:
                raise ValidationError(_("“%s” has been changed since you opened this page.") % row.incident)
            if not keep:
                raise RollBack
            model_admin.log_change(request, row.incident, _("Set fields"))
    except RollBack:
        pass
    except ValidationError as error:
        found = getattr(error, "problems", ())
        row.entries, row.errors = [], [problem_link(problem) for problem in found] or error.messages
    except DatabaseError:
        row.entries = []
        row.errors = [_("“%s” stays as it was: the database refused the change. Try again.") % row.incident]


def _apply(model_admin, request, row, values):
    """Make the changes that were shown of an incident; whether that succeeded."""
    _try(model_admin, request, row, values, keep=True)
    if not row.errors:
        messages.success(request, _("“%s” has been changed.") % row.incident)
    return not row.errors


def _shown(values, rows):
    """What stands for these values and changes, so that nothing is changed that was not shown."""
    changes = [(row.incident.pk, row.entries) for row in rows]
    return hashlib.sha256(repr((values, changes)).encode()).hexdigest()
