"""The audit log: who logged in, changed rights, exported private data, or changed what protects somebody."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    PASSWORD = "password", _("Password accepted")
    WRONG_PASSWORD = "wrong_password", _("Wrong password")
    LOCKED = "locked", _("Locked after wrong passwords")
    UNLOCKED = "unlocked", _("Unlocked")
    CODE = "code", _("Second factor accepted")
    WRONG_CODE = "wrong_code", _("Wrong second factor")
    RECOVERY_CODE = "recovery_code", _("Recovery code used")
    SET_UP = "set_up", _("Second factor or recovery codes set up")
    RESET = "reset", _("Second factor reset")
    LOGOUT = "logout", _("Logged out")
    SESSIONS_ENDED = "sessions_ended", _("Sessions ended")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    USER_ADDED = "user_added", _("User added")
    USER_DELETED = "user_deleted", _("User deleted")
    RIGHTS = "rights", _("Rights changed")
    LIMITED = "limited", _("Readers of a draft changed")
    MARK = "mark", _("Protection changed")
    PUBLISHED = "published", _("Incident published")
    WITHDRAWN = "withdrawn", _("Incident withdrawn")
    MERGED = "merged", _("Merged")
    RENAMED = "renamed", _("Ref replaced")
    EXPORTED = "exported", _("Private data exported")
    RESTORED = "restored", _("Backup restored")


class AuditEntry(models.Model):
    """One event. `who` is a user name, empty for a command; what it is about is named by model and key, so that no name
    stays here that has to go elsewhere."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    who = models.CharField(_("who"), max_length=150, blank=True)
    event = models.CharField(_("event"), max_length=20, choices=Event)
    model = models.CharField(max_length=40, blank=True)
    key = models.BigIntegerField(null=True, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return self.get_event_display()
