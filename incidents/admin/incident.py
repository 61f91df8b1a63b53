"""The admin of incidents: the form for a new one, the page with all its parts, and transitions."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import audit, leaks, publishing, reviewing
from ..choices import Publication
from ..exports import FORMATS, INTERNAL_FORMATS, Selection, write
from ..locales import listed
from ..models import Incident, Work
from ..models.audit import Event
from ..queues import UNFINISHED
from .base import PRIVATE, RecordAdmin, may_publish, set_editor
from .doubles import alike_view, answer_view, doubles_on_page
from .history import history_view
from .incident_list import IncidentListMixin
from .leftovers import LeftoversMixin
from .limits import limit_view
from .links import change_url, problem_link
from .log import log_form_class
from .log_fields import FIELDSETS
from .notes import notes_view, open_notes
from .parts import (
    ActionInline,
    CitationInline,
    IncomingRelationInline,
    InvolvementInline,
    JustificationInline,
    RelationInline,
)
from .queues import claim_view, open_view
from .restore import restore_view
from .same_page import as_pasted, source_link, sources_of_page
from .set_fields import MAX_AT_ONCE, set_view
from .stated import FIELDS, STATED, bookmarklet, page_of, proposals
from .table_pages import table_view, upload_view
from .transitions import TRANSITIONS, transition_url, transition_view, transitions_for
from .translations import translate_view, translation_links

MAX_PAGE_BYTES = 2_000_000  # of a saved page: what it states about itself stands at its beginning


@admin.register(Incident)
class IncidentAdmin(LeftoversMixin, IncidentListMixin, RecordAdmin):
    inlines = [
        ActionInline,
        JustificationInline,
        InvolvementInline,
        CitationInline,
        RelationInline,
        IncomingRelationInline,
    ]
    autocomplete_fields = ["topics"]
    fieldsets = [
        (gettext_lazy("What happened"), {"fields": ["title", "summary", "topics"]}),
        (
            gettext_lazy("Background event: not a platform action"),
            {"classes": ["collapse"], "fields": ["kind", "date", "date_text"]},
        ),
        (
            gettext_lazy("Ref and publication"),
            {
                "classes": ["collapse"],
                "fields": ["ref", "publication", "published_at", "withdrawn_reason", "merged_into"],
            },
        ),
        (PRIVATE, {"classes": ["collapse"], "fields": ["editor_notes"]}),
    ]

    # Permissions

    def is_editors_only(self, incident):
        return bool(incident.published_at) or incident.publication == Publication.WITHDRAWN

    def has_publish_permission(self, request):
        return may_publish(request.user)

    def published_incidents(self, incident):
        return Incident.objects.filter(pk=incident.pk, publication=Publication.PUBLISHED)

    def incidents_to_check(self, incident):
        return [incident]

    def other_questions(self, incident):
        return [leak for _number, leak in leaks.past_questions(incident)]

    def affects_publication(self, form, formsets):
        return form.has_changed() or any(formset.has_changed() for formset in formsets)

    def get_readonly_fields(self, request, obj=None):
        state = ["publication", "published_at", "withdrawn_reason", "merged_into"]
        return [*state, "ref"] if obj and obj.published_at else state

    # The form for a new incident and the page of an existing one

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else FIELDSETS

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = log_form_class(self.admin_site, request)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request):
        """What the address of the form hands over: a page to start from, with its title and a quotation."""
        given = super().get_changeform_initial_data(request)
        given = {name: value for name, value in given.items() if name not in FIELDS} | proposals(given)
        if url := as_pasted(given.get("source_url", "")):
            on_record = sources_of_page(url)
            given["source_url"] = on_record[0].url or url if on_record else url
            # What is on record about the page needs no typing.
            given |= dict.fromkeys(STATED if on_record else (), "")
        return given

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if add and request.method == "GET":
            form = context["adminform"].form
            context["looked_up"] = form.initial.get("source_url", "")
            context["on_record"] = list(map(source_link, sources_of_page(context["looked_up"])))
            context["filled_in"] = listed(
                form.fields[name].label for name in STATED if form.initial.get(name)
            )
        if add:
            context["bookmarklet"] = bookmarklet(request)
        if obj:
            context["transitions"] = transitions_for(self, request, obj)
            context["translating"] = translation_links(self, request, obj)
            context["work"] = Work.objects.filter(incident=obj).select_related("claimed_by").first()
            context["may_claim"] = obj.publication in UNFINISHED and self.has_change_permission(request, obj)
            context["review_notes"] = open_notes(obj)
            context["may_note"] = self.has_change_permission(request)
            context["doubles"] = doubles_on_page(request.user, obj) if obj.publication in UNFINISHED else []
            privates, shown = leaks.Privates.load(), leaks.ShownTexts(obj)
            problems = publishing.problems(obj, privates, shown)
            context["missing"] = [problem_link(problem, here=obj) for problem in problems]
            past = leaks.past_questions(obj, privates)
            context["name_passages"] = [publishing.past_question(number, leak) for number, leak in past]
            context["name_questions"] = [problem.question for problem in problems] + [
                leak for _n, leak in past
            ]
            context["name_decisions"] = leaks.decisions_about(shown)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_view_on_site_url(self, obj=None):
        is_public = obj and Incident.objects.public().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if is_public else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            form.save_records(request.user)
            reviewing.claim(obj, by=request.user)
            for record in form.reused:
                messages.info(request, _("Already on record and used again: %s") % record)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for part in formset.forms:
            kept = hasattr(part, "new_citations") and part.has_changed() and part not in formset.deleted_forms
            for citation in part.new_citations() if kept else ():
                set_editor(citation, request.user)
                citation.save()

    def save_related(self, request, form, formsets, change):
        if not form.has_changed() and any(formset.has_changed() for formset in formsets):
            # A change of its parts is a change of the incident.
            set_editor(form.instance, request.user)
            form.instance.save()
        super().save_related(request, form, formsets, change)

    def response_add(self, request, obj, post_url_continue=None):
        """After a new incident is saved, go to its page, which lists what to complete before publishing."""
        response = super().response_add(request, obj, post_url_continue)
        goes_elsewhere = "_addanother" in request.POST or IS_POPUP_VAR in request.POST
        return response if goes_elsewhere else HttpResponseRedirect(change_url(obj))

    def history_view(self, request, object_id, extra_context=None):
        return history_view(self, request, object_id)

    # Transitions and exports

    def get_urls(self):
        return [
            path(
                "<int:key>/translate/<str:language>/",
                self.admin_site.admin_view(partial(translate_view, self)),
                name="incidents_incident_translate",
            ),
            path(
                "<int:key>/claim/",
                self.admin_site.admin_view(partial(claim_view, self)),
                name="incidents_incident_claim",
            ),
            path(
                "<int:key>/open/",
                self.admin_site.admin_view(partial(open_view, self)),
                name="incidents_incident_open",
            ),
            path(
                "<int:key>/answer/",
                self.admin_site.admin_view(partial(answer_view, self)),
                name="incidents_incident_answer",
            ),
            path(
                "import/",
                self.admin_site.admin_view(partial(upload_view, self)),
                name="incidents_incident_import",
            ),
            path(
                "import/<int:key>/",
                self.admin_site.admin_view(partial(table_view, self)),
                name="incidents_incident_import_table",
            ),
            path(
                "alike/",
                self.admin_site.admin_view(partial(alike_view, self)),
                name="incidents_incident_alike",
            ),
            path(
                "<int:key>/limit/",
                self.admin_site.admin_view(partial(limit_view, self)),
                name="incidents_incident_limit",
            ),
            path(
                "<int:key>/notes/",
                self.admin_site.admin_view(partial(notes_view, self)),
                name="incidents_incident_notes",
            ),
            path(
                "<int:key>/restore/",
                self.admin_site.admin_view(partial(restore_view, self)),
                name="incidents_incident_restore",
            ),
            path(
                "transition/<slug:name>/",
                self.admin_site.admin_view(partial(transition_view, self)),
                name="incidents_incident_transition",
            ),
            path(
                "set/",
                self.admin_site.admin_view(partial(set_view, self)),
                name="incidents_incident_set",
            ),
            path("start/", start, name="incidents_incident_start"),
            path(
                "saved-page/",
                self.admin_site.admin_view(partial(saved_page_view, self)),
                name="incidents_incident_saved_page",
            ),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        actions = super().get_actions(request)
        for name, transition in TRANSITIONS.items():
            if transition.allowed(request.user) and transition.takes_several:
                actions[name] = (_transition_action(name), name, transition.label)
        return actions

    actions = ["set_fields", "export_csv", "export_xlsx", "export_public", "export_internal"]

    @admin.action(description=gettext_lazy("Set fields…"), permissions=["change"])
    def set_fields(self, request, queryset):
        keys = [str(key) for key in queryset.order_by("ref").values_list("pk", flat=True)[: MAX_AT_ONCE + 1]]
        if len(keys) > MAX_AT_ONCE:
            return messages.error(request, _("Choose at most %d incidents.") % MAX_AT_ONCE)
        return HttpResponseRedirect(f"{reverse('admin:incidents_incident_set')}?ids={','.join(keys)}")

    @admin.action(description=gettext_lazy("Export as CSV: public data"))
    def export_csv(self, request, queryset):
        return _download("csv", write("csv", Selection.of_incidents(_plain(queryset))))

    @admin.action(description=gettext_lazy("Export as XLSX: public data"))
    def export_xlsx(self, request, queryset):
        return _download("xlsx", write("xlsx", Selection.of_incidents(_plain(queryset))))

    @admin.action(description=gettext_lazy("Export as fixture: public data"))
    def export_public(self, request, queryset):
        return _download("fixture.json", write("fixture.json", Selection.of_incidents(_plain(queryset))))

    @admin.action(
        description=gettext_lazy("Export as fixture: all data, for internal use"), permissions=["publish"]
    )
    def export_internal(self, request, queryset):
        name = "internal.fixture.json"
        audit.record(Event.EXPORTED, detail=f"{queryset.count()} incidents")
        return _download(name, INTERNAL_FORMATS[name].write(_plain(queryset)))


def start(request):
    """Where a bookmarklet leads. The session's cookie is not sent with a request that another site makes, so this page
    shows nothing and goes on to the form by itself."""
    given = {name: request.GET[name] for name in FIELDS if name in request.GET}
    return TemplateResponse(request, "admin/incidents/incident/start.html", {"address": _form_for(given)})


def saved_page_view(model_admin, request):
    """Go on to the form with what a page that was saved as a file states about itself. The file is not kept."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    file = request.FILES.get("page")
    given = proposals(page_of(file.read(MAX_PAGE_BYTES))) if file else {}
    if not given:
        messages.warning(request, _("This file states nothing about itself. Save the page as HTML."))
    return HttpResponseRedirect(_form_for(given))


def _form_for(given):
    """The address of the form for a new incident, with what it begins with."""
    return f"{reverse('admin:incidents_incident_add')}?{urlencode(given)}"


def _transition_action(name):
    """The action of the list that opens the page of a transition."""

    def redirect(model_admin, request, queryset):
        return HttpResponseRedirect(transition_url(name, queryset))

    return redirect


def _plain(queryset):
    """The same incidents, without the order and the related records that the list needs."""
    return Incident.objects.filter(pk__in=queryset.order_by().values("pk"))


def _download(name, pieces):
    return StreamingHttpResponse(
        pieces,
        content_type=(FORMATS | INTERNAL_FORMATS)[name].content_type,
        headers={"Content-Disposition": f'attachment; filename="incidents.{name}"'},
    )
