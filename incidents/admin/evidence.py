"""The desk of sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..dates import EDTF
from ..models import Source
from ..slugs import propose_citekey
from .base import PRIVATE, RecordAdmin, RecordForm


def readable(text):
    """The EDTF value of a text that has passed, or not yet passed, its check; None if it cannot be read."""
    try:
        return EDTF(text) if text else None
    except ValueError:
        return None


class SourceForm(RecordForm):
    key = "citekey"

    def propose(self, values):
        publisher = values.get("container_title") or values.get("publisher") or ""
        return propose_citekey(publisher, values.get("url") or "", readable(values.get("issued")))


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    form = SourceForm
    list_display = [
        "citekey",
        "title",
        "outlet",
        "issued",
        "derivation",
        "archived",
        "accessed_on",
        "updated_at",
    ]
    list_filter = ["csl_type", "derivation", "is_confidential", ("archived_url", admin.EmptyFieldListFilter)]
    search_fields = ["citekey", "title", "author", "container_title", "publisher", "url", "archived_url"]
    autocomplete_fields = ["derived_from"]
    guarded = [
        "is_confidential",
        "accessed_on",
        "citekey",
        "title",
        "author",
        "container_title",
        "publisher",
        "url",
        "archived_url",
        "derivation_note",
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "url",
                    "title",
                    ("publisher", "container_title"),
                    "author",
                    ("issued", "issued_basis"),
                ]
            },
        ),
        (
            _("How it was read"),
            {"fields": ["accessed_on", "archived_url", ("csl_type", "language"), "citekey"]},
        ),
        (
            _("What it repeats"),
            {"classes": ["collapse"], "fields": ["derivation", "derived_from", "derivation_note"]},
        ),
        (PRIVATE, {"classes": ["collapse"], "fields": ["is_confidential", "captured_by", "content_text"]}),
    ]

    @admin.display(description=_("outlet"), ordering="container_title")
    def outlet(self, source):
        return source.container_title or source.publisher

    @admin.display(description=_("archived"), boolean=True)
    def archived(self, source):
        return bool(source.archived_url)
