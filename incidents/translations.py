"""Which translations are behind their original, and which incidents lack one: for pages and for the queues of the desk."""

import zlib
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from .choices import Publication
from .languages import ORIGINAL
from .models import Incident, IncidentTranslation, PublicChange


def _wording(stored: bytes) -> tuple[str, str]:
    """The title and the summary in the record of a past revision."""
    record = orjson.loads(zlib.decompress(bytes(stored)))
    return record["title"], record["summary"]


def behind(record: dict[str, Any]) -> set[str]:
    """The languages of those translations in a public record whose original had another title or summary in the revision that
    they were made from."""
    revisions = {
        each["language"]: each["translated_from"]
        for each in record["translations"]
        if each["translated_from"]
    }
    if not revisions:
        return set()
    # A change keeps the record of the revision before it.
    following = PublicChange.objects.filter(ref=record["ref"], number__in=[n + 1 for n in revisions.values()])
    then = {change.number - 1: _wording(change.before) for change in following.exclude(before=b"")}
    now = record["title"], record["summary"]
    return {language for language, number in revisions.items() if then.get(number, now) != now}


def to_bring_up_to_date() -> QuerySet:
    """Published incidents with a translation that is behind its original, or does not say which revision it was made from."""
    return Incident.objects.filter(pk__in=set(_out_of_date()))


def _out_of_date() -> Iterator[int]:
    following = PublicChange.objects.filter(
        ref=OuterRef("incident__ref"), number=OuterRef("translated_from") + 1
    )
    found = IncidentTranslation.objects.filter(incident__publication=Publication.PUBLISHED)
    found = found.filter(
        Q(translated_from=None) | Q(translated_from__lt=F("incident__public_incident__revision"))
    )
    rows = found.annotate(then=Subquery(following.exclude(before=b"").values("before")[:1]))
    for key, number, title, summary, then in rows.values_list(
        "incident", "translated_from", "incident__title", "incident__summary", "then"
    ):
        if number is None or then and _wording(then) != (title, summary):
            yield key


def missing() -> QuerySet:
    """Published incidents without a translation into one of the site's languages."""
    published = Incident.objects.filter(publication=Publication.PUBLISHED)
    translated = IncidentTranslation.objects.filter(incident=OuterRef("pk"))
    codes = [code for code, _name in settings.LANGUAGES if code != ORIGINAL]
    lacks = (~Exists(translated.filter(language__iexact=code)) for code in codes)
    return published.filter(reduce(or_, lacks)) if codes else published.none()
