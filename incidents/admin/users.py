"""The admin of users: Django's, but nobody who has created or changed a record can be deleted."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from ..users import has_past

User = get_user_model()
admin.site.unregister(User)


@admin.register(User)
class EditorAdmin(UserAdmin):
    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and has_past(obj))
