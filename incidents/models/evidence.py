"""How we know: sources, and the citations that tie each statement to a place in one of them."""

import re

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import CSLType, Derivation, IssuedBasis, Stance
from ..querysets import CitationQuerySet, SourceQuerySet
from .base import Record, Rule, StoryRecord, in_vocabulary, valid_edtf
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    address_field,
    language_field,
)
from .incident import Action, Incident
from .statement import Involvement, Justification, quote_field, short_quote


def plain(text):
    """Text without what printers and editors change: white space and the shape of quotation marks."""
    return re.sub(r"\s+", " ", re.sub("[\"'“”‘’«»„‚`]", "", text)).strip()


class Source(Record):
    """A document: article, post, filing, statement. A changed page is a new source."""

    citekey = models.SlugField(
        _("citation key"),
        max_length=100,
        unique=True,
        help_text=_("Publisher and date, for example hkfp-2020-06-12. Left empty, one is proposed."),
    )
    csl_type = VocabularyField(_("kind"), CSLType, default=CSLType.ARTICLE_NEWSPAPER)
    title = LineField(_("title"), max_length=500, help_text=_("As printed, in its own language."))
    author = LineField(_("author"), max_length=300, blank=True)
    container_title = LineField(
        _("outlet"), max_length=300, blank=True, help_text=_("The newspaper, site or series it appeared in.")
    )
    publisher = LineField(_("publisher"), max_length=300, blank=True, help_text=_("Who put it out."))
    issued_earliest = DerivedDayField()
    issued_latest = DerivedDayField()
    issued = EDTFField(_("date"), help_text=_("2020-06-12, 2020-06 or 2020; empty if it has none."))
    issued_basis = VocabularyField(_("how the date is known"), IssuedBasis, default=IssuedBasis.UNKNOWN)
    url = address_field(_("address"))
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
        help_text=_("The document it repeats. Two documents of one origin are one witness, not two."),
    )
    derivation_note = LineField(
        _("note on the derivation"),
        max_length=500,
        blank=True,
        help_text=_("How that is known: “closes with (Adapted from CNN.com)”. Public."),
    )
    accessed_on = models.DateField(
        _("read on"), null=True, blank=True, help_text=_("The day somebody of us read it. Needed to publish.")
    )
    captured_by = LineField(
        _("captured by"), max_length=200, blank=True, help_text=_("Never leaves these pages.")
    )
    content_text = TextField(
        _("kept text"), blank=True, help_text=_("Kept to check quotations. Never leaves these pages.")
    )
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Hides the whole source, and every citation of it.")
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
                message=_("An original is derived from nothing. Choose how this one was derived."),
            ),
        ]

    def __str__(self):
        return f"{self.citekey}: {self.title}"

    def natural_key(self):
        return (self.citekey,)

    def is_public(self):
        """Whether a published incident shows it."""
        return Source.objects.public().filter(pk=self.pk).exists()

    def contains(self, quote):
        """Whether the kept text has the quotation; its parts, where […] marks what was left out."""
        text, position = plain(self.content_text), 0
        for part in re.split(r"\[\s*(?:…|\.\.\.)\s*\]", quote):
            found = text.find(plain(part), position)
            if found < 0:
                return False
            position = found + len(plain(part))
        return True

    def clean(self):
        super().clean()
        before = Source.objects.filter(pk=self.pk).first() if self.pk else None
        if before and before.citekey != self.citekey and before.is_public():
            raise ValidationError(
                {
                    "citekey": _("A published incident cites this source, so its key stays “%s”.")
                    % before.citekey
                }
            )
        if bool(self.issued) == (self.issued_basis == IssuedBasis.UNKNOWN):
            raise ValidationError(
                {"issued_basis": _("Say how the date is known; “Not known” goes with an empty date.")}
            )


class Citation(StoryRecord):
    """One record, or one of its fields, tied to one place in one source."""

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
        verbose_name=_("justification"),
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
    field = models.CharField(
        _("field"),
        max_length=40,
        blank=True,
        help_text=_("The field it bears on, for example start or status. Empty: the record as a whole."),
    )
    stance = VocabularyField(_("stance"), Stance, default=Stance.SUPPORTS)
    quote = quote_field()
    locator = LineField(
        _("place in the source"), max_length=200, blank=True, help_text=_("Paragraph, page, minute.")
    )
    attribution = LineField(
        _("said by"),
        max_length=200,
        blank=True,
        help_text=_("Who says so in that source: “Humanitarian China”. Empty: the source itself."),
    )
    value_as_stated = LineField(
        _("value as stated"),
        max_length=300,
        blank=True,
        help_text=_("The value as the source puts it, where it differs from ours: “late May”."),
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
                condition=Q(action=None, justification=None)
                | Q(action=None, involvement=None)
                | Q(justification=None, involvement=None),
                name="citation_has_one_target",
                message=_("Cite one record at a time: an action, a justification or an involvement."),
            ),
            short_quote("citation"),
        ]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"

    @property
    def target(self):
        """The record that is cited: the incident itself where no part of it is named."""
        return self.action or self.justification or self.involvement or self.incident

    def clean(self):
        super().clean()
        for name in ("action", "justification", "involvement"):
            part = getattr(self, name)
            if part and part.incident_id != self.incident_id:
                raise ValidationError({name: _("This record belongs to another incident.")})
        if self.field:
            try:
                self.target._meta.get_field(self.field)
            except FieldDoesNotExist as error:
                raise ValidationError(
                    {"field": _("“%s” is not a field of the record cited.") % self.field}
                ) from error
        if (
            self.quote
            and self.source_id
            and self.source.content_text
            and not self.source.contains(self.quote)
        ):
            raise ValidationError({"quote": _("The kept text of the source does not have these words.")})
