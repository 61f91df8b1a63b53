"""Drafts for named people only: those who recorded or claimed one, those named, and everyone who may publish."""

from django.db.models import Q
from simple_history.models import HistoricalRecords

from .choices import Publication
from .models import Incident, Work


def current_user():
    """The user whose request this is; nobody in a command."""
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user and user.is_authenticated else None


def readable(incidents=None):
    """Those of these incidents, or of all, that the user whose request this is may read on the desk; a command reads all."""
    incidents, user = Incident.objects.all() if incidents is None else incidents, current_user()
    if user is None or user.has_perm("incidents.publish_incident"):
        return incidents
    return incidents.exclude(pk__in=_hidden_from(user))


def _hidden_from(user):
    limited = Work.objects.filter(
        is_limited=True, incident__publication__in=[Publication.DRAFT, Publication.IN_REVIEW]
    )
    theirs = Work.objects.filter(Q(incident__created_by=user) | Q(claimed_by=user) | Q(named=user))
    return limited.exclude(pk__in=theirs.values("pk")).values("incident")
