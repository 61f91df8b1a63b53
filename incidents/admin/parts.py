"""The parts of an incident on its admin page: actions, justifications, involvements, citations, relations."""

from collections import defaultdict

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..limits import unreadable
from ..models import (
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Relation,
)
from ..models.evidence import CITABLE_FIELDS
from ..shape import SHAPE
from ..shown import CITED_RECORDS
from .base import FormFieldsMixin, NameCheckMixin
from .citing import FIELDSET, CitingMixin, citing_fields
from .code_fields import LocalTimesForm
from .date_questions import DateQuestionMixin
from .long_stories import MAX_FORMS, place_of, with_forms
from .part_names import named_parts, part_name, with_names
from .proposals import ProposedBasisForm, proposed_for_parts
from .selects import keep_known
from .versions import MergingForm

MORE_DETAILS = gettext_lazy("More details")
# What a record is called by, beside what it has itself.
NAMED_BY = {"account": ("platform", "holder")}
# Whose fields a citation can be about, and which of them it cannot.
CITABLE_MODELS = [Incident, Action, Justification, Involvement]
UNCITABLE_FIELDS = {
    "incident",
    "seq",
    "action",
    "supersedes",
    "publication",
    "published_at",
    "updated_at",
    "ref",
}


class PartForm(
    ProposedBasisForm, LocalTimesForm, DateQuestionMixin, NameCheckMixin, MergingForm, forms.ModelForm
):
    def _post_clean(self):
        # An unchanged part was checked when it was saved, and every rule costs a query.
        if self.has_changed():
            super()._post_clean()
            self.ask_about_part(self.instance)


class PartFormSet(BaseInlineFormSet):
    """Forms with a heading, which is all that is visible while they are folded."""

    cited: dict = {}  # a part -> its citations, if it shows them
    lines: tuple = ()  # what the page shows of the parts that have no form
    may_open_all = False  # whether they are few enough for a form each
    proposed: dict = {}  # values that a new part begins with

    @cached_property
    def empty_form(self):
        return super().empty_form  # which Django makes anew each time that it is asked for

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.instance.heading = part_name(form.instance)
            form.instance.noted = self.cited.get(form.instance, ())
            keep_known(form)
        else:
            form.initial |= {name: value for name, value in self.proposed.items() if name in form.fields}


class PartInline(FormFieldsMixin, admin.StackedInline):
    """Numbered parts. A field that refers to another part offers only parts of the same incident."""

    form = PartForm
    formset = PartFormSet
    template = "admin/incidents/part.html"
    extra = 0
    may_open_all = False

    def get_queryset(self, request):
        return with_forms(with_names(super().get_queryset(request)).with_many(), self.incident, request)

    def get_formset(self, request, obj=None, **kwargs):
        self.incident = obj
        formset = super().get_formset(request, obj, **kwargs)
        formset.lines = self.lines(request, obj)
        formset.may_open_all = self.may_open_all
        return formset

    def lines(self, request, incident):
        """The parts of a long incident that have no form on its page, with links to their forms and histories."""
        parts = self.model.objects.filter(incident=incident)
        shown = with_forms(parts, incident, request)
        if shown is parts:
            return []
        with_form = set(shown.values_list("pk", flat=True))
        named = named_parts(request, incident, self.model)
        self.may_open_all = len(named) <= MAX_FORMS
        return [
            {"heading": name, "url": place_of(part, self.first_field, incident), "part": part}
            for part, name in named
            if part.pk not in with_form
        ]

    @property
    def first_field(self):
        """The first box of the form, where one begins."""
        return flatten(self.fieldsets[0][1]["fields"])[0]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.related_model not in (Action, Justification, Involvement):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        parts = db_field.related_model.objects.filter(incident=self.incident)
        options = {"widget": forms.CheckboxSelectMultiple} if db_field.many_to_many else {}
        field = db_field.formfield(queryset=parts, **options)
        # Computed once, whatever the number of forms on the page.
        named = [
            (part.pk, name) for part, name in named_parts(request, self.incident, db_field.related_model)
        ]
        field.choices = named if db_field.many_to_many else [("", "–"), *named]
        return field


class CitedPartInline(PartInline):
    """Parts that are cited where they are written. Each shows the citations it has."""

    facts: tuple[str, ...] = ()  # the fields that a citation made here can be about

    def get_fieldsets(self, request, obj=None):
        first, *others = self.fieldsets
        return [first, FIELDSET, *others]

    def get_formset(self, request, obj=None, **kwargs):
        self.incident = obj
        labels = _fields_with_labels(self.model, self.facts)
        fields = citing_fields(self.admin_site, self.model, labels, parts_as_choices(request, obj))
        kwargs["form"] = type("CitingPartForm", (CitingMixin, PartForm), fields)
        formset = super().get_formset(request, obj, **kwargs)
        formset.cited = citations_by_part(request, obj)
        formset.proposed = proposed_for_parts(request, obj)
        return formset


