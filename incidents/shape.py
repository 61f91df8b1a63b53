"""What is public, declared once: for each record its public fields, and how records nest in JSON.

Whatever `SHAPE` does not name never leaves the admin. Building a record and reading it back (`records`), the API's
description, the data package, the tables of SQLite, the columns of CSV and XLSX, the checks of an import and
docs/records.md are all made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.text import capfirst

from .choices import NotCounted, Standing, Story, Vocabulary
from .languages import TRANSLATABLE
from .models.fields import RELATION_KINDS, FieldKind, kind_of
from .shown import NAMING_FIELDS


@dataclass(frozen=True)
class Nested:
    """A record inside another one: whole or with these keys `only`, one or `many` in a list.

    With `known_by`, only that key of it belongs to the outer record; the others are its own to change. All of a list that is
    `owned` is public with the outer record, which has it under the same name.
    """

    record: str
    only: tuple[str, ...] = ()
    many: bool = False
    known_by: str = ""
    owned: bool = False


@dataclass(frozen=True)
class Derived:
    """A key that no column holds. With a vocabulary, its value is one of that, or empty."""

    kind: FieldKind
    meaning: str = field(repr=False)  # for the documentation; not part of the shape
    vocabulary: type[Vocabulary] | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Shape:
    """What is public of one kind of record.

    `fields` are its public columns in their order, as fixtures and tables have them: a reference is the natural key of
    what it refers to, several are a list. In JSON a part of the same incident is its number, a `nested` record takes the
    place of the reference or has a key of its own, `omitted` columns are missing, and `derived` keys are added.
    """

    fields: tuple[str, ...]
    nested: dict[str, Nested] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()
    derived: dict[str, Derived] = field(default_factory=dict)


def _names(names: str) -> tuple[str, ...]:
    return tuple(names.split())


SHAPE: dict[str, Shape] = {
    "platform": Shape(_names("slug name operator operator_country kind website policy_url aliases")),
    "party": Shape(
        _names(
            "slug public_label native_label native_language kind country at_risk name_public name_public_basis"
            " cleared aliases"
        )
    ),
    "account": Shape(
        _names("slug platform holder label kind plan url handle handle_public succeeded_by"),
        nested={"platform": Nested("platform"), "holder": Nested("party")},
    ),
    "topic": Shape(_names("slug note"), nested={"labels": Nested("topiclabel", many=True, owned=True)}),
    "topiclabel": Shape(_names("topic language name aliases"), omitted=_names("topic")),
    "source": Shape(
        _names(
            "citekey csl_type title author container_title publisher issued issued_basis url archived_url"
            " language derivation derived_from derivation_note accessed_on"
        ),
        nested={"derived_from": Nested("source", only=_names("citekey title container_title publisher"))},
    ),
    "incident": Shape(
        _names("ref title summary kind date date_text topics publication published_at updated_at"),
        nested={
            "topics": Nested("topic", many=True),
            "actions": Nested("action", many=True),
            "justifications": Nested("justification", many=True),
            "involvements": Nested("involvement", many=True),
            "citations": Nested("citation", many=True),
            "sources": Nested("source", many=True),
            "relations": Nested("relation", many=True),
        },
        derived={
            "story": Derived(
                FieldKind.VOCABULARY, "whether the platform changed the reason that it stated", Story
            ),
            "origins": Derived(
                FieldKind.INTEGER,
                "how many origins its sources have at most: those derived from one have one",
            ),
        },
    ),
    "action": Shape(
        _names(
            "incident seq account type occurrence start start_text start_basis timezone start_at_from"
            " start_at_to start_is_span end end_text end_at_from end_at_to duration_text expected_end status"
            " status_as_of end_cause term term_text scope countries scope_text accounts_min accounts_max accounts_text"
            " accounts_as_of member_kind automation reason_status note"
        ),
        nested={"account": Nested("account")},
        omitted=_names("incident"),
        derived={
            "counted": Derived(FieldKind.BOOLEAN, "whether it is counted as an account action"),
            "not_counted_because": Derived(
                FieldKind.VOCABULARY, "why it is not counted, empty if it is", NotCounted
            ),
            "days_min": Derived(
                FieldKind.INTEGER,
                "the days that it lasted at least, empty while no end is recorded or nothing is known",
                nullable=True,
            ),
            "days_max": Derived(
                FieldKind.INTEGER,
                "the days that it lasted at most, empty while no end is recorded or that is not known",
                nullable=True,
            ),
        },
    ),
    "justification": Shape(
        _names(
            "incident seq actions kind ground further_grounds speaker speaker_text together_with modality quote quote_language"
            " is_translation note date audience reference_url legal_basis supersedes"
        ),
        nested={"speaker": Nested("party"), "together_with": Nested("party", many=True)},
        omitted=_names("incident"),
        derived={
            "standing": Derived(
                FieldKind.VOCABULARY,
                "whether its reason is the stated one, or denied, second-hand or replaced later; empty if it is about none",
                Standing,
            ),
        },
    ),
    "involvement": Shape(
        _names(
            "incident seq actions party party_text together_with role certainty outcome modality quote"
            " quote_language is_translation note date status country legal_basis"
        ),
        nested={"party": Nested("party"), "together_with": Nested("party", many=True)},
        omitted=_names("incident"),
    ),
    "citation": Shape(
        _names(
            "incident seq source action justification involvement platform party account field stance quote"
            " quote_language is_translation locator attribution value_as_stated reading"
        ),
        omitted=_names("incident"),
    ),
    "relation": Shape(
        _names("from_incident to_incident kind certainty note"),
        nested={"incident": Nested("incident", only=_names("ref title kind date date_text"), known_by="ref")},
        omitted=_names("from_incident to_incident"),
        derived={
            "forward": Derived(FieldKind.BOOLEAN, "whether it reads from this incident to the other one")
        },
    ),
    "translation": Shape(
        (*_names("key"), *TRANSLATABLE, *_names("field language text translator translated_from is_behind")),
        omitted=tuple(TRANSLATABLE),
    ),
}
for _name in TRANSLATABLE:
    SHAPE[_name].nested["translations"] = Nested("translation", many=True, owned=True)

# Public fields that are private in some records after all, and the values shown instead.
WITHHELD: dict[str, dict[str, Any]] = {
    "party": dict.fromkeys(NAMING_FIELDS, ""),
    "account": {"handle": "", "handle_public": False, "url": "", "succeeded_by": None},
    # What it was derived from stays in view: to call an adaptation an original would be untrue.
    "source": {"derived_from": None, "derivation_note": ""},
}
# Fields, private ones too, that decide what is public.
DECIDING_FIELDS = {
    "incident": ("publication",),
    "party": ("cleared", "name_public"),
    "account": ("handle_public",),
    "source": ("is_confidential",),
}


@dataclass(frozen=True)
class Key:
    """One key of a record in JSON: what its value is, whether it may be null, and whether it is a list of such values."""

    name: str
    kind: FieldKind
    nullable: bool = False
    many: bool = False
    vocabulary: type[Vocabulary] | None = None
    nested: Nested | None = None
    derived: Derived | None = None


@cache
def fields_of(name: str) -> dict[str, Any]:
    """The public columns of a record by name, in their order, as fields of its model."""
    model = apps.get_model("incidents", name)
    return {each: model._meta.get_field(each) for each in SHAPE[name].fields}


@cache
def days_of(column: Any) -> dict[str, str]:
    """The bounds that follow a date in JSON and in tables: for each its name, and which bound of the EDTF value it is."""
    if kind_of(column) is not FieldKind.EDTF:
        return {}
    return {f"{column.name}_{bound}": bound for bound in ("earliest", "latest")}


@cache
def keys_of(name: str) -> tuple[Key, ...]:
    """The keys of a record in JSON, in their order."""
    shape = SHAPE[name]
    columns = [
        key
        for each in fields_of(name).values()
        if each.name not in shape.omitted
        for key in (_key(each, shape), *_day_keys(each))
    ]
    derived = [
        Key(each, of.kind, nullable=of.nullable, vocabulary=of.vocabulary, derived=of)
        for each, of in shape.derived.items()
    ]
    beside = [
        Key(each, FieldKind.RELATION, many=nested.many, nested=nested)
        for each, nested in shape.nested.items()
        if each not in shape.fields
    ]
    return (*columns, *derived, *beside)


def _day_keys(column: Any) -> Iterator[Key]:
    for name, bound in days_of(column).items():
        derived = Derived(FieldKind.DATE, _day_meaning(column, bound))
        yield Key(name, FieldKind.DATE, nullable=True, derived=derived)


def _day_meaning(column: Any, bound: str) -> str:
    return f"the {bound} day that `{column.name}` may mean, empty if that side is open or nothing is known"


def _key(column: Any, shape: Shape) -> Key:
    kind = kind_of(column)
    many = kind in (FieldKind.RELATIONS, FieldKind.VALUES)
    nested = shape.nested.get(column.name)
    if kind in RELATION_KINDS and not nested:
        is_part = "seq" in SHAPE[column.related_model._meta.model_name].fields
        kind = FieldKind.INTEGER if is_part else FieldKind.TEXT
    vocabulary = column.vocabulary if kind in (FieldKind.VOCABULARY, FieldKind.VALUES) else None
    kind = FieldKind.VOCABULARY if vocabulary else kind
    return Key(column.name, kind, nullable=column.null, many=many, vocabulary=vocabulary, nested=nested)


# In words, for docs/records.md

TYPES = {
    FieldKind.TEXT: "text",
    FieldKind.ADDRESS: "URL",
    FieldKind.PLACE: "ISO 3166 code",
    FieldKind.PLACES: "ISO 3166 codes with a space between them",
    FieldKind.LANGUAGE: "BCP 47 tag",
    FieldKind.TIME_ZONE: "IANA time zone",
    FieldKind.EDTF: "EDTF date",
    FieldKind.DATE: "day",
    FieldKind.DATETIME: "moment in UTC",
    FieldKind.BOOLEAN: "true or false",
    FieldKind.INTEGER: "whole number",
}


def record_tables() -> str:
    """Every public field and key of JSON with its type, as Markdown."""
    return "\n".join(
        f"## {capfirst(_verbose(name))}: `incidents.{name}`\n\n| key | what it is | type |\n| --- | --- | --- |\n"
        + "".join(f"| `{key}` | {meaning} | {of_type} |\n" for key, meaning, of_type in _rows(name))
        for name in SHAPE
    )


def _verbose(name: str) -> str:
    return str(apps.get_model("incidents", name)._meta.verbose_name)


def _rows(name: str) -> Iterator[tuple[str, str, str]]:
    shape, keys = SHAPE[name], {key.name: key for key in keys_of(name)}
    for column in fields_of(name).values():
        yield column.name, str(column.verbose_name), _type_of_column(column, keys.get(column.name), shape)
        for day, bound in days_of(column).items():
            yield day, _day_meaning(column, bound), f"{TYPES[FieldKind.DATE]}, derived; not in fixtures"
    for key in keys.values():
        if key.derived and key.name in shape.derived:
            yield key.name, key.derived.meaning, f"{_type_of_value(key.kind, key.vocabulary)}, derived"
        elif key.nested and key.name not in shape.fields:
            meaning = f"its {key.name}" if key.nested.many else "the other one"
            yield key.name, meaning, f"{_nested(key.nested)}; only in JSON"


def _type_of_column(column: Any, key: Key | None, shape: Shape) -> str:
    kind = kind_of(column)
    if kind is FieldKind.VALUES:
        return f"{_type_of_value(kind, column.vocabulary)}, several with a space between them; in JSON a list"
    if kind not in RELATION_KINDS:
        return _type_of_value(kind, getattr(column, "vocabulary", None))
    other = str(column.related_model._meta.model_name)
    if key and key.many:
        return f"a list of natural keys of `incidents.{other}`; in JSON {_of_many(key)}"
    reference = f"natural key of {_one(other)}"
    if key is None:
        return f"{reference}; not in JSON"
    if key.nested:
        return f"{reference}; in JSON {_nested(key.nested)}"
    return f"{reference}; in JSON its number" if key.kind is FieldKind.INTEGER else reference


def _type_of_value(kind: FieldKind, vocabulary: type[Vocabulary] | None) -> str:
    return f"value of `{vocabulary.anchor_of_all().replace('-', '_')}`" if vocabulary else TYPES[kind]


def _of_many(key: Key) -> str:
    if key.nested:
        return _nested(key.nested)
    return "their numbers" if key.kind is FieldKind.INTEGER else "these as texts"


def _nested(nested: Nested) -> str:
    if nested.many:
        return f"a list of `incidents.{nested.record}`"
    if nested.only:
        return f"an object with {', '.join(f'`{key}`' for key in nested.only)}"
    return f"the whole `incidents.{nested.record}`"


def _one(name: str) -> str:
    called = _verbose(name)
    return f"{'an' if called[0] in 'aeiou' else 'a'} {called}"
