"""The private values that are looked for, and what is found of them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.db import connections
from django.db.models import Model, Q, QuerySet

from ..limits import readable, reads_everything
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
        if owners is not None:
            return cls(value for record in private_records(owners) for value in private_values_of(record))
        return _latest.of([(records.model, row) for records in _private_records() for row in _rows(records)])

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


# What the private values of a record are made of. What were missing here would be read one by one.
PRIVATE_COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Party: ("id", "slug", "public_label", "kind", "name_public", "private_name", "native_label", "aliases"),
    Account: ("id", "slug", "label", "handle", "handle_public", "url", "holder_id", "holder__name_public"),
    Source: ("id", "citekey", "private_url", "is_confidential", "url", "archived_url"),
}
Row = tuple[type[Model], tuple]


class _Latest:
    """The private values that were loaded last, as long as the rows that they are made of are the same: making them ready
    to be looked for takes ten times as long as reading the rows, which is done each time."""

    def __init__(self) -> None:
        self.loaded: tuple[list[Row], Privates] = ([], Privates([]))

    def of(self, rows: list[Row]) -> Privates:
        before, privates = self.loaded
        if before != rows:
            privates = Privates(value for model, row in rows for value in _values_in(model, row))
            self.loaded = rows, privates
        return privates


_latest = _Latest()


@lru_cache(maxsize=50_000)
def _values_in(model: type[Model], row: tuple) -> tuple[PrivateValue, ...]:
    """The private values of a record, from what the database has in its PRIVATE_COLUMNS."""
    columns = dict(zip(PRIVATE_COLUMNS[model], row, strict=True))
    is_named = columns.pop("holder__name_public", None)
    in_order = [each.attname for each in model._meta.concrete_fields if each.attname in columns]
    record: Any = model.from_db(None, in_order, [columns[name] for name in in_order])
    if columns.get("holder_id"):
        record.holder = Party.from_db(None, ("id", "name_public"), (record.holder_id, is_named))
    return tuple(private_values_of(record))


def _rows(records: QuerySet) -> list[tuple]:
    """The PRIVATE_COLUMNS of these records as the driver gives them, which is several times as fast as a queryset."""
    statement, parameters = records.values_list(*PRIVATE_COLUMNS[records.model]).query.sql_with_params()
    with connections[records.db].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def private_records(owners: Set[OwnerKey]) -> Iterator[Model]:
    """Those of these owners with private values that could be found in a text."""
    for records in _records_of(owners):
        yield from records


def _records_of(owners: Set[OwnerKey]) -> Iterator[Any]:
    for records in _private_records():
        name, (key,) = records.model._meta.model_name, records.natural_key_fields
        yield records.filter(**{f"{key}__in": [each for model, each in owners if model == name]})


def without_hidden(leaks: list[Leak]) -> list[Leak]:
    """These leaks without those of values whose owner the user whose request this is does not find on the desk."""
    if reads_everything():
        return leaks
    owners = {leak.private.owner_key for leak in leaks}
    found = {
        (model_name(record), record_key(record))
        for records in _records_of(owners)
        for record in readable(records)
    }
    return [leak for leak in leaks if leak.private.owner_key in found]


def _private_records() -> Iterator[Any]:
    """The parties, accounts and sources with private values that could be found in a text."""
    unnamed = Q(name_public=False) & ~Q(aliases="", native_label="")
    yield Party.objects.filter(unnamed | ~Q(private_name="")).order_by("pk")
    yield Account.objects.exclude(handle="", url="").select_related("holder").order_by("pk")
    yield Source.objects.filter(~Q(private_url="") | Q(is_confidential=True)).order_by("pk")


def _counts_elsewhere(private: PrivateValue, match: NameMatch) -> bool:
    return match.sure or private.kind is not NameKind.HANDLE and len(match.words) >= MIN_LETTERS_ELSEWHERE