def parts_as_choices(request, incident):
    """The parts of an incident that a citation can be about."""
    return [
        (f"{model._meta.model_name}-{part.pk}", name)
        for model in (Action, Justification, Involvement)
        for part, name in named_parts(request, incident, model)
    ]


def citations_by_part(request, incident):
    """The citations of each part, with their places on the page; read once for all inlines of a page."""
    if not hasattr(request, "citations_by_part"):
        request.citations_by_part = defaultdict(list)
        for citation, name in named_parts(request, incident, Citation):
            request.citations_by_part[citation.target].append((place_of(citation, "quote"), name))
    return request.citations_by_part


class ActionInline(CitedPartInline):
    model = Action
    facts = ("type", "occurrence", "start", "status", "end", "reason_status", "term", "scope", "accounts_min")
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
            MORE_DETAILS,
            {
                "classes": ["collapse"],
                "fields": [
                    "timezone",
                    "start_at_from",
                    "start_at_to",
                    "start_is_span",
                    "end_at_from",
                    "end_at_to",
                    "end_text",
                    "duration_text",
                    ("term", "expected_end"),
                    "term_text",
                    ("scope", "countries"),
                    "scope_text",
                    ("accounts_min", "accounts_max"),
                    "accounts_text",
                    ("accounts_as_of", "member_kind"),
                    "automation",
                    "note",
                ],
            },
        ),
    ]


class JustificationInline(CitedPartInline):
    model = Justification
    facts = ("ground", "date", "audience")
    autocomplete_fields = ["speaker", "together_with"]
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
            MORE_DETAILS,
            {
                "classes": ["collapse"],
                "fields": [
                    "actions",
                    "further_grounds",
                    "together_with",
                    "supersedes",
                    "note",
                    "legal_basis",
                    "reference_url",
                ],
            },
        ),
    ]


class InvolvementInline(CitedPartInline):
    model = Involvement
    facts = ("role", "date", "outcome")
    autocomplete_fields = ["party", "together_with"]
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
            MORE_DETAILS,
            {
                "classes": ["collapse"],
                "fields": [
                    "actions",
                    "together_with",
                    ("outcome", "status"),
                    "note",
                    "country",
                    "legal_basis",
                ],
            },
        ),
    ]


class CitationInline(PartInline):
    model = Citation
    classes = ["collapse"]
    autocomplete_fields = ["source"]
    fieldsets = [
        (
            None,
            {"fields": ["source", ("action", "field"), "quote", ("stance", "locator"), "reading"]},
        ),
        (
            MORE_DETAILS,
            {
                "classes": ["collapse"],
                "fields": [
                    "justification",
                    "involvement",
                    ("party", "account", "platform"),
                    "attribution",
                    "value_as_stated",
                    ("quote_language", "is_translation"),
                ],
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in CITED_RECORDS:
            records = db_field.related_model.objects
            keys = records_shown(request, self.incident)[db_field.name]
            field = db_field.formfield(queryset=records.filter(pk__in=keys))
            shown = field.queryset.select_related(*NAMED_BY.get(db_field.name, ())) if keys else ()
            # Computed once, whatever the number of forms on the page.
            field.choices = [("", "–"), *((record.pk, str(record)) for record in shown)]
            return field
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "field":
            field.widget = forms.Select(choices=[("", _("The whole record")), *citable_fields()])
        return field


def records_shown(request, incident):
    """The keys of the records that citations of an incident can be about, by model; read once for all of them."""
    if not hasattr(request, "records_shown"):
        incidents = Incident.objects.filter(pk=incident.pk)
        request.records_shown = incidents.keys_shown(*CITED_RECORDS)[incident.pk]
    return request.records_shown


def citable_fields():
    """The fields that a citation can be about, grouped by model, as choices."""
    for model in CITABLE_MODELS:
        names = [name for name in SHAPE[model._meta.model_name].fields if name not in UNCITABLE_FIELDS]
        yield (
            capfirst(model._meta.verbose_name),
            _fields_with_labels(model, names),
        )
    for name, fields in CITABLE_FIELDS.items():
        model = Citation._meta.get_field(name).related_model
        yield capfirst(model._meta.verbose_name), _fields_with_labels(model, fields)


def _fields_with_labels(model, names):
    return [(name, capfirst(model._meta.get_field(name).verbose_name)) for name in names]


class RelationInline(FormFieldsMixin, admin.StackedInline):
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
        found = super().get_queryset(request).exclude(to_incident__in=unreadable())
        return found.select_related("from_incident", "to_incident")


class IncomingRelationInline(admin.TabularInline):
    """Relations that other incidents have to this one. They are changed on the pages of those."""

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
        found = super().get_queryset(request).exclude(from_incident__in=unreadable())
        return found.select_related("from_incident")
