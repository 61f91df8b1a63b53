"""The desks for platforms, parties and accounts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Account, Party, Platform
from .base import PRIVATE, PUBLISH, RecordAdmin


@admin.register(Platform)
class PlatformAdmin(RecordAdmin):
    list_display = ["name", "kind", "operator", "operator_country", "updated_at"]
    list_filter = ["kind"]
    search_fields = ["name", "aliases", "operator"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "aliases"]}),
        (_("Who runs it"), {"fields": ["operator", "operator_country", "website", "policy_url"]}),
    ]

    def get_prepopulated_fields(self, request, obj=None):
        return self.prepopulated_fields if self.has_change_permission(request, obj) else {}


@admin.register(Party)
class PartyAdmin(RecordAdmin):
    list_display = [
        "public_label",
        "native_label",
        "kind",
        "country",
        "at_risk",
        "name_public",
        "cleared",
        "updated_at",
    ]
    list_filter = ["kind", "cleared", "at_risk", "name_public"]
    search_fields = ["public_label", "native_label", "aliases", "private_name"]
    prepopulated_fields = {"slug": ["public_label"]}
    fieldsets = [
        (None, {"fields": ["public_label", "slug", "kind", "country"]}),
        (
            _("May the name be shown"),
            {
                "fields": ["at_risk", "name_public", "name_public_basis", "cleared"],
                "description": _(
                    "A new party is shown to nobody before an editor has cleared it. For somebody who must not be "
                    "named, the public label is a description and the name goes into the private part."
                ),
            },
        ),
        (
            _("Shown only where the name is public"),
            {"fields": ["native_label", "native_language", "aliases"]},
        ),
        (PRIVATE, {"fields": ["private_name", "contact", "notes", "is_minor"]}),
    ]

    def get_prepopulated_fields(self, request, obj=None):
        return self.prepopulated_fields if self.has_change_permission(request, obj) else {}

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.has_perm(PUBLISH) else ["cleared"]

    def save_model(self, request, obj, form, change):
        if form.changed_data and not request.user.has_perm(PUBLISH):
            obj.cleared = False  # what an editor cleared is not what stands there now
        super().save_model(request, obj, form, change)


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    list_display = ["label", "platform", "holder", "kind", "updated_at"]
    list_filter = ["platform", "kind"]
    list_select_related = ["platform", "holder"]
    search_fields = ["label", "handle", "platform__name", "holder__public_label", "holder__native_label"]
    autocomplete_fields = ["platform", "holder", "succeeded_by"]
    fieldsets = [
        (None, {"fields": ["platform", "holder", "label", "slug", "kind", "url", "succeeded_by"]}),
        (PRIVATE, {"fields": ["handle", "handle_public"]}),
    ]
