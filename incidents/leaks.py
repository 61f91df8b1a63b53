"""Where public texts give away what is private: the names of those who must not be named, user names, addresses.

Publishing, forms, imports and `check_names` ask it. A leak that is sure is refused. One that is doubtful is a question,
which an editor answers once for each text; the answers are kept as `NameDecision`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cache, cached_property

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from .models import Account, Incident, NameDecision, Party, Platform, Source
from .models.fields import FieldKind, kind_of
from .names import HiddenName, NameKind, NameMatch, ReadText, hidden_name
from .querysets import SHOWN
from .records import withheld
from .shape import fields_of

# Fields with words of our own vocabulary, which nobody types.
OWN_WORDS = {("citation", "field")}
MIN_LETTERS_ELSEWHERE = 5  # of a name of one word, to be looked for in incidents of others
RESERVED_CHARACTERS = 500  # of `NameDecision.words`


OwnerKey = tuple[str, str]  # model and natural key


@dataclass(frozen=True)
class PrivateValue:
    """A private value, and whose it is: the model and natural key of a party, an account or a source."""

    value: str = field(repr=False)
    kind: NameKind
    model: str
    key: str
    owner: str  # in words that are public

    @cached_property
    def hidden(self) -> HiddenName:
        return hidden_name(self.value, self.kind)

    @property
    def owner_key(self) -> OwnerKey:
        return self.model, self.key


@dataclass(frozen=True)
class PublicText:
    """A text that is public, or would be: its record by model and natural key, and its field."""

    model: str
    key: str
    field: str
    text: str
    record: Model | None = field(default=None, compare=False)

    @cached_property
    def read(self) -> ReadText:
        return ReadText(self.text)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Leak:
    """A public text in which a private value was found. `refused`: it cannot be published so; else it is a question."""

    place: PublicText
    private: PrivateValue
    match: NameMatch
    refused: bool

    @property
    def key(self) -> tuple[str, ...]:
        """What an answer holds for."""
        place, private = self.place, self.private
        return place.model, place.key, place.field, place.digest, private.model, private.key


class Privates:
    """All private values there are, in memory, to be looked for in many texts."""

    def __init__(self, values: Iterable[PrivateValue]):
        self.values = list(values)

    @classmethod
    def load(cls) -> "Privates":
        """Those of the database, in three queries."""
        return cls(value for record in _with_private_values() for value in private_values_of(record))

    def leaks_in(
        self,
        texts: Iterable[PublicText],
        *,
        own: Set[OwnerKey] = frozenset(),
        public_names: Iterable[str] = (),
    ) -> Iterator[Leak]:
        """What these texts give away, answered or not.

        `own` are the owners that the same incident shows: what is theirs is refused where it is sure, and asked about
        where it is doubtful, parts of a name too. A name of somebody else may be that of a namesake, so it is a question,
        and parts of it are none. What lies within `public_names` counts only if it is sure and their own.
        """
        texts, public_names = list(texts), list(public_names)
        letters = "\0".join(text.read.letters for text in texts)
        addresses = "\0".join(text.read.address for text in texts)
        found = [
            (private, private.owner_key in own)
            for private in self.values
            if private.hidden.may_be_in(letters, addresses, whole_only=private.owner_key not in own)
        ]
        for text in texts if found else ():
            public = text.read.spans_of(public_names)
            for private, is_own in found:
                # The label of a named party may be the name that somebody else is to be hidden by.
                beside = public if is_own or text.model != "party" else ()
                match = private.hidden.best_in(text.read, beside, whole_only=not is_own)
                if match and (is_own or _counts_elsewhere(private, match)):
                    yield Leak(text, private, match, refused=is_own and match.sure)


def private_values_of(record: Model) -> Iterator[PrivateValue]:
    """The private values of a party, an account or a source."""
    name, key = _name(record), _key(record)
    owner = {"party": "public_label", "account": "label", "source": "citekey"}[name]
    for value, kind in record.private_values:
        yield PrivateValue(value, kind, name, key, getattr(record, owner))


def leaks_of(incident: Incident, privates: Privates | None = None) -> list[Leak]:
    """What the public texts of an incident give away, without the questions that an editor has answered.

    In a constant number of queries (and one for each step of a chain of merges); `privates` saves three of them where
    many incidents are asked about.
    """
    shown = _Shown(incident)
    texts = [text for record in shown.records for text in public_texts(record)]
    privates = privates or Privates.load()
    leaks = list(privates.leaks_in(texts, own=owners_shown_by(incident), public_names=shown.public_names))
    return without_answered(leaks)


def gives_away(incident: Incident, text: str) -> bool:
    """Whether a text that readers see in the place of an incident surely gives away what it hides."""
    texts = [PublicText("incident", _key(incident), "withdrawn_reason", text)]
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
        (_name(owner), _key(owner))
        for model in (Party, Account, Source)
        for owner in model.objects.shown_by_any(incidents)
    }


def refusals(record: Model, beside: Iterable[Model] = ()) -> dict[str, str]:
    """What a record that is about to be saved would give away for sure, as a message for each of its fields.

    It asks for what is hidden in the incidents that show the record, and of the records that will stand `beside` it. A
    name that others hide may be that of a namesake: about those an editor decides when it is published.
    """
    owners = _owners_around(record, beside)
    privates = Privates(value for owner in owners for value in private_values_of(owner))
    if not privates.values:
        return {}
    own = {value.owner_key for value in privates.values}
    return {
        name: _message(record, name)
        for name, texts in _texts_by_field(record).items()
        if any(leak.refused for leak in privates.leaks_in(texts, own=own))
    }


def without_answered(leaks: list[Leak]) -> list[Leak]:
    """These leaks without the questions that were answered for the same text."""
    asked = {leak.key for leak in leaks if not leak.refused}
    answered = {_key_of(decision) for decision in _decisions(asked)} if asked else set()
    return [leak for leak in leaks if leak.refused or leak.key not in answered]


def answer(leaks: Iterable[Leak | None], reason: str, by=None) -> None:
    """Keep an editor's answer to these questions: why the passages may be public."""
    NameDecision.objects.bulk_create(
        NameDecision(
            record_model=leak.place.model,
            record_key=leak.place.key,
            field=leak.place.field,
            text_digest=leak.place.digest,
            owner_model=leak.private.model,
            owner_key=leak.private.key,
            words=leak.match.words[:RESERVED_CHARACTERS],
            reason=reason,
            decided_by=by,
        )
        for leak in leaks
        if leak and not leak.refused
    )


