"""The public history of an incident: its revisions, what changed between two of them, and what may still be shown."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from ..index import record_of
from ..languages import language_name
from ..leaks import may_be_shown
from ..locales import listed
from ..models import (
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    PublicChange,
    PublicIncident,
    Translation,
)
from ..models.evidence import TARGETS
from ..models.fields import FieldKind, kind_of
from ..places import place_name
from ..records import past_from_json, translations_in
from ..word_changes import word_changes
from .presenters import topic_name, worded

PART_MODELS = {
    "actions": Action,
    "justifications": Justification,
    "involvements": Involvement,
    "citations": Citation,
}
# What an incident has in addition to its own fields: its parts, compared one by one, and what is not compared.
LISTS = {*PART_MODELS, "translations", "sources", "relations"}
PLACE_KINDS = (FieldKind.PLACE, FieldKind.PLACES)
# Fields that change with every revision, or that only repeat others.
UNCOMPARED_FIELDS = {
    *("updated_at", "published_at", "publication", "counted", "not_counted_because", "standing", "seq"),
    *("days_min", "days_max", "story", "origins", "translations", "key"),
}
MAX_KEY_DIGITS = 18
Part = dict[str, Any]  # of an incident, in its record
# How a part is known again. The number of a citation changes when one before it is taken off: first by all that it says, then by
# what it cites for what.
SAME_PART = (itemgetter("seq"),)
SAME_CITATION = (
    lambda part: part | {"seq": None},
    itemgetter("source", *TARGETS, "field", "stance"),
    *SAME_PART,
)
# Changes after which the incident was public, so that there is a record to show.
SHOWN_KINDS = (PublicChange.Kind.PUBLISHED, PublicChange.Kind.CORRECTED)


def history(ref: str) -> list[PublicChange]:
    """The changes of an incident, the latest first."""
    return list(PublicChange.objects.filter(ref=ref).order_by("-number").defer("before"))


class TitledChange(NamedTuple):
    """A change with the present title of its incident: the ref if that is no longer public."""

    change: PublicChange
    title: str
    is_public: bool
    language: str  # of the title, if it is not that of the page


def with_titles(changes: Iterable[PublicChange]) -> list[TitledChange]:
    """These changes, each with the present title of its incident."""
    changes = list(changes)
    incidents = PublicIncident.objects.filter(ref__in={change.ref for change in changes})
    shown = {incident.ref: worded(record_of(incident)) for incident in incidents}
    return [
        TitledChange(
            each,
            shown[each.ref]["title"] if each.ref in shown else each.ref,
            each.ref in shown,
            shown[each.ref]["title_language"] if each.ref in shown else "",
        )
        for each in changes
    ]


def older_than(changes: models.QuerySet[PublicChange], place: str) -> models.QuerySet[PublicChange]:
    """Those made before the change whose key this text is; all if it is empty. Raises ValueError if it is no key."""
    if not place:
        return changes
    if not (place.isascii() and place.isdigit() and len(place) <= MAX_KEY_DIGITS):
        raise ValueError("not the key of a change")
    return changes.filter(pk__lt=int(place))


def record_at(ref: str, number: int) -> dict[str, Any] | None:
    """The record of an incident in this revision; None if there is none, or it may no longer be shown."""
    incident = PublicIncident.objects.filter(ref=ref).first()
    revisions = PublicChange.objects.filter(ref=ref)
    if not incident or not revisions.filter(number=number, kind__in=SHOWN_KINDS).exists():
        return None
    if number == incident.revision:
        return record_of(incident)
    following = revisions.filter(number=number + 1).first()
    if not following or not following.before:
        return None
    record = past_from_json(zlib.decompress(bytes(following.before)))
    return record if may_be_shown(number, record) else None


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields in which two records differ, in words: which part, which field, the value that `was`, and `now`.

    The part is empty for the incident itself, a value for one that was not there. Texts that have much in common come with
    what changed word by word.
    """
    without_parts = (
        {name: record[name] for name in record if name not in LISTS} for record in (before, after)
    )
    changed = list(_changed_fields(Incident, "", *without_parts))
    for name, model in PART_MODELS.items():
        for was, now in _pairs(
            before[name], after[name], SAME_CITATION if name == "citations" else SAME_PART
        ):
            part = _("%(part)s %(number)d") % {
                "part": model._meta.verbose_name,
                "number": (now or was)["seq"],
            }
            changed += _changed_fields(model, part, was, now)
    old, new = ({each["key"]: each for _name, each in translations_in(record)} for record in (before, after))
    for key in sorted(old.keys() | new.keys()):
        part = _("Translation: %s") % language_name((new.get(key) or old[key])["language"])
        changed += _changed_fields(Translation, part, old.get(key, {}), new.get(key, {}))
    return changed


def _pairs(
    before: list[Part], after: list[Part], sames: Iterable[Callable[[Part], Any]]
) -> list[tuple[Part, Part]]:
    """The parts of an incident as they were and are, by number; what was taken off or added is empty on one side."""
    pairs, old, new = [], [*before], [*after]
    for same in sames:
        for was in [*old]:
            if now := next((each for each in new if same(each) == same(was)), None):
                pairs.append((was, now))
                old.remove(was)
                new.remove(now)
    pairs += [*((was, {}) for was in old), *(({}, now) for now in new)]
    return sorted(pairs, key=lambda pair: (pair[1] or pair[0])["seq"])


def _changed_fields(
    model: type[models.Model], part: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if name in UNCOMPARED_FIELDS:
            continue
        try:
            field = model._meta.get_field(name)
            label, is_place = getattr(field, "verbose_name", name), kind_of(field) in PLACE_KINDS
        except FieldDoesNotExist:
            label, is_place = name.replace("_", " "), False
        was, now = (place_words(value) if is_place else value_words(value) for value in (old, new))
        if was != now:
            changes = word_changes(was, now) if was and now else None
            yield {"what": part, "field": str(label), "was": was, "now": now, "changes": changes}


def place_words(codes: str | None) -> str:
    """The names of places given as ISO 3166 codes."""
    return listed(map(place_name, (codes or "").split()))


def value_words(value: Any) -> str:
    """A value of a record in words; empty if there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return listed(map(value_words, value))
    if isinstance(value, dict) and "labels" in value:
        return topic_name(value)["name"]
    if isinstance(value, dict):
        names = ("public_label", "label", "title", "name")
        return next((str(value[name]) for name in names if value.get(name)), "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "label"):
        return str(value.label)
    if hasattr(value, "words"):
        return value.words()
    return str(value)
