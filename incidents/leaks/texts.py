"""The public texts in which private values are looked for."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from django.db.models import Model

from ..models.fields import FieldKind, kind_of
from ..names import ReadText
from ..records import withheld
from ..shape import fields_of

# Fields with words of our own vocabulary, which nobody types.
OWN_WORDS = {("citation", "field")}


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


def public_texts(record: Model) -> Iterator[PublicText]:
    """The public texts and addresses of a record that somebody typed; a confidential source has none."""
    if getattr(record, "is_confidential", False):
        return
    name, key, hidden = model_name(record), record_key(record), withheld(record)
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


def model_name(record: Model) -> str:
    return str(record._meta.model_name)


def record_key(record: Model) -> str:
    """The natural key of a record as one text."""
    return " ".join(map(str, record.natural_key()))
