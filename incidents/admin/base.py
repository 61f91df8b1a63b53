"""What every desk shares: who may change what, who did, and saving that keeps the rules or says why not."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DatabaseError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from ..choices import Publication
from ..models import Incident
from ..publishing import NotPublishable, problems
from .links import problem_link

# How many lines a long text gets.
ROWS = {"quote": 3, "summary": 7, "note": 3, "aliases": 3, "contact": 3, "notes": 4, "editor_notes": 4}
PRIVATE = gettext_lazy("Private: never leaves these pages")


def may_publish(user):
    return user.has_perm("incidents.publish_incident")


def stamp(record, user):
    """Write down who made or changed a record."""
    record.created_by = record.created_by or (user if record._state.adding else None)
    record.updated_by = user


class RecordSelect(AutocompleteSelect):
    """Django's own box, but what is no key at all counts as nothing chosen, not as an error of ours."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value if value and value.isdecimal() and len(value) < 19 else ""


class Boxes:
    """What the boxes of a desk have in common, and those of the parts of an incident."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.is_relation:
            # Beside a box one adds or mends what it holds; deleting that is another matter.
            field.widget.can_delete_related = field.widget.can_view_related = False
        if db_field.name in ROWS:
            field.widget = AdminTextareaWidget(attrs={"rows": ROWS[db_field.name]})
        return field


class RecordForm(forms.ModelForm):
    """A form whose natural key proposes itself, and that shows why saving was refused."""

    key = ""
    refusal = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.key in self.fields:
            self.fields[self.key].required = False
        if self.key == "slug" and "slug" in self.fields:
            self.fields["slug"].help_text += " " + _("Left empty, one is proposed.")

    def propose(self, values):
        """A free key for these values; empty where they do not tell enough."""
        return ""

    def clean(self):
        values = super().clean()
        if self.key in self.fields and self.key not in self.errors and not values.get(self.key):
            values[self.key] = self.propose(values)
        if self.refusal:
            raise ValidationError(self.refusal)
        return values


class RecordAdmin(Boxes, SimpleHistoryAdmin):
    """A desk. Researchers may change what is not public; what is public, those who may publish."""

    form = RecordForm
    list_per_page = 50
    empty_value_display = "–"
    # Fields whose change can make a published incident break the rules of publication.
    guarded = ()

    def is_closed(self, record):
        """Whether this is open to readers, and thereby closed to researchers."""
        return record.is_public()

    def published_with(self, record):
        """The published incidents that show this record."""
        return Incident.objects.showing(record).filter(publication=Publication.PUBLISHED)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_publish(request.user) or not self.is_closed(obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not self.is_closed(obj))

    def get_view_on_site_url(self, obj=None):
        shown = hasattr(self.model, "get_absolute_url") and obj and obj.pk and obj.is_public()
        return obj.get_absolute_url() if shown else None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", ())
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form; where saving it was refused, the form again with the reasons and all that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Broken as error:
            request.refusal = self.new_reasons(error)
            # What was wrong before is no reason to refuse a change that mends something else.
            request.unguarded = not request.refusal
        except (DatabaseError, OverflowError):
            request.refusal = [
                _(
                    "The database refused this, and nothing was saved. Somebody else may have saved just now: try again."
                )
            ]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def new_reasons(self, error):
        """Those reasons, as links, that did not stand before."""
        stood = Incident.objects.filter(pk__in={incident.pk for incident, _problem in error.reasons})
        before = {str(problem) for incident in stood for problem in problems(incident)}
        return [
            format_html(
                "{} {}",
                _("“%s” is published and would not be publishable any more.") % incident,
                problem_link(problem, here=incident),
            )
            for incident, problem in error.reasons
            if str(problem) not in before
        ]

    def save_model(self, request, obj, form, change):
        if change and not form.has_changed():
            return
        stamp(obj, request.user)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for record in formset.save(commit=False):
            stamp(record, request.user)
            record.save()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # Last, and children before parents: what was changed here may hang on what is deleted here.
        for formset in reversed(formsets):
            for record in formset.deleted_objects:
                record.delete()
        if self.guards(form, formsets) and not getattr(request, "unguarded", False):
            reasons = [(each, why) for each in self.published_with(form.instance) for why in problems(each)]
            if reasons:
                raise Broken(reasons)

    def guards(self, form, formsets):
        return not set(self.guarded).isdisjoint(form.changed_data)

    def revert_disabled(self, request, obj=None):
        return True

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        # The package would save an old version for anybody who may look at it.
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        # PostgreSQL takes no NUL; filters would hand it on unread.
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise SuspiciousOperation("NUL in a query string")
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term.replace("\0", " "))


class Broken(NotPublishable):
    """Saving this would leave published incidents that may not be public; `reasons` pairs each with why."""

    def __init__(self, reasons):
        self.reasons = reasons
        super().__init__([problem for _incident, problem in reasons])


def containing(word, *fields):
    """Records in which one of these fields contains the word."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found
