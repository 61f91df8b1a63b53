"""The public history of an incident: its revisions, what changed from one to the next, and what is no longer shown."""

import zlib

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..index import record_of
from ..models import (
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Party,
    PublicChange,
    PublicIncident,
)
from ..records import from_json, shown_in

NUMBERED = {
    "actions": (Action, gettext_lazy("action")),
    "justifications": (Justification, gettext_lazy("stated reason")),
    "involvements": (Involvement, gettext_lazy("part that others had")),
    "citations": (Citation, gettext_lazy("citation")),
}
# What is told beside by its own page, or changes with every revision.
PASSED_OVER = {"updated_at", "published_at", "publication", "places", "counted", "country_name", "seq"}


def history(ref):
    """What was done to an incident, the latest first: number, kind, moment, edition."""
    return list(PublicChange.objects.filter(ref=ref).order_by("-number").defer("before"))


def told(changes):
    """These changes, each with what its incident is called today: the ref alone, if it is no longer public."""
    changes = list(changes)
    entries = PublicIncident.objects.filter(ref__in={change.ref for change in changes})
    titles = {entry.ref: record_of(entry)["title"] for entry in entries}
    for change in changes:
        change.title = titles.get(change.ref, change.ref)
        change.is_public = change.ref in titles
    return changes


def record_at(ref, number):
    """The record of an incident as its revision has it; None if there is no such revision, or it is no longer shown."""
    entry = PublicIncident.objects.filter(ref=ref).first()
    if not entry or not PublicChange.objects.filter(ref=ref, number=number, kind__in=SHOWING).exists():
        return None
    if number == entry.revision:
        return record_of(entry)
    following = PublicChange.objects.filter(ref=ref, number=number + 1).first()
    if not following or not following.before:
        return None
    record = from_json(zlib.decompress(bytes(following.before)))
    return record if may_be_shown(record) else None


SHOWING = (PublicChange.Kind.PUBLISHED, PublicChange.Kind.CORRECTED)


def may_be_shown(record):
    """Whether everyone whom a past record shows may still be shown as it does."""
    parties = {party["slug"]: party for party in shown_in(record, "party")}
    now = {party.slug: party for party in Party.objects.filter(slug__in=parties)}
    return all(
        slug in now
        and now[slug].cleared
        and (now[slug].name_public or not shown["name_public"])
        and (now[slug].public_label == shown["public_label"] or now[slug].name_public)
        for slug, shown in parties.items()
    )


def differences(before, after):
    """What differs between two records, in words: (what, field, was, is), an absent value as an empty text."""
    found = list(_fields(Incident, "", before, after))
    for name, (model, called) in NUMBERED.items():
        old, new = ({part["seq"]: part for part in record[name]} for record in (before, after))
        for seq in sorted(old.keys() | new.keys()):
            found += _fields(model, f"{called} {seq}", old.get(seq, {}), new.get(seq, {}))
    return found


def _fields(model, what, before, after):
    for name in dict.fromkeys((*before, *after)):
        if name in PASSED_OVER or isinstance(before.get(name), list) or isinstance(after.get(name), list):
            continue
        was, is_now = _words(before.get(name)), _words(after.get(name))
        if was != is_now:
            try:
                field = str(model._meta.get_field(name).verbose_name)
            except LookupError:
                field = name.replace("_", " ")
            yield {"what": what, "field": field, "was": was, "now": is_now}


def _words(value):
    """A value of a record as a reader would say it."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return next(
            (str(value[name]) for name in ("public_label", "label", "title", "name") if value.get(name)), ""
        )
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "label"):
        return str(value.label)
    if hasattr(value, "words"):
        return value.words()
    return str(value)
