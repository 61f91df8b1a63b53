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
    missing = []
    if not incident.summary.strip():
        missing.append(Problem(_("Write a summary."), incident, "summary"))
    actions = list(incident.actions.select_related("account__platform", "account__holder"))
    if incident.kind == IncidentKind.ACCOUNT_ACTION and not actions:
        missing.append(Problem(_("Add at least one action."), incident))
    if incident.kind == IncidentKind.CONTEXT and not incident.citations.supporting().exists():
        missing.append(Problem(_("Add a supporting citation with a quotation."), incident))
    for action in actions:
        if not action.start and not action.start_text:
            missing.append(
                Problem(
                    _("Action %d: enter the start, as a date or in words.") % action.seq,
                    action,
                    "start_text",
                )
            )
        if not action.citations.supporting().exists():
            missing.append(
                Problem(_("Action %d: add a supporting citation with a quotation.") % action.seq, action)
            )
    parties = list(Party.objects.shown_by(incident).order_by("slug"))
    missing += [problem for party in parties for problem in party_problems(party)]
    for source in {
        c.source.pk: c.source for c in incident.citations.open().select_related("source")
    }.values():
        if not source.accessed_on:
            missing.append(
                Problem(
                    _("Source %s: enter the date we accessed it.") % source.citekey, source, "accessed_on"
                )
            )
    return missing + list(_leaks(incident, actions, parties))


def party_problems(party):
    """Why a party may not be shown, if it may not."""
    if party.kind == PartyKind.PERSON and party.name_public and not party.name_public_basis:
        yield Problem(
            _("%s is named: say why this person's name may be published.") % party, party, "name_public_basis"
        )
    if not party.cleared:
        yield Problem(_("%s: an editor has to clear this party for publication.") % party, party, "cleared")


def _leaks(incident, actions, parties):
    """Public texts of the incident that contain a private name or handle."""
    hidden = {name.strip() for party in parties for name in party.hidden_names}
    hidden |= {
        action.account.handle
        for action in actions
        if action.account.handle and not action.account.handle_public
    }
    if not hidden:
        return
    citations = incident.citations.open().select_related("source")
    shown = [
        incident,
        *actions,
        *(action.account for action in actions),
        *incident.justifications.all(),
        *incident.involvements.all(),
        *citations,
        *(citation.source for citation in citations),
        *parties,
    ]
    for record in shown:
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
