"""What was said and who else had a part: justifications and involvements."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from ..choices import Audience, Certainty, Ground, JustificationKind, Modality, Outcome, Role
from ..querysets import InvolvementQuerySet, JustificationQuerySet
from .base import Rule, StoryRecord, in_vocabulary, valid_edtf
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    address_field,
    language_field,
    place_field,
)
from .incident import EDTF_HELP, Action, Incident
from .registry import Party

QUOTE_LIMIT = 1000


def short_quote(model):
    """Quotations stay short on either database; SQLite alone would let a longer one pass."""
    return Rule(
        condition=LessThanOrEqual(Length("quote"), QUOTE_LIMIT),
        name=f"{model}_quote_length",
        field="quote",
        message=_("A quotation has at most 1,000 characters."),
    )


def quote_field():
    """Words as they were said."""
    return LineField(
        _("quotation"),
        max_length=QUOTE_LIMIT,
        blank=True,
        help_text=_("The very words, at most 1,000 characters. Mark what is left out with […]."),
    )


class SpokenRecord(StoryRecord):
    """What a justification and an involvement have in common: words, their language and their date."""

    modality = VocabularyField(_("how it was said"), Modality, default=Modality.ASSERTED)
    quote = quote_field()
    quote_language = language_field(_("language of the quotation"))
    is_translation = models.BooleanField(_("the quotation is a translation"), default=False)
    note = TextField(
        _("note"), blank=True, help_text=_("In our own words, where there is no quotation. Public.")
    )
    date_earliest = DerivedDayField()
    date_latest = DerivedDayField()
    date = EDTFField(_("date"), help_text=EDTF_HELP)
    legal_basis = LineField(
        _("legal basis"), max_length=300, blank=True, help_text=_("The law or order named, as named.")
    )

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.action_id and self.action.incident_id != self.incident_id:
            raise ValidationError({"action": _("This action belongs to another incident.")})


class Justification(SpokenRecord):
    """A stated reason: what the platform, or the authority behind it, said about why. A changed story is a second one."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="justifications"
    )
    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="justifications",
        help_text=_("Empty: it is about the whole incident."),
    )
    kind = VocabularyField(_("kind"), JustificationKind)
    ground = VocabularyField(_("ground"), Ground)
    speaker = models.ForeignKey(
        Party,
        verbose_name=_("speaker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="justifications",
    )
    speaker_text = LineField(
        _("speaker in words"),
        max_length=200,
        blank=True,
        help_text=_("Where the speaker is no party: “a spokesperson”."),
    )
    audience = VocabularyField(
        _("said to whom"),
        Audience,
        default=Audience.UNKNOWN,
        help_text=_("A notice to the holder and a line to the press are two facts."),
    )
    reference_url = address_field(_("rule or law"), help_text=_("The address of the rule or law named."))
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("replaces or contradicts"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="superseded_by",
    )

    objects = JustificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("justification")
        verbose_name_plural = _("justifications")
        ordering = ["incident", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="justification_number_once"),
            in_vocabulary("justification", "kind", JustificationKind),
            in_vocabulary("justification", "ground", Ground),
            in_vocabulary("justification", "modality", Modality),
            in_vocabulary("justification", "audience", Audience),
            valid_edtf("justification", "date"),
            short_quote("justification"),
            Rule(
                condition=~Q(quote="") | ~Q(note=""),
                name="justification_has_words",
                field="quote",
                message=_("Give the quotation, or a note in our own words."),
            ),
            Rule(
                condition=(Q(speaker=None) & ~Q(speaker_text=""))
                | (Q(speaker__isnull=False) & Q(speaker_text="")),
                name="justification_has_one_speaker",
                field="speaker_text",
                message=_("Name one speaker: a party, or in words."),
            ),
            Rule(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")),
                name="justification_not_its_own_successor",
                field="supersedes",
                message=_("A statement cannot replace itself."),
            ),
        ]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"

    def clean(self):
        super().clean()
        if self.supersedes_id and self.supersedes.incident_id != self.incident_id:
            raise ValidationError({"supersedes": _("That statement belongs to another incident.")})


class Involvement(SpokenRecord):
    """Another party's part in the story, with how certain it is."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="involvements"
    )
    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="involvements",
        help_text=_("Empty: it is about the whole incident."),
    )
    party = models.ForeignKey(
        Party,
        verbose_name=_("party"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="involvements",
    )
    party_text = LineField(_("party in words"), max_length=200, blank=True)
    role = VocabularyField(_("role"), Role)
    certainty = VocabularyField(_("certainty"), Certainty, default=Certainty.ALLEGED)
    outcome = VocabularyField(_("outcome"), Outcome, default=Outcome.UNKNOWN)
    country = place_field(_("country"), help_text=_("Whose authority or law it was, as an ISO 3166 code."))

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        verbose_name = _("involvement")
        verbose_name_plural = _("involvements")
        ordering = ["incident", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="involvement_number_once"),
            in_vocabulary("involvement", "role", Role),
            in_vocabulary("involvement", "certainty", Certainty),
            in_vocabulary("involvement", "outcome", Outcome),
            in_vocabulary("involvement", "modality", Modality),
            valid_edtf("involvement", "date"),
            short_quote("involvement"),
            Rule(
                condition=(Q(party=None) & ~Q(party_text="")) | (Q(party__isnull=False) & Q(party_text="")),
                name="involvement_has_one_party",
                field="party_text",
                message=_("Name one party: from the list, or in words."),
            ),
        ]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"
