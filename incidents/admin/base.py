"""What every model admin shares: permissions, who changed a record, and saving within the rules of publication."""

from itertools import chain

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DatabaseError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from .. import leaks, marks
from ..choices import Publication
from ..limits import current_user, readable, reads_everything
from ..locales import in_quotes
from ..models import ChangedMeanwhileError, Incident
from ..publishing import NotPublishable, problems
from .code_fields import LOCAL_TIMES, LocalTimeField, code_widget
from .date_questions import DATES_RIGHT, asks_about_dates
from .error_list import error_links
from .links import BACK_TO, change_url, problem_link
from .selects import RecordMultipleSelect, RecordSelect
from .versions import ASKED, SEEN, MergingForm, as_seen, written

TEXTAREA_ROWS = {
    "quote": 3,
    "summary": 7,
    "note": 3,
    "aliases": 3,
    "contact": 3,
    "notes": 4,
    "reading": 2,
    "editor_notes": 4,
}
# The box of a form in which an editor answers questions about names, and the questions that were shown with it.
NAME_REASON, NAME_QUESTIONS = "name_reason", "name_question"
MAX_REASON_CHARACTERS = 500
# Fields of a form that are not of its record: they cite a source for it.
NAMES_OF_CITING = ("cite_source", "cite_quote", "cite_fields", "cite_also")
MAX_WHY_CHARACTERS = 100  # as many as the history holds
PRIVATE = gettext_lazy("Private: never published")


def may_publish(user):
    return user.has_perm("incidents.publish_incident")


def name_reason(request):
    """What an editor answers to questions about names, in the box that the form has where there are some."""
    answer = " ".join(request.POST.get(NAME_REASON, "").replace("\0", " ").split())[:MAX_REASON_CHARACTERS]
    return answer if may_publish(request.user) else ""


def change_reason(request):
    """Why something is changed, as its history says it; None if nothing was said."""
    return (
        " ".join(request.POST.get("change_reason", "").replace("\0", " ").split())[:MAX_WHY_CHARACTERS]
        or None
    )


def set_editor(record, user):
    """Note on the record, and for its history, who created or changed it; the caller saves it.

    Whatever the form was sent, marks that protect somebody are removed only by those who may publish.
    """
    if not may_publish(user) and marks.taken_away(record):
        raise PermissionDenied
    record.created_by = record.created_by or (user if record._state.adding else None)
    record.updated_by = record._history_user = user


