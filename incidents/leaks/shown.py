"""What an incident gives away by the texts of all that it shows."""

from collections.abc import Iterable, Iterator

from django.db.models import Model, Q

from ..choices import Publication
from ..models import Account, Incident, NameDecision, Party, Platform, Source, Topic, TopicLabel, Translation
from ..shape import SHAPE
from ..shown import SHOWN
from ..translations import original_then
from .decisions import without_answered
from .privates import Leak, OwnerKey, Privates, private_values_around, without_hidden
from .texts import PublicText, model_name, public_texts, record_key


def leaks_of(
    incident: Incident, privates: Privates | None = None, shown: "ShownTexts | None" = None
) -> list[Leak]:
    """What the public texts of an incident give away, without the questions that an editor has answered.

    In a constant number of queries (and one for each step of a chain of merges); `privates` saves three of them where
    many incidents are asked about, and `shown` is what the incident shows, if it was read before.
    """
    privates = privates or Privates.load()
    if not privates.values:
        return []
    shown = shown or ShownTexts(incident)
    leaks = list(
        privates.leaks_in(shown.texts(), own=owners_shown_by(incident), public_names=shown.public_names)
    )
    return without_answered(without_hidden(leaks))


def gives_away(incident: Incident, text: str) -> bool:
    """Whether a text that readers see instead of an incident surely gives away what it hides."""
    texts = [PublicText("incident", record_key(incident), "withdrawn_reason", text)]
    return any(leak.refused for leak in Privates.load().leaks_in(texts, own=owners_shown_by(incident)))


def owners_shown_by(incident: Incident) -> set[OwnerKey]:
    """Whose private values an incident must not give away: all it shows, and all that those merged into it showed."""
    return owners_by_incident([incident.pk])[incident.pk]


def owners_by_incident(incidents: Iterable[int]) -> dict[int, set[OwnerKey]]:
    """The same of many incidents by their keys, in a constant number of queries."""
    within = {
        pk: pk for pk in incidents
    }  # these, and those merged into them, each with the one it is part of
    owners: dict[int, set[OwnerKey]] = {pk: set() for pk in within}
    latest = list(within)
    while latest:
        # Without an order: SQLite would read all incidents in it, if it has counted how few are merged.
        merged = Incident.objects.filter(merged_into__in=latest).order_by().values_list("pk", "merged_into")
        new = {pk: within[other] for pk, other in merged if other and pk not in within}
        within |= new
        latest = list(new)
    for model in (Party, Account, Source):
        name, (key,) = str(model._meta.model_name), model.objects.all().natural_key_fields
        for parts, path in SHOWN[name]:
            showing = Incident.objects.filter(pk__in=within).order_by()
            for pk, shown in showing.values_list("pk", f"{parts}__{path}__{key}").distinct():
                if shown:
                    owners[within[pk]].add((name, shown))
    return owners


def decisions_about(shown: "ShownTexts") -> list[NameDecision]:
    """The answers about the texts of all that an incident shows, about earlier ones too."""
    records = [(model_name(record), record_key(record)) for record in shown.records]
    of_records = Q()
    for name in {name for name, _key in records}:
        keys = {key for model, key in records if model == name}
        of_records |= Q(record_model=name, record_key__in=keys)
    return list(NameDecision.objects.filter(of_records).select_related("decided_by"))


def decisions_about_values_of(record: Model) -> list[NameDecision]:
    """The answers about passages that may be part of a private value of a record, or of a party's accounts."""
    owners = {value.owner_key for value in private_values_around(record)}
    of_owners = Q(pk=None)
    for model, key in owners:
        of_owners |= Q(owner_model=model, owner_key=key)
    return list(NameDecision.objects.filter(of_owners).select_related("decided_by"))


class ShownTexts:
    """What an incident shows: its records, the incidents related to it, and which names are public."""

    def __init__(self, incident: Incident):
        platforms = Platform.objects.shown_by(incident)
        parties = list(Party.objects.shown_by(incident))
        accounts = list(Account.objects.shown_by(incident).with_keys())
        sources = Source.objects.shown_by(incident).open().with_keys()
        relations = [*incident.relations_from.open().with_keys(), *incident.relations_to.open().with_keys()]
        self.records = [
            incident,
            *incident.actions.with_keys(),
            *incident.justifications.with_keys(),
            *incident.involvements.with_keys(),
            *incident.citations.open().with_keys(),
            *relations,
            *platforms,
            *parties,
            *accounts,
            *Topic.objects.shown_by(incident),
            *TopicLabel.objects.shown_by(incident).with_keys(),
            *sources,
            *Translation.objects.shown_by(incident).open().with_keys(),
        ]
        ends = [end for each in relations for end in (each.from_incident, each.to_incident)]
        self.related = [end for end in ends if end != incident and end.publication == Publication.PUBLISHED]
        self.public_names = [
            *(name for platform in platforms for name in platform.names),
            *(name for party in parties for name in party.public_names),
        ]

    def texts(self) -> Iterator[PublicText]:
        for record in self.records:
            yield from public_texts(record)
            if isinstance(record, Translation) and record.is_behind and (then := original_then(record)):
                # It still says what its original said then.
                yield PublicText("translation", record_key(record), "text", then, record)
        beside = SHAPE["relation"].nested["incident"].only
        for other in self.related:
            yield from (text for text in public_texts(other) if text.field in beside)
