"""Deeds on whole incidents: sending to review, publishing, withdrawing, merging, each on a page that asks first."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import publishing
from ..choices import Publication
from ..models import Incident
from .base import RecordSelect, may_publish
from .links import change_url, problem_link

UNPUBLISHED = {Publication.DRAFT, Publication.IN_REVIEW, Publication.WITHDRAWN}


class WithdrawForm(forms.Form):
    reason = Incident._meta.get_field("withdrawn_reason").formfield(
        required=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeForm(forms.Form):
    merged_into = forms.ModelChoiceField(
        Incident.objects.filter(publication=Publication.PUBLISHED),
        label=Incident._meta.get_field("merged_into").verbose_name,
        help_text=Incident._meta.get_field("merged_into").help_text,
        widget=RecordSelect(Incident._meta.get_field("merged_into"), admin.site),
    )


def move_to(publication):
    """A deed that changes nothing but the state of an unpublished incident."""

    def act(incident, *, by):
        incident.publication, incident.updated_by = publication, by
        incident.save()

    return act


@dataclass(frozen=True)
class Transition:
    """A deed: its name on a button, the states it starts from, what does it, what it asks, and who may."""

    label: str
    done: str
    states: set
    act: Callable
    form: type[forms.Form] = forms.Form
    editors_only: bool = True

    def allowed(self, user):
        return may_publish(user) or not self.editors_only


TRANSITIONS = {
    "review": Transition(
        gettext_lazy("Send to review"),
        gettext_lazy("“%s” waits for review."),
        {Publication.DRAFT},
        move_to(Publication.IN_REVIEW),
        editors_only=False,
    ),
    "return": Transition(
        gettext_lazy("Back to draft"),
        gettext_lazy("“%s” is a draft again."),
        {Publication.IN_REVIEW},
        move_to(Publication.DRAFT),
        editors_only=False,
    ),
    "publish": Transition(
        gettext_lazy("Publish"), gettext_lazy("“%s” is published."), UNPUBLISHED, publishing.publish
    ),
    "withdraw": Transition(
        gettext_lazy("Withdraw"),
        gettext_lazy("“%s” is withdrawn."),
        {Publication.PUBLISHED, Publication.WITHDRAWN},
        publishing.withdraw,
        WithdrawForm,
    ),
    "merge": Transition(
        gettext_lazy("Merge into…"),
        gettext_lazy("“%s” is merged."),
        UNPUBLISHED | {Publication.PUBLISHED},
        publishing.withdraw,
        MergeForm,
    ),
}


def transition_url(name, incidents):
    return (
        reverse("admin:incidents_incident_transition", args=[name])
        + "?ids="
        + ",".join(str(i.pk) for i in incidents)
    )


def transitions_for(desk, request, incident):
    """The deeds open to this user on this incident, as links."""
    if not desk.has_change_permission(request, incident):
        return []
    return [
        {"label": transition.label, "url": transition_url(name, [incident])}
        for name, transition in TRANSITIONS.items()
        if transition.allowed(request.user) and incident.publication in transition.states
    ]


def transition_view(desk, request, name):
    """Tell what the deed would do to the incidents asked for, and what stands in its way; do it when told to."""
    transition = TRANSITIONS.get(name)
    ids = request.GET.get("ids", "").split(",")
    if transition is None or not all(each.isdecimal() and len(each) < 19 for each in ids):
        raise Http404
    incidents = list(Incident.objects.filter(pk__in=ids).order_by("ref"))
    if not incidents:
        raise Http404
    if not transition.allowed(request.user) or not all(
        desk.has_change_permission(request, i) for i in incidents
    ):
        raise PermissionDenied
    ready, waiting = [], []
    for incident in incidents:
        hindrances = list(hindrances_to(transition, incident))
        (waiting if hindrances else ready).append(
            {"incident": incident, "url": change_url(incident), "why": hindrances}
        )
    form = transition.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and ready and form.is_valid():
        try:
            done = do(transition, ready, form.cleaned_data, request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            for incident in done:
                desk.log_change(request, incident, str(transition.label))
                messages.success(request, transition.done % incident)
            return HttpResponseRedirect(
                change_url(done[0]) if len(incidents) == 1 else reverse("admin:incidents_incident_changelist")
            )
    context = {
        **desk.admin_site.each_context(request),
        "title": transition.label,
        "opts": Incident._meta,
        "form": form,
        "media": desk.media + form.media,
        "ready": ready,
        "waiting": waiting,
        "publishing": name == "publish",
    }
    return TemplateResponse(request, "admin/incidents/incident/transition.html", context)


@transaction.atomic
def do(transition, ready, values, user):
    for entry in ready:
        transition.act(entry["incident"], by=user, **values)
    return [entry["incident"] for entry in ready]


def hindrances_to(transition, incident):
    """Why the deed cannot be done to this incident, in words."""
    if incident.publication not in transition.states:
        yield _("Its state is “%s”.") % incident.get_publication_display()
    elif transition.act is publishing.publish:
        yield from (problem_link(problem) for problem in publishing.problems(incident))
