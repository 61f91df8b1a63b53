"""Transitions of incidents: send to review, publish, withdraw, merge. Each has a page that asks for confirmation."""

from collections.abc import Callable
from dataclasses import dataclass

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

from .. import leaks, protection, publishing, reviewing
from ..choices import Publication
from ..index.triggers import with_pauses
from ..limits import readable
from ..models import Incident, NameDecision
from .base import may_publish
from .bulk import AssignForm, TopicsForm, add_topics, assign
from .links import change_url, problem_link
from .selects import RecordSelect
from .versions import SEEN

MAX_AT_ONCE = 50  # incidents on one page; the others follow on the next
UNPUBLISHED = {Publication.DRAFT, Publication.IN_REVIEW, Publication.WITHDRAWN}


class WithdrawForm(forms.Form):
    reason = Incident._meta.get_field("withdrawn_reason").formfield(
        required=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeForm(forms.Form):
    merged_into = forms.ModelChoiceField(
        Incident.objects.filter(publication=Publication.PUBLISHED),
        label=capfirst(Incident._meta.get_field("merged_into").verbose_name),
        help_text=Incident._meta.get_field("merged_into").help_text,
        widget=RecordSelect(Incident._meta.get_field("merged_into"), admin.site),
    )
    name_reason = NameDecision._meta.get_field("reason").formfield(
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        label=gettext_lazy("Why passages about names may stay"),
        help_text=gettext_lazy(
            "Only if the other incident has passages that may name someone whom this one hides."
        ),
    )
    # The questions that were shown, by their tokens.
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_asked(self):
        return self.cleaned_data["asked"].split()


class RenameForm(forms.Form):
    ref = Incident._meta.get_field("ref").formfield()


@dataclass(frozen=True)
class Transition:
    """One transition: the label of its button, the message when it is done, and the states it can start from.

    `apply` carries it out with the values of `form` and the user as `by`.
    """

    label: str
    message: str
    states: set
    apply: Callable
    form: type[forms.Form] = forms.Form
    editors_only: bool = True
    is_offered: Callable = lambda incident: True  # on the page of an incident in one of these states
    takes_several: bool = True

    def allowed(self, user):
        return may_publish(user) or not self.editors_only


TRANSITIONS = {
    "review": Transition(
        gettext_lazy("Send to review"),
        gettext_lazy("“%s” has been sent to review."),
        {Publication.DRAFT},
        reviewing.ask_for_review,
        editors_only=False,
    ),
    "return": Transition(
        gettext_lazy("Return to draft"),
        gettext_lazy("“%s” is a draft again."),
        {Publication.IN_REVIEW},
        reviewing.return_to_draft,
        editors_only=False,
    ),
    "publish": Transition(
        gettext_lazy("Publish"), gettext_lazy("“%s” has been published."), UNPUBLISHED, publishing.publish
    ),
    "withdraw": Transition(
        gettext_lazy("Withdraw"),
        gettext_lazy("“%s” has been withdrawn."),
        {Publication.PUBLISHED, Publication.WITHDRAWN},
        publishing.withdraw,
        WithdrawForm,
    ),
    "merge": Transition(
        gettext_lazy("Merge into…"),
        gettext_lazy("“%s” has been merged."),
        UNPUBLISHED | {Publication.PUBLISHED},
        publishing.withdraw,
        MergeForm,
    ),
    "rename": Transition(
        gettext_lazy("Replace ref…"),
        gettext_lazy("“%s” has another ref."),
        {Publication.WITHDRAWN},
        protection.rename,
        RenameForm,
        is_offered=lambda incident: leaks.gives_away(incident, incident.ref),
        takes_several=False,
    ),
    "assign": Transition(
        gettext_lazy("Assign…"),
        gettext_lazy("“%s” has been assigned."),
        {Publication.DRAFT, Publication.IN_REVIEW},
        assign,
        AssignForm,
        editors_only=False,
        is_offered=lambda incident: False,
    ),
    "topics": Transition(
        gettext_lazy("Add topics…"),
        gettext_lazy("“%s” has the topics."),
        UNPUBLISHED | {Publication.PUBLISHED},
        add_topics,
        TopicsForm,
        editors_only=False,
        is_offered=lambda incident: False,
    ),
}


def transition_url(name, incidents):
    """The page that asks for confirmation of this transition of these incidents."""
    keys = ",".join(str(incident.pk) for incident in incidents)
    return f"{reverse('admin:incidents_incident_transition', args=[name])}?ids={keys}"


def transitions_for(model_admin, request, incident):
    """The transitions of this incident that this user may make, as links."""
    if not model_admin.has_change_permission(request, incident):
        return []
    return [
        {"label": transition.label, "url": transition_url(name, [incident])}
        for name, transition in TRANSITIONS.items()
        if transition.allowed(request.user)
        and incident.publication in transition.states
        and transition.is_offered(incident)
    ]


def transition_view(model_admin, request, name):
    """Show which of the incidents are ready for the transition and what the others lack; on POST, make it."""
    transition = TRANSITIONS.get(name)
    every = request.GET.get("ids", "").split(",")
    ids, rest = every[:MAX_AT_ONCE], every[MAX_AT_ONCE:]
    if transition is None or not all(each.isdecimal() and len(each) < 19 for each in ids):
        raise Http404
    incidents = list(readable().filter(pk__in=ids).order_by("ref"))
    if not incidents:
        raise Http404
    if not transition.allowed(request.user) or not all(
        model_admin.has_change_permission(request, incident) for incident in incidents
    ):
        raise PermissionDenied
    ready, not_ready = [], []
    for incident in incidents:
        obstacles = list(obstacles_to(transition, incident, request.user))
        (not_ready if obstacles else ready).append(
            {
                "incident": incident,
                "url": change_url(incident),
                "obstacles": obstacles,
                "state": publishing.state_of(incident),
            }
        )
    form = transition.form(
        request.POST if request.method == "POST" else None, initial={"merged_into": request.GET.get("into")}
    )
    if request.method == "POST" and (ready or rest) and form.is_valid():
        moved = []
        for row in with_pauses(ready, DEFAULT_DB_ALIAS):
            incident = row["incident"]
            try:
                with transaction.atomic():
                    make_transition(transition, incident, form.cleaned_data, request.user, seen(request))
                    model_admin.log_change(request, incident, str(transition.label))
            except ValidationError as error:
                problems = getattr(error, "problems", ())
                form.add_error(None, [problem_link(problem) for problem in problems] or error.messages)
                _remember_questions(form, problems)
            except DatabaseError:
                form.add_error(
                    None, _("“%s” stays as it was: the database refused the change. Try again.") % incident
                )
            else:
                moved.append(incident)
                messages.success(request, transition.message % incident)
        ready = [row for row in ready if row["incident"] not in moved]
        if form.is_valid():
            return HttpResponseRedirect(_next_url(name, incidents, rest))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": transition.label,
        "opts": Incident._meta,
        "form": form,
        "media": model_admin.media + form.media,
        "ready": ready,
        "not_ready": not_ready,
        "publishing": name == "publish",
        "rest": len(rest),
        "seen": " ".join(f"{row['incident'].pk}={row['state']}" for row in ready),
    }
    return TemplateResponse(request, "admin/incidents/incident/transition.html", context)