def decisions_about(incident: Incident) -> list[NameDecision]:
    """The answers about the texts of an incident, about earlier ones too."""
    records = [(_name(record), _key(record)) for record in _Shown(incident).records]
    of_records = Q()
    for name in {name for name, _key in records}:
        keys = {key for model, key in records if model == name}
        of_records |= Q(record_model=name, record_key__in=keys)
    return list(NameDecision.objects.filter(of_records).select_related("decided_by"))


def public_texts(record: Model) -> Iterator[PublicText]:
    """The public texts and addresses of a record that somebody typed; a confidential source has none."""
    if getattr(record, "is_confidential", False):
        return
    name, key, hidden = _name(record), _key(record), withheld(record)
    for each in text_fields(name):
        if each not in hidden and (text := getattr(record, each)):
            yield PublicText(name, key, each, text, record)


@cache
def text_fields(name: str) -> tuple[str, ...]:
    """The public fields of a model with text or an address in them."""
    return tuple(
        each
        for each, column in fields_of(name).items()
        if kind_of(column) in (FieldKind.TEXT, FieldKind.ADDRESS) and (name, each) not in OWN_WORDS
    )


class _Shown:
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


def _with_private_values() -> Iterator[Model]:
    """The records of which something is private that could be found in a text."""
    unnamed = Q(name_public=False) & ~Q(aliases="", native_label="")
    yield from Party.objects.filter(unnamed | ~Q(private_name="")).iterator()
    yield from Account.objects.exclude(handle="", url="").select_related("holder").iterator()
    yield from Source.objects.filter(~Q(private_url="") | Q(is_confidential=True)).iterator()


def _owners_around(record: Model, beside: Iterable[Model]) -> list[Model]:
    """The parties, accounts and sources that a record shows, or that stand beside it in an incident."""
    name, owners = _name(record), [other for each in (record, *beside) for other in _referred_to(each)]
    if name == "relation":
        incidents = Incident.objects.filter(pk__in=[record.from_incident_id, record.to_incident_id])
    elif key := record.pk if name == "incident" else getattr(record, "incident_id", None):
        incidents = Incident.objects.filter(pk=key)
    elif record.pk and name in SHOWN:
        incidents = Incident.objects.showing(record)
    else:
        return owners
    for model in (Party, Account, Source):
        owners.extend(model.objects.shown_by_any(incidents.values("pk")))
    return owners


def _referred_to(record: Model) -> Iterator[Model]:
    """The record itself and those it refers to, if something of theirs can be private."""
    if hasattr(record, "private_values"):
        yield record
    for column in record._meta.concrete_fields:
        if column.is_relation and hasattr(column.related_model, "private_values"):
            other = getattr(record, column.name, None)
            if other and other != record:
                yield from _referred_to(other)


def _message(record: Model, name: str) -> str:
    if name == "source":
        return _("The address or another text of this source contains a name that is not public.")
    if (_name(record), kind_of(record._meta.get_field(name))) == ("source", FieldKind.ADDRESS):
        return _(
            "This address contains a name that is not public. Leave it empty and enter it as “private URL”."
        )
    return _("This contains a name, user name or address that is not public.")


def _texts_by_field(record: Model) -> dict[str, list[PublicText]]:
    """The public texts of a record by field; those of the source that a citation cites count as its field `source`."""
    texts = {text.field: [text] for text in public_texts(record)}
    if source := getattr(record, "source", None):
        texts["source"] = list(public_texts(source))
    return texts


def _counts_elsewhere(private: PrivateValue, match: NameMatch) -> bool:
    return match.sure or private.kind is not NameKind.HANDLE and len(match.words) >= MIN_LETTERS_ELSEWHERE


def _decisions(keys: set[tuple[str, ...]]) -> Iterator[NameDecision]:
    records = {key[1] for key in keys}
    return NameDecision.objects.filter(record_key__in=records)


def _key_of(decision: NameDecision) -> tuple[str, ...]:
    return (
        decision.record_model,
        decision.record_key,
        decision.field,
        decision.text_digest,
        decision.owner_model,
        decision.owner_key,
    )


def _name(record: Model) -> str:
    return str(record._meta.model_name)


def _key(record: Model) -> str:
    """The natural key of a record as one text."""
    return " ".join(map(str, record.natural_key()))
