"""The parts of an incident as they stand on its page: actions, justifications, involvements, citations, relations."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Action, Citation, Incident, Involvement, Justification, Relation
from ..records import PUBLIC_FIELDS
from .base import Boxes, RecordAdmin

MORE = gettext_lazy("More about it")
# What a field named by a citation may belong to, and what it may not be.
CITED = [Incident, Action, Justification, Involvement]
NOT_CITED = {"incident", "seq", "action", "supersedes", "publication", "published_at", "updated_at", "ref"}


def part_name(part):
    """A part in a few words, for a list of choices and for the line under which it stands folded."""
    match part:
        case Action():
            words = [part.get_type_display(), str(part.account), part.start and part.start.words()]
        case Justification():
            words = [part.get_kind_display(), part.speaker or part.speaker_text, part.get_ground_display()]
        case Involvement():
            words = [part.get_role_display(), part.party or part.party_text, part.get_certainty_display()]
        case Citation():
            about = part.action or part.justification or part.involvement
            target = f"{about._meta.verbose_name} {about.seq}" if about else part.incident._meta.verbose_name
            words = [part.source.citekey, part.get_stance_display(), target, part.quote and f"“{part.quote}”"]
        case Relation():
            return f"{part.get_kind_display()}: {part.to_incident}"
    return f"{part.seq}: " + Truncator(", ".join(str(word) for word in words if word)).chars(140)


def named(parts):
    """Parts with all that their names are made of, by number."""
    return (parts.with_account() if parts.model is Action else parts.with_keys()).order_by("seq")


class PartForm(forms.ModelForm):
    def _post_clean(self):
        # A part that nobody touched was checked when it was saved, and every rule costs a query.
        if self.has_changed():
            super()._post_clean()


class PartFormSet(BaseInlineFormSet):
    """Forms that know the line under which they stand folded."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.instance.heading = part_name(form.instance)


class PartInline(Boxes, admin.StackedInline):
    """Parts with a number of their own, which fills itself in; choices among parts stay within the incident."""

    form = PartForm
    formset = PartFormSet
    template = "admin/incidents/part.html"
    extra = 0

    def get_queryset(self, request):
        return named(super().get_queryset(request))

    def get_formset(self, request, obj=None, **kwargs):
        self.incident = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.related_model not in (Action, Justification, Involvement):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        parts = named(db_field.related_model.objects.filter(incident=self.incident))
        field = db_field.formfield(queryset=parts)
        # Worked out once, whatever the number of forms on the page.
        field.choices = [("", "–"), *((part.pk, part_name(part)) for part in parts)]
        return field


class ActionInline(PartInline):
    model = Action
    autocomplete_fields = ["account"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("type", "occurrence"),
                    "account",
                    ("start", "start_basis"),
                    "start_text",
                    ("status", "status_as_of"),
                    "reason_status",
                    ("end", "end_cause"),
                ]
            },
        ),
        (
            MORE,
            {
                "classes": ["collapse"],
                "fields": [
                    "timezone",
                    ("start_at_from", "start_at_to"),
                    "end_text",
                    ("term", "expected_end"),
                    "term_text",
                    ("scope", "countries"),
                    ("accounts_min", "accounts_max"),
                    "accounts_text",
                    "automation",
                ],
            },
        ),
    ]


class JustificationInline(PartInline):
    model = Justification
    autocomplete_fields = ["speaker"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "ground"),
                    ("speaker", "speaker_text"),
                    "quote",
                    ("quote_language", "is_translation"),
                    ("date", "audience"),
                    "modality",
                ]
            },
        ),
        (
            MORE,
            {
                "classes": ["collapse"],
                "fields": ["action", "supersedes", "note", "legal_basis", "reference_url"],
            },
        ),
    ]


class InvolvementInline(PartInline):
    model = Involvement
    autocomplete_fields = ["party"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("role", "certainty"),
                    ("party", "party_text"),
                    "quote",
                    ("quote_language", "is_translation"),
                    ("date", "modality"),
                ]
            },
        ),
        (
            MORE,
            {
                "classes": ["collapse"],
                "fields": ["action", "outcome", "note", "country", "legal_basis"],
            },
        ),
    ]


class CitationInline(PartInline):
    model = Citation
    classes = ["collapse"]
    autocomplete_fields = ["source"]
    fieldsets = [
        (None, {"fields": ["source", ("action", "field"), "quote", ("stance", "locator")]}),
        (
            MORE,
            {
                "classes": ["collapse"],
                "fields": ["justification", "involvement", "attribution", "value_as_stated"],
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "field":
            field.widget = forms.Select(choices=[("", _("The record as a whole")), *citable_fields()])
        return field


def citable_fields():
    """The fields that a citation may bear on, by the record that has them."""
    for model in CITED:
        names = [name for name in PUBLIC_FIELDS[model._meta.model_name] if name not in NOT_CITED]
        yield (
            capfirst(model._meta.verbose_name),
            [(name, capfirst(model._meta.get_field(name).verbose_name)) for name in names],
        )


class RelationInline(Boxes, admin.StackedInline):
    model = Relation
    fk_name = "from_incident"
    form = PartForm
    formset = PartFormSet
    template = "admin/incidents/part.html"
    classes = ["collapse"]
    extra = 0
    autocomplete_fields = ["to_incident"]
    fields = [("kind", "to_incident"), "certainty", "note"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("from_incident", "to_incident")


class IncomingRelationInline(admin.TabularInline):
    """What other incidents say of this one; it is changed there."""

    model = Relation
    fk_name = "to_incident"
    verbose_name_plural = gettext_lazy("relations from other incidents")
    classes = ["collapse"]
    fields = readonly_fields = ["from_incident", "kind", "certainty", "note"]
    extra = 0

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("from_incident")


@admin.register(Action, Justification, Involvement, Citation, Relation)
class PartAdmin(RecordAdmin):
    """Not a desk: the change history of one part, reached from the page of its incident."""

    def get_model_perms(self, request):
        return {}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Deleting a draft deletes its parts.
        incident = obj and (obj.from_incident if isinstance(obj, Relation) else obj.incident)
        desk = self.admin_site.get_model_admin(Incident)
        return desk.has_delete_permission(request, incident)
