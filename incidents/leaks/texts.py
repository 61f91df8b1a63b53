"""The public texts in which private values are looked for."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache, cached_property, lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Model

from ..models.fields import FieldKind, kind_of
from ..names import ReadText
from ..records import withheld
from ..shape import fields_of, keys_of

# Fields with words of our own vocabulary, which nobody types.
OWN_WORDS = {("citation", "field"), ("translation", "field"), ("translation", "key")}


@dataclass(frozen=True)
class PublicText:
    """A text that is public, or would be: its record by model and natural key, and its field."""

    model: str
    key: str
    field: str
    text: str
    record: Any = dataclass_field(default=None, compare=False)

    @property
    def read(self) -> ReadText:
        return _read(self.text)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@lru_cache(maxsize=2_000)
def _read(text: str) -> ReadText:
    """Many incidents show the same platforms and sources: their texts are read once."""
    return ReadText(text)


def public_texts(record: Model) -> Iterator[PublicText]:
    """The public texts and addresses of a record that somebody typed; a confidential source has none."""
    if getattr(record, "is_confidential", False):
        return
    name, key, hidden = model_name(record), record_key(record), withheld(record)
    for each in text_fields(name):
        if each not in hidden and (text := getattr(record, each)):
            yield PublicText(name, key, each, text, record)


def texts_in(record: dict[str, Any]) -> Iterator[PublicText]:
    """The same texts in the stored public record of an incident, including all that is nested in it."""
    return _texts_in("incident", record, {})


def _texts_in(name: str, values: dict[str, Any], outer: dict[str, str]) -> Iterator[PublicText]:
    """The texts of a record nested in others, whose keys are `outer`: `incident__ref`, `topic__slug`."""
    if name == "relation":
        ends = (outer["incident__ref"], values["incident"]["ref"])
        key = " ".join([*(ends if values["forward"] else ends[::-1]), values["kind"]])
    else:
        names = apps.get_model("incidents", name).objects.all().natural_key_fields
        key = " ".join(str((outer if each in outer else values)[each]) for each in names)
        outer = outer | {f"{name}__{each}": values[each] for each in names if each in values}
    for each in text_fields(name):
        if text := values.get(each):
            yield PublicText(name, key, each, text)
    for nested in keys_of(name):
        if nested.nested and (found := values.get(nested.name)):
            for each in found if nested.nested.many else (found,):
                yield from _texts_in(nested.nested.record, each, outer)


@cache
def text_fields(name: str) -> tuple[str, ...]:
    """The public fields of a model with text or an address in them."""
    return tuple(
        each
        for each, column in fields_of(name).items()
        if kind_of(column) in (FieldKind.TEXT, FieldKind.ADDRESS) and (name, each) not in OWN_WORDS
    )


def model_name(record: Model) -> str:
    return str(record._meta.model_name)


def record_key(record: Any) -> str:
    """The natural key of a record as one text."""
    return " ".join(map(str, record.natural_key()))
