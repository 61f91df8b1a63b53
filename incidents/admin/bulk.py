"""What the list of incidents does to several at once, beside moving them on: assigning them, and adding topics."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy

from .. import reviewing
from ..choices import Publication
from ..models import Incident
from ..publishing import NotPublishable, problems
from .base import MAX_WHY_CHARACTERS, set_editor
from .selects import RecordMultipleSelect


class AssignForm(forms.Form):
    claimed_by = forms.ModelChoiceField(
        User.objects.filter(is_active=True, is_staff=True).order_by("username"),
        required=False,
        label=gettext_lazy("Who works on them"),
        empty_label=gettext_lazy("Nobody"),
    )


class TopicsForm(forms.Form):
    topics = Incident._meta.get_field("topics").formfield(
        required=True, widget=RecordMultipleSelect(Incident._meta.get_field("topics"), admin.site)
    )
    why = forms.CharField(
        required=False,
        max_length=MAX_WHY_CHARACTERS,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The history keeps it. Say it if one of these incidents is public."),
    )


def assign(incident, *, by, claimed_by):
    """Have somebody, or nobody, work on an incident."""
    reviewing.claim(incident, by=claimed_by)


def add_topics(incident, *, by, topics, why):
    """Add topics to an incident, unless that would leave a published one without what publication requires."""
    incident = Incident.objects.get(pk=incident.pk)
    before = set(map(str, problems(incident)))
    incident._change_reason = why or None
    set_editor(incident, by)
    incident.save()
    incident.topics.add(*topics)
    new = [problem for problem in problems(incident) if str(problem) not in before]
    if new and incident.publication == Publication.PUBLISHED:
        raise NotPublishable(new)
