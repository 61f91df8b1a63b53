"""The page that merges a platform, party, account or source into another one, and takes that back."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import merging
from ..locales import with_colon
from ..models import ChangedMeanwhileError, Incident, Merge
from .base import NAME_QUESTIONS, may_publish, name_reason
from .links import change_url, problem_link
from .selects import RecordSelect
from .versions import SEEN


class MergingAdmin(admin.ModelAdmin):
    """A model admin with a page for each record that merges it into another one. For those who may publish."""

    actions = ["merge_two"]

    def has_merge_permission(self, request):
        return may_publish(request.user)

    @admin.action(description=gettext_lazy("Merge the two chosen"), permissions=["merge"])
    def merge_two(self, request, queryset):
        records = list(queryset.order_by("pk")[:3])
        if len(records) != 2:
            messages.error(request, _("Choose exactly two."))
            return None
        # What came first stays, unless the editor swaps them.
        return HttpResponseRedirect(merge_url(records[1], records[0]))

    def get_urls(self):
        name = self.opts.model_name
        view = self.admin_site.admin_view
        return [
            path("<int:key>/merge/", view(partial(merge_view, self)), name=f"incidents_{name}_merge"),
            path(
                "<int:key>/merge/undo/", view(partial(undo_view, self)), name=f"incidents_{name}_merge_undo"
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.has_merge_permission(request):
            context["merge_url"] = merge_url(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


def merge_url(old, new=None):
    """The page that merges one record into another; without `new`, the one where it is chosen."""
    url = reverse(f"admin:incidents_{old._meta.model_name}_merge", args=[old.pk])
    return f"{url}?into={new.pk}" if new else url


def merge_view(model_admin, request, key):
    """Choose the record that stays; then show what moves and what differs; on POST, merge the two."""
    old = get_object_or_404(model_admin.model, pk=key)
    if not model_admin.has_merge_permission(request):
        raise PermissionDenied
    chooser = _chooser(model_admin)(request.GET or None)
    new = chooser.cleaned_data["into"] if request.GET and chooser.is_valid() else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Merge %s") % old,
        "opts": model_admin.opts,
        "media": model_admin.media + chooser.media,
        "old": old,
        "new": new,
        "chooser": chooser,
        "earlier": _earlier(model_admin.model, old),
    }
    if new:
        obstacles, choices = list(merging.obstacles(old, new)), list(merging.choices(old, new))
        form = _form_of(choices)(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and _merge(model_admin, request, form, old, new):
            return HttpResponseRedirect(change_url(new))
        context |= {
            "form": form,
            "incidents": Incident.objects.showing(old).count(),
            "moves": [(_place(field), number) for field, number in merging.moves(old)],
            "obstacles": obstacles,
            "swap_url": merge_url(new, old),
            "seen": merging.seen_of(old, new),
            "questions": getattr(form, "questions", ()),
            "name_reason": name_reason(request),
        }
    return TemplateResponse(request, "admin/incidents/merge.html", context)


def undo_view(model_admin, request, key):
    """Take back a merge into this record; only by POST."""
    new = get_object_or_404(model_admin.model, pk=key)
    chosen = request.POST.get("merge", "")
    if request.method != "POST" or not model_admin.has_merge_permission(request) or not chosen.isdecimal():
        raise PermissionDenied
    merges = Merge.objects.filter(record_model=model_admin.opts.model_name, new_id=new.pk)
    found = get_object_or_404(merges, pk=chosen[:18])
    try:
        old = merging.undo(found, by=request.user)
    except (ValidationError, ChangedMeanwhileError) as error:
        for message in getattr(error, "messages", [_("Somebody else has changed it at the same time.")]):
            messages.error(request, message)
        return HttpResponseRedirect(merge_url(new))
    model_admin.log_change(request, new, _("Merge taken back: %s") % found.old_key)
    messages.success(request, _("“%s” is a record of its own again.") % old)
    return HttpResponseRedirect(change_url(old))


def _merge(model_admin, request, form, old, new):
    """Merge the two; whether that was done. If not, the form says why."""
    key = merging.key_of(old)
    try:
        merging.merge(
            old,
            new,
            chosen=form.cleaned_data,
            seen=request.POST.get(SEEN, ""),
            name_reason=name_reason(request),
            asked=request.POST.getlist(NAME_QUESTIONS),
            by=request.user,
        )
    except ValidationError as error:
        problems = getattr(error, "problems", ())
        form.questions = [problem.question.token for problem in problems if problem.question]
        form.add_error(None, [problem_link(problem) for problem in problems] or _messages(new, error))
        return False
    except ChangedMeanwhileError as error:
        form.add_error(None, _("“%s” was changed at the same time. Nothing was merged.") % error.record)
        return False
    model_admin.log_change(request, new, _("Merged: %s") % key)
    messages.success(request, _("“%(old)s” was merged into “%(new)s”.") % {"old": old, "new": new})
    return True


def _messages(record, error):
    """The messages of an error, each after the name of its field."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        text
        if name == NON_FIELD_ERRORS
        else with_colon(capfirst(record._meta.get_field(name).verbose_name), text)
        for name, texts in error.message_dict.items()
        for text in texts
    ]


def _chooser(model_admin):
    """A form with the record that stays."""
    # A relation to the model, for the widget of Django's that finds records by what is typed.
    relation = next(
        each for each in model_admin.model._meta.related_objects if each.many_to_one or each.one_to_many
    )
    field = forms.ModelChoiceField(
        model_admin.model.objects.all(),
        label=_("The one that stays"),
        widget=RecordSelect(relation.field, model_admin.admin_site),
    )
    return type("ChooserForm", (forms.Form,), {"into": field})


def _form_of(choices):
    """A form that asks for each field that differs what to keep."""
    fields = {
        choice.field.name: forms.ChoiceField(
            label=capfirst(choice.field.verbose_name),
            choices=[(option, _value(choice, option)) for option in choice.options],
            initial=choice.proposed,
            widget=forms.RadioSelect,
        )
        for choice in choices
    }
    return type("MergeForm", (forms.Form,), fields)


def _value(choice, option):
    """What choosing an option keeps, in words."""
    shown = {merging.KEEP: choice.new or "–", merging.TAKE: choice.old}
    return Truncator(shown.get(option, _("both"))).chars(300)


def _place(field):
    """Where something refers to a record, in words: “accounts: account holder”."""
    return with_colon(field.model._meta.verbose_name_plural, field.verbose_name)


def _earlier(model, record):
    """The merges into a record that were not taken back, each with what keeps it from being taken back."""
    merges = Merge.objects.standing().filter(record_model=model._meta.model_name, new_id=record.pk)
    return [(each, merging.undo_obstacle(each)) for each in merges.select_related("merged_by")]
