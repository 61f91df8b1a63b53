"""Field types and validators for the standards we store: EDTF dates, ISO 3166 places, BCP 47 languages, URLs."""

import re
import unicodedata
from enum import Enum
from functools import cache
from urllib.parse import urlsplit

import pycountry
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from language_tags import tags

from ..dates import EDTF, valid_zone
from ..places import AUTHORITIES
from ..texts import stored_address, stored_line, stored_text

LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.ASCII
)
SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)


class EDTFAttribute(DeferredAttribute):
    """Sets `<name>_earliest` and `<name>_latest` whenever the value is assigned."""

    def __set__(self, instance, value):
        try:
            value = EDTF(value) if value else ""
        except (ValueError, TypeError):
            earliest = latest = None  # validation refuses the value, and so does the database
        else:
            earliest, latest = (value.earliest, value.latest) if value else (None, None)
        name = self.field.attname
        instance.__dict__[name] = value
        instance.__dict__[f"{name}_earliest"] = earliest
        instance.__dict__[f"{name}_latest"] = latest


class EDTFField(models.CharField):
    """A date as the source gives it, in EDTF; the empty string if no date is known.

    The model also declares `<name>_earliest` and `<name>_latest`; this field sets them.
    """

    descriptor_class = EDTFAttribute

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value:
            try:
                EDTF(value)
            except ValueError as error:
                raise ValidationError(str(error), code="edtf") from error


class DerivedDayAttribute(DeferredAttribute):
    """Keeps a bound that is already derived when the column's empty default is assigned."""

    def __set__(self, instance, value):
        if value is not None or self.field.attname not in instance.__dict__:
            instance.__dict__[self.field.attname] = value


class DerivedDayField(models.DateField):
    """The earliest or latest day of an EDTF field; the EDTF field sets it."""

    descriptor_class = DerivedDayAttribute

    def __init__(self, *args, **kwargs):
        kwargs |= {"null": True, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)


