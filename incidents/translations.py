"""The texts of an incident in other languages: what there is to translate, what is missing, and what is behind its original."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from .choices import Publication
from .languages import ORIGINAL, QUOTED_WORDS, TRANSLATABLE
from .models import Account, Incident, Party, Platform, PublicIncident, Source, Topic, Translation


@dataclass
class Text:
    """A text of a record that can be translated."""

    record: Any
    field: str

    @property
    def text(self) -> str:
        return str(getattr(self.record, self.field))

    @property
    def label(self) -> str:
        return str(self.record._meta.get_field(self.field).verbose_name)

    @property
    def name(self) -> str:
        """By which a form knows it."""
        return f"{self.record._meta.model_name}-{self.record.pk}-{self.field}"

    @property
    def is_quoted(self) -> bool:
        return self.field in QUOTED_WORDS.get(self.record._meta.model_name, ())

    @property
    def language(self) -> str:
        """The language it is in."""
        if not self.is_quoted:
            return ORIGINAL
        own = getattr(self.record, "quote_language", "") if self.field in ("quote", "value_as_stated") else ""
        source = self.record if isinstance(self.record, Source) else getattr(self.record, "source", None)
        return own or getattr(source, "language", "") or ORIGINAL


def texts_of(incident: Incident) -> Iterator[Text]:
    """The texts of an incident, its parts and the records that it shows, in the order in which one would translate them."""
    shown = (model.objects.shown_by(incident).order_by("pk") for model in (Platform, Party, Account, Topic))
    records = [
        [incident],
        *(getattr(incident, name).order_by("seq") for name in ("actions", "justifications", "involvements")),
        incident.relations_from.open(),
        *shown,
        incident.citations.open().select_related("source").order_by("seq"),
        Source.objects.shown_by(incident).open().order_by("citekey"),
    ]
    for record in (each for found in records for each in found):
        for name in TRANSLATABLE[record._meta.model_name]:
            if getattr(record, name):
                yield Text(record, name)


def translations_into(incident: Incident, language: str) -> dict[tuple[str, int, str], Translation]:
    """The translations of such texts into a language, by model, key and field of the original."""
    found = Translation.objects.shown_by(incident).open().filter(language=language)
    return {
        (name, getattr(each, f"{name}_id"), each.field): each
        for each in found
        for name in TRANSLATABLE
        if getattr(each, f"{name}_id")
    }


def translate(record: Any, field: str, language: str, text: str, **values: Any) -> Translation:
    """Keep what a text of a record says in a language as it is now; `values` are other fields. The translation, not saved."""
    name = record._meta.model_name
    known = Translation.objects.filter(**{name: record}, field=field, language=language).first()
    found = known or Translation(**{name: record}, field=field, language=language)
    found.text, found.is_behind = text, False
    story = found.story
    found.translated_from = (
        story and PublicIncident.objects.filter(pk=story.pk).values_list("revision", flat=True).first()
    )
    for each, value in values.items():
        setattr(found, each, value)
    return found


def original_then(translation: Translation) -> str | None:
    """What the original said when the translation last said the same; None if that is no longer known."""
    last = translation.history.filter(is_behind=False).order_by("-history_date", "-history_id").first()
    record = translation.original
    known = last and type(record).history.filter(id=record.pk, history_date__lte=last.history_date)
    revision = known and known.order_by("-history_date", "-history_id").first()
    return getattr(revision, translation.field) if revision else None


def to_bring_up_to_date() -> QuerySet:
    """Published incidents with a translation that is behind its original."""
    behind = Translation.objects.open().filter(is_behind=True).order_by().values("pk")
    return Incident.objects.showing_any("translation", behind).filter(publication=Publication.PUBLISHED)


def missing() -> QuerySet:
    """Published incidents without a title or summary in one of the site's languages."""
    published = Incident.objects.filter(publication=Publication.PUBLISHED)
    codes = [code for code, _name in settings.LANGUAGES if code != ORIGINAL]
    lacks = [
        ~Exists(Translation.objects.filter(incident=OuterRef("pk"), field=field, language__iexact=code))
        for code in codes
        for field in ("title", "summary")
    ]
    return published.filter(reduce(or_, lacks)) if lacks else published.none()
