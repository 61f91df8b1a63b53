"""The translations of an incident on its admin page, beside the original."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy

from ..languages import ORIGINAL
from ..models import IncidentTranslation, PublicIncident
from .base import FormFieldsMixin
from .parts import PartForm, PartFormSet


class TranslationInline(FormFieldsMixin, admin.StackedInline):
    """The title and summary in other languages, beside the original."""

    model = IncidentTranslation
    form = PartForm
    formset = PartFormSet
    template = "admin/incidents/part.html"
    classes = ["collapse"]
    extra = 0
    readonly_fields = ["original"]
    fieldsets = [
        (None, {"fields": ["language", "original", "title", "summary", ("translator", "translated_from")]})
    ]

    @admin.display(description=gettext_lazy("original"))
    def original(self, translation):
        """What is to be said in the other language, beside where it is typed."""
        lines = ((line,) for line in self.incident.summary.splitlines() if line)
        summary = format_html_join("", "<p>{}</p>", lines)
        return format_html(
            '<div lang="{}"><p><strong>{}</strong></p>{}</div>', ORIGINAL, self.incident.title, summary
        )

    def get_formset(self, request, obj=None, **kwargs):
        self.incident = obj
        formset = super().get_formset(request, obj, **kwargs)
        latest = PublicIncident.objects.filter(incident=obj).values_list("revision", flat=True).first()
        formset.proposed = {"translated_from": latest}
        return formset
