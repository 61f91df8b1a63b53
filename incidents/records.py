"""The one gate to the outside: every public door takes its data as the records built here.

A record comes out of a `public()` queryset as a plain dictionary with what `shape` names, and nothing else. It holds
codes, never words of a language: choices stay members of their vocabulary and dates stay EDTF values, which JSON
writes as text and templates put into words.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from django.apps import apps
from django.db import models

from .choices import Vocabulary, not_counted, standing
from .dates import EDTF
from .lasting import days_lasted, has_ended
from .models.fields import RELATION_KINDS, FieldKind, kind_of
from .origins import origin_count
from .querysets import many
from .shape import SHAPE, WITHHELD, Key, Nested, fields_of, keys_of
from .shown import SHOWN
from .voices import story_of

# Where the public value of a column is kept, if not under its name: as `CitationQuerySet.numbered()` gives it.
KEPT_AS = {("citation", "seq"): "public_number"}


def withheld(record: models.Model) -> dict[str, Any]:
    """The public fields of this record that are private after all, emptied."""
    name = str(record._meta.model_name)
    return {each: WITHHELD[name][each] for each in _private_fields(name, record)} if name in WITHHELD else {}


def _private_fields(name: str, record: Any) -> Iterator[str]:
    if name == "party" and not record.name_public:
        yield from WITHHELD["party"]
    elif name == "account":
        is_named = record.holder is not None and record.holder.name_public
        if not (is_named and record.handle_public):
            yield from ("handle", "handle_public")
        if record.holder is not None and not is_named:
            yield "url"
        if not getattr(record, "has_public_successor", False):
            yield "succeeded_by"
    elif name == "source" and record.derived_from and record.derived_from.is_confidential:
        yield from WITHHELD["source"]


# Records built


def public_record(record: models.Model) -> dict[str, Any]:
    """A platform, party, account, topic or source with what is nested in it, or a part of an incident."""
    return _built(str(record._meta.model_name), record)


def incident_record(incident: Any) -> dict[str, Any]:
    """Everything public about an incident fetched `with_story()`; sources in the order of their first citation."""
    relations = (*incident.shown_relations_from, *incident.shown_relations_to)
    justifications = [_built("justification", each) for each in incident.shown_justifications]
    record = _built("incident", incident) | {
        "actions": [_built("action", each) for each in incident.shown_actions],
        "justifications": _with_standing(justifications),
        "involvements": [_built("involvement", each) for each in incident.shown_involvements],
        **cited_records(incident.shown_citations),
        "relations": [_relation_record(each, incident) for each in relations],
    }
    return _with_derived(record)


def _with_derived(record: dict[str, Any]) -> dict[str, Any]:
    """The record of an incident with what follows from several of its parts or fields together."""
    for action in record["actions"]:
        lasted = days_lasted(action) if has_ended(action) else None
        action["days_min"], action["days_max"] = lasted and lasted.at_least, lasted and lasted.at_most
    return record | {"story": story_of(record), "origins": origin_count(record["sources"])}


def _with_standing(justifications: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statements of an incident, each with its standing among the others."""
    superseded = {each["supersedes"] for each in justifications}
    for each in justifications:
        values = each["kind"], each["ground"], each["modality"]
        each["standing"] = standing(*values, is_superseded=each["seq"] in superseded)
    return justifications


def cited_records(citations: Collection[Any]) -> dict[str, list[dict[str, Any]]]:
    """Public citations and the sources they cite, in the order of their first citation."""
    sources = {citation.source.citekey: citation.source for citation in citations}
    return {
        "citations": [_built("citation", each) for each in citations],
        "sources": [_built("source", each) for each in sources.values()],
    }


def _relation_record(relation: Any, incident: Any) -> dict[str, Any]:
    """A relation as seen from one of its two incidents."""
    forward = relation.from_incident_id == incident.pk
    other = relation.to_incident if forward else relation.from_incident
    only = SHAPE["relation"].nested["incident"].only
    return _built("relation", relation) | {"forward": forward, "incident": _built("incident", other, only)}


