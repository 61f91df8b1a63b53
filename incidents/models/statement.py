"""What was said, and the parts others played: justifications and involvements."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..choices import (
    NO_GROUNDS,
    Audience,
    Certainty,
    Ground,
    JustificationKind,
    Modality,
    OrderStatus,
    Outcome,
    Role,
)
from ..querysets import InvolvementQuerySet, JustificationQuerySet
from .action import Action
from .base import PartRecord, Rule, in_vocabulary, valid_edtf, values_in_vocabulary
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    VocabularyValuesField,
    address_field,
    language_field,
    place_field,
)
from .incident import EDTF_HELP, Incident
from .registry import Party

MAX_QUOTE_LENGTH = 1000


def quote_has_max_length(model):
    """A constraint on the length of `quote`: SQLite does not enforce the length of a column."""
    return Rule(
        condition=LessThanOrEqual(Length("quote"), MAX_QUOTE_LENGTH),
        name=f"{model}_quote_length",
        field="quote",
        message=_("A quotation can have at most 1,000 characters."),
    )


def quote_field():
    """A field for a quotation, word for word."""
    return LineField(
        _("quotation"),
        max_length=MAX_QUOTE_LENGTH,
        blank=True,
        help_text=_("Word for word, at most 1,000 characters. Mark omissions with […]."),
    )


class StatementRecord(PartRecord):
    """What justifications and involvements share: what they are about, a quotation, how it was said, and a date."""

    actions = models.ManyToManyField(
        Action,
        verbose_name=_("actions"),
        blank=True,
        related_name="%(class)ss",
        help_text=_("Those it is about. Choose none if it is about the incident as a whole."),
    )
    together_with = models.ManyToManyField(
        Party,
        verbose_name=_("together with"),
        blank=True,
        related_name="+",
        help_text=_("Others who made the same statement, or did the same, if they are parties on record."),
    )
    modality = VocabularyField(_("how it was said"), Modality, default=Modality.ASSERTED)
    quote = quote_field()
    quote_language = language_field(_("language of the quotation"))
    is_translation = models.BooleanField(_("the quotation is a translation"), default=False)
    note = TextField(
        _("note"), blank=True, help_text=_("In our own words, if there is no quotation. Public.")
    )
    date_earliest = DerivedDayField()
    date_latest = DerivedDayField()
    date = EDTFField(_("date"), help_text=EDTF_HELP)
    legal_basis = LineField(
        _("legal basis"),
        max_length=300,
        blank=True,
        help_text=_("The law or order, as the statement names it."),
    )

    _history_m2m_fields = ("actions", "together_with")

    class Meta:
        abstract = True


class Justification(StatementRecord):
    """A stated reason: what the platform, or the authority behind it, said about why. A changed reason is a new record."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="justifications"
    )
    kind = VocabularyField(_("kind"), JustificationKind)
    ground = VocabularyField(_("stated reason"), Ground)
    further_grounds = VocabularyValuesField(
        _("further stated reasons"),
        Ground,
        without=NO_GROUNDS,
        blank=True,
        help_text=_(
            "If the statement gives several reasons at once. Hold down “Control”, or “Command” on a Mac, to select more than "
            "one."
        ),
    )
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
        help_text=_(
            "Someone who speaks for the platform and is not a party on record: “a spokesperson”. Record an authority as a "
            "party."
        ),
    )
    audience = VocabularyField(
        _("audience"),
        Audience,
        default=Audience.UNKNOWN,
        help_text=_("Record a notice to the holder and a statement to the press separately."),
    )
    reference_url = address_field(_("rule or law"), help_text=_("URL of the rule or law named."))
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
        verbose_name = _("stated reason")
        verbose_name_plural = _("stated reasons")
        ordering = ["incident", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="justification_number_once"),
            in_vocabulary("justification", "kind", JustificationKind),
            in_vocabulary("justification", "ground", Ground),
            values_in_vocabulary("justification", "further_grounds", Ground, without=NO_GROUNDS),
            Rule(
                condition=Q(further_grounds="") | ~Q(ground__in=sorted(NO_GROUNDS)),
                name="justification_further_grounds_follow_one",
                field="further_grounds",
                message=_("Choose the first of several reasons as the stated reason."),
            ),
            in_vocabulary("justification", "modality", Modality),
            in_vocabulary("justification", "audience", Audience),
            valid_edtf("justification", "date"),
            quote_has_max_length("justification"),
            Rule(
                condition=~Q(quote="") | ~Q(note=""),
                name="justification_has_words",
                field="quote",
                message=_("Enter a quotation, or a note in our own words."),
            ),
            Rule(
                condition=(Q(speaker=None) & ~Q(speaker_text=""))
                | (Q(speaker__isnull=False) & Q(speaker_text="")),
                name="justification_has_one_speaker",
                field="speaker_text",
                message=_("Name one speaker, either as a party or in words."),
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
        if self.ground in self.further_grounds.split():
            raise ValidationError({"further_grounds": _("This is already the stated reason.")})
        if self.supersedes_id and self.supersedes.incident_id != self.incident_id:
            raise ValidationError({"supersedes": _("This statement belongs to another incident.")})


class Involvement(StatementRecord):
    """The part another party played in the incident, and with what certainty."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="involvements"
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
    status = VocabularyField(
        _("does the order or law still stand?"),
        OrderStatus,
        default=OrderStatus.NOT_APPLICABLE,
        help_text=_("For an order, demand or law: an order can stand though the action was undone."),
    )
    country = place_field(_("country"), help_text=_("Whose law or authority it was: an ISO 3166 code."))

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
            in_vocabulary("involvement", "status", OrderStatus),
            in_vocabulary("involvement", "modality", Modality),
            valid_edtf("involvement", "date"),
            quote_has_max_length("involvement"),
            Rule(
                condition=(Q(party=None) & ~Q(party_text="")) | (Q(party__isnull=False) & Q(party_text="")),
                name="involvement_has_one_party",
                field="party_text",
                message=_("Name one party, either from the list or in words."),
            ),
        ]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"


# As with a speaker, a party is not deleted while it is named here; Django gives such relations no way to say so.
for _model in (Justification, Involvement):
    _model.together_with.through._meta.get_field("party").remote_field.on_delete = models.PROTECT


@receiver(m2m_changed, sender=Justification.actions.through)
@receiver(m2m_changed, sender=Involvement.actions.through)
def refuse_actions_of_others(action, instance, model, pk_set, using, **kwargs):
    """However it is written, a statement is about actions of its own incident. Raises ValidationError."""
    if action != "pre_add":
        return
    if model.objects.using(using).filter(pk__in=pk_set).exclude(incident=instance.incident_id).exists():
        raise ValidationError({"actions": _("These actions belong to another incident.")})
