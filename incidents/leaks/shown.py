"""What an incident gives away by the texts of all that it shows."""

from django.db.models import Q

from ..models import Account, Incident, NameDecision, Party, Platform, Source
from .decisions import without_answered
from .privates import Leak, OwnerKey, Privates
from .texts import PublicText, model_name, public_texts, record_key


def leaks_of(incident: Incident, privates: Privates | None = None) -> list[Leak]:
    """What the public texts of an incident give away, without the questions that an editor has answered.

    In a constant number of queries (and one for each step of a chain of merges); `privates` saves three of them where
    many incidents are asked about.
    """
    shown = ShownTexts(incident)
    texts = [text for record in shown.records for text in public_texts(record)]
    privates = privates or Privates.load()
    leaks = list(privates.leaks_in(texts, own=owners_shown_by(incident), public_names=shown.public_names))
    return without_answered(leaks)


def gives_away(incident: Incident, text: str) -> bool:
    """Whether a text that readers see in the place of an incident surely gives away what it hides."""
    texts = [PublicText("incident", record_key(incident), "withdrawn_reason", text)]
    return any(leak.refused for leak in Privates.load().leaks_in(texts, own=owners_shown_by(incident)))


def owners_shown_by(incident: Incident) -> set[OwnerKey]:
    """Whose private values an incident must not give away: all it shows, and all that those merged into it showed."""
    incidents, merged = {incident.pk}, {incident.pk}
    while (
        merged := set(Incident.objects.filter(merged_into__in=merged).values_list("pk", flat=True))
        - incidents
    ):
        incidents |= merged
    return {
        (model_name(owner), record_key(owner))
        for model in (Party, Account, Source)
        for owner in model.objects.shown_by_any(incidents)
    }


def decisions_about(incident: Incident) -> list[NameDecision]:
    """The answers about the texts of an incident, about earlier ones too."""
    records = [(model_name(record), record_key(record)) for record in ShownTexts(incident).records]
    of_records = Q()
    for name in {name for name, _key in records}:
        keys = {key for model, key in records if model == name}
        of_records |= Q(record_model=name, record_key__in=keys)
    return list(NameDecision.objects.filter(of_records).select_related("decided_by"))


class ShownTexts:
    """What an incident shows: its records, and which names are public."""

    def __init__(self, incident: Incident):
        platforms = Platform.objects.shown_by(incident)
        parties = list(Party.objects.shown_by(incident))
        accounts = list(Account.objects.shown_by(incident).with_keys())
        sources = Source.objects.shown_by(incident).open().with_keys()
        self.records = [
            incident,
            *incident.actions.with_keys(),
            *incident.justifications.with_keys(),
            *incident.involvements.with_keys(),
            *incident.citations.open().with_keys(),
            *incident.relations_from.open().with_keys(),
            *incident.relations_to.open().with_keys(),
            *platforms,
            *parties,
            *accounts,
            *sources,
        ]
        self.public_names = [
            *(name for platform in platforms for name in platform.names),
            *(name for party in parties for name in party.public_names),
        ]
