"""What publication requires, and publishing, withdrawing and merging incidents."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .choices import IncidentKind, PartyKind, Publication
from .models import Incident, Party, PublicChange
from .models.registry import contains_name
from .records import public_values


@dataclass(frozen=True)
class Problem:
    """Something publication requires and a record lacks: a message, the record and, if it is about one field, its name."""

    message: str
    record: models.Model
    field: str = ""

    def __str__(self):
        return self.message


class NotPublishable(ValidationError):
    """The incident does not meet the requirements for publication; `problems` lists why."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__([problem.message for problem in problems])


def problems(incident):
    """Everything to complete before an incident can be published, in the order an editor would do it."""
    actions = list(incident.actions.select_related("account__platform", "account__holder"))
    parties = list(Party.objects.shown_by(incident).order_by("slug"))
    citations = list(incident.citations.open().select_related("source"))
    sources = list({citation.source_id: citation.source for citation in citations}.values())
    return [
        *_incident_problems(incident, actions),
        *(problem for action in actions for problem in _action_problems(action)),
        *(problem for party in parties for problem in _party_problems(party)),
        *(problem for source in sources for problem in _source_problems(source)),
        *_leaks(incident, actions, parties, citations, sources),
    ]


def _incident_problems(incident, actions):
    if not incident.summary.strip():
        yield Problem(_("Write a summary."), incident, "summary")
    if incident.kind == IncidentKind.ACCOUNT_ACTION and not actions:
        yield Problem(_("Add at least one action."), incident)
    if incident.kind == IncidentKind.CONTEXT and not incident.citations.supporting().exists():
        yield Problem(_("Add a supporting citation with a quotation."), incident)


def _action_problems(action):
    if not action.start and not action.start_text:
        message = _("Action %d: enter the start, as a date or in words.") % action.seq
        yield Problem(message, action, "start_text")
    if not action.citations.supporting().exists():
        yield Problem(_("Action %d: add a supporting citation with a quotation.") % action.seq, action)


def _party_problems(party):
    if party.kind == PartyKind.PERSON and party.name_public and not party.name_public_basis:
        message = _("%s is named: say why this person's name may be published.") % party
        yield Problem(message, party, "name_public_basis")
    if not party.cleared:
        yield Problem(_("%s: an editor has to clear this party for publication.") % party, party, "cleared")


def _source_problems(source):
    if not source.accessed_on:
        yield Problem(_("Source %s: enter the date we accessed it.") % source.citekey, source, "accessed_on")


def _leaks(incident, actions, parties, citations, sources):
    """Public texts of the incident that contain a private name or handle."""
    accounts = list({action.account_id: action.account for action in actions}.values())
    hidden = {name.strip() for party in parties for name in party.hidden_names}
    hidden |= {account.handle for account in accounts if account.handle and not account.handle_public}
    if not hidden:
        return
    statements = *incident.justifications.all(), *incident.involvements.all()
    for record in (incident, *actions, *accounts, *statements, *citations, *sources, *parties):
        for name, value in public_values(record).items():
            if isinstance(value, str) and any(contains_name(each, value) for each in hidden):
                field = record._meta.get_field(name).verbose_name
                yield Problem(
                    _("%(record)s: “%(field)s” contains a name or handle that is not public.")
                    % {"record": _record_name(record), "field": field},
                    record,
                    name,
                )


def _record_name(record):
    """A record in a few words: “Citation 3”, “Source hkfp-2020-06-12”."""
    return f"{capfirst(record._meta.verbose_name)} {record.natural_key()[-1]}"


@transaction.atomic
def publish(incident, *, by=None):
    """Publish an incident; `by` is the editor who does so. Raises NotPublishable."""
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if missing := problems(incident):
        raise NotPublishable(missing)
    incident.publication = Publication.PUBLISHED
    incident.published_at = incident.published_at or timezone.now()
    incident.withdrawn_reason, incident.merged_into = "", None
    incident.updated_by = by or incident.updated_by
    incident.save()
    return incident


@transaction.atomic
def withdraw(incident, *, reason="", merged_into=None, by=None):
    """Withdraw an incident, either for a reason that readers see or because another one replaces it.

    Raises ValidationError if neither is given, or if it would be merged into itself, in a circle or into a draft.
    """
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    incident.publication = Publication.WITHDRAWN
    incident.withdrawn_reason, incident.merged_into = reason, merged_into
    incident.updated_by = by or incident.updated_by
    incident.full_clean()
    incident.save()
    return incident


def forget_revisions(ref):
    """Delete all past public records of an incident, so that they can no longer be read anywhere. Returns their number."""
    return PublicChange.objects.filter(ref=ref).exclude(before=b"").update(before=b"")