class VocabularyField(models.CharField):
    """One value of a `Vocabulary`. In migrations it is a plain CharField with choices."""

    def __init__(self, verbose_name=None, vocabulary=None, **kwargs):
        self.vocabulary = vocabulary
        if vocabulary:
            kwargs["choices"] = vocabulary.choices
        kwargs.setdefault("max_length", 40)
        super().__init__(verbose_name, **kwargs)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class VocabularyValuesField(models.CharField):
    """Several values of a `Vocabulary`, in its order and with a space between them. In migrations it is a plain CharField."""

    def __init__(self, verbose_name=None, vocabulary=None, *, without=(), **kwargs):
        self.vocabulary, self.without = vocabulary, without
        kwargs.setdefault("max_length", 600)
        super().__init__(verbose_name, **kwargs)

    @property
    def values(self):
        """The values that it can hold, in their order."""
        return [value for value in self.vocabulary.values if value not in self.without]

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value != " ".join(each for each in self.values if each in value.split()):
            raise ValidationError(
                _("List each value once, in this order, with spaces between them: %(values)s."),
                code="values",
                params={"values": " ".join(self.values)},
            )

    def formfield(self, **kwargs):
        labels = dict(self.vocabulary.choices)
        return ValuesFormField(
            choices=[(value, labels[value]) for value in self.values],
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class ValuesFormField(forms.MultipleChoiceField):
    """A form field for several values, whose value is what a `VocabularyValuesField` stores."""

    def prepare_value(self, value):
        return value.split() if isinstance(value, str) else value

    def clean(self, value):
        chosen = super().clean(value)
        return " ".join(each for each, _label in self.choices if each in chosen)

    def has_changed(self, initial, data):
        return super().has_changed((initial or "").split(), data)


def validate_place(code):
    """Raise ValidationError unless this is an ISO 3166-1 alpha-2 code, or an ISO 3166-2 code below one.

    `EU` and `UN`, which ISO 3166-1 reserves, stand for bodies that belong to no single state.
    """
    if (
        code in AUTHORITIES
        or code in countries
        or (SUBDIVISION.fullmatch(code) and pycountry.subdivisions.get(code=code))
    ):
        return
    raise ValidationError(
        _("“%(code)s” is not a country or territory code. Use ISO 3166, for example HK, US or UA-43."),
        code="place",
        params={"code": code},
    )


def place_pattern():
    """The codes that `validate_place` accepts, as a regular expression."""
    return f"(?:{'|'.join(code for code, _name in countries)})(?:-[A-Z0-9]{{1,3}})?|{'|'.join(AUTHORITIES)}"


def validate_places(codes):
    """Raise ValidationError unless these are ISO 3166 codes in alphabetical order, separated by single spaces."""
    listed = codes.split(" ")
    for code in listed:
        validate_place(code)
    if listed != sorted(set(listed)):
        raise ValidationError(
            _("List each code once, in alphabetical order, for example CN HK US."), code="places"
        )


def validate_language(tag):
    """Raise ValidationError unless this is a BCP 47 language tag with the usual capitals, all of whose parts are registered."""
    if not LANGUAGE_TAG.fullmatch(tag) or not tags.check(tag):
        raise ValidationError(
            _(
                "“%(tag)s” is not a language tag. Use BCP 47, for example en, zh-Hant or pt-BR, or und if not known."
            ),
            code="language",
            params={"tag": tag},
        )


def validate_zone(name):
    """Raise ValidationError unless this is the name of an IANA time zone."""
    if not valid_zone(name):
        raise ValidationError(
            _(
                "“%(name)s” is not a time zone. Use an IANA name, for example America/New_York or Asia/Hong_Kong."
            ),
            code="zone",
            params={"name": name},
        )


def validate_address(url):
    """Raise ValidationError unless this is an http or https URL without a user name or password.

    As in browsers, and unlike in the DNS, the name of a host may have underscores.
    """
    try:
        parts = urlsplit(url)
        URLValidator(schemes=["http", "https"])(url.replace(parts.netloc, parts.netloc.replace("_", "-"), 1))
    except (ValidationError, ValueError) as error:
        raise ValidationError(
            _("Enter a full URL, for example https://example.org/page."), code="address"
        ) from error
    if "@" in parts.netloc:
        raise ValidationError(
            _("This URL contains a user name or password before the “@”. Remove them."), code="credentials"
        )


def validate_text(text):
    """Raise ValidationError if the text contains control characters or lone surrogates."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
            raise ValidationError(
                _("The text contains a character that cannot be stored (U+%(code)s). Remove it."),
                code="character",
                params={"code": f"{ord(character):04X}"},
            )


class NormalisedFormField(forms.CharField):
    """A form field whose value is compared and returned as the model will store it."""

    def __init__(self, *, normalise, **kwargs):
        super().__init__(**kwargs)
        self.normalise = normalise

    def to_python(self, value):
        return self.normalise(super().to_python(value))


class NormalisedField(models.Field):
    """Text that is normalised before it is checked, compared or stored."""

    default_validators = [validate_text]
    normalise = staticmethod(stored_text)

    def to_python(self, value):
        value = super().to_python(value)
        return self.normalise(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.normalise(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        return super().get_db_prep_save(
            self.normalise(value) if isinstance(value, str) else value, connection
        )

    def formfield(self, **kwargs):
        return super().formfield(form_class=NormalisedFormField, normalise=self.normalise, **kwargs)


class TextField(NormalisedField, models.TextField):
    """Text without control characters."""


class LineField(NormalisedField, models.CharField):
    """One line of text without control characters."""

    normalise = staticmethod(stored_line)


class AddressField(NormalisedField, models.CharField):
    """A URL. In migrations it is a plain CharField."""

    normalise = staticmethod(stored_address)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def address_field(verbose_name, **kwargs):
    """A field for a public URL without credentials."""
    return AddressField(
        verbose_name,
        max_length=2000,
        blank=True,
        validators=[validate_address],
        **({"help_text": gettext_lazy("For example https://example.org/page.")} | kwargs),
    )


def place_field(verbose_name, **kwargs):
    """A field for one ISO 3166 code."""
    return models.CharField(
        verbose_name,
        max_length=6,
        blank=True,
        validators=[validate_place],
        **({"help_text": gettext_lazy("ISO 3166 code, for example HK, US or UA-43.")} | kwargs),
    )


def language_field(verbose_name, **kwargs):
    """A field for one BCP 47 language tag."""
    help_text = gettext_lazy("BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.")
    options = {"max_length": 35, "blank": True, "help_text": help_text} | kwargs
    return models.CharField(verbose_name, validators=[validate_language], **options)


class FieldKind(Enum):
    """What a column holds. Whatever depends on the type of a field asks `kind_of()` and keeps a table of these."""

    TEXT = "text"
    ADDRESS = "web address"
    PLACE = "place"
    PLACES = "places"
    LANGUAGE = "language"
    TIME_ZONE = "time zone"
    VOCABULARY = "vocabulary"
    VALUES = "values of a vocabulary"
    EDTF = "edtf"
    DERIVED_DAY = "derived day"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    RELATION = "relation"
    RELATIONS = "relations"


RELATION_KINDS = frozenset({FieldKind.RELATION, FieldKind.RELATIONS})
# The first that fits: a date with a time is a date to Python as well.
KINDS_BY_CLASS = (
    (EDTFField, FieldKind.EDTF),
    (VocabularyField, FieldKind.VOCABULARY),
    (VocabularyValuesField, FieldKind.VALUES),
    (DerivedDayField, FieldKind.DERIVED_DAY),
    (models.DateTimeField, FieldKind.DATETIME),
    (models.DateField, FieldKind.DATE),
    (models.BooleanField, FieldKind.BOOLEAN),
    (models.IntegerField, FieldKind.INTEGER),
)
KINDS_BY_VALIDATOR = (
    (validate_address, FieldKind.ADDRESS),
    (validate_place, FieldKind.PLACE),
    (validate_places, FieldKind.PLACES),
    (validate_language, FieldKind.LANGUAGE),
    (validate_zone, FieldKind.TIME_ZONE),
)


@cache
def kind_of(field: models.Field) -> FieldKind:
    """What a column holds. TypeError for a class of field that no record has had so far."""
    if field.is_relation:
        return FieldKind.RELATIONS if field.many_to_many else FieldKind.RELATION
    for field_class, kind in KINDS_BY_CLASS:
        if isinstance(field, field_class):
            return kind
    if not isinstance(field, (models.CharField, models.TextField)):
        raise TypeError(f"{field!r} has no kind yet: give it one in KINDS_BY_CLASS")
    return next(
        (kind for validator, kind in KINDS_BY_VALIDATOR if validator in field.validators), FieldKind.TEXT
    )
