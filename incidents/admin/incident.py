"""The desk of incidents: logging, telling, publishing."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Q
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import publishing
from ..choices import IncidentKind, Publication
from ..exports import INTERNAL_FORMATS, select_incidents, write
from ..models import Action, Citation, Incident
from .base import PRIVATE, RecordAdmin, containing, may_publish, stamp
from .links import change_url, problem_link
from .log import FIELDSETS, log_form
from .parts import (
    ActionInline,
    CitationInline,
    IncomingRelationInline,
    InvolvementInline,
    JustificationInline,
    RelationInline,
)
from .transitions import TRANSITIONS, transition_url, transition_view, transitions_for


@admin.register(Incident)
class IncidentAdmin(RecordAdmin):
    inlines = [
        ActionInline,
        JustificationInline,
        InvolvementInline,
        CitationInline,
        RelationInline,
        IncomingRelationInline,
    ]
    list_display = [
        "title",
        "platforms",
        "holders",
        "done",
        "start",
        "status",
        "reason",
        "publication",
        "updated_at",
    ]
    list_filter = [
        "publication",
        ("actions__account__platform", admin.RelatedOnlyFieldListFilter),
        "actions__type",
        "actions__status",
        "actions__reason_status",
        "actions__occurrence",
        "kind",
    ]
    search_fields = ["title"]
    search_help_text = gettext_lazy("Title, ref, platform, holder, account, or a source's title or address.")
    ordering = ["-updated_at", "ref"]
    fieldsets = [
        (gettext_lazy("What happened"), {"fields": ["title", "summary"]}),
        (
            gettext_lazy("Context: an event that no platform brought about"),
            {"classes": ["collapse"], "fields": ["kind", "date", "date_text"]},
        ),
        (
            gettext_lazy("Ref and state"),
            {
                "classes": ["collapse"],
                "fields": ["ref", "publication", "published_at", "withdrawn_reason", "merged_into"],
            },
        ),
        (PRIVATE, {"classes": ["collapse"], "fields": ["editor_notes"]}),
    ]

    # Who may what

    def is_closed(self, incident):
        return bool(incident.published_at) or incident.publication == Publication.WITHDRAWN

    def has_publish_permission(self, request):
        return may_publish(request.user)

    def published_with(self, incident):
        return Incident.objects.filter(pk=incident.pk, publication=Publication.PUBLISHED)

    def guards(self, form, formsets):
        return form.has_changed() or any(formset.has_changed() for formset in formsets)

    def get_readonly_fields(self, request, obj=None):
        state = ["publication", "published_at", "withdrawn_reason", "merged_into"]
        return [*state, "ref"] if obj and obj.published_at else state

    # The two forms

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else FIELDSETS

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = log_form(self.admin_site, request)
        return super().get_form(request, obj, change=change, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["transitions"] = transitions_for(self, request, obj)
            if obj.publication != Publication.PUBLISHED:
                context["missing"] = [problem_link(each, here=obj) for each in publishing.problems(obj)]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_view_on_site_url(self, obj=None):
        shown = obj and Incident.objects.public().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if shown else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            form.save_story(request.user)
            for record in form.reused:
                messages.info(request, _("This was here already and is used again: %s.") % record)

    def save_related(self, request, form, formsets, change):
        if not form.has_changed() and any(formset.has_changed() for formset in formsets):
            # Its parts are what it says: the incident has changed.
            stamp(form.instance, request.user)
            form.instance.save()
        super().save_related(request, form, formsets, change)

    def response_add(self, request, obj, post_url_continue=None):
        """After logging, the whole story: what is missing to publish it stands at its top."""
        response = super().response_add(request, obj, post_url_continue)
        apart = "_addanother" in request.POST or IS_POPUP_VAR in request.POST
        return response if apart else HttpResponseRedirect(change_url(obj))

    # The list

    def get_queryset(self, request):
        return super().get_queryset(request).with_first_day().with_actions()

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.replace("\0", " ").split():
            actions = Action.objects.filter(
                containing(
                    word,
                    "account__platform__name",
                    "account__platform__aliases",
                    "account__label",
                    "account__handle",
                    "account__holder__public_label",
                    "account__holder__native_label",
                    "account__holder__aliases",
                    "account__holder__private_name",
                )
            )
            citations = Citation.objects.filter(
                containing(word, "source__title", "source__url", "source__citekey")
            )
            queryset = queryset.filter(
                containing(word, "title", "ref")
                | Q(pk__in=actions.values("incident"))
                | Q(pk__in=citations.values("incident"))
            )
        return queryset, False

    @admin.display(description=gettext_lazy("platform"))
    def platforms(self, incident):
        return _told(incident, lambda action: action.account.platform)

    @admin.display(description=gettext_lazy("holder"))
    def holders(self, incident):
        return _told(incident, lambda action: action.account.holder or _("Not known"))

    @admin.display(description=gettext_lazy("what was done"))
    def done(self, incident):
        if incident.kind == IncidentKind.CONTEXT:
            return incident.get_kind_display()
        return _told(incident, lambda action: action.get_type_display())

    @admin.display(description=gettext_lazy("start"), ordering="first_day")
    def start(self, incident):
        if incident.date or incident.date_text:
            return incident.date.words() if incident.date else incident.date_text
        return _told(
            incident,
            lambda action: action.start.words() if action.start else action.start_text or _("Not known"),
        )

    @admin.display(description=gettext_lazy("status"))
    def status(self, incident):
        return _told(incident, lambda action: action.get_status_display())

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, incident):
        return _told(incident, lambda action: action.get_reason_status_display())

    # Transitions and exports

    def get_urls(self):
        return [
            path(
                "transition/<slug:name>/",
                self.admin_site.admin_view(partial(transition_view, self)),
                name="incidents_incident_transition",
            ),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        actions = super().get_actions(request)
        for name, transition in TRANSITIONS.items():
            if transition.allowed(request.user):
                actions[name] = (_transition_action(name), name, transition.label)
        return actions

    actions = ["export_public", "export_internal"]

    @admin.action(description=gettext_lazy("Export as fixture: what is public"))
    def export_public(self, request, queryset):
        return _download("fixture.json", write("fixture.json", lambda: select_incidents(_all_of(queryset))))

    @admin.action(
        description=gettext_lazy("Export as fixture: everything, for internal use"), permissions=["publish"]
    )
    def export_internal(self, request, queryset):
        name = "internal.fixture.json"
        return _download(name, INTERNAL_FORMATS[name].write(_all_of(queryset)))


def _told(incident, words):
    """What is told of an incident's actions, each thing once."""
    return ", ".join(dict.fromkeys(str(words(action)) for action in incident.actions.all()))


def _transition_action(name):
    def ask(desk, request, queryset):
        return HttpResponseRedirect(transition_url(name, queryset))

    return ask


def _all_of(queryset):
    """The same incidents, without what the page of the desk asks for beside."""
    return Incident.objects.filter(pk__in=queryset.order_by().values("pk"))


def _download(name, pieces):
    return StreamingHttpResponse(
        pieces,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="incidents.{name}"'},
    )
