"""The evidence: sources, and the citations that tie a record to a place in one of them."""

import re
from functools import reduce
from operator import and_, or_

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from ..choices import CSLType, Derivation, IssuedBasis, Stance
from ..names import NameKind
from ..querysets import CitationQuerySet, SourceQuerySet
from ..shown import CITED_RECORDS, NAMING_FIELDS
from .account import Account
from .action import Action
from .base import PartRecord, Record, Rule, in_vocabulary, valid_edtf
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    address_field,
    language_field,
)
from .incident import Incident
from .merge import refuse_merged_key
from .registry import Party, Platform, name_errors
from .statement import Involvement, Justification, quote_field, quote_has_max_length

# What a citation is about if not the incident itself: one of these.
TARGETS = ("action", "justification", "involvement", *CITED_RECORDS)
# What a note shows. Citations of an incident that are alike in it are one note.
NOTE_FIELDS = ("source", "stance", "quote", "quote_language", "is_translation", "locator", "attribution")
# Texts of which one has the translation for all citations of the incident that are alike in these fields.
TRANSLATED_ONCE = {"quote": NOTE_FIELDS, "locator": ("locator",), "attribution": ("attribution",)}
# Facts of platforms, parties and accounts that can be cited, by field.
CITABLE_FIELDS = {
    "platform": ("operator", "operator_country", "kind", "aliases"),
    "party": ("kind", "country", *NAMING_FIELDS),
    "account": ("holder", "kind", "plan", "succeeded_by"),
}


def comparable(text):
    """The text without quotation marks and with single spaces, since printers and editors change both."""
    return re.sub(r"\s+", " ", re.sub("[\"'“”‘’«»„‚`]", "", text)).strip()


