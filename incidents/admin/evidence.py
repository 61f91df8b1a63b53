"""The desk for sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Source
from .base import PRIVATE, RecordAdmin


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = [
        "title",
        "container_title",
        "issued",
        "language",
        "derivation",
        "is_confidential",
        "accessed_on",
    ]
    list_filter = ["csl_type", "derivation", "language", "is_confidential"]
    search_fields = ["citekey", "title", "author", "container_title", "publisher", "url"]
    autocomplete_fields = ["derived_from"]
    fieldsets = [
        (
            None,
            {"fields": ["title", "url", "container_title", "publisher", "author", "issued", "issued_basis"]},
        ),
        (_("What it is"), {"fields": ["csl_type", "language", "citekey", "accessed_on", "archived_url"]}),
        (_("Where its text comes from"), {"fields": ["derivation", "derived_from", "derivation_note"]}),
        (PRIVATE, {"fields": ["is_confidential", "captured_by", "content_text"]}),
    ]
