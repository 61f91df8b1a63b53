"""The translation page of an incident: each text of it beside its translation into one language."""

import hashlib

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import leaks, publishing
from ..choices import Publication
from ..languages import ORIGINAL, language_name, language_tag
from ..limits import readable
from ..models import Incident, Translation
from ..models.fields import LineField
from ..translations import original_then, texts_of, translate, translations_into
from .base import (
    NAME_QUESTIONS,
    NAME_REASON,
    RecordAdmin,
    change_reason,
    may_publish,
    name_reason,
    set_editor,
)
from .history import word_differences
from .links import problem_link
from .part_names import part_name
from .versions import SEEN

ROW_CHARACTERS = 60
TRANSLATOR = "translator"


@admin.register(Translation)
class TranslationAdmin(RecordAdmin):
    """Only for the change history of a translation; it is changed on the translation page of an incident."""

    fieldsets = [
        (
            None,
            {
                "fields": [
                    "key",
                    *("incident", "action", "justification", "involvement", "citation", "relation"),
                    *("platform", "party", "account", "topic", "source", "field"),
                    *("language", "text", "translator", "translated_from", "is_behind"),
                ]
            },
        )
    ]

    def get_model_perms(self, request):
        return {}

    def is_editors_only(self, record):
        return False  # nobody changes it here

    def has_view_permission(self, request, obj=None):
        if obj and obj.story and not readable().filter(pk=obj.story.pk).exists():
            return False
        return super().has_view_permission(request, obj)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Deleting a record deletes its translations, and Django asks each model for permission.
        if obj is None:
            return super().has_delete_permission(request)
        record = obj.story or obj.original
        return self.admin_site.get_model_admin(type(record)).has_delete_permission(request, record)


def translation_links(model_admin, request, incident):
    """Links to the pages on which an incident is translated."""
    if not model_admin.has_change_permission(request, incident):
        return []
    return [
        {
            "label": _("Translate into %s") % language_name(code),
            "url": reverse("admin:incidents_incident_translate", args=[incident.pk, language_tag(code)]),
        }
        for code, _name in settings.LANGUAGES
        if code != ORIGINAL
    ]


class Row:
    """A text on the page with its translation, if it has one, and what was typed. Records that say the same share a row."""

    def __init__(self, text, translation, data):
        self.text, self.translation = text, translation
        self.alike = [(text, translation)]
        self.name, self.field = text.name, text.record._meta.get_field(text.field)
        self.stored = translation.text if translation else ""
        self.sent = self.field.to_python(data[self.name]) if self.name in data else None
        self.is_behind = bool(translation and translation.is_behind)
        self.is_right = f"{self.name}-right" in data
        self.is_allowed, self.errors = True, []

    @property
    def heading(self):
        record = self.text.record
        return part_name(record) if hasattr(record, "seq") else str(record)

    @property
    def kind(self):
        return capfirst(self.text.record._meta.verbose_name)

    @property
    def lines(self):
        """The height of the box."""
        return min(12, 1 + max(len(self.text.text), len(self.typed)) // ROW_CHARACTERS)

    @property
    def is_line(self):
        return isinstance(self.field, LineField)

    @property
    def typed(self):
        """What is in the box; a box that was not sent stays as it was."""
        return self.stored if self.sent is None else self.sent

    def takes(self, text, translation):
        """Whether another text that reads the same belongs to this row: not if it is translated in other words."""
        if translation and self.translation and translation.text != self.stored:
            return False
        self.alike.append((text, translation))
        if translation and not self.translation:
            self.translation, self.stored = translation, translation.text
        self.is_behind = self.is_behind or bool(translation and translation.is_behind)
        return True

    @property
    def is_missing(self):
        """Whether readers see one of these texts without a translation."""
        translated = {text.shown_as for text, translation in self.alike if translation}
        return any(text.shown_as not in translated for text, _translation in self.alike)

    @property
    def changed(self):
        """The texts whose translations differ from what was typed, or are said to be right again, each with its translation."""
        for text, translation in self.alike:
            stored = translation.text if translation else ""
            if self.sent is None and not self.is_right:
                continue
            if self.typed != stored or (translation and translation.is_behind and self.is_right):
                yield text, translation

    @property
    def changes(self):
        """What has changed in the original, word by word, since the translation said the same; None if that is not known."""
        then = original_then(self.translation) if self.is_behind else None
        return None if then is None else list(word_differences(then, self.text.text))


def translate_view(model_admin, request, key, language):
    """Show the texts of an incident beside their translations into a language; on POST, save what was typed."""
    incident = get_object_or_404(readable(), pk=key)
    known = [language_tag(code) for code, _name in settings.LANGUAGES]
    if language not in known:
        raise Http404
    if not model_admin.has_change_permission(request, incident):
        raise PermissionDenied
    rows, errors = _rows(model_admin, request, incident, language), []
    seen = _state(rows)
    if request.method == "POST":
        errors = _save(model_admin, request, incident, language, rows, seen)
        if not errors and not any(row.errors for row in rows):
            messages.success(request, _("The translations have been saved."))
            return HttpResponseRedirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Translate into %s") % language_name(language),
        "subtitle": str(incident),
        "opts": Incident._meta,
        "original": incident,
        "language": language,
        "other_languages": [
            {
                "tag": tag,
                "name": language_name(tag),
                "url": reverse("admin:incidents_incident_translate", args=[key, tag]),
            }
            for tag in known
            if tag != language
        ],
        "rows": rows,
        "errors": errors,
        "name_questions": [
            each.token for each in getattr(request, "name_questions", ()) if may_publish(request.user)
        ],
        "name_reason": request.POST.get(NAME_REASON, ""),
        "seen": seen,
        "translator": request.POST.get(TRANSLATOR, _translator(rows)),
        "number": {
            "all": len(rows),
            "missing": sum(row.is_missing and not row.text.is_quoted for row in rows),
            "missing_quotations": sum(row.is_missing and row.text.is_quoted for row in rows),
            "behind": sum(row.is_behind for row in rows),
        },
        "asks_why": model_admin.is_editors_only(incident),
        "change_reason": change_reason(request) or "",
    }
    return TemplateResponse(request, "admin/incidents/incident/translate.html", context)


