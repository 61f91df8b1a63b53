"""Platforms, parties and accounts are found by any of their names; before one is added, the desk asks whether it is on record."""

from collections import Counter

from django import forms
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..called import almost_called, called
from ..limits import readable
from ..models import Action, Involvement, Justification, Party, Platform
from ..places import place_names
from .base import any_contains
from .links import change_url

IS_ANOTHER = "is_another"  # the box that says so, which a form has once it has asked
USE = "_use"


class NewNameForm(forms.BaseForm):
    """A form that asks whether a new record is one of those with nearly the same name, which are its `same_names`."""

    same_names = ()
    name_fields: tuple[str, ...] = ()

    @property
    def is_another(self):
        return bool(self.data.get(IS_ANOTHER))

    def _post_clean(self):
        super()._post_clean()
        if not self.instance._state.adding or self.is_another:
            return
        model, first = self._meta.model, self.name_fields[0]
        found = almost_called(model, [self.cleaned_data.get(name, "") for name in self.name_fields])
        for pk, record in model.objects.in_bulk(found).items():
            row = {"record": record, "url": change_url(record), "name": shown_name(record, found[pk])}
            self.same_names = [*self.same_names, row]
        if self.same_names and not self.has_error(first):
            self.add_error(first, _("This may be on record already: %s") % self.same_names[0]["record"])


class FoundByNameMixin:
    """A model admin whose records are found by any name of theirs."""

    # How this model is related to the records that names are of: the model -> the field; "pk" for its own.
    named: dict = {}

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.replace("\0", " ").split():
            condition = any_contains(word, *self.search_fields)
            for model, name in self.named.items():
                condition |= Q(**{f"{name}__in": list(called(model, word))})
            queryset = queryset.filter(condition)
        return queryset, False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """In a small window, the record that is on record already can be chosen instead of adding another."""
        chosen = request.POST.get(USE, "")
        if object_id is None and IS_POPUP_VAR in request.POST and chosen.isdecimal() and len(chosen) < 19:
            record = self.get_queryset(request).filter(pk=chosen).first()
            if record and self.has_view_permission(request, record):
                return self.response_add(request, record)
        return super().changeform_view(request, object_id, form_url, extra_context)


def platform_details(records, term):
    """The name by which each platform was found, if that is another one, and the number of its incidents."""
    found, counts = called(Platform, term) if term else {}, _counts(records, (Action, "account__platform"))
    return {
        record.pk: [shown_name(record, found.get(record.pk)), _incidents(counts.get(record.pk, 0))]
        for record in records
    }


def party_details(records, term):
    """The name by which each party was found, if that is another one; its kind, countries, and number of incidents."""
    found = called(Party, term) if term else {}
    ways = (Action, "account__holder"), (Justification, "speaker"), (Involvement, "party")
    counts = _counts(records, *ways)
    return {
        record.pk: [
            shown_name(record, found.get(record.pk)),
            record.get_kind_display(),
            place_names(record.country),
            _incidents(counts.get(record.pk, 0)),
        ]
        for record in records
    }


def shown_name(record, name):
    """Another name of a record; empty if it is the one that is shown anyway, or private."""
    is_private = isinstance(record, Party) and not record.name_public
    return "" if is_private or name in (None, str(record)) else name


def _counts(records, *ways):
    """The number of incidents of each record: key -> number. `ways` are parts of incidents with the path to the record."""
    keys = [record.pk for record in records]
    pairs = {
        pair
        for part, path in ways
        for pair in readable(part.objects.filter(**{f"{path}__in": keys}))
        .order_by()
        .values_list(path, "incident")
        .distinct()
    }
    return Counter(pk for pk, _incident in pairs)


def _incidents(number):
    return ngettext("%d incident", "%d incidents", number) % number
