"""Incidents and the actions in them."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import (
    NOT_APPLIED,
    ActionType,
    Automation,
    EndCause,
    IncidentKind,
    Occurrence,
    Publication,
    ReasonStatus,
    Scope,
    StartBasis,
    Status,
    Term,
    not_counted,
)
from ..querysets import ActionQuerySet, IncidentQuerySet
from .base import PartRecord, Record, Rule, in_vocabulary, valid_edtf
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
    validate_places,
    validate_zone,
)
from .registry import Account

# PostgreSQL's integer holds about twice this number; SQLite would accept more.
MAX_ACCOUNTS = 1_000_000_000
EDTF_HELP = _(
    "2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known."
)


class Incident(Record):
    """What happened, as one story that can be cited by its `ref`."""

    ref = models.SlugField(
        _("ref"),
        max_length=100,
        unique=True,
        help_text=_("Year, platform and account holder: 2020-zoom-humanitarian-china. Fixed once published."),
    )
    title = LineField(
        _("title"),
        max_length=200,
        help_text=_(
            "Who did what to whom, in one sentence: “Zoom shuts down the account of Humanitarian China”."
        ),
    )
    summary = TextField(
        _("summary"),
        blank=True,
        help_text=_(
            "Two to six sentences in our own words, in Markdown. Say only what a cited source says, and keep its “if” "
            "and “seems”. Required to publish."
        ),
    )
    kind = VocabularyField(_("kind"), IncidentKind, default=IncidentKind.ACCOUNT_ACTION)
    date_earliest = DerivedDayField()
    date_latest = DerivedDayField()
    date = EDTFField(_("date of a background event"), help_text=EDTF_HELP)
    date_text = LineField(
        _("date in words"),
        max_length=200,
        blank=True,
        help_text=_("In the source's wording. Only for background events."),
    )
    publication = VocabularyField(_("publication"), Publication, default=Publication.DRAFT)
    published_at = models.DateTimeField(_("first published at"), null=True, blank=True, editable=False)
    withdrawn_reason = TextField(
        _("why it was withdrawn"), blank=True, help_text=_("Readers see this instead of the incident.")
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text=_("The published incident that covers this one now. Readers are redirected to it."),
    )
    editor_notes = TextField(_("editors' notes"), blank=True, help_text=_("Private: never published."))

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["ref"]
        permissions = [("publish_incident", _("Can publish, withdraw and change published incidents"))]
        indexes = [models.Index(fields=["publication", "kind"], name="incident_publication")]
        constraints = [
            in_vocabulary("incident", "kind", IncidentKind),
            in_vocabulary("incident", "publication", Publication),
            valid_edtf("incident", "date"),
            Rule(
                condition=Q(kind=IncidentKind.CONTEXT) | Q(date="", date_text=""),
                name="incident_date_is_for_context",
                field="date",
                message=_(
                    "Only a background event has a date of its own. Other incidents have the dates of their actions."
                ),
            ),
            Rule(
                condition=Q(merged_into=None)
                | (Q(publication=Publication.WITHDRAWN) & ~Q(merged_into=F("id"))),
                name="incident_merged_is_withdrawn",
                field="merged_into",
                message=_("A merged incident must be withdrawn, and merged into a different incident."),
            ),
            Rule(
                condition=~Q(publication=Publication.WITHDRAWN)
                | ~Q(withdrawn_reason="")
                | Q(merged_into__isnull=False),
                name="incident_withdrawn_has_reason",
                field="withdrawn_reason",
                message=_("Say why it was withdrawn. Readers see this text."),
            ),
            Rule(
                condition=~Q(publication=Publication.PUBLISHED) | Q(published_at__isnull=False),
                name="incident_published_has_moment",
                field="publication",
                message=_("Use the action “Publish”, which checks the incident first."),
            ),
        ]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.ref,)

    def get_absolute_url(self):
        return reverse("incident", args=[self.ref])

    def clean(self):
        super().clean()
        stored = Incident.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.published_at and stored.ref != self.ref:
            raise ValidationError(
                {"ref": _("This incident was published as “%s”, so its ref cannot change.") % stored.ref}
            )
        if target := self.merged_into:
            if target.publication != Publication.PUBLISHED:
                raise ValidationError(
                    {"merged_into": _("An incident can only be merged into a published one.")}
                )
            seen = {self.pk}
            while target:
                if target.pk in seen:
                    raise ValidationError({"merged_into": _("This would merge the two into each other.")})
                seen.add(target.pk)
                target = target.merged_into


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
            "“Shut down” alone does not say whether it was suspended or closed: choose “Type not known”."
        ),
    )
    occurrence = VocabularyField(_("whether it happened"), Occurrence, default=Occurrence.REPORTED)
    start_earliest = DerivedDayField()
    start_latest = DerivedDayField()
    start = EDTFField(_("start"), help_text=EDTF_HELP)
    start_text = LineField(
        _("start in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "In the source's wording: “On June 7th, Around 10 PM EST”. Required to publish if there is no date."
        ),
    )
    start_basis = VocabularyField(
        _("what the start date refers to"),
        StartBasis,
        default=StartBasis.REPORTED,
    )
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
    end_text = LineField(_("end in words"), max_length=200, blank=True)
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
    term = VocabularyField(_("announced term"), Term, default=Term.UNSTATED)
    term_text = LineField(_("term in words"), max_length=200, blank=True)
    scope = VocabularyField(_("where it applied"), Scope, default=Scope.UNKNOWN)
    countries = models.CharField(
        _("places"),
        max_length=600,
        blank=True,
        validators=[validate_places],
        help_text=_("ISO 3166 codes in alphabetical order, separated by spaces: CN HK."),
    )
    accounts_min = models.PositiveIntegerField(
        _("accounts, at least"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_ACCOUNTS)],
        help_text=_("Leave empty if not known."),
    )
    accounts_max = models.PositiveIntegerField(
        _("accounts, at most"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_ACCOUNTS)],
        help_text=_("Leave empty if not known."),
    )
    accounts_text = LineField(_("accounts in words"), max_length=200, blank=True)
    automation = VocabularyField(_("who decided"), Automation, default=Automation.UNKNOWN)
    reason_status = VocabularyField(
        _("reason given"),
        ReasonStatus,
        default=ReasonStatus.NOT_RECORDED,
        help_text=_("Record what was said as a stated reason."),
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["incident", "seq"]
        constraints = [
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
            Rule(
                condition=Q(start_earliest=None)
                | Q(end_latest=None)
                | Q(start_earliest__lte=F("end_latest")),
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
                condition=Q(start_at_from=None)
                | Q(start_at_to=None)
                | Q(start_at_from__lte=F("start_at_to")),
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
                | (~Q(scope=Scope.LISTED_COUNTRIES) & Q(countries="")),
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

    def clean(self):
        super().clean()
        if (self.start_at_from or self.start_at_to) and not self.timezone:
            raise ValidationError({"timezone": _("Hours require the time zone they refer to.")})
