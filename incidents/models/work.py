"""The work on incidents: who has claimed one, who asked for its review, and notes of reviewers. Private, and never exported."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import TextField
from .incident import Incident


def _user(label, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        **options,
    )


class Work(models.Model):
    """The work on an incident. It is beside the record, so that claiming one changes nothing of what others have open."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="work")
    claimed_by = _user(_("claimed by"))
    review_asked_by = _user(_("review asked by"))
    review_asked_at = models.DateTimeField(_("review asked at"), null=True, blank=True)
    is_limited = models.BooleanField(_("for named people only"), default=False)
    named = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("who may read it, too"), blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("work on an incident")
        verbose_name_plural = _("work on incidents")
        default_permissions = ()

    def __str__(self):
        return str(self.incident)


class OpenPage(models.Model):
    """When somebody last had the page of an incident open."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="open_pages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("open at"))

    class Meta:
        verbose_name = _("open page")
        verbose_name_plural = _("open pages")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="open_page_once")]

    def __str__(self):
        return f"{self.incident}, {self.user}"


class ReviewNote(models.Model):
    """What a reviewer asks about an incident, one of its fields, or a part of it, until somebody says that it is done.

    The part is named by its model and number; both are empty for the incident itself.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="review_notes")
    part_model = models.CharField(max_length=40, blank=True)
    part_seq = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=40, blank=True)
    text = TextField(_("note"))
    written_by = _user(_("written by"))
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    done_by = _user(_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("review note")
        verbose_name_plural = _("review notes")
        ordering = ["written_at", "pk"]
        default_permissions = ()

    def __str__(self):
        return self.text
