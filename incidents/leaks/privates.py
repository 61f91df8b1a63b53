"""The private values that are looked for, and what is found of them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, Q

from ..models import Account, Party, Source
from ..names import CandidateIndex, HiddenName, Letters, NameKind, NameMatch, hidden_name
from .texts import PublicText, model_name, record_key

MIN_LETTERS_ELSEWHERE = 5  # of a name of one word, to be looked for in incidents of others

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

    @property
    def token(self) -> str:
        """The same in few letters, by which a form says which questions it has shown."""
        return hashlib.sha256("\0".join(self.key).encode()).hexdigest()[:16]


class Privates:
    """All private values there are, in memory, to be looked for in many texts."""

    def __init__(self, values: Iterable[PrivateValue]):
        self.values = list(values)

    @cached_property
    def owned(self) -> dict[OwnerKey, list[int]]:
        """The numbers of the values of each owner."""
        numbers = defaultdict(list)
        for number, private in enumerate(self.values):
            numbers[private.owner_key].append(number)
        return numbers

    @cached_property
    def candidates(self) -> CandidateIndex:
        return CandidateIndex(private.hidden for private in self.values)

    @classmethod
    def load(cls, owners: Set[OwnerKey] | None = None) -> "Privates":
        """Those of the database, or of these owners, in three queries."""
        return cls(value for record in private_records(owners) for value in private_values_of(record))

    def leaks_in(
        self,
        texts: Iterable[PublicText],
        *,
        own: Set[OwnerKey] = frozenset(),
        public_names: Iterable[str] = (),
    ) -> Iterator[Leak]:
        """What these texts give away, answered or not.

        `own` are the owners that the same incident shows: what is theirs is refused where it is sure, and asked about
        where it is doubtful, even parts of a name. A name of somebody else may belong to a namesake, so it is a question,
        and parts of it do not count. What lies within `public_names` counts only if it is sure and their own.
        """
        texts, public_names = list(texts), list(public_names)
        letters = Letters.of([text.read for text in texts])
        own_numbers = {number for owner in own for number in self.owned.get(owner, ())}
        found = [
            (self.values[number], number in own_numbers)
            for number in sorted(own_numbers | self.candidates.in_text(letters.letters, letters.address))
            if self.values[number].hidden.may_be_in(letters, whole_only=number not in own_numbers)
        ]
        for text in texts if found else ():
            for private, is_own in found:
                # The label of a named party may be the name that somebody else is to be hidden by.
                beside = public_names if is_own or text.model != "party" else ()
                match = private.hidden.best_in(text.read, beside, whole_only=not is_own)
                if match and (is_own or _counts_elsewhere(private, match)):
                    yield Leak(text, private, match, refused=is_own and match.sure)


def private_values_of(record: Any) -> Iterator[PrivateValue]:
    """The private values of a party, an account or a source."""
    name, key = model_name(record), record_key(record)
    owner = {"party": "public_label", "account": "label", "source": "citekey"}[name]
    for value, kind in record.private_values:
        yield PrivateValue(value, kind, name, key, getattr(record, owner))


def private_values_around(record: Model) -> list[PrivateValue]:
    """The private values of a record and, since they depend on it, those of a party's accounts."""
    accounts = record.accounts.all() if isinstance(record, Party) else ()
    return [value for each in (record, *accounts) for value in private_values_of(each)]


def newly_private(record: Model, before: Iterable[PrivateValue]) -> list[PrivateValue]:
    """The private values around a record that were not among those before a change."""
    known = {(value.model, value.value, value.kind) for value in before}
    values = private_values_around(record)
    return [value for value in values if (value.model, value.value, value.kind) not in known]


def private_records(owners: Set[OwnerKey] | None = None) -> Iterator[Model]:
    """The records, or these owners, with private values that could be found in a text."""
    unnamed = Q(name_public=False) & ~Q(aliases="", native_label="")
    for records in (
        Party.objects.filter(unnamed | ~Q(private_name="")),
        Account.objects.exclude(handle="", url="").select_related("holder"),
        Source.objects.filter(~Q(private_url="") | Q(is_confidential=True)),
    ):
        if owners is not None:
            name, (key,) = records.model._meta.model_name, records.natural_key_fields
            records = records.filter(**{f"{key}__in": [each for model, each in owners if model == name]})
        yield from records.iterator()


def _counts_elsewhere(private: PrivateValue, match: NameMatch) -> bool:
    return match.sure or private.kind is not NameKind.HANDLE and len(match.words) >= MIN_LETTERS_ELSEWHERE
