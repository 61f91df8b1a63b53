"""Translations: the title and summary of an incident in another language than the original's."""

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..languages import ORIGINAL
from ..querysets import IncidentTranslationQuerySet
from .base import Record, Rule
from .fields import LineField, TextField, language_field
from .incident import Incident


class IncidentTranslation(Record):
    """What an incident says in its title and summary, in another language."""

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="translations"
    )
    language = language_field(_("language"), blank=False)
    title = LineField(
        _("title"),
        max_length=200,
        help_text=_("As firm as the original, and no firmer: keep its “if”, “seems” and “is said to”."),
    )
    summary = TextField(
        _("summary"),
        blank=True,
        help_text=_(
            "Without names that the original does not have. If it is empty, readers get the original."
        ),
    )
    translator = LineField(
        _("translator"),
        max_length=200,
        blank=True,
        help_text=_("The name that readers see as “Translated by …”, or empty."),
    )
    translated_from = models.PositiveIntegerField(
        _("translated from revision"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "The public revision of the incident that this says the same as. Enter the latest once you have brought the "
            "translation up to date. Empty while the incident is not published."
        ),
    )

    objects = IncidentTranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["incident", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "language"],
                name="translation_language_once",
                violation_error_message=_("The incident has a translation into this language already."),
            ),
            Rule(
                condition=~Q(language=ORIGINAL),
                name="translation_is_in_another_language",
                field="language",
                message=_("The title and summary of the incident itself are in this language."),
            ),
            Rule(
                condition=Q(translated_from=None) | Q(translated_from__gte=1),
                name="translation_revision_from_one",
                field="translated_from",
                message=_("Revisions are numbered from 1."),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.language})"

    def natural_key(self):
        return (*self.incident.natural_key(), self.language)

    natural_key.dependencies = ["incidents.incident"]

    def save(self, *args, **kwargs):
        with transaction.atomic():
            # Locks the incident: no translation changes while it is being published.
            Incident.objects.select_for_update().get(pk=self.incident_id)
            return super().save(*args, **kwargs)
