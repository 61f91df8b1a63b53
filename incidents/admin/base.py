"""What all desks share: who may change what, and who did."""

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from ..choices import Publication
from ..models import Incident
from ..publishing import NotPublishable

PUBLISH = "incidents.publish_incident"
PRIVATE = _("Private: never leaves these pages")

admin.site.site_header = _("Suspension tracker: the desk")
admin.site.site_title = _("The desk")
admin.site.index_title = _("Records")


def on_show(record):
    """Whether readers see the record or saw it once, so that only those who publish may change it."""
    if isinstance(record, Incident):
        return record.publication in (Publication.PUBLISHED, Publication.WITHDRAWN)
    return record.is_public()


class RecordSelect(AutocompleteSelect):
    """Django's own box, but for what is no key at all: that counts as nothing chosen, not as an error of ours."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value if value and value.isdecimal() and len(value) < 19 else ""


class Chosen:
    """Long lists are chosen from by typing."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class Guarded(Chosen):
    """Drafts are open to every researcher; what readers see is open to those who publish, and deleted by nobody."""

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or request.user.has_perm(PUBLISH) or not on_show(obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not on_show(obj))


class GuardedPart(Guarded):
    """Parts of an incident are as open as the incident; on a public one, editors may add, change and remove them."""

    def has_add_permission(self, request, obj=None):
        allowed = super().has_add_permission(request, obj)
        return allowed and (obj is None or request.user.has_perm(PUBLISH) or not on_show(obj))

    def has_delete_permission(self, request, obj=None):
        return admin.options.InlineModelAdmin.has_delete_permission(self, request, obj) and (
            obj is None or request.user.has_perm(PUBLISH) or not on_show(obj)
        )


class RecordAdmin(Guarded, SimpleHistoryAdmin):
    """A desk that notes who made and who last changed a record, and lets no rule end in an error page."""

    list_per_page = 50
    save_on_top = True

    def save_model(self, request, obj, form, change):
        self.sign(request, obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for record in formset.save(commit=False):
            self.sign(request, record)
            record.save()
        for record in formset.deleted_objects:
            record.delete()
        formset.save_m2m()

    def get_view_on_site_url(self, obj=None):
        """Where readers see the record, if they do."""
        if obj is None or not hasattr(obj, "get_absolute_url") or not on_show(obj):
            return None
        return obj.get_absolute_url()

    def sign(self, request, record):
        if not record.pk:
            record.created_by = request.user
        record.updated_by = request.user

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Save, or show the form again with what was typed and why it was refused."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except NotPublishable as refusal:
            request.refused = refusal.messages
        except IntegrityError:
            request.refused = [
                _(
                    "The database refused this; somebody may have saved a record like it meanwhile. Look, and save again."
                )
            ]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, **kwargs):
        return self.refusing(request, super().get_form(request, obj, **kwargs))

    def refusing(self, request, form_class, **options):
        """The form, with what was refused after saving among its errors."""
        refused = getattr(request, "refused", [])

        class Form(form_class):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **options, **kwargs)

            def clean(self):
                cleaned = super().clean()
                for sentence in refused:
                    self.add_error(None, sentence)
                return cleaned

        return Form
