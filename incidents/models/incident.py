"""Incidents: what happened, as stories that can be cited."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import (
    IncidentKind,
    Publication,
)
from ..querysets import IncidentQuerySet
from .base import Record, Rule, in_vocabulary, valid_edtf
from .fields import (
    DerivedDayField,
    EDTFField,
    LineField,
    TextField,
    VocabularyField,
)
from .topic import Topic

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
            "Two to six sentences in our own words; *emphasis* and [links](https://example.org/) are possible. Say only "
            "what a cited source says, and keep its “if” and “seems”. Required to publish."
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
        help_text=_("In the source’s wording. Only for background events."),
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="incidents",
        help_text=_(
            "What it was about: what was said or commemorated, a war, an election. Type a name in any language."
        ),
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
    editor_notes = TextField(_("editors’ notes"), blank=True, help_text=_("Private: never published."))

    objects = IncidentQuerySet.as_manager()

    _history_m2m_fields = ("topics",)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["ref"]
        permissions = [("publish_incident", _("Can publish, withdraw and change published incidents"))]
        indexes = [
            models.Index(fields=["publication", "kind"], name="incident_publication"),
            # The order of the list of the editing desk, which would otherwise sort all to show fifty.
            models.Index(fields=["-updated_at", "ref"], name="incident_latest_first"),
        ]
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
