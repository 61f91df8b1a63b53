"""The admin of platforms, parties and accounts."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import PartyKind
from ..models import Account, Party, Platform
from ..slugs import propose_account_slug, unused_key
from .base import PRIVATE, RecordAdmin, RecordForm, may_publish
from .finding import FoundByNameMixin, NewNameForm, party_details, platform_details
from .incident_list import PlatformFilter
from .merge import MergingAdmin
from .names import ProtectingAdmin
from .queues import QueueFilter


class PlatformForm(NewNameForm, RecordForm):
    key = "slug"
    name_fields = ("name",)

    def proposed_key(self, values):
        return unused_key(Platform, "slug", values.get("name", ""))


@admin.register(Platform)
class PlatformAdmin(MergingAdmin, FoundByNameMixin, RecordAdmin):
    form = PlatformForm
    named = {Platform: "pk"}
    told_apart = staticmethod(platform_details)
    list_display = ["name", "aliases", "kind", "operator", "operator_country", "updated_at"]
    list_filter = ["kind"]
    search_fields = ["name", "aliases", "operator", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "aliases", "kind"]}),
        (
            gettext_lazy("More details"),
            {
                "classes": ["collapse"],
                "fields": ["operator", "operator_country", "website", "policy_url", "slug"],
            },
        ),
    ]


class PartyForm(NewNameForm, RecordForm):
    key = "slug"
    name_fields = ("public_label", "native_label", "private_name")

    def proposed_key(self, values):
        return unused_key(Party, "slug", values.get("public_label", ""))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "name_public_basis" in self.fields:
            self.fields["name_public_basis"].label = _("May be named, because")
            self.fields["name_public_basis"].help_text = _(
                "“leads the organisation and speaks to the press”. Leave empty if being named here could harm them, or if you do "
                "not know: the public label is then a description."
            )

    def clean(self):
        values, before = super().clean(), self.initial
        if self.instance._state.adding and values.get("name_public_basis"):
            # Who says why somebody may be named has answered the other two questions.
            values["name_public"] = True
            values["at_risk"] = bool(values.get("at_risk")) and values.get("kind") != PartyKind.PERSON
        is_unnamed = before.get("name_public") and not values.get("name_public")
        self.names_kept = list(self.keep_names(values)) if is_unnamed else []
        if self.names_kept and "slug" not in self.changed_data and not self.instance.is_public():
            # Protecting somebody is not refused because of a slug that names them, if it can change.
            values["slug"] = self.proposed_key(values)
        return values

    def keep_names(self, values):
        """Keep as private names all that readers have known somebody by, in translation too; those that were added."""
        stored = Party.objects.get(pk=self.instance.pk)
        names = stored.public_names
        if values.get("public_label") != stored.public_label:
            labels = stored.translations.filter(field="public_label").order_by("language")
            names += labels.values_list("text", flat=True)
        for name in dict.fromkeys(names):
            known = [values.get(each) or "" for each in ("public_label", "native_label", "private_name")]
            if name not in (*known, *values.get("aliases", "").splitlines()):
                field = "aliases" if values.get("private_name") else "private_name"
                values[field] = "\n".join(filter(None, (values.get(field), name)))
                yield name


@admin.register(Party)
class PartyAdmin(MergingAdmin, FoundByNameMixin, ProtectingAdmin):
    form = PartyForm
    named = {Party: "pk"}
    told_apart = staticmethod(party_details)
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
    list_filter = [QueueFilter, "cleared", "name_public", "at_risk", "kind"]
    search_fields = ["public_label", "native_label", "aliases", "private_name", "slug"]
    publication_fields = [
        "public_label",
        "native_label",
        "kind",
        "name_public",
        "name_public_basis",
        "cleared",
        "aliases",
        "slug",
        "private_name",
    ]
    fieldsets = [
        (None, {"fields": ["public_label", "kind", "country", ("native_label", "native_language")]}),
        (
            gettext_lazy("May this name be published?"),
            {"fields": ["at_risk", "name_public", "name_public_basis", "cleared"]},
        ),
        (gettext_lazy("More details"), {"classes": ["collapse"], "fields": ["aliases", "slug"]}),
        (PRIVATE, {"classes": ["collapse"], "fields": ["private_name", "contact", "notes", "is_minor"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        """A new party is asked about with one question, whether it may be named."""
        if obj:
            return self.fieldsets
        about, _naming, (more, folded), private = self.fieldsets
        fields = {"fields": ["name_public_basis", "cleared"]}
        folded = folded | {"fields": ["name_public", "at_risk", *folded["fields"]]}
        return [about, (gettext_lazy("May this name be published?"), fields), (more, folded), private]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if may_publish(request.user) else list(dict.fromkeys([*fields, "cleared"]))

    def save_model(self, request, obj, form, change):
        # An editor cleared the record as it was before this change.
        if change and obj.cleared and form.has_changed() and not may_publish(request.user):
            obj.cleared = False
            messages.warning(
                request, _("%s has changed, so an editor has to clear it for publication again.") % obj
            )
        for name in form.names_kept:
            messages.info(request, _("“%s” is now kept as private name.") % name)
        super().save_model(request, obj, form, change)


class AccountForm(RecordForm):
    key = "slug"

    def proposed_key(self, values):
        if self.has_error("platform"):
            return ""
        return propose_account_slug(values.get("platform"), values.get("holder"))


@admin.register(Account)
class AccountAdmin(MergingAdmin, FoundByNameMixin, ProtectingAdmin):
    form = AccountForm
    named = {Platform: "platform", Party: "holder"}
    list_display = ["label", "platform", "holder", "kind", "updated_at"]
    list_filter = ["kind", "plan", ("platform", PlatformFilter)]
    list_select_related = ["platform", "holder"]
    search_fields = [
        "label",
        "handle",
        "slug",
        "platform__name",
        "platform__aliases",
        "holder__public_label",
        "holder__native_label",
        "holder__private_name",
    ]
    autocomplete_fields = ["platform", "holder", "succeeded_by"]
    publication_fields = ["holder", "label", "url", "handle", "handle_public", "slug"]
    fieldsets = [
        (None, {"fields": ["platform", "holder", "label", "kind"]}),
        (
            gettext_lazy("More details"),
            {"classes": ["collapse"], "fields": ["plan", "url", "succeeded_by", "slug"]},
        ),
        (
            gettext_lazy("Private unless marked as public"),
            {"classes": ["collapse"], "fields": ["handle", "handle_public"]},
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("platform", "holder")