def shown_in(record: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The platforms, parties, accounts, topics or sources (as in `SHOWN`) within the public record of an incident, each as often
    as it is shown."""
    for parts, path in SHOWN[name]:
        yield from _found_at(path.split("__"), record[parts] if parts else record)


def _found_at(path: list[str], found: Any) -> Iterator[dict[str, Any]]:
    """The records at the end of a path of keys, lists taken apart, what is empty left out."""
    for each in found if isinstance(found, list) else [found] if found else []:
        if path:
            yield from _found_at(path[1:], each[path[0]])
        else:
            yield each


def translations_in(record: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The translations of the texts of an incident and of all that it shows, each once, with the name of what it is a text of."""
    return list({each["key"]: (name, each) for name, each in _translations_in("incident", record)}.values())


def _translations_in(name: str, record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, is_many, inner in _nested(name):
        if value := record.get(key):
            for each in value if is_many else [value]:
                if key == "translations":
                    yield name, each
                else:
                    yield from _translations_in(inner, each)


@cache
def _nested(name: str) -> tuple[tuple[str, bool, str], ...]:
    """The keys of a record under which it has others: with whether they are several, and what they are records of."""
    return tuple((key.name, key.nested.many, key.nested.record) for key in keys_of(name) if key.nested)


class _Builder(NamedTuple):
    """How a record is built: its values, then how those that are not plain values are converted."""

    names: tuple[str, ...]
    single: tuple[str, ...]  # the names of those that are read at once
    values: Callable[[Any], tuple]
    vocabularies: tuple[tuple[str, type[Vocabulary]], ...]
    lists: tuple[tuple[str, type[Vocabulary]], ...]  # of values of a vocabulary
    relations: tuple[
        tuple[str, bool, Callable[[Any], Any]], ...
    ]  # name, to many, the value of a related record
    may_withhold: bool


@cache
def _builder(name: str, only: tuple[str, ...] = ()) -> _Builder:
    columns = fields_of(name)
    # What is neither a column nor an attribute of the record is added by the code that builds it.
    model = apps.get_model("incidents", name)
    keys = [
        key
        for key in keys_of(name)
        if (key.name in columns or _is_owned(key) or key.derived and hasattr(model, key.name))
        and (not only or key.name in only)
    ]
    relations = [
        key
        for key in keys
        if _is_owned(key) or key.name in columns and kind_of(columns[key.name]) in RELATION_KINDS
    ]
    of_many = {key.name for key in relations if key.many}
    single = tuple(key.name for key in keys if key.name not in of_many)
    return _Builder(
        tuple(key.name for key in keys),
        single,
        attrgetter(*(KEPT_AS.get((name, each), each) for each in single)),
        tuple((key.name, key.vocabulary) for key in keys if key.vocabulary and not (key.derived or key.many)),
        tuple((key.name, key.vocabulary) for key in keys if key.vocabulary and key.many),
        tuple((key.name, key.many, _value_of_related(key)) for key in relations),
        not WITHHELD.get(name, {}).keys().isdisjoint(key.name for key in keys),
    )


def _is_owned(key: Key) -> bool:
    return key.nested is not None and key.nested.owned


def _built(name: str, record: Any, only: tuple[str, ...] = ()) -> dict[str, Any]:
    builder = _builder(name, only)
    values: dict[str, Any] = dict.fromkeys(builder.names)
    values.update(zip(builder.single, builder.values(record), strict=True))
    for key, vocabulary in builder.vocabularies:
        values[key] = vocabulary(values[key])
    for key, vocabulary in builder.lists:
        values[key] = [vocabulary(value) for value in values[key].split()]
    for key, is_many, value_of in builder.relations:
        if is_many:
            values[key] = [value_of(each) for each in many(record, key)]
        elif values[key]:
            values[key] = value_of(values[key])
    if builder.may_withhold and (hidden := withheld(record)):
        values |= hidden
        if "translations" in values:
            values["translations"] = [each for each in values["translations"] if each["field"] not in hidden]
    return values


def _value_of_related(key: Key) -> Callable[[Any], Any]:
    if key.nested:
        return partial(_built, key.nested.record, only=key.nested.only)
    return attrgetter("seq") if key.kind is FieldKind.INTEGER else _only_key


def _only_key(record: Any) -> Any:
    (key,) = record.natural_key()
    return key


# Records written and read


def to_json(record: Any) -> bytes:
    """A record as JSON: words of a vocabulary as their values, dates as EDTF, moments in UTC."""
    return orjson.dumps(record, default=str, option=orjson.OPT_UTC_Z)


def from_json(text: bytes | str, only: frozenset[str] | None = None) -> dict[str, Any]:
    """The record of an incident as `incident_record()` gave it, out of its JSON.

    With `only` some names of keys, other values stay as JSON has them: to make them would be half the work.
    """
    record = orjson.loads(text)
    _revive(record, _reader("incident", only))
    return record


def past_from_json(text: bytes | str) -> dict[str, Any]:
    """The same of a record that an earlier version of the tracker may have written, with the keys that records have
    today: what it lacks is empty."""
    past = orjson.loads(text)
    for statement in (*past.get("justifications", ()), *past.get("involvements", ())):
        # It was about one action or about the incident as a whole.
        if number := statement.get("action"):
            statement.setdefault("actions", [number])
    past["translations"] = [
        row for each in past.get("translations", ()) for row in (_split(each) if "title" in each else [each])
    ]
    record = _with_todays_keys("incident", past)
    for action in record["actions"]:
        values = (action["occurrence"], action["status"], action["account"]["kind"], action["type"])
        # It was a phrase once, in the language of the user who saved it.
        action["not_counted_because"] = str(not_counted(record["kind"], *values))
    _with_standing(record["justifications"])
    _revive(record, _reader("incident", None))
    return _with_derived(record)


def _split(translation: dict[str, Any]) -> list[dict[str, Any]]:
    """A translation of title and summary, which were one record once, as two."""
    texts = {name: translation[name] for name in ("title", "summary") if translation[name]}
    rest = {name: translation[name] for name in ("language", "translator", "translated_from")}
    return [
        {"key": f"{name}-{rest['language']}", "field": name, "text": text, **rest}
        for name, text in texts.items()
    ]


EMPTY = {FieldKind.BOOLEAN: False, FieldKind.INTEGER: 0}


def _with_todays_keys(name: str, values: dict[str, Any], only: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {}
    for key in keys_of(name):
        if only and key.name not in only:
            continue
        value = values.get(key.name)
        if key.nested and key.nested.many:
            value = [_with_todays_keys(key.nested.record, each) for each in value or ()]
        elif key.nested:
            value = value and _with_todays_keys(key.nested.record, value, key.nested.only)
        elif key.many:
            value = value or []
        elif value is None and not key.nullable:
            value = EMPTY.get(key.kind, "")
        found[key.name] = value
    return found


class _Reader(NamedTuple):
    """What makes the values of a record out of their JSON, by key; and the readers of the records in it."""

    revivers: tuple[tuple[str, Callable[[Any], Any]], ...]
    nested: tuple[tuple[str, bool, "_Reader"], ...]


@cache
def _reader(name: str, only: frozenset[str] | None, keys: tuple[str, ...] = ()) -> _Reader:
    revivers, nested = [], []
    for key in keys_of(name):
        if keys and key.name not in keys:
            continue
        if key.nested:
            reader = _reader(key.nested.record, only, key.nested.only)
            if reader.revivers or reader.nested:
                nested.append((key.name, key.nested.many, reader))
        elif (only is None or key.name in only) and (reviver := _reviver(key)):
            revivers.append((key.name, reviver))
    return _Reader(tuple(revivers), tuple(nested))


def _reviver(key: Key) -> Callable[[Any], Any] | None:
    if key.many:
        reviver = _reviver(replace(key, many=False))
        return reviver and (lambda values: [reviver(value) for value in values])
    if key.vocabulary:
        return key.vocabulary
    return {
        FieldKind.EDTF: EDTF,
        FieldKind.DATETIME: datetime.fromisoformat,
        FieldKind.DATE: date.fromisoformat,
    }.get(key.kind)


def _revive(values: dict[str, Any], reader: _Reader) -> None:
    for key, reviver in reader.revivers:
        if value := values.get(key):
            values[key] = reviver(value)
    for key, is_many, inner in reader.nested:
        if found := values.get(key):
            for each in found if is_many else (found,):
                _revive(each, inner)


def is_same_story(before: dict[str, Any], after: dict[str, Any], name: str = "incident") -> bool:
    """Whether two records, as JSON has them, say the same of what both could say.

    Neither a key that only one of them has is a difference, since then the shape of records has changed between them,
    nor a derived one, which follows from the others, nor the moment, which may be that of a change of private fields.
    """
    for key in keys_of(name):
        if key.derived or key.name == "updated_at" or key.name not in before or key.name not in after:
            continue
        one, other = before[key.name], after[key.name]
        if key.nested and one and other:
            if not _are_same(one, other, key.nested):
                return False
        elif one != other:
            return False
    return True


def _are_same(one: Any, other: Any, nested: Nested) -> bool:
    if nested.known_by:
        return one[nested.known_by] == other[nested.known_by]
    if nested.many:
        return len(one) == len(other) and all(
            is_same_story(*pair, nested.record) for pair in zip(one, other, strict=True)
        )
    return is_same_story(one, other, nested.record)
