"""What an incident gives away by the texts of all that it shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from django.db.models import Model, Q

from ..choices import Publication
from ..models import Account, Incident, NameDecision, Party, Platform, Source, Topic, TopicLabel, Translation
from ..shape import SHAPE
from ..shown import CITED_PARTS
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
    showing = Incident.objects.filter(pk__in=within)
    for pk, shown in showing.keys_shown("party", "account", "source", natural=True).items():
        owners[within[pk]].update((name, key) for name, keys in shown.items() for key in keys)
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
    """What an incident shows: its records, the incidents related to it, and which names are public.

    It is read once for all that publishing asks, by keys: that takes a third of what a query with the ways to each takes.
    """

    def __init__(self, incident: Incident):
        names = ("platform", "party", "account", "topic", "topiclabel", "source")
        self.keys = keys = Incident.objects.filter(pk=incident.pk).keys_shown(*names)[incident.pk]
        platforms = Platform.objects.filter(pk__in=keys["platform"])
        self.parties = list(Party.objects.filter(pk__in=keys["party"]))
        accounts = Account.objects.filter(pk__in=keys["account"]).select_related("holder")
        self.topics = list(Topic.objects.filter(pk__in=keys["topic"]))
        self.labels = list(TopicLabel.objects.filter(pk__in=keys["topiclabel"]).with_keys())
        self.sources = list(Source.objects.filter(pk__in=keys["source"]).open().with_keys())
        self.parts = {name: list(getattr(incident, name).order_by("seq")) for name in CITED_PARTS}
        self.citations = list(incident.citations.open(self.keys).order_by("seq"))
        relations = [*incident.relations_from.open().with_keys(), *incident.relations_to.open().with_keys()]
        self.records = [
            incident,
            *chain.from_iterable(self.parts.values()),
            *self.citations,
            *relations,
            *platforms,
            *self.parties,
            *accounts,
            *self.topics,
            *self.sources,
        ]
        by_model: dict[str, list[int]] = defaultdict(list)
        for record in self.records:
            by_model[model_name(record)].append(record.pk)
        self.records += [*self.labels, *Translation.objects.of(by_model.items()).open()]
        ends = [end for each in relations for end in (each.from_incident, each.to_incident)]
        self.related = [end for end in ends if end != incident and end.publication == Publication.PUBLISHED]
        self.public_names = [
            *(name for platform in platforms for name in platform.names),
            *(name for party in self.parties for name in party.public_names),
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
