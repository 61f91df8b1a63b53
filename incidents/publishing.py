"""Publishing, withdrawing and merging: deeds that look at an incident and everything in it at once."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import IncidentKind, PartyKind, Publication
from .models import Incident, Party, PublicChange
from .models.registry import spells
from .records import public_values


@dataclass(frozen=True)
class Problem:
    """What stands in the way of publication: a sentence, the record it is about, and its field if one is meant."""

    message: str
    record: models.Model
    field: str = ""

    def __str__(self):
        return self.message


class NotPublishable(ValidationError):
    """The incident may not be public as it is; `problems` lists why."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__([problem.message for problem in problems])


def problems(incident):
    """Everything that stands in the way of publishing an incident, in the order an editor would mend it."""
    found = []
    if not incident.summary.strip():
        found.append(Problem(_("Write a summary."), incident, "summary"))
    actions = list(incident.actions.select_related("account__platform", "account__holder"))
    if incident.kind == IncidentKind.ACCOUNT_ACTION and not actions:
        found.append(Problem(_("Add at least one action."), incident))
    if incident.kind == IncidentKind.CONTEXT and not incident.citations.supporting().exists():
        found.append(Problem(_("Add a citation with a quotation that supports this."), incident))
    for action in actions:
        if not action.start and not action.start_text:
            found.append(
                Problem(
                    _("Action %d: say when it began, as a date or in words.") % action.seq,
                    action,
                    "start_text",
                )
            )
        if not action.citations.supporting().exists():
            found.append(
                Problem(
                    _("Action %d: add a citation with a quotation that supports it.") % action.seq, action
                )
            )
    parties = list(Party.objects.shown_by(incident).order_by("slug"))
    found += [problem for party in parties for problem in party_problems(party)]
    for source in {
        c.source.pk: c.source for c in incident.citations.open().select_related("source")
    }.values():
        if not source.accessed_on:
            found.append(
                Problem(_("Source %s: say when it was read.") % source.citekey, source, "accessed_on")
            )
    return found + list(_leaks(incident, actions, parties))


def party_problems(party):
    """Why a party may not be shown; nothing if it may."""
    if party.kind == PartyKind.PERSON and party.name_public and not party.name_public_basis:
        yield Problem(
            _("%s is named: say why this person's name may be shown.") % party, party, "name_public_basis"
        )
    if not party.cleared:
        yield Problem(_("%s has not been cleared for the public by an editor.") % party, party, "cleared")


def _leaks(incident, actions, parties):
    """Public texts of the incident that contain a name or handle which is not public."""
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
            if isinstance(value, str) and any(spells(each, value) for each in hidden):
                label = record._meta.get_field(name).verbose_name
                yield Problem(
                    _("%(field)s of %(record)s contains a name or handle that is not public.")
                    % {"field": label, "record": record._meta.verbose_name},
                    record,
                    name,
                )


@transaction.atomic
def publish(incident, *, by=None):
    """Open an incident to everyone; `by` is the editor who does so. Raises NotPublishable."""
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if found := problems(incident):
        raise NotPublishable(found)
    incident.publication = Publication.PUBLISHED
    incident.published_at = incident.published_at or timezone.now()
    incident.withdrawn_reason, incident.merged_into = "", None
    incident.updated_by = by or incident.updated_by
    incident.save()
    return incident


@transaction.atomic
def withdraw(incident, *, reason="", merged_into=None, by=None):
    """Take an incident back, for a reason that readers see, or because another one tells its story now.

    Raises ValidationError if neither is given, or if the merge would go to itself, in a circle or to a draft.
    """
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    incident.publication = Publication.WITHDRAWN
    incident.withdrawn_reason, incident.merged_into = reason, merged_into
    incident.updated_by = by or incident.updated_by
    incident.full_clean()
    incident.save()
    return incident


def forget_revisions(ref):
    """Delete every past record of an incident, so that what it held can be read nowhere any more; how many they were."""
    return PublicChange.objects.filter(ref=ref).exclude(before=b"").update(before=b"")