def _next_url(name, incidents, rest):
    """Where to go from here: to the rest of a long list, to the one incident, or to the list of all."""
    if rest:
        return f"{reverse('admin:incidents_incident_transition', args=[name])}?ids={','.join(rest)}"
    return change_url(incidents[0]) if len(incidents) == 1 else reverse("admin:incidents_incident_changelist")


def _remember_questions(form, problems):
    """Have a form say which questions about names it shows, so that an answer is one to those."""
    shown = [problem.question.token for problem in problems if problem.question]
    if shown:
        form.data = form.data.copy()
        form.data["asked"] = " ".join(shown)


@transaction.atomic
def make_transition(transition, incident, values, user, seen):
    """Make the transition of an incident. Raises ValidationError.

    `seen` has the state of each incident as the user saw it, by primary key. Who only protects somebody need not have
    read on.
    """
    stored = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if stored.publication not in transition.states:
        raise ValidationError(next(iter(obstacles_to(transition, stored, user))))
    if transition.apply is publishing.publish:
        values = values | {"seen": seen.get(str(incident.pk), "")}
    transition.apply(incident, by=user, **values)


def seen(request):
    """The states of incidents that the page was opened with, by primary key."""
    return dict(each.partition("=")[::2] for each in request.POST.get(SEEN, "").split())


def obstacles_to(transition, incident, user):
    """What prevents this user from making the transition of this incident, as messages."""
    if incident.publication not in transition.states:
        yield _("The state of this incident is “%s”.") % incident.get_publication_display()
    elif transition.apply is publishing.publish:
        yield from (problem_link(problem) for problem in publishing.problems(incident))
        yield from reviewing.obstacles(incident, user)
