"""Editors' decisions about passages that may be part of a name that is not public. Private, and never exported."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import LineField


class NameDecision(models.Model):
    """Why a passage may be public although it may be part of a private name. It holds for this text and no other.

    The record is named by its model and natural key, so is the owner: whose name, handle or URL it may be.
    """

    record_model = models.CharField(max_length=40)
    record_key = models.CharField(max_length=250)
    field = models.CharField(max_length=40)
    text_digest = models.CharField(max_length=64)
    owner_model = models.CharField(max_length=40)
    owner_key = models.CharField(max_length=250)
    words = models.CharField(_("words"), max_length=500)
    reason = LineField(_("why they may stay"), max_length=500)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        ordering = ["decided_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["record_model", "record_key"], name="name_decision_record")]

    def __str__(self):
        return f"{self.record_model} {self.record_key}, {self.field}: “{self.words}”"
