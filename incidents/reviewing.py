"""Who works on an incident: claiming it, asking for its review, review notes, and who may publish it then."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import audit
from .choices import Publication
from .locales import listed
from .models import Incident, OpenPage, Work
from .models.audit import Event

STAYS_OPEN = timedelta(minutes=3)  # after a page has last said that it is open, which it does every minute


def work_on(incident):
    """The work on an incident, locked until the transaction ends; unsaved if there is none yet."""
    return Work.objects.select_for_update(no_key=True).filter(incident=incident).first() or Work(
        incident=incident
    )


@transaction.atomic
def claim(incident, *, by):
    """Have a user, or nobody, work on an incident."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    work = work_on(incident)
    work.claimed_by = by
    work.save()


def keep_open(incident, *, by):
    """Note that a user has the page of an incident open. Returns the names of others who have, too."""
    now = timezone.now()
    OpenPage.objects.update_or_create(incident=incident, user=by, defaults={"at": now})
    others = incident.open_pages.filter(at__gt=now - STAYS_OPEN).exclude(user=by).select_related("user")
    return sorted(each.user.get_username() for each in others)


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


@transaction.atomic
def limit(incident, *, is_limited, named, by):
    """Have only named people read a draft, beside who recorded or claimed it and those who may publish; or everybody again."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    work = work_on(incident)
    work.is_limited = is_limited
    work.save()
    work.named.set({*named, by} if is_limited else [])
    names = listed(sorted(user.get_username() for user in work.named.all()))
    audit.record(Event.LIMITED, by=by, about=incident, detail=names or "everybody")


def finish(incident):
    """End the work on an incident that has been published."""
    Work.objects.filter(incident=incident).delete()


def _move(incident, publication, by):
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    incident.publication, incident.updated_by = publication, by
    incident.save()


def settle(note, *, by):
    """Say that a review note has been dealt with."""
    note.done_by, note.done_at = by, timezone.now()
    note.save()


def obstacles(incident, by):
    """What keeps this user from publishing an incident, beside what it lacks, as messages; None is the system."""
    work = Work.objects.filter(incident=incident).first()
    author = (work.review_asked_by_id if work else None) or incident.created_by_id
    if by and by.pk == author and not settings.SINGLE_USER:
        yield _("You wrote this incident or sent it to review, so somebody else has to publish it.")
    if number := incident.review_notes.filter(done_at=None).count():
        yield (
            ngettext(
                "%d review note is open. Mark it as done first.",
                "%d review notes are open. Mark them as done first.",
                number,
            )
            % number
        )
