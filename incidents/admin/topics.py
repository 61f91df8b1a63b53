"""The admin of topics, with their names in each language."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..locales import listed
from ..models import Topic, TopicLabel
from ..slugs import unused_key
from .base import FormFieldsMixin, NameCheckMixin, RecordAdmin, RecordForm


class TopicForm(RecordForm):
    key = "slug"

    def proposed_key(self, values):
        """A slug made from the first name that is written in Latin letters; empty if none is."""
        number = self.data.get("labels-TOTAL_FORMS", "")
        names = [
            self.data.get(f"labels-{n}-name", "") for n in range(int(number) if number.isdecimal() else 0)
        ]
        named = next((name for name in names if slugify(name)), "")
        if not named:
            self.add_error("slug", _("Enter a slug: none can be made from these names."))
            return ""
        return unused_key(Topic, "slug", named)


class TopicLabelForm(NameCheckMixin, forms.ModelForm):
    """A name in one language."""


class TopicLabelFormSet(BaseInlineFormSet):
    """Forms with a heading, which is all that is visible while they are folded."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.instance.heading = str(form.instance)


class TopicLabelInline(FormFieldsMixin, admin.StackedInline):
    model = TopicLabel
    form = TopicLabelForm
    formset = TopicLabelFormSet
    template = "admin/incidents/part.html"
    verbose_name = gettext_lazy("name")
    verbose_name_plural = gettext_lazy("names")
    extra = 0
    min_num = 1
    fieldsets = [(None, {"fields": [("language", "name"), "aliases"]})]

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    form = TopicForm
    inlines = [TopicLabelInline]
    list_display = ["__str__", "names", "slug", "updated_at"]
    search_fields = ["slug", "labels__name", "labels__aliases"]
    fieldsets = [(None, {"fields": ["slug", "note"]})]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("labels")

    @admin.display(description=gettext_lazy("names"))
    def names(self, topic):
        return listed(map(str, topic.labels.all()))

    def affects_publication(self, form, formsets):
        return form.has_changed() or any(formset.has_changed() for formset in formsets)


@admin.register(TopicLabel)
class TopicLabelAdmin(RecordAdmin):
    """Only for the change history of a name, linked from the page of its topic."""

    def get_model_perms(self, request):
        return {}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Deleting a topic deletes its names, and Django asks each model for permission.
        return self.admin_site.get_model_admin(Topic).has_delete_permission(request, obj and obj.topic)
