"""The story: incidents, the actions in them, and how incidents are related."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import (
    COUNTED_OCCURRENCES,
    COUNTED_TYPES,
    NOT_APPLIED,
    SYMMETRIC_RELATIONS,
    AccountKind,
    ActionType,
    Automation,
    Certainty,
    EndCause,
    IncidentKind,
    Occurrence,
    Publication,
    ReasonStatus,
    RelationKind,
    Scope,
    StartBasis,
    Status,
    Term,
)
from ..querysets import ActionQuerySet, IncidentQuerySet, RelationQuerySet
from .base import Record, Rule, StoryRecord, in_vocabulary, valid_edtf
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

# PostgreSQL has no room for more than twice this number, SQLite would take it.
MOST_ACCOUNTS = 1_000_000_000
EDTF_HELP = _(
    "2020-06-07, 2020-06 or 2020; 2020-06-07~ for about; 2020-06-03/2020-06-04 for between. Empty if not known."
)


class Incident(Record):
    """The story, citable by its ref."""

    ref = models.SlugField(
        _("ref"),
        max_length=100,
        unique=True,
        help_text=_("Year, platform and holder: 2020-zoom-humanitarian-china. Frozen once published."),
    )
    title = LineField(
        _("title"),
        max_length=200,
        help_text=_("Who did what to whom, in a sentence: “Zoom shuts the account of Humanitarian China”."),
    )
    summary = TextField(
        _("summary"),
        blank=True,
        help_text=_(
            "Our own words, two to six sentences, Markdown. Say only what a cited source says, with its “if” and "
            "“seems”. Needed to publish."
        ),
    )
    kind = VocabularyField(_("kind"), IncidentKind, default=IncidentKind.ACCOUNT_ACTION)
    date_earliest = DerivedDayField()
    date_latest = DerivedDayField()
    date = EDTFField(_("date of a context event"), help_text=EDTF_HELP)
    date_text = LineField(
        _("date in words"),
        max_length=200,
        blank=True,
        help_text=_("As the source puts it. For context events."),
    )
    publication = VocabularyField(_("publication"), Publication, default=Publication.DRAFT)
    published_at = models.DateTimeField(_("first published at"), null=True, blank=True, editable=False)
    withdrawn_reason = TextField(
        _("why it was withdrawn"), blank=True, help_text=_("Shown to everyone in place of the incident.")
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text=_("The published incident that tells this story now; readers are sent there."),
    )
    editor_notes = TextField(_("editors' notes"), blank=True, help_text=_("Never leaves these pages."))

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["ref"]
        permissions = [("publish_incident", _("Can publish, withdraw and change what is published"))]
        indexes = [models.Index(fields=["publication", "kind"], name="incident_publication")]
        constraints = [
            in_vocabulary("incident", "kind", IncidentKind),
            in_vocabulary("incident", "publication", Publication),
            valid_edtf("incident", "date"),
            Rule(
                condition=Q(kind=IncidentKind.CONTEXT) | Q(date="", date_text=""),
                name="incident_date_is_for_context",
                field="date",
                message=_("Only a context event has a date of its own; elsewhere the actions have it."),
            ),
            Rule(
                condition=Q(merged_into=None)
                | (Q(publication=Publication.WITHDRAWN) & ~Q(merged_into=F("id"))),
                name="incident_merged_is_withdrawn",
                field="merged_into",
                message=_("A merged incident is withdrawn, and merged into another one."),
            ),
            Rule(
                condition=~Q(publication=Publication.WITHDRAWN)
                | ~Q(withdrawn_reason="")
                | Q(merged_into__isnull=False),
                name="incident_withdrawn_has_reason",
                field="withdrawn_reason",
                message=_("Say why it was withdrawn; readers see this sentence."),
            ),
            Rule(
                condition=~Q(publication=Publication.PUBLISHED) | Q(published_at__isnull=False),
                name="incident_published_has_moment",
                field="publication",
                message=_("An incident is published by the action “Publish”, which checks it first."),
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
        before = Incident.objects.filter(pk=self.pk).first() if self.pk else None
        if before and before.published_at and before.ref != self.ref:
            raise ValidationError({"ref": _("It was published as “%s” and keeps that ref.") % before.ref})
        if target := self.merged_into:
            if target.publication != Publication.PUBLISHED:
                raise ValidationError({"merged_into": _("It can only be merged into a published incident.")})
            seen = {self.pk}
            while target:
                if target.pk in seen:
                    raise ValidationError({"merged_into": _("The two would be merged into each other.")})
                seen.add(target.pk)
                target = target.merged_into


class Action(StoryRecord):
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
            "“Shut down” alone does not say whether it was suspended or closed: then choose “not known”."
        ),
    )
    occurrence = VocabularyField(_("did it take place"), Occurrence, default=Occurrence.REPORTED)
    start_earliest = DerivedDayField()
    start_latest = DerivedDayField()
    start = EDTFField(_("start"), help_text=EDTF_HELP)
    start_text = LineField(
        _("start in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "As the source puts it: “On June 7th, Around 10 PM EST”. Needed to publish if there is no date."
        ),
    )
    start_basis = VocabularyField(
        _("what the start date is"),
        StartBasis,
        default=StartBasis.REPORTED,
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[validate_zone],
        help_text=_("IANA name, for example America/New_York: the place whose calendar the dates follow."),
    )
    start_at_from = models.DateTimeField(
        _("not before (UTC)"), null=True, blank=True, help_text=_("Only where hours matter.")
    )
    start_at_to = models.DateTimeField(
        _("not after (UTC)"), null=True, blank=True, help_text=_("Only where hours matter.")
    )
    end_earliest = DerivedDayField()
    end_latest = DerivedDayField()
    end = EDTFField(
        _("end"), help_text=_("When it was undone, as somebody observed or said. Not an announced term.")
    )
    end_text = LineField(_("end in words"), max_length=200, blank=True)
    expected_end_earliest = DerivedDayField()
    expected_end_latest = DerivedDayField()
    expected_end = EDTFField(
        _("announced end"), help_text=_("When an announced term would run out. Never shown as its end.")
    )
    status = VocabularyField(_("status"), Status, default=Status.UNKNOWN)
    status_as_of_earliest = DerivedDayField()
    status_as_of_latest = DerivedDayField()
    status_as_of = EDTFField(
        _("status as of"),
        help_text=_("The day the source speaks of. Left empty, the date of the source is taken."),
    )
    end_cause = VocabularyField(_("why it ended"), EndCause, default=EndCause.UNKNOWN)
    term = VocabularyField(_("announced term"), Term, default=Term.UNSTATED)
    term_text = LineField(_("term in words"), max_length=200, blank=True)
    scope = VocabularyField(_("where it took effect"), Scope, default=Scope.UNKNOWN)
    countries = models.CharField(
        _("places"),
        max_length=600,
        blank=True,
        validators=[validate_places],
        help_text=_("ISO 3166 codes with a space between, in alphabetical order: CN HK."),
    )
    accounts_min = models.PositiveIntegerField(
        _("accounts, at least"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_ACCOUNTS)],
        help_text=_("Empty if open."),
    )
    accounts_max = models.PositiveIntegerField(
        _("accounts, at most"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_ACCOUNTS)],
        help_text=_("Empty if open."),
    )
    accounts_text = LineField(_("accounts in words"), max_length=200, blank=True)
    automation = VocabularyField(_("who decided"), Automation, default=Automation.UNKNOWN)
    reason_status = VocabularyField(
        _("reason"),
        ReasonStatus,
        default=ReasonStatus.NOT_RECORDED,
        help_text=_("Was a reason given? What was said goes into a justification."),
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
                message=_("The end lies before the start."),
            ),
            Rule(
                condition=Q(start_earliest=None)
                | Q(expected_end_latest=None)
                | Q(start_earliest__lte=F("expected_end_latest")),
                name="action_starts_before_announced_end",
                field="expected_end",
                message=_("The announced end lies before the start."),
            ),
            Rule(
                condition=Q(start_at_from=None)
                | Q(start_at_to=None)
                | Q(start_at_from__lte=F("start_at_to")),
                name="action_hours_in_order",
                field="start_at_to",
                message=_("“Not before” lies after “not after”."),
            ),
            Rule(
                condition=~Q(status=Status.IN_FORCE) | Q(end="", end_text=""),
                name="action_in_force_has_no_end",
                field="status",
                message=_("What is in force has no end. Change the status or take the end out."),
            ),
            Rule(
                condition=~Q(occurrence__in=sorted(NOT_APPLIED)) | Q(status=Status.NEVER_APPLIED),
                name="action_not_applied_status",
                field="status",
                message=_("What was not applied has the status “Never applied”."),
            ),
            Rule(
                condition=(Q(scope=Scope.LISTED_COUNTRIES) & ~Q(countries=""))
                | (~Q(scope=Scope.LISTED_COUNTRIES) & Q(countries="")),
                name="action_listed_places",
                field="countries",
                message=_("List the places if it took effect in the places listed, and only then."),
            ),
            Rule(
                condition=Q(expected_end="") | Q(term__in=[Term.FIXED, Term.MIXED]),
                name="action_announced_end_has_term",
                field="term",
                message=_("An announced end needs the term “For a stated time” or “Mixed”."),
            ),
            Rule(
                condition=Q(accounts_min=None) | Q(accounts_min__gte=1),
                name="action_at_least_one_account",
                field="accounts_min",
                message=_("At least one account."),
            ),
            Rule(
                condition=Q(accounts_max=None)
                | (Q(accounts_max__gte=1) & (Q(accounts_min=None) | Q(accounts_min__lte=F("accounts_max")))),
                name="action_account_numbers_in_order",
                field="accounts_max",
                message=_("“At least” is more than “at most”."),
            ),
        ]
        indexes = [models.Index(fields=["start_earliest"], name="action_start")]

    def __str__(self):
        return f"{self.incident} [{self.seq}]"

    @property
    def not_counted_because(self):
        """Why this is not counted as an account action, as a phrase; empty if it is."""
        if self.incident.kind != IncidentKind.ACCOUNT_ACTION:
            return _("it is context")
        if self.occurrence not in COUNTED_OCCURRENCES:
            return Occurrence(self.occurrence).label
        if self.status == Status.NEVER_APPLIED:
            return Status(self.status).label
        if self.account.kind == AccountKind.MEETING_OR_EVENT:
            return _("a meeting is no account")
        if self.type not in COUNTED_TYPES:
            return ActionType(self.type).label
        return ""

    def clean(self):
        super().clean()
        if (self.start_at_from or self.start_at_to) and not self.timezone:
            raise ValidationError({"timezone": _("Hours need the zone they were told in.")})


class Relation(Record):
    """Incident to incident; a kind that reads the same both ways is stored once."""

    from_incident = models.ForeignKey(
        Incident, verbose_name=_("from"), on_delete=models.CASCADE, related_name="relations_from"
    )
    to_incident = models.ForeignKey(
        Incident, verbose_name=_("to"), on_delete=models.CASCADE, related_name="relations_to"
    )
    kind = VocabularyField(_("kind"), RelationKind)
    certainty = VocabularyField(_("certainty"), Certainty, default=Certainty.UNKNOWN)
    note = TextField(_("note"), blank=True, help_text=_("Why we relate the two. Public."))

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["from_incident", "to_incident", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["from_incident", "to_incident", "kind"], name="relation_once"),
            models.UniqueConstraint(
                Least("from_incident", "to_incident"),
                Greatest("from_incident", "to_incident"),
                "kind",
                condition=Q(kind__in=sorted(SYMMETRIC_RELATIONS)),
                name="relation_symmetric_once",
                violation_error_message=_("These two are related in this way already."),
            ),
            in_vocabulary("relation", "kind", RelationKind),
            in_vocabulary("relation", "certainty", Certainty),
            Rule(
                condition=~Q(from_incident=F("to_incident")),
                name="relation_joins_two",
                field="to_incident",
                message=_("A relation joins two different incidents."),
            ),
        ]

    def __str__(self):
        return f"{self.from_incident} – {self.get_kind_display()} – {self.to_incident}"

    def natural_key(self):
        return (*self.from_incident.natural_key(), *self.to_incident.natural_key(), self.kind)

    natural_key.dependencies = ["incidents.incident"]
