"""The kinds of facets: how a value of each is read from records, called, refused and described."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..analysis import fold
from ..choices import (
    Vocabulary,
)
from ..languages import ORIGINAL, best_language, language_beside
from ..locales import listed
from ..models import Merge, Platform, Source, Topic, TopicLabel, Translation
from ..models.fields import place_pattern, validate_place
from ..models.registry import NOT_RECORDED
from ..places import place_name

Title = dict[str, str]  # what a record is called, by language
NONE = NOT_RECORDED  # the value of a facet for what is not recorded
VALUE = "="  # begins the term of a value; no token of a text has this sign
SLUG = re.compile(r"[-\w]{1,100}")
MAX_FREQUENT_VALUES = 60  # platforms, holders or places whose incidents are counted: the most frequent of all


def values_at(path: str, record: Any) -> Iterator[str]:
    """The values at a dotted path in a record, lists and space-separated codes taken apart, empty ones left out.

    `justifications[standing=stated].ground` takes only those records of the list that have this value.
    """
    yield from _values(_steps(path), record)


@cache
def _steps(path: str) -> tuple[tuple[str, str, str], ...]:
    """The steps of a path: the key of each, and the condition on what it leads to, as a key and its value."""
    steps = (step.rstrip("]").partition("[") for step in path.split("."))
    return tuple((name, *condition.partition("=")[::2]) for name, _bracket, condition in steps)


def _values(steps: tuple[tuple[str, str, str], ...], found: Any) -> Iterator[str]:
    for each in found if isinstance(found, list) else [found]:
        if not each:
            continue
        if not steps:
            yield from each.split()
            continue
        name, key, wanted = steps[0]
        inner = each[name]
        if key:
            inner = [one for one in inner if one[key] == wanted]
        yield from _values(steps[1:], inner)


@dataclass(frozen=True)
class Facet:
    """Something incidents can be filtered by.

    `name` is its parameter, `paths` say where a record has its values: in the incident, or in one of its actions where
    `of_action`, since what is asked of actions together must be true of one and the same action. `label` heads its
    values in the form, `phrase` is how a sentence about a list names them (with a comma before it if `is_clause`),
    `meaning` is its line in the documentation, `none` what it is called where nothing is recorded (empty: that
    cannot be asked for). The form has it if `in_form`, with values that nothing has if `lists_empty`. `implies` names values of another facet that must be true as well unless that other one is asked
    for: what was done is found where it happened.
    """

    name: str
    paths: tuple[str, ...]
    label: str | Promise
    phrase: str | Promise
    meaning: str
    of_action: bool = False
    is_clause: bool = False
    none: str | Promise = ""
    in_form: bool = True
    lists_empty: bool = True
    implies: tuple[str, tuple[str, ...]] | None = None

    def term(self, value: str) -> str:
        """The term under which incidents or actions with this value are posted."""
        return f"{VALUE}{self.name}={value}"

    def terms(self, record: dict) -> set[str]:
        """The terms of a record: that of an action where `of_action`, else that of an incident."""
        values = {value for path in self.paths for value in values_at(path, record)}
        return {self.term(value) for value in values or ({NONE} if self.none else ())}

    def is_known(self, value: str, reader) -> bool:
        """Whether this is a value one can ask for."""
        return bool(self.none) if value == NONE else self._is_known(value, reader)

    def labels(self, values, reader) -> dict[str, str]:
        """What these values are called in the form, those that are not known left out."""
        found = self._labels([value for value in values if value != NONE], reader)
        return found | ({NONE: str(self.none)} if NONE in values and self.none else {})

    def phrases(self, values, reader) -> dict[str, str]:
        """What these values are called within a sentence."""
        return self.labels(values, reader)

    def language_of(self, value: str, reader) -> str:
        """The language of the label of a value that has one, if that is not the language of the page."""
        return ""

    def candidates(self, reader) -> list[str]:
        """The values worth counting for the form."""
        common = reader.most_frequent(self.term(""), MAX_FREQUENT_VALUES)
        return [value for value in common if value and value != NONE] + ([NONE] if self.none else [])

    def current(self, value: str, reader) -> str:
        """The value that is meant now by one that may be an old one."""
        return value

    # What each kind of facet says for itself

    def value_of(self, typed: str, reader) -> str:
        """The value that somebody means who typed this text after `name:`."""
        raise NotImplementedError

    def refusal(self, value: str) -> str:
        """The sentence for a value that is not known."""
        raise NotImplementedError

    def schema(self) -> dict:
        """The JSON schema of a value; an empty one counts as not given."""
        raise NotImplementedError

    def documented_values(self) -> str:
        """What the documentation says of its values."""
        raise NotImplementedError

    def _is_known(self, value: str, reader) -> bool:
        raise NotImplementedError

    def _labels(self, values: list[str], reader) -> dict[str, str]:
        raise NotImplementedError


@dataclass(frozen=True)
class VocabularyFacet(Facet):
    """A facet whose values are those of a vocabulary, offered in its order."""

    vocabulary: type[Vocabulary] = Vocabulary

    def value_of(self, typed, reader):
        by_label = {member.label.casefold(): member.value for member in self.vocabulary}
        return by_label.get(typed.casefold(), typed.casefold())

    def candidates(self, reader):
        return self._values()

    def refusal(self, value):
        return _("“%(value)s” is not a value of this filter. Available values: %(known)s.") % {
            "value": value,
            "known": listed(self._values()),
        }

    def phrases(self, values, reader):
        return self.labels(values, reader) | {
            value: self.vocabulary(value).phrase for value in values if value in self.vocabulary.values
        }

    def schema(self):
        signed = [sign + value for value in self._values() for sign in ("", "-")]
        return {"type": "string", "enum": ["", *signed]}

    def documented_values(self):
        shown = listed(f"`{value}`" for value in self.vocabulary.values[:2])
        return f"{shown}, …"

    def _values(self):
        return [*(each.value for each in self.vocabulary), *([NONE] if self.none else [])]

    def _is_known(self, value, reader):
        return value in self.vocabulary.values

    def _labels(self, values, reader):
        return {
            value: str(self.vocabulary(value).label) for value in values if value in self.vocabulary.values
        }


@dataclass(frozen=True)
class DerivedFacet(VocabularyFacet):
    """A facet whose values follow from a record as a whole, and stand at no path in it."""

    values_of: Callable[[dict[str, Any]], Iterable[str]] = list

    def terms(self, record):
        return {self.term(value) for value in self.values_of(record) or ([NONE] if self.none else ())}


@dataclass(frozen=True)
class PlaceFacet(Facet):
    """A facet whose values are ISO 3166 codes."""

    def value_of(self, typed, reader):
        return typed if typed == NONE else typed.upper()

    def refusal(self, value):
        return _(
            "“%(value)s” is not a country or territory code. Use ISO 3166 codes, such as HK or UA-43."
        ) % {"value": value}

    def schema(self):
        none = f"|{NONE}" if self.none else ""
        return {"type": "string", "pattern": f"^(-?({place_pattern()}{none}))?$"}

    def documented_values(self):
        return "an ISO 3166 code in capitals: `HK`, `UA-43`"

    def _is_known(self, value, reader):
        try:
            validate_place(value)
        except ValidationError:
            # Records of earlier versions may have codes that only look like one.
            return bool(reader.incidents(self.term(value)))
        return True

    def _labels(self, values, reader):
        return {value: place_name(value) for value in values if self._is_known(value, reader)}


@dataclass(frozen=True)
class RecordFacet(Facet):
    """A facet whose values are the slugs of platforms, parties, accounts or topics that public incidents show."""

    model: type[models.Model] = Platform
    titles: tuple[str, ...] = ("name",)  # the fields that it is called by
    words: Callable[..., str] = str  # what it is called, of the values of these
    unknown: str | Promise = ""

    def value_of(self, typed, reader):
        slug = typed.casefold().replace(" ", "-")
        if slug == NONE or self._is_known(slug, reader):
            return slug
        named = (value for value in self._named(typed, reader) if self._is_known(value, reader))
        return next(named, slug)

    def current(self, value, reader):
        """Once a record has been merged into another, its old key stands for that one."""
        if not SLUG.fullmatch(value) or self.is_known(value, reader):
            return value
        merged = Merge.objects.using(reader.using).public_successor(self.model, value)
        return merged.natural_key()[0] if merged else value

    def _named(self, typed: str, reader) -> Iterable[str]:
        """The values of what has this name, public or not."""
        return ()

    def refusal(self, value):
        return self.unknown % {"value": value}

    def schema(self):
        return {"type": "string", "pattern": "^(-?[a-zA-Z0-9_][-a-zA-Z0-9_]{0,99})?$"}

    def documented_values(self):
        return f"its slug, as in `/{self.model._meta.verbose_name_plural}/<slug>/`"

    def _is_known(self, value, reader):
        # Whatever the index holds is public; nothing else may be asked for by name.
        return bool(reader.incidents(self.term(value)))

    def _labels(self, values, reader):
        known = self._read_titles(values, reader)
        return {
            value: str(self.words(*(title[best_language(title)] for title in known[value])))
            for value in values
            if value in known
        }

    def _read_titles(self, values, reader) -> dict[str, list[Title]]:
        """What these values are called by, out of the database or out of what was read before."""
        known = reader.labels[self.name]
        if unread := [value for value in values if value not in known and self._is_known(value, reader)]:
            known |= self._titles_of(unread, reader.using)
            reader.labels[self.name] = known
        return known

    def _titles_of(self, slugs: list[str], using: str) -> dict[str, list[Title]]:
        found = self.model._default_manager.using(using).filter(slug__in=slugs)
        titles = {
            slug: [{ORIGINAL: text} for text in texts]
            for slug, *texts in found.values_list("slug", *self.titles)
        }
        for number, title in enumerate(self.titles):
            path, _separator, field = title.rpartition("__")
            translations = f"{path}__translations" if path else "translations"
            open_ones = Translation.objects.using(using).open().filter(field=field)
            translated = found.filter(**{f"{translations}__in": open_ones})
            for slug, language, text in translated.values_list(
                "slug", f"{translations}__language", f"{translations}__text"
            ):
                titles[slug][number][language] = text
        return titles


@dataclass(frozen=True)
class SourceFacet(RecordFacet):
    """A facet whose values are the citekeys of sources."""

    def documented_values(self):
        return "its citekey, as in `/sources/<citekey>/`"

    def _titles_of(self, citekeys, using):
        found = Source.objects.using(using).filter(citekey__in=citekeys)
        return {citekey: [{ORIGINAL: title}] for citekey, title in found.values_list("citekey", "title")}


@dataclass(frozen=True)
class PlatformFacet(RecordFacet):
    """A facet whose values are the slugs of platforms, which can be typed by any of their names."""

    def _named(self, typed, reader):
        platforms = Platform.objects.using(reader.using).perhaps_named([typed]).order_by("slug")
        return (each.slug for each in platforms if fold(typed) in map(fold, each.names))


@dataclass(frozen=True)
class TopicFacet(RecordFacet):
    """A facet whose values are the slugs of topics. They are called by their name in the reader's language, and can be
    typed by any name in any language."""

    model: type[models.Model] = Topic

    def language_of(self, value, reader):
        if value == NONE:
            return ""
        found = self._read_titles([value], reader).get(value)
        return language_beside(best_language(found[0])) if found and found[0] else ""

    def _labels(self, values, reader):
        found = self._read_titles(values, reader)
        called = {value: found[value][0] for value in values if value in found}
        return {value: names[best_language(names)] if names else value for value, names in called.items()}

    def _titles_of(self, slugs, using):
        titles: dict[str, list[Title]] = {slug: [{}] for slug in slugs}
        labels = TopicLabel.objects.using(using).filter(topic__slug__in=slugs)
        for slug, language, name in labels.in_natural_order().values_list("topic__slug", "language", "name"):
            titles[slug][0][language] = name
        return titles

    def _named(self, typed, reader):
        labels = TopicLabel.objects.using(reader.using).in_natural_order()
        for slug, name, aliases in labels.values_list("topic__slug", "name", "aliases"):
            if fold(typed) in map(fold, (name, *aliases.splitlines())):
                yield slug
