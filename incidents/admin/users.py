"""The admin of users, groups and the audit log: Django's, but nobody who has created or changed a record can be deleted, and nobody hands
out rights that they lack themselves."""

from axes.utils import reset as unlock
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static import admin as _static  # noqa: F401 - registers the devices
from django_otp.plugins.otp_totp import admin as _totp  # noqa: F401

from .. import audit, second_factor, sessions
from ..models import AuditEntry
from ..models.audit import Event
from ..users import has_past

User = get_user_model()
# The devices have pages that show their keys.
admin.site.unregister([User, Group, *second_factor.KINDS])


class RightsMixin:
    """Rights other than those of the groups are given by superusers only."""

    rights: tuple[str, ...] = ()

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, *self.rights]


@admin.register(User)
class EditorAdmin(RightsMixin, UserAdmin):
    rights = ("is_superuser", "user_permissions")
    actions = ["unlock", "reset_second_factor", "end_sessions"]

    @admin.action(description=gettext_lazy("Unlock after wrong passwords"), permissions=["change"])
    def unlock(self, request, queryset):
        for user in self._helped(request, queryset, _("“%s” is unlocked.")):
            unlock(username=user.get_username())
            audit.record(Event.UNLOCKED, about=user)

    @admin.action(description=gettext_lazy("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request, queryset):
        for user in self._helped(request, queryset, _("“%s” sets up a second factor at the next login.")):
            second_factor.reset(user)
            audit.record(Event.RESET, about=user)

    @admin.action(description=gettext_lazy("End all sessions"), permissions=["change"])
    def end_sessions(self, request, queryset):
        for user in self._helped(request, queryset, _("“%s” has to log in again.")):
            sessions.end(sessions.sessions_of(user))
            audit.record(Event.SESSIONS_ENDED, about=user)

    def _helped(self, request, queryset, message):
        """Those of these users whom this one may change, each with a message."""
        for user in queryset:
            if self.has_change_permission(request, user):
                yield user
                messages.success(request, message % user)

    def has_change_permission(self, request, obj=None):
        is_above = obj and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request, obj=None):
        is_kept = obj and (has_past(obj) or obj.is_superuser and not request.user.is_superuser)
        return super().has_delete_permission(request, obj) and not is_kept


@admin.register(Group)
class RoleAdmin(RightsMixin, GroupAdmin):
    rights = ("permissions",)


@admin.register(AuditEntry)
class AuditAdmin(admin.ModelAdmin):
    """The audit log, which the admin only shows."""

    list_display = ["at", "who", "event", "about", "detail"]
    list_display_links = None
    list_filter = ["event", "at"]
    search_fields = ["who", "detail"]
    search_help_text = gettext_lazy("Search user names and details.")

    @admin.display(description=gettext_lazy("about"))
    def about(self, entry):
        """A link to the user or record, without its name."""
        if not entry.model:
            return ""
        model = (
            apps.get_model("auth", entry.model)
            if entry.model in ("user", "group")
            else apps.get_model("incidents", entry.model)
        )
        url = reverse(f"admin:{model._meta.app_label}_{entry.model}_change", args=[entry.key])
        return format_html('<a href="{}">{} {}</a>', url, model._meta.verbose_name, entry.key)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
