"""The admin of users and groups: Django's, but nobody who has created or changed a record can be deleted, and nobody hands
out rights that they lack themselves."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group

from ..users import has_past

User = get_user_model()
admin.site.unregister(User)
admin.site.unregister(Group)


class RightsMixin:
    """Rights other than those of the groups are given by superusers only."""

    rights: tuple[str, ...] = ()

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, *self.rights]


@admin.register(User)
class EditorAdmin(RightsMixin, UserAdmin):
    rights = ("is_superuser", "user_permissions")

    def has_change_permission(self, request, obj=None):
        is_above = obj and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request, obj=None):
        is_kept = obj and (has_past(obj) or obj.is_superuser and not request.user.is_superuser)
        return super().has_delete_permission(request, obj) and not is_kept


@admin.register(Group)
class RoleAdmin(RightsMixin, GroupAdmin):
    rights = ("permissions",)