class FormFieldsMixin:
    """The form fields of a model admin and its inlines: autocomplete widgets and heights of text areas."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSelect(db_field, self.admin_site)
        kwargs.setdefault("queryset", readable(db_field.related_model._default_manager.all()))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordMultipleSelect(db_field, self.admin_site)
        kwargs.setdefault("queryset", readable(db_field.related_model._default_manager.all()))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if widget := code_widget(db_field, self.admin_site):
            kwargs |= {"widget": widget, "help_text": _("Type a name in any language, or a code.")}
        if db_field.name in LOCAL_TIMES:
            return LocalTimeField(
                label=LOCAL_TIMES[db_field.name], help_text=db_field.help_text, required=False
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.is_relation:
            # Next to a field one may add or change the related record, but deleting it needs its own page.
            field.widget.can_delete_related = field.widget.can_view_related = False
        if db_field.name in TEXTAREA_ROWS:
            field.widget = AdminTextareaWidget(attrs={"rows": TEXTAREA_ROWS[db_field.name]})
        return field


class NameCheckMixin:
    """Shows at the field what a record would give away: a form refuses what publishing would refuse."""

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            several = (self.cleaned_data.get(field.name, ()) for field in self._meta.model._meta.many_to_many)
            for field, message in leaks.refusals(self.instance, beside=chain.from_iterable(several)).items():
                self.add_error(field if field in self.fields else None, message)


class RecordForm(NameCheckMixin, MergingForm, forms.ModelForm):
    """A form that proposes the natural key if it is left empty, and shows why saving failed.

    `key` names the field of the natural key. `save_errors` are messages from an attempt to save.
    """

    key = ""
    save_errors = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.key in self.fields:
            self.fields[self.key].required = False
        if self.key == "slug" and "slug" in self.fields:
            self.fields["slug"].help_text = _(
                "Used in the URL; fixed once published. If left empty, one is proposed."
            )

    def proposed_key(self, values):
        """An unused key made from these values; empty if they do not suffice."""
        return ""

    def clean(self):
        values = super().clean()
        if self.key in self.fields and self.key not in self.errors and not values.get(self.key):
            values[self.key] = self.proposed_key(values)
        if self.save_errors:
            raise ValidationError(self.save_errors)
        return values


class RecordAdmin(FormFieldsMixin, SimpleHistoryAdmin):
    """The base of all model admins. Only those who may publish can change a record that is public."""

    form = RecordForm
    list_per_page = 50
    empty_value_display = "–"
    # A change of these fields can leave a published incident without what publication requires.
    publication_fields = ()

    def get_queryset(self, request):
        return readable(super().get_queryset(request))

    def is_editors_only(self, record):
        """Whether a published incident shows the record, or would if it were open and cleared: researchers cannot change it."""
        return self.published_incidents(record).exists()

    def published_incidents(self, record):
        """The published incidents that show this record."""
        return Incident.objects.showing(record).filter(publication=Publication.PUBLISHED)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_publish(request.user) or not self.is_editors_only(obj))

    def has_delete_permission(self, request, obj=None):
        """Researchers delete only what they have recorded themselves, and nobody what is public."""
        allowed = super().has_delete_permission(request, obj)
        may_delete = obj is None or may_publish(request.user) or obj.created_by_id == request.user.pk
        return allowed and may_delete and (obj is None or not self.is_editors_only(obj))

    def get_view_on_site_url(self, obj=None):
        has_page = hasattr(self.model, "get_absolute_url") and obj and obj.pk and obj.is_public()
        return obj.get_absolute_url() if has_page else None

    def get_readonly_fields(self, request, obj=None):
        """Marks that protect somebody are shown to a researcher, who cannot take them away."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *marks.kept(obj)] if obj and not may_publish(request.user) else fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        fixed = self.get_readonly_fields(request, obj)
        kwargs["help_texts"] = {
            name: _("Only those who may publish can remove this.")
            for name in marks.MARKS.get(self.opts.model_name, ())
            if name in fixed
        }
        form = super().get_form(request, obj, change=change, **kwargs)
        form.save_errors = getattr(request, "save_errors", ())
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form. If saving failed, the form again with the reasons and everything that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PublicationBrokenError as error:
            request.save_errors = self.new_problems(error)
            request.name_questions = [problem.question for _incident, problem in error.reasons]
            # Problems that were there before do not block a change that adds none.
            request.skip_publication_check = not request.save_errors
        except ChangedMeanwhileError as error:
            request.save_errors = [
                _("Nothing was saved: %s was changed or deleted at the same time. Open this page again.")
                % f"{error.record._meta.verbose_name} {in_quotes(str(error.record))}"
            ]
        except (DatabaseError, OverflowError):
            request.save_errors = [
                _(
                    "Nothing was saved: the database refused it. Someone else may have saved at the same time. Try again."
                )
            ]
        if request.save_errors:
            # Nothing is saved, so without a transaction: SQLite begins none as long as somebody else is writing.
            return self._changeform_view(request, object_id, form_url, extra_context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def new_problems(self, error):
        """The problems in a PublicationBrokenError that were not there before, as links."""
        stored = Incident.objects.filter(pk__in={incident.pk for incident, _problem in error.reasons})
        before = {str(problem) for incident in stored for problem in problems(incident)}
        return [
            format_html(
                "{} {}",
                _("This change would leave “%s” without what publication requires.") % incident,
                problem_link(problem, here=incident),
            )
            for incident, problem in error.reasons
            if str(problem) not in before
        ]

    def save_model(self, request, obj, form, change):
        if change and not form.has_changed():
            return
        set_editor(obj, request.user)
        obj._change_reason = change_reason(request)
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        super().delete_model(request, as_seen(obj, request))

    def save_formset(self, request, form, formset, change):
        only_cited = [
            form.instance for form in formset.initial_forms if set(form.changed_data) <= {*NAMES_OF_CITING}
        ]
        for record in formset.save(commit=False):
            if not any(record is each for each in only_cited):
                set_editor(record, request.user)
                record._change_reason = change_reason(request)
                record.save()
        formset.save_m2m()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # Delete last, and children before parents: a record changed here may refer to one that is deleted here.
        for formset in reversed(formsets):
            for record in formset.deleted_objects:
                record._change_reason = change_reason(request)
                as_seen(record, request).delete()
        if change and not self.has_change_permission(request, form.instance):
            # It was published between the opening of the form and now.
            raise PermissionDenied
        reason = name_reason(request)
        is_checked = self.affects_publication(form, formsets)
        is_checked = is_checked and not getattr(request, "skip_publication_check", False)
        if not (is_checked or reason):
            return
        privates = leaks.Privates.load()
        found = [
            (incident, problem)
            for incident in self.incidents_to_check(form.instance)
            for problem in problems(incident, privates)
        ]
        if reason:
            asked = request.POST.getlist(NAME_QUESTIONS)
            questions = [problem.question for _incident, problem in found if problem.question]
            questions += self.other_questions(form.instance)
            answered = [question for question in questions if question.token in asked]
            leaks.answer(answered, reason, by=request.user)
            found = [pair for pair in found if pair[1].question not in answered]
        found = [pair for pair in found if pair[0].publication == Publication.PUBLISHED]
        if is_checked and (reasons := [pair for pair in found if self.blocks(request, pair[1])]):
            raise PublicationBrokenError(reasons)

    def other_questions(self, record):
        """Questions about names that its page asks beside those of problems."""
        return []

    def blocks(self, request, problem):
        """Whether this problem of a published incident keeps a change from being saved."""
        return True

    def incidents_to_check(self, record):
        """The incidents whose requirements for publication a change of this record can break."""
        return self.published_incidents(record)

    def render_change_form(self, request, context, *args, **kwargs):
        questions = [*context.get("name_questions", ()), *getattr(request, "name_questions", ())]
        tokens = [question.token for question in questions if question]
        context["name_questions"] = list(dict.fromkeys(tokens)) if may_publish(request.user) else []
        # Boxes keep what they had when the page was opened; conflicts with later versions are shown now.
        shown = written(_records_in(context))
        context[SEEN], context[ASKED] = request.POST.get(SEEN) or shown, shown
        context["name_reason"] = request.POST.get(NAME_REASON, "")
        shown = context.get("original")
        context["asks_why"] = bool(shown and self.is_editors_only(shown))
        context["change_reason"] = change_reason(request) or ""
        context["dates_right"] = request.POST.get(DATES_RIGHT, "")
        context["asks_about_dates"] = bool(context["dates_right"]) or asks_about_dates(context)
        context["error_links"] = error_links(context)
        context["show_save_and_continue"] = False  # “Save” stays on the page
        return super().render_change_form(request, context, *args, **kwargs)

    def affects_publication(self, form, formsets):
        """Whether what was changed can matter for the publication of an incident."""
        return not set(self.publication_fields).isdisjoint(form.changed_data)

    def response_post_save_change(self, request, obj):
        """After “Save”, the same page again: nobody has to look for what they are working on."""
        stays = self.has_view_or_change_permission(request, obj)
        query = request.GET.urlencode() if BACK_TO in request.GET else ""
        return (
            HttpResponseRedirect(f"{change_url(obj)}?{query}".rstrip("?"))
            if stays
            else super().response_post_save_change(request, obj)
        )

    response_post_save_add = response_post_save_change

    def revert_disabled(self, request, obj=None):
        return True

    def history_view(self, request, object_id, extra_context=None):
        self.check_readable(object_id)
        return super().history_view(request, object_id, extra_context)

    def check_readable(self, key):
        """Raise Http404 for a record that this user does not find."""
        key = key if key.isdecimal() and len(key) < 19 else None
        stored = self.model._base_manager.filter(pk=key)
        if not (readable(stored).exists() if stored.exists() else self.may_read_deleted(key)):
            raise Http404

    def may_read_deleted(self, key):
        """Whether this user may read the history of a record that was deleted: nothing says any more who could read it."""
        return reads_everything() or self.model.history.filter(id=key, created_by=current_user()).exists()

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        self.check_readable(object_id)
        # django-simple-history lets anyone who may view a record save an old version of it.
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        # PostgreSQL refuses NUL, and Django's filters pass it on unchecked.
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise SuspiciousOperation("NUL in a query string")
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term.replace("\0", " "))


def _records_in(context):
    """The stored records that the form and its inlines show."""
    inlines = (inline.formset.initial_forms for inline in context["inline_admin_formsets"])
    forms_shown = [context["adminform"].form, *chain.from_iterable(inlines)]
    return [form.instance for form in forms_shown]


class PublicationBrokenError(NotPublishable):
    """Saving would leave published incidents without what publication requires.

    `reasons` holds pairs of an incident and one of its problems.
    """

    def __init__(self, reasons):
        self.reasons = reasons
        super().__init__([problem for _incident, problem in reasons])


def any_contains(word, *fields):
    """A condition: at least one of these fields contains the word, in any case."""
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__icontains": word})
    return condition