class Source(Record):
    """A document: an article, post, filing or statement. A page that has changed is a new source."""

    citekey = models.SlugField(
        _("citation key"),
        max_length=100,
        unique=True,
        help_text=_("Publisher and date, for example hkfp-2020-06-12. If left empty, one is proposed."),
    )
    csl_type = VocabularyField(_("kind"), CSLType, default=CSLType.ARTICLE_NEWSPAPER)
    title = LineField(_("title"), max_length=500, help_text=_("The original title, in its own language."))
    author = LineField(_("author"), max_length=300, blank=True)
    container_title = LineField(
        _("published in"), max_length=300, blank=True, help_text=_("The newspaper, site or series.")
    )
    publisher = LineField(
        _("publisher"),
        max_length=300,
        blank=True,
        help_text=_("The person or organisation that published it."),
    )
    issued_earliest = DerivedDayField()
    issued_latest = DerivedDayField()
    issued = EDTFField(_("date"), help_text=_("2020-06-12, 2020-06 or 2020. Leave empty if it has none."))
    issued_basis = VocabularyField(_("how the date is known"), IssuedBasis, default=IssuedBasis.UNKNOWN)
    url = address_field(_("URL"))
    private_url = address_field(
        _("private URL"),
        help_text=_(
            "Private: never published. Enter the URL here, not above, if the address itself names someone who must not be "
            "named. Readers then see publisher, date and title: choose a title that names no one."
        ),
    )
    archived_url = address_field(_("archived copy"), help_text=_("For example at web.archive.org."))
    language = language_field(_("language"))
    derivation = VocabularyField(_("derivation"), Derivation, default=Derivation.ORIGINAL)
    derived_from = models.ForeignKey(
        "self",
        verbose_name=_("derived from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="derivatives",
        help_text=_("The document it repeats. Two documents that go back to one report count as one source."),
    )
    derivation_note = LineField(
        _("note on the derivation"),
        max_length=500,
        blank=True,
        help_text=_("How we know: “closes with (Adapted from CNN.com)”. Public."),
    )
    accessed_on = models.DateField(
        _("accessed on"), null=True, blank=True, help_text=_("Date we accessed it. Required to publish.")
    )
    captured_by = LineField(
        _("captured by"), max_length=200, blank=True, help_text=_("Private: never published.")
    )
    notes = TextField(_("notes"), blank=True, help_text=_("Private: never published."))
    content_text = TextField(
        _("saved text"),
        blank=True,
        help_text=_("Saved to check quotations against. Private: never published."),
    )
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Hides the whole source and every citation of it.")
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["citekey"]
        constraints = [
            in_vocabulary("source", "csl_type", CSLType),
            in_vocabulary("source", "issued_basis", IssuedBasis),
            in_vocabulary("source", "derivation", Derivation),
            valid_edtf("source", "issued"),
            Rule(
                condition=Q(derived_from=None)
                | (~Q(derived_from=F("id")) & ~Q(derivation=Derivation.ORIGINAL)),
                name="source_original_is_not_derived",
                field="derivation",
                message=_(
                    "An original is not derived from another document. Choose how this one was derived."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.citekey}: {self.title}"

    def natural_key(self):
        return (self.citekey,)

    def is_public(self):
        """Whether a published incident shows this source."""
        return Source.objects.public().filter(pk=self.pk).exists()

    @property
    def private_values(self):
        """Addresses that no public text may contain, each with its kind."""
        addresses = [self.private_url, *([self.url, self.archived_url] if self.is_confidential else [])]
        return [(address, NameKind.ADDRESS) for address in addresses if address]

    def contains(self, quote):
        """Whether the saved text contains the quotation, or its parts in order where […] marks an omission."""
        text, position = comparable(self.content_text), 0
        for part in re.split(r"\[\s*(?:…|\.\.\.)\s*\]", quote):
            start = text.find(comparable(part), position)
            if start < 0:
                return False
            position = start + len(comparable(part))
        return True

    def clean(self):
        super().clean()
        stored = Source.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is None or stored.citekey != self.citekey:
            refuse_merged_key(self, "citekey")
        if stored and stored.citekey != self.citekey and stored.is_public():
            raise ValidationError(
                {
                    "citekey": _("A published incident cites this source, so its key must stay “%s”.")
                    % stored.citekey
                }
            )
        if bool(self.issued) == (self.issued_basis == IssuedBasis.UNKNOWN):
            raise ValidationError(
                {"issued_basis": _("Say how the date is known; “Not known” goes with an empty date.")}
            )
        addresses = {"url": self.url, "archived_url": self.archived_url}
        if not self.is_confidential and (errors := name_errors(self.private_values, addresses)):
            raise ValidationError(errors)


class Citation(PartRecord):
    """Ties one record, or one field of it, to one place in one source."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="citations"
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="citations"
    )
    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
    )
    justification = models.ForeignKey(
        Justification,
        verbose_name=_("stated reason"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
    )
    involvement = models.ForeignKey(
        Involvement,
        verbose_name=_("involvement"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="citations",
        help_text=_("For its operator, country, kind or other names: a platform that this incident shows."),
    )
    party = models.ForeignKey(
        Party,
        verbose_name=_("party"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="citations",
        help_text=_("For its kind or country, or for why it may be named: a party that this incident shows."),
    )
    account = models.ForeignKey(
        Account,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="citations",
        help_text=_("For whose it is or its kind: an account that this incident shows."),
    )
    field = models.CharField(
        _("field"),
        max_length=40,
        blank=True,
        help_text=_(
            "The field it supports or contradicts, for example start. Leave empty for the record as a whole."
        ),
    )
    stance = VocabularyField(_("support or contradiction"), Stance, default=Stance.SUPPORTS)
    quote = quote_field()
    quote_language = language_field(
        _("language of the quotation"), help_text=_("BCP 47 tag. If left empty: the language of the source.")
    )
    is_translation = models.BooleanField(_("the quotation is a translation"), default=False)
    locator = LineField(
        _("place in the source"), max_length=200, blank=True, help_text=_("Paragraph, page or minute.")
    )
    attribution = LineField(
        _("said by"),
        max_length=200,
        blank=True,
        help_text=_(
            "Who says so in the source, for example Humanitarian China. Leave empty for the source itself."
        ),
    )
    value_as_stated = LineField(
        _("source’s words"),
        max_length=300,
        blank=True,
        help_text=_(
            "The words in the quotation that state the value, word for word: “late May”. Leave empty if none do."
        ),
    )
    reading = TextField(
        _("our reading"),
        blank=True,
        help_text=_(
            "What we conclude from the quotation, or another note on this citation, in our own words. Public."
        ),
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["incident", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="citation_number_once"),
            in_vocabulary("citation", "stance", Stance),
            Rule(
                condition=reduce(or_, (Q(**dict.fromkeys(set(TARGETS) - {name})) for name in TARGETS)),
                name="citation_has_one_target",
                message=_(
                    "Choose at most one: an action, a stated reason, an involvement, a platform, a party or an account."
                ),
            ),
            Rule(
                condition=reduce(
                    and_,
                    (
                        Q(**{name: None}) | Q(field__in=["", *fields])
                        for name, fields in CITABLE_FIELDS.items()
                    ),
                ),
                name="citation_field_can_be_cited",
                field="field",
                message=_("This field of a platform, party or account cannot be cited."),
            ),
            quote_has_max_length("citation"),
            Rule(
                condition=Q(value_as_stated="")
                | Q(GreaterThan(StrIndex(F("quote"), F("value_as_stated")), 0)),
                name="citation_value_is_in_quote",
                field="value_as_stated",
                message=_(
                    "The quotation does not contain these words. Copy them from it, or write our reading instead."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"

    @property
    def target(self):
        """The record this is about: a part of the incident, a record it shows, or the incident itself."""
        return next(filter(None, (getattr(self, name) for name in TARGETS)), None) or self.incident

    def clean(self):
        super().clean()
        for name in ("action", "justification", "involvement"):
            part = getattr(self, name)
            if part and part.incident_id != self.incident_id:
                raise ValidationError({name: _("This record belongs to another incident.")})
        for name in CITED_RECORDS:
            record = getattr(self, name)
            if record and not type(record).objects.shown_by(self.incident).filter(pk=record.pk).exists():
                raise ValidationError({name: _("This incident does not show “%s”.") % record})
        if self.party and not self.party.name_public and self.field in NAMING_FIELDS:
            raise ValidationError(
                {"field": _("This is private, since the name of this party is not public.")}
            )
        if self.field:
            try:
                self.target._meta.get_field(self.field)
            except FieldDoesNotExist as error:
                raise ValidationError(
                    {"field": _("“%s” is not a field of the record this citation is about.") % self.field}
                ) from error
        if (
            self.quote
            and self.source_id
            and self.source.content_text
            and not self.source.contains(self.quote)
        ):
            raise ValidationError({"quote": _("The saved text of the source does not contain these words.")})