def _rows(model_admin, request, incident, language):
    """A row for each text that is not in this language."""
    translations = translations_into(incident, language)
    data = request.POST if request.method == "POST" else {}
    rows, alike = [], {}
    for text in texts_of(incident):
        if text.is_read_in(language):
            continue
        name = text.record._meta.model_name
        translation, same = (
            translations.get((name, text.record.pk, text.field)),
            (name, text.field, text.text),
        )
        if same in alike and alike[same].takes(text, translation):
            continue
        alike[same] = Row(text, translation, data)
        rows.append(alike[same])
        other = model_admin.admin_site._registry.get(type(text.record))
        if name in ("platform", "party", "account", "topic", "source"):
            rows[-1].is_allowed = other.has_change_permission(request, text.record)
    return rows


def _state(rows):
    """All that the page shows, as a short text that differs once somebody has changed any of it."""
    shown = [
        (text.name, text.text, translation and (translation.pk, translation.version))
        for row in rows
        for text, translation in row.alike
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _translator(rows):
    return next(
        (row.translation.translator for row in rows if row.translation and row.translation.translator), ""
    )


def _save(model_admin, request, incident, language, rows, seen):
    """Save what was typed, all or nothing; what is wrong with it as a whole. What is wrong with a text is noted with its row."""
    if request.POST.get(SEEN) != seen:
        return [
            _(
                "A text or a translation was changed since you opened this page. Copy what you typed and open it again."
            )
        ]
    before = {str(problem) for problem in publishing.problems(incident)}
    translator = " ".join(request.POST.get(TRANSLATOR, "").split())
    try:
        with transaction.atomic():
            for row in rows:
                for text, translation in row.changed if row.is_allowed else ():
                    row.errors += _save_text(request, text, translation, row.typed, language, translator)
            if any(row.errors for row in rows):
                raise ValidationError([])
            if incident.publication == Publication.PUBLISHED:
                new = [each for each in publishing.problems(incident) if str(each) not in before]
                answered = _answer(request, new)
                if new := [each for each in new if each.question not in answered]:
                    raise publishing.NotPublishable(new)
    except publishing.NotPublishable as error:
        request.name_questions = [problem.question for problem in error.problems if problem.question]
        return [problem_link(problem, here=incident) for problem in error.problems]
    except ValidationError as error:
        return error.messages
    return []


def _answer(request, problems):
    """Keep what the editor answers to the questions about names among these problems that the page has asked; those questions."""
    asked = request.POST.getlist(NAME_QUESTIONS) if (reason := name_reason(request)) else []
    found = [each.question for each in problems if each.question and each.question.token in asked]
    leaks.answer(found, reason, by=request.user)
    return found


def _save_text(request, text, translation, typed, language, translator):
    """Save one translation, or delete it if nothing was typed; what is wrong with it."""
    if not typed:
        translation._change_reason, translation._history_user = change_reason(request), request.user
        translation.delete()
        return []
    found = translate(text.record, text.field, language, typed, translator=translator)
    if found._state.adding:
        # The same each time that the form is sent, so that an answer is one to the questions that were asked.
        made_from = f"{request.POST.get(SEEN)} {text.name} {language}"
        found.key = hashlib.sha256(made_from.encode()).hexdigest()[:12]
    set_editor(found, request.user)
    found._change_reason = change_reason(request)
    try:
        found.full_clean()
    except ValidationError as error:
        return error.messages
    refused = list(leaks.refusals(found).values())
    if not refused:
        found.save()
    return refused
