"""Review notes on an incident, one of its fields or a part of it: the page to write one and to say that it is done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import reviewing
from ..limits import readable
from ..models import Incident, ReviewNote
from ..publishing import Problem
from .links import problem_link
from .part_names import part_name, with_names

FIELDS = ("title", "summary", "topics", "kind")
# The parts that a note can be about, by the incident's relation to them, with the field at which its link leads there.
PARTS = {"actions": "type", "justifications": "kind", "involvements": "role", "citations": "quote"}


class NoteForm(forms.ModelForm):
    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    class Meta:
        model = ReviewNote
        fields = ["about", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = _choices(self.instance.incident)

    def clean(self):
        values = super().clean()
        model, _dot, rest = values.get("about", "").partition(".")
        if model == "field":
            self.instance.field = rest
        elif model:
            self.instance.part_model, self.instance.part_seq = model, int(rest)
        return values


def _choices(incident):
    """What a note can be about: `field.title`, `citation.3`, or nothing for the incident as a whole."""
    yield "", _("The whole incident")
    for name in FIELDS:
        yield f"field.{name}", capfirst(Incident._meta.get_field(name).verbose_name)
    for parts in PARTS:
        for part in with_names(getattr(incident, parts).all()):
            yield (
                f"{part._meta.model_name}.{part.seq}",
                f"{capfirst(part._meta.verbose_name)} {part_name(part)}",
            )


def _name(part):
    return f"{capfirst(part._meta.verbose_name)} {part.seq}"


def open_notes(incident):
    """The open notes on an incident as the page shows them: with a link to what each is about."""
    return [
        {"note": note, "about": _link(note, incident)}
        for note in incident.review_notes.filter(done_at=None).select_related("written_by")
    ]


def _link(note, incident):
    """What a note is about, as a link to it; the incident itself if that part has been deleted."""
    if note.part_model:
        for parts, field in PARTS.items():
            model = Incident._meta.get_field(parts).related_model
            if model._meta.model_name == note.part_model:
                part = model.objects.filter(incident=incident, seq=note.part_seq).first()
                return problem_link(Problem(_name(part), part, field), here=incident) if part else ""
    if note.field:
        name = str(capfirst(Incident._meta.get_field(note.field).verbose_name))
        return problem_link(Problem(name, incident, note.field), here=incident)
    return ""


def notes_view(model_admin, request, key):
    """The form for a note, and on POST what it says; `done` is a note that has been dealt with."""
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    done = request.POST.get("done", "")
    initial = {"about": request.GET.get("about", "")}
    note = ReviewNote(incident=incident, written_by=request.user)
    form = NoteForm(
        None if done or request.method != "POST" else request.POST, initial=initial, instance=note
    )
    if done.isdecimal() and len(done) < 19:
        reviewing.settle(get_object_or_404(ReviewNote, pk=done, incident=incident), by=request.user)
    elif form.is_valid():
        form.save()
    if request.method == "POST" and (done or form.is_valid()):
        return HttpResponseRedirect(reverse("admin:incidents_incident_change", args=[incident.pk]))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Review note"),
        "subtitle": str(incident),
        "opts": Incident._meta,
        "form": form,
        "media": model_admin.media + form.media,
        "original": incident,
        "done": incident.review_notes.exclude(done_at=None).select_related("written_by", "done_by"),
    }
    return TemplateResponse(request, "admin/incidents/incident/notes.html", context)
