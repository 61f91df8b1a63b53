"""Files of earlier versions: their fields as today's records have them, and what is said about each that changes."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.core.exceptions import ValidationError

from ..dates import valid_zone
from ..models.fields import LANGUAGE_TAG, SUBDIVISION, FieldKind, kind_of, validate_language, validate_place
from ..platform_names import with_intervals

# Columns in the tables of earlier versions that no record has today, each with one that holds the same kind of value.
FORMER_COLUMNS = {
    ("justification", "action"): ("citation", "action"),
    ("involvement", "action"): ("citation", "action"),
}


def upgraded(model: str, fields: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields of a record of this model in a file of any version, as today's, and what became of them in sentences."""
    upgrade = UPGRADES.get(model)
    fields, notes = upgrade(fields) if upgrade else (fields, [])
    renewed = dict(_registered_codes(model, fields))
    for name, code in renewed.items():
        became = f"becomes “{code}”" if code else "is left out"
        notes.append(f"{name}: “{fields[name]}” is not registered, so it {became}.")
    return fields | renewed, notes


def _citation(fields):
    """Until 0.3, a statement had one action, and `value_as_stated` could hold our words; those that are not in the
    quotation are a reading."""
    if fields.get("field") == "action":
        fields = fields | {"field": "actions"}
    words, quote = fields.get("value_as_stated"), fields.get("quote")
    is_earlier = "reading" not in fields and isinstance(words, str) and isinstance(quote, str)
    if not is_earlier or words in quote:
        return fields, []
    note = f"value_as_stated: “{words}” is not in the quotation, so it becomes our reading."
    return fields | {"value_as_stated": "", "reading": words}, [note]


def _platform(fields):
    """Until 0.3, the period of a name was in words."""
    names = fields.get("aliases")
    if not isinstance(names, str) or (written := with_intervals(names)) == names:
        return fields, []
    return fields | {"aliases": written}, ["aliases: the period of a name is an EDTF interval now."]


def _statement(fields):
    """Until 0.3, a statement or involvement was about one action or about the incident as a whole."""
    if "actions" in fields or "action" not in fields:
        return fields, []
    fields = dict(fields)
    action = fields.pop("action")
    return fields | {"actions": [action] if action else []}, []


UPGRADES = {
    "citation": _citation,
    "platform": _platform,
    "justification": _statement,
    "involvement": _statement,
}


def _registered_codes(model: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields whose codes have the right form but are not registered, each with the nearest code that is: until 0.3 the
    form was enough, and what a site has on record from then is exported as it is."""
    for column in apps.get_model("incidents", model)._meta.concrete_fields:
        value, nearest = fields.get(column.name), NEAREST.get(kind_of(column))
        # Codes that identify a record are of today: earlier versions had none.
        if (
            nearest
            and column.blank
            and isinstance(value, str)
            and value
            and (code := nearest(value)) != value
        ):
            yield column.name, code


def _is(validate, code):
    try:
        validate(code)
    except ValidationError:
        return False
    return True


def _place(code):
    """The country, for a part of it that is not registered."""
    is_formed = SUBDIVISION.fullmatch(code) and not _is(validate_place, code)
    return code.partition("-")[0] if is_formed else code


def _places(codes):
    listed = codes.split(" ")
    renewed = list(map(_place, listed))
    return codes if renewed == listed else " ".join(sorted(set(renewed)))


def _language(tag):
    """The tag without the parts that are not registered; empty without a language."""
    if not LANGUAGE_TAG.fullmatch(tag) or _is(validate_language, tag):
        return tag
    first, *others = tag.split("-")
    kept = first if _is(validate_language, first) else ""
    for part in others if kept else ():
        kept = f"{kept}-{part}" if _is(validate_language, f"{kept}-{part}") else kept
    return kept


def _zone(name):
    """The zone of a place that an older name stands for. Hours are stored in UTC, so that is right for all others."""
    if valid_zone(name) or name not in available_timezones():
        return name
    place = _places_of_zones().get(name, "")
    return place if valid_zone(place) else "UTC"


@cache
def _places_of_zones():
    """Older names of time zones -> today's, from the IANA database: PRC -> Asia/Shanghai."""
    lines = (resources.files("tzdata") / "zoneinfo" / "tzdata.zi").read_text().splitlines()
    return {link: name for _l, name, link in (line.split() for line in lines if line.startswith("L "))}


NEAREST = {
    FieldKind.PLACE: _place,
    FieldKind.PLACES: _places,
    FieldKind.LANGUAGE: _language,
    FieldKind.TIME_ZONE: _zone,
}
