"""The admin of sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..addresses import ADDRESSES
from ..models import Source
from ..slugs import propose_citekey
from .base import PRIVATE, RecordForm
from .date_questions import edtf_or_none
from .merge import MergingAdmin
from .names import ProtectingAdmin
from .queues import QueueFilter
from .same_page import SamePageMixin, sources_of_page


class SourceForm(SamePageMixin, RecordForm):
    key = "citekey"

    def clean(self):
        values = super().clean()
        for name in ADDRESSES:
            if name in self.changed_data and values.get(name) and not self.is_new_capture:
                self.ask_about_page(name, sources_of_page(values[name], but=self.instance.pk))
        return values

    def proposed_key(self, values):
        publisher = values.get("container_title") or values.get("publisher") or ""
        return propose_citekey(publisher, values.get("url") or "", edtf_or_none(values.get("issued")))


@admin.register(Source)
class SourceAdmin(MergingAdmin, ProtectingAdmin):
    form = SourceForm
    list_display = [
        "citekey",
        "title",
        "publisher_name",
        "issued",
        "derivation",
        "archived",
        "accessed_on",
        "updated_at",
    ]
    list_filter = [
        QueueFilter,
        "csl_type",
        "derivation",
        "is_confidential",
        ("archived_url", admin.EmptyFieldListFilter),
    ]
    search_fields = [
        "citekey",
        "title",
        "author",
        "container_title",
        "publisher",
        "url",
        "archived_url",
        "private_url",
    ]
    autocomplete_fields = ["derived_from"]
    publication_fields = [
        "is_confidential",
        "accessed_on",
        "citekey",
        "title",
        "author",
        "container_title",
        "publisher",
        "url",
        "archived_url",
        "private_url",
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
            _("Access and reference"),
            {"fields": ["accessed_on", "archived_url", ("csl_type", "language"), "citekey"]},
        ),
        (
            _("Derived from another document"),
            {"classes": ["collapse"], "fields": ["derivation", "derived_from", "derivation_note"]},
        ),
        (
            PRIVATE,
            {
                "classes": ["collapse"],
                "fields": ["private_url", "is_confidential", "captured_by", "notes", "content_text"],
            },
        ),
    ]

    @admin.display(description=_("publisher"), ordering="container_title")
    def publisher_name(self, source):
        return source.container_title or source.publisher

    @admin.display(description=_("archived"), boolean=True)
    def archived(self, source):
        return bool(source.archived_url)
