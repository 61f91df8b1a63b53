"""Relations between incidents."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from ..choices import SYMMETRIC_RELATIONS, Certainty, RelationKind
from ..querysets import RelationQuerySet
from .base import Record, Rule, in_vocabulary
from .fields import TextField, VocabularyField
from .incident import Incident


class Relation(Record):
    """How one incident is related to another. A symmetric kind is stored once for the two."""

    from_incident = models.ForeignKey(
        Incident, verbose_name=_("from incident"), on_delete=models.CASCADE, related_name="relations_from"
    )
    to_incident = models.ForeignKey(
        Incident, verbose_name=_("to incident"), on_delete=models.CASCADE, related_name="relations_to"
    )
    kind = VocabularyField(_("kind"), RelationKind)
    certainty = VocabularyField(_("certainty"), Certainty, default=Certainty.UNKNOWN)
    note = TextField(_("note"), blank=True, help_text=_("Why we relate the two incidents. Public."))

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
                violation_error_message=_("These two incidents already have this relation."),
            ),
            in_vocabulary("relation", "kind", RelationKind),
            in_vocabulary("relation", "certainty", Certainty),
            Rule(
                condition=~Q(from_incident=F("to_incident")),
                name="relation_joins_two",
                field="to_incident",
                message=_("An incident cannot be related to itself."),
            ),
        ]

    def __str__(self):
        return f"{self.from_incident} – {self.get_kind_display()} – {self.to_incident}"

    def natural_key(self):
        return (*self.from_incident.natural_key(), *self.to_incident.natural_key(), self.kind)

    natural_key.dependencies = ["incidents.incident"]
