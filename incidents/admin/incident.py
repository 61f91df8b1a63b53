"""The desk for incidents: logging, the whole story on one page, and publishing."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import publishing
from ..choices import Publication
from ..exports import FORMATS, INTERNAL_FORMATS
from ..models import Action, Citation, Incident, Involvement, Justification, Relation
from .base import PRIVATE, PUBLISH, GuardedPart, RecordAdmin
from .log import IncidentLogForm

FOLDED = {"classes": ["collapse"]}


class PartInline(GuardedPart, admin.StackedInline):
    """A part of the incident; what it points to within the incident is chosen from this incident alone."""

    extra = 0
    readonly_fields = ["seq"]
    show_change_link = False
    classes = ["collapse"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("action", "justification", "involvement", "supersedes"):
            incident = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = db_field.related_model.objects.filter(incident=incident).order_by("seq")
            field = super().formfield_for_foreignkey(db_field, request, **kwargs)
            # One query for all rows of the page, not one for each.
            field.choices = [
                ("", "–"),
                *((part.pk, describe(part)) for part in field.queryset.select_related()),
            ]
            return field
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def describe(part):
    """A part of an incident as it is told apart in a list of choices."""
    match part:
        case Action():
            return f"{part.seq}: {part.account.label}, {part.get_type_display()}"
        case Justification():
            return f"{part.seq}: {part.speaker or part.speaker_text}, {part.get_kind_display()} {part.date}"
        case _:
            return f"{part.seq}: {part.party or part.party_text}, {part.get_role_display()}"


class ActionInline(PartInline):
    model = Action
    classes = []
    autocomplete_fields = ["account"]
    fieldsets = [
        (None, {"fields": ["seq", "account", "type", "occurrence", "status", "status_as_of", "reason_status"]}),
        (
            gettext_lazy("When"),
            {"fields": ["start", "start_text", "start_basis", "timezone", "end", "end_text", "end_cause"]},
        ),
        (
            gettext_lazy("Hours, term, place, number, automation"),
            {
                "fields": [
                    ("start_at_from", "start_at_to"), ("term", "term_text", "expected_end"),
                    ("scope", "countries"), ("accounts_min", "accounts_max", "accounts_text"), "automation",
                ],
            } | FOLDED,
        ),
    ]  # fmt: skip


class JustificationInline(PartInline):
    model = Justification
    autocomplete_fields = ["speaker"]
    fieldsets = [
        (None, {"fields": ["seq", "kind", "ground", "speaker", "speaker_text", "audience", "date", "quote"]}),
        (
            gettext_lazy("More"),
            {
                "fields": [
                    "action", "note", "quote_language", "is_translation", "modality", "supersedes", "reference_url",
                    "legal_basis",
                ]
            } | FOLDED,
        ),
    ]  # fmt: skip


class InvolvementInline(PartInline):
    model = Involvement
    autocomplete_fields = ["party"]
    fieldsets = [
        (None, {"fields": ["seq", "role", "party", "party_text", "certainty", "date", "quote", "note"]}),
        (
            gettext_lazy("More"),
            {
                "fields": [
                    "action", "quote_language", "is_translation", "modality", "outcome", "country", "legal_basis"
                ]
            } | FOLDED,
        ),
    ]  # fmt: skip


class CitationInline(PartInline):
    model = Citation
    autocomplete_fields = ["source"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "seq",
                    "source",
                    ("action", "justification", "involvement"),
                    "field",
                    "quote",
                    "stance",
                ]
            },
        ),
        (gettext_lazy("More"), {"fields": ["attribution", "value_as_stated", "locator"]} | FOLDED),
    ]


class RelationInline(PartInline):
    model = Relation
    fk_name = "from_incident"
    readonly_fields = []
    autocomplete_fields = ["to_incident"]
    fields = ["kind", "to_incident", "certainty", "note"]


@admin.register(Incident)
class IncidentAdmin(RecordAdmin):
    list_display = [
        "title",
        "platform",
        "holder",
        "done",
        "began",
        "status",
        "reason",
        "publication",
        "updated_at",
    ]
    list_filter = [
        "publication", "kind", "actions__account__platform", "actions__type", "actions__status",
        "actions__reason_status", "actions__occurrence",
    ]  # fmt: skip
    search_fields = [
        "title", "ref", "actions__account__label", "actions__account__platform__name",
        "actions__account__holder__public_label", "actions__account__holder__native_label",
        "actions__account__holder__private_name", "citations__source__title", "citations__source__url",
    ]  # fmt: skip
    search_help_text = gettext_lazy("Title, ref, platform, holder, account, title or address of a source")
    date_hierarchy = "updated_at"
    actions = ["publish_selected", "send_to_review", "export_public", "export_internal"]
    inlines = [ActionInline, JustificationInline, InvolvementInline, CitationInline, RelationInline]
    readonly_fields = ["publication", "published_at", "withdrawn_reason", "merged_into"]
    fieldsets = [
        (gettext_lazy("What happened"), {"fields": ["title", "summary", "ref", "kind"]}),
        (gettext_lazy("A context event"), {"fields": ["date", "date_text"]} | FOLDED),
        (
            gettext_lazy("Publication"),
            {"fields": ["publication", "published_at", "withdrawn_reason", "merged_into"]} | FOLDED,
        ),
        (PRIVATE, {"fields": ["editor_notes"]} | FOLDED),
    ]
    log_fieldsets = [
        (gettext_lazy("What happened"), {"fields": ["title"]}),
        (gettext_lazy("To whom"), {"fields": ["platform", "holder", "account_label"]}),
        (gettext_lazy("What was done, and when"), {"fields": ["type", "start", "status", "reason_status"]}),
        (
            gettext_lazy("How we know"),
            {"fields": ["source_url", "source_title", "source_outlet", "source_date", "quote"]},
        ),
        (
            gettext_lazy("More, if you have it"),
            {
                "fields": [
                    "summary", "start_text", "start_basis", "timezone", "status_as_of", "occurrence", "account_kind",
                    "source_language", "editor_notes",
                ]
            } | FOLDED,
        ),
    ]  # fmt: skip

    # The list

    def get_queryset(self, request):
        return super().get_queryset(request).with_related()

    @admin.display(description=gettext_lazy("platform"))
    def platform(self, incident):
        return self.told(incident, lambda action: action.account.platform.name)

    @admin.display(description=gettext_lazy("holder"))
    def holder(self, incident):
        return self.told(incident, lambda action: action.account.holder or _("not known"))

    @admin.display(description=gettext_lazy("what was done"))
    def done(self, incident):
        return self.told(incident, lambda action: action.get_type_display())

    @admin.display(description=gettext_lazy("start"))
    def began(self, incident):
        return self.told(incident, lambda action: action.start or action.start_text or _("not known"))

    @admin.display(description=gettext_lazy("status"))
    def status(self, incident):
        return self.told(incident, lambda action: action.get_status_display())

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, incident):
        return self.told(incident, lambda action: action.get_reason_status_display())

    def told(self, incident, tell):
        """The different values of an incident's actions, in their order."""
        return "; ".join(dict.fromkeys(str(tell(action)) for action in incident.actions.all()))

    # Logging, and the whole story

    def get_form(self, request, obj=None, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, **kwargs)
        return self.refusing(request, IncidentLogForm, admin_site=self.admin_site)

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else self.log_fieldsets

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            known = form.source.pk
            form.save_parts(form.instance, partial(self.sign, request))
            if known:
                self.message_user(request, _("The source was here already: %s.") % form.source)
        incident = Incident.objects.get(pk=form.instance.pk)
        if incident.publication == Publication.PUBLISHED and (found := publishing.problems(incident)):
            raise publishing.NotPublishable(found)

    def response_add(self, request, obj, post_url_continue=None):
        """After logging, the whole story: what is missing stands at its top."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("“%s” is saved as a draft.") % obj, messages.SUCCESS)
        return redirect("admin:incidents_incident_change", obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        incident = self.get_object(request, object_id)
        missing = []
        if incident and incident.publication != Publication.WITHDRAWN:
            missing = [(problem, self.place_of(problem)) for problem in publishing.problems(incident)]
        context = {"missing": missing, "deeds": self.deeds(request, incident) if incident else []}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def place_of(self, problem):
        """Where a problem can be mended: a box of this page, or another record's page."""
        record = problem.record
        if isinstance(record, Incident):
            return f"#id_{problem.field}" if problem.field else "#actions-group"
        for inline, prefix in {
            Action: "actions",
            Justification: "justifications",
            Involvement: "involvements",
            Citation: "citations",
        }.items():
            if isinstance(record, inline):
                row = inline.objects.filter(incident=record.incident_id, seq__lt=record.seq).count()
                return f"#id_{prefix}-{row}-{problem.field}" if problem.field else f"#{prefix}-{row}"
        page = reverse(f"admin:incidents_{record._meta.model_name}_change", args=[record.pk])
        return f"{page}#id_{problem.field}"

    # Publishing, withdrawing, merging

    def deeds(self, request, incident):
        """What may be done with an incident as it stands: name and label."""
        if not request.user.has_perm(PUBLISH):
            return []
        if incident.publication == Publication.PUBLISHED:
            return [("withdraw", _("Withdraw…")), ("merge", _("Merge into another…"))]
        return [("publish", _("Publish…"))]

    def get_urls(self):
        deed = self.admin_site.admin_view(self.deed_view)
        return [
            path(f"<int:pk>/{name}/", deed, {"deed": name}, name=f"incidents_incident_{name}")
            for name in ("publish", "withdraw", "merge")
        ] + super().get_urls()

    def deed_view(self, request, pk, deed):
        """Ask once more, then do it; say what stands in the way."""
        incident = get_object_or_404(Incident, pk=pk)
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        back = redirect("admin:incidents_incident_change", incident.pk)
        form = DEED_FORMS[deed](request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                incident.updated_by = request.user
                if deed == "publish":
                    publishing.publish(incident)
                    self.message_user(request, _("“%s” is published.") % incident, messages.SUCCESS)
                else:
                    publishing.withdraw(incident, **form.cleaned_data)
                    self.message_user(request, _("“%s” is withdrawn.") % incident, messages.SUCCESS)
                return back
            except ValidationError as error:
                for sentence in error.messages:
                    form.add_error(None, sentence)
        context = self.admin_site.each_context(request) | {
            "title": DEED_TITLES[deed] % {"incident": incident},
            "incident": incident,
            "form": form,
            "deed": deed,
            "missing": [
                (problem, self.linked(problem, incident)) for problem in publishing.problems(incident)
            ]
            if deed == "publish"
            else [],
            "opts": self.opts,
        }
        return render(request, "admin/incidents/incident/deed.html", context)

    def linked(self, problem, incident):
        place = self.place_of(problem)
        page = reverse("admin:incidents_incident_change", args=[incident.pk])
        return page + place if place.startswith("#") else place

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        for incident in queryset:
            try:
                publishing.publish(incident)
            except publishing.NotPublishable as refusal:
                for problem in refusal.problems:
                    told = format_html(
                        '“{}”: <a href="{}">{}</a>', incident, self.linked(problem, incident), problem
                    )
                    self.message_user(request, told, messages.ERROR)
            else:
                self.message_user(request, _("“%s” is published.") % incident, messages.SUCCESS)

    def has_publish_permission(self, request):
        return request.user.has_perm(PUBLISH)

    @admin.action(description=gettext_lazy("Send drafts to review"), permissions=["change"])
    def send_to_review(self, request, queryset):
        sent = 0
        for incident in queryset.filter(publication=Publication.DRAFT):
            incident.publication, incident.updated_by = Publication.IN_REVIEW, request.user
            incident.save()
            sent += 1
        self.message_user(
            request, ngettext("%d draft is in review.", "%d drafts are in review.", sent) % sent
        )

    @admin.action(
        description=gettext_lazy("Export as fixture: public fields of published incidents"),
        permissions=["view"],
    )
    def export_public(self, request, queryset):
        return download(FORMATS, "fixture.json", Incident.objects.public().filter(pk__in=keys(queryset)))

    @admin.action(
        description=gettext_lazy("Export as fixture: everything, internal"), permissions=["publish"]
    )
    def export_internal(self, request, queryset):
        return download(
            INTERNAL_FORMATS, "internal.fixture.json", Incident.objects.filter(pk__in=keys(queryset))
        )


def keys(queryset):
    """The chosen rows, read at once: the list's own joins and order need not go into the export."""
    return list(queryset.order_by().values_list("pk", flat=True).distinct())


def download(formats, name, incidents):
    return StreamingHttpResponse(
        formats[name].write(incidents),
        content_type=formats[name].content_type,
        headers={"Content-Disposition": f'attachment; filename="incidents.{name}"'},
    )


class PublishForm(forms.Form):
    pass


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=gettext_lazy(
            "Everyone who comes to its address reads this. Name nobody who must not be named."
        ),
    )


class MergeForm(forms.Form):
    merged_into = forms.ModelChoiceField(
        Incident.objects.filter(publication=Publication.PUBLISHED),
        to_field_name="ref",
        label=gettext_lazy("Ref of the incident that tells the story now"),
        widget=forms.TextInput(attrs={"size": 60}),
        error_messages={"invalid_choice": gettext_lazy("There is no published incident with this ref.")},
    )


DEED_FORMS = {"publish": PublishForm, "withdraw": WithdrawForm, "merge": MergeForm}
DEED_TITLES = {
    "publish": gettext_lazy("Publish “%(incident)s”"),
    "withdraw": gettext_lazy("Withdraw “%(incident)s”"),
    "merge": gettext_lazy("Merge “%(incident)s” into another incident"),
}
