"""The texts of an incident in other languages: what there is to translate, what is missing, and what is behind its original."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from .choices import Publication, Stance
from .languages import NO_LANGUAGE, ORIGINAL, OWN_WORDS, QUOTED_WORDS, TRANSLATABLE, language_tag
from .models import Account, Incident, Party, Platform, PublicIncident, Source, Topic, Translation
from .models.evidence import TRANSLATED_ONCE
from .shown import SHOWN


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
    def shown_as(self) -> tuple:
        """By which it is known what a reader sees once: one of the texts that are the same in it has the translation of all."""
        name = self.record._meta.model_name
        alike = TRANSLATED_ONCE.get(self.field, ()) if name == "citation" else ()
        return name, self.field, *(getattr(self.record, each) for each in alike or ("pk",))

    def is_read_in(self, language: str) -> bool:
        """Whether readers of a language need no translation of it."""
        own = self.language
        return _primary(own) == _primary(language) or (
            language == ORIGINAL and (not self.is_quoted or own in NO_LANGUAGE)
        )

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
            # The words for a value are read within the quotation, unless they contradict what others say.
            is_within = name == "value_as_stated" and record.quote and record.stance != Stance.CONTRADICTS
            if getattr(record, name) and not is_within:
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


def missing(words: Mapping[str, tuple[str, ...]] = OWN_WORDS) -> QuerySet:
    """Published incidents that show a text, of these fields by model, that is not translated into one of the site's languages."""
    published = Incident.objects.filter(publication=Publication.PUBLISHED)
    lacks: list[Any] = []
    for name, fields in words.items():
        model = apps.get_model("incidents", name)
        lacking = model.objects.open() if hasattr(model.objects, "open") else model.objects.all()
        conditions = [
            condition
            for code, _name in settings.LANGUAGES
            for field in fields
            if (condition := _lacks(name, field, language_tag(code)))
        ]
        lacking = lacking.order_by().filter(reduce(or_, conditions, Q(pk__in=[])))
        if name in SHOWN:
            shown = Incident.objects.showing_any(name, lacking.values("pk"))
            lacks.append(Q(pk__in=shown.values("pk")))
        else:
            owner = {"incident": "pk", "relation": "from_incident"}.get(name, "incident")
            lacks.append(Exists(lacking.filter(**{owner: OuterRef("pk")})))
    return published.filter(reduce(or_, lacks))


def _lacks(name: str, field: str, language: str) -> Any:
    """A condition on records of this model: readers of the language need a translation of this text and have none. None if they
    never need one."""
    is_quoted = field in QUOTED_WORDS.get(name, ())
    if language == ORIGINAL and not (is_quoted and _language_columns(name, field)):
        return None
    known = Translation.objects.order_by().filter(field=field, language=language)
    lacks = ~Q(**{field: ""}) & ~Exists(known.filter(**{name: OuterRef("pk")}))
    if name == "citation" and field in TRANSLATED_ONCE:
        alike = ("incident", *TRANSLATED_ONCE[field])
        lacks &= ~Exists(known.filter(**{f"citation__{each}": OuterRef(each) for each in alike}))
    if field == "value_as_stated":
        lacks &= Q(quote="") | Q(stance=Stance.CONTRADICTS)
    return lacks & ~_is_in(name, field, language) if is_quoted else lacks


def _is_in(name: str, field: str, language: str) -> Q:
    """A condition on records of this model: the words of others in this field need no translation for readers of the language."""
    found, none_before = Q(pk__in=[]), Q()
    for column in _language_columns(name, field):
        spoken = Q(**{f"{column}__iexact": _primary(language)}) | Q(
            **{f"{column}__istartswith": f"{_primary(language)}-"}
        )
        if language == ORIGINAL:
            spoken |= Q(**{f"{column}__in": NO_LANGUAGE})
        found |= none_before & spoken
        none_before &= Q(**{column: ""})
    return found | none_before if language == ORIGINAL else found


def _language_columns(name: str, field: str) -> list[str]:
    """Where the language of such words is, the first that has one; that of words without any is ours."""
    own = ["quote_language"] if field in ("quote", "value_as_stated") else []
    return own + {"citation": ["source__language"], "source": ["language"]}.get(name, [])


def _primary(language: str) -> str:
    return language.split("-")[0].casefold()
