"""Actions: what platforms did, or are said to have done, to accounts."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import (
    NOT_APPLIED,
    ActionType,
    Automation,
    EndCause,
    MemberKind,
    Occurrence,
    ReasonStatus,
    Scope,
    StartBasis,
    Status,
    Term,
    not_counted,
)
from ..querysets import ActionQuerySet
from .account import Account
from .base import PartRecord, Rule, in_vocabulary, valid_edtf
from .dates import hour_fits, refuse_future, refuse_too_early
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    validate_places,
    validate_zone,
)
from .incident import EDTF_HELP, Incident

HOUR_FIELDS = ("start_at_from", "start_at_to", "end_at_from", "end_at_to")
# PostgreSQL's integer holds about twice this number; SQLite would accept more.
MAX_ACCOUNTS = 1_000_000_000
RULES = [
    models.UniqueConstraint(fields=["incident", "seq"], name="action_number_once"),
    in_vocabulary("action", "type", ActionType),
    in_vocabulary("action", "occurrence", Occurrence),
    in_vocabulary("action", "start_basis", StartBasis),
    in_vocabulary("action", "status", Status),
    in_vocabulary("action", "end_cause", EndCause),
    in_vocabulary("action", "term", Term),
    in_vocabulary("action", "scope", Scope),
    in_vocabulary("action", "automation", Automation),
    in_vocabulary("action", "reason_status", ReasonStatus),
    valid_edtf("action", "start"),
    valid_edtf("action", "end"),
    valid_edtf("action", "expected_end"),
    valid_edtf("action", "status_as_of"),
    valid_edtf("action", "accounts_as_of"),
    in_vocabulary("action", "member_kind", MemberKind),
    Rule(
        condition=Q(end_at_from=None) | Q(end_at_to=None) | Q(end_at_from__lte=F("end_at_to")),
        name="action_end_hours_in_order",
        field="end_at_to",
        message=_("“Ended not before” is later than “ended not after”."),
    ),
    Rule(
        condition=Q(start_at_from=None) | Q(end_at_to=None) | Q(start_at_from__lte=F("end_at_to")),
        name="action_hours_start_before_end",
        field="end_at_to",
        message=_("It ended before it began."),
    ),
    Rule(
        condition=Q(start_is_span=False) | Q(start__contains="/"),
        name="action_span_is_interval",
        field="start_is_span",
        message=_("A period needs a start that is an interval, for example 2020-01/2020-03."),
    ),
    Rule(
        condition=Q(start_earliest=None) | Q(end_latest=None) | Q(start_earliest__lte=F("end_latest")),
        name="action_starts_before_it_ends",
        field="end",
        message=_("The end is before the start."),
    ),
    Rule(
        condition=Q(start_earliest=None)
        | Q(expected_end_latest=None)
        | Q(start_earliest__lte=F("expected_end_latest")),
        name="action_starts_before_announced_end",
        field="expected_end",
        message=_("The announced end is before the start."),
    ),
    Rule(
        condition=Q(start_at_from=None) | Q(start_at_to=None) | Q(start_at_from__lte=F("start_at_to")),
        name="action_hours_in_order",
        field="start_at_to",
        message=_("“Not after” is earlier than “not before”."),
    ),
    Rule(
        condition=~Q(status=Status.IN_FORCE) | Q(end="", end_text=""),
        name="action_in_force_has_no_end",
        field="status",
        message=_("An action in force has no end. Change the status or remove the end."),
    ),
    Rule(
        condition=~Q(occurrence__in=sorted(NOT_APPLIED)) | Q(status=Status.NEVER_APPLIED),
        name="action_not_applied_status",
        field="status",
        message=_("An action that was not applied must have the status “Never applied”."),
    ),
    Rule(
        condition=(Q(scope=Scope.LISTED_COUNTRIES) & ~Q(countries=""))
        | Q(scope=Scope.HOLDER_LOCATION)
        | (~Q(scope__in=[Scope.LISTED_COUNTRIES, Scope.HOLDER_LOCATION]) & Q(countries="")),
        name="action_listed_places",
        field="countries",
        message=_("List places if, and only if, it applied “In the places listed”."),
    ),
    Rule(
        condition=Q(expected_end="") | Q(term__in=[Term.FIXED, Term.MIXED]),
        name="action_announced_end_has_term",
        field="term",
        message=_("An announced end requires the term “For a stated period” or “Mixed”."),
    ),
    Rule(
        condition=Q(accounts_min=None) | Q(accounts_min__gte=1),
        name="action_at_least_one_account",
        field="accounts_min",
        message=_("There must be at least one account."),
    ),
    Rule(
        condition=Q(accounts_max=None)
        | (Q(accounts_max__gte=1) & (Q(accounts_min=None) | Q(accounts_min__lte=F("accounts_max")))),
        name="action_account_numbers_in_order",
        field="accounts_max",
        message=_("“At most” must be at least 1 and not less than “at least”."),
    ),
]


def number_of_accounts(label):
    return models.PositiveIntegerField(
        label,
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_ACCOUNTS)],
        help_text=_("Leave empty if not known."),
    )


class Action(PartRecord):
    """One thing a platform did, or is said to have done, to one account."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="actions"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="actions"
    )
    type = VocabularyField(
        _("what was done"),
        ActionType,
        default=ActionType.UNKNOWN,
        help_text=_(
            "“Suspended” if the account could not be used at all and no source says that this was final, whatever the source "
            "calls it. “Closed” needs a source that says it was final, “locked” one that says what the holder had to do. "
            "“Type not known” only if no source says whether the account could be used."
        ),
    )
    occurrence = VocabularyField(_("whether it happened"), Occurrence, default=Occurrence.REPORTED)
    start_earliest = DerivedDayField()
    start_latest = DerivedDayField()
    start = EDTFField(_("start"), help_text=EDTF_HELP)
    start_is_span = models.BooleanField(
        _("it went on over this period"),
        default=False,
        help_text=_(
            "The start is an interval over which the action was carried out step by step, not a moment within it."
        ),
    )
    start_text = LineField(
        _("start in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "In the source’s wording: “On June 7th, Around 10 PM EST”. Required to publish if there is no date."
        ),
    )
    start_basis = VocabularyField(_("what the start date refers to"), StartBasis, default=StartBasis.REPORTED)
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[validate_zone],
        help_text=_("The IANA time zone whose calendar the dates follow, for example America/New_York."),
    )
    start_at_from = models.DateTimeField(
        _("not before (UTC)"), null=True, blank=True, help_text=_("Only if hours matter.")
    )
    start_at_to = models.DateTimeField(
        _("not after (UTC)"), null=True, blank=True, help_text=_("Only if hours matter.")
    )
    end_earliest = DerivedDayField()
    end_latest = DerivedDayField()
    end = EDTFField(
        _("end"),
        help_text=_("When it was undone, as someone observed or said. Not the end of an announced term."),
    )
    end_at_from = models.DateTimeField(
        _("ended not before (UTC)"), null=True, blank=True, help_text=_("Fill in only if hours matter.")
    )
    end_at_to = models.DateTimeField(
        _("ended not after (UTC)"), null=True, blank=True, help_text=_("Fill in only if hours matter.")
    )
    end_text = LineField(_("end in words"), max_length=200, blank=True)
    duration_text = LineField(
        _("duration in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "How long it lasted, in the source’s wording: “for eight days”. What was announced is the term in words."
        ),
    )
    expected_end_earliest = DerivedDayField()
    expected_end_latest = DerivedDayField()
    expected_end = EDTFField(
        _("announced end"), help_text=_("When an announced term was to run out. Never shown as the end.")
    )
    status = VocabularyField(_("status"), Status, default=Status.UNKNOWN)
    status_as_of_earliest = DerivedDayField()
    status_as_of_latest = DerivedDayField()
    status_as_of = EDTFField(
        _("status as of"),
        help_text=_(
            "The date the source speaks of. On the form for a new incident, it defaults to the date of the source."
        ),
    )
    end_cause = VocabularyField(_("why it ended"), EndCause, default=EndCause.UNKNOWN)
    term = VocabularyField(_("announced term"), Term, default=Term.UNKNOWN)
    term_text = LineField(_("term in words"), max_length=200, blank=True)
    scope = VocabularyField(_("where it applied"), Scope, default=Scope.UNKNOWN)
    countries = models.CharField(
        _("places"),
        max_length=600,
        blank=True,
        validators=[validate_places],
        help_text=_("ISO 3166 codes in alphabetical order, separated by spaces: CN HK."),
    )
    scope_text = LineField(
        _("where it applied, in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "In the source’s wording, if codes cannot say it: “for users in the region”, “except in Germany”."
        ),
    )
    accounts_min = number_of_accounts(_("accounts, at least"))
    accounts_max = number_of_accounts(_("accounts, at most"))
    accounts_text = LineField(
        _("accounts in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "In the source’s wording: “dozens”, “about 2,000”. Enter bounds only where the words set them: “more than 1,000” is "
            "at least 1001, “dozens” has none."
        ),
    )
    accounts_as_of_earliest = DerivedDayField()
    accounts_as_of_latest = DerivedDayField()
    accounts_as_of = EDTFField(
        _("number of accounts as of"), help_text=_("The day for which the source gives it.")
    )
    member_kind = VocabularyField(
        _("what the set consists of"),
        MemberKind,
        default=MemberKind.NOT_APPLICABLE,
        help_text=_("For a set of accounts: what was counted."),
    )
    automation = VocabularyField(_("who decided"), Automation, default=Automation.UNKNOWN)
    reason_status = VocabularyField(
        _("reason given"),
        ReasonStatus,
        default=ReasonStatus.NOT_RECORDED,
        help_text=_("Record what was said as a stated reason."),
    )

    note = TextField(
        _("note"),
        blank=True,
        help_text=_("Public, in our own words: which post it was about, what “other” means, what came back."),
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["incident", "seq"]
        constraints = RULES
        indexes = [models.Index(fields=["start_earliest"], name="action_start")]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"

    @property
    def counted(self):
        """Whether this is counted as an account action."""
        return not self.not_counted_because

    @property
    def not_counted_because(self):
        """Why this is not counted as an account action, as a `NotCounted`; empty if it is counted."""
        return not_counted(self.incident.kind, self.occurrence, self.status, self.account.kind, self.type)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        """Delete it with what is about it alone: without it, that would be about the incident as a whole."""
        for about in (*self.justifications.all(), *self.involvements.all()):
            if about.actions.count() == 1:
                about.delete()
        return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.account_id and not self.account.platform_id:
            others = Action.objects.filter(account=self.account_id).exclude(incident=self.incident_id)
            if others.exists():
                raise ValidationError(
                    {
                        "account": _(
                            "No source names the platform of this account, so nobody knows whether it is the one in another"
                            " incident. Add a separate account."
                        )
                    }
                )
        hours = {name: getattr(self, name) for name in HOUR_FIELDS}
        if any(hours.values()) and not self.timezone:
            raise ValidationError({"timezone": _("Hours require the time zone they refer to.")})
        for name, moment in hours.items():
            if moment and not hour_fits(name, moment, getattr(self, name.partition("_")[0])):
                raise ValidationError({name: _("This hour is not on the date given.")})
        if self.start_basis not in (StartBasis.ANNOUNCED, StartBasis.PLANNED_FOR):
            refuse_future(start=self.start)
        refuse_future(end=self.end, status_as_of=self.status_as_of, accounts_as_of=self.accounts_as_of)
        refuse_too_early(start=self.start, end=self.end, status_as_of=self.status_as_of)
        begun, as_of = self.start_earliest, self.status_as_of_latest
        if begun and as_of and as_of < begun and self.status not in (Status.UNKNOWN, Status.NEVER_APPLIED):
            raise ValidationError({"status_as_of": _("The status is as of a day before the action began.")})
