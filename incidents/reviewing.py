"""Who works on an incident: claiming it, and asking for its review."""

from django.db import transaction
from django.utils import timezone

from .choices import Publication
from .models import Incident, Work


def work_on(incident):
    """The work on an incident, locked until the transaction ends; unsaved if there is none yet."""
    return Work.objects.select_for_update().filter(incident=incident).first() or Work(incident=incident)


@transaction.atomic
def claim(incident, *, by):
    """Have a user, or nobody, work on an incident."""
    Incident.objects.select_for_update().get(pk=incident.pk)
    work = work_on(incident)
    work.claimed_by = by
    work.save()


@transaction.atomic
def ask_for_review(incident, *, by):
    """Send a draft to review: it is nobody's until a reviewer claims it."""
    _move(incident, Publication.IN_REVIEW, by)
    work = work_on(incident)
    work.claimed_by, work.review_asked_by, work.review_asked_at = None, by, timezone.now()
    work.save()


@transaction.atomic
def return_to_draft(incident, *, by):
    """Return an incident to who asked for its review, as their draft."""
    _move(incident, Publication.DRAFT, by)
    work = work_on(incident)
    work.claimed_by, work.review_asked_by, work.review_asked_at = work.review_asked_by, None, None
    work.save()


def _move(incident, publication, by):
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    incident.publication, incident.updated_by = publication, by
    incident.save()
