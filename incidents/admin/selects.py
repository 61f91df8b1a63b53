"""Boxes for related records, which are found by what they are called."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from ..limits import readable
from .code_fields import TypedMixin


class RecordSelect(TypedMixin, AutocompleteSelect):
    """Django's autocomplete field, but an impossible key counts as no choice instead of raising an error. Without a script, a
    part of the name is typed, if only one record has it.

    `known` is the record that the form was opened with, so that it need not be looked up again.
    """

    known = None

    def optgroups(self, name, value, attrs=None):
        none = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if not any(value):
            return [(None, none, 0)]
        if self.known is None or value != [str(self.known.pk)]:
            return super().optgroups(name, value, attrs)
        return [(None, [*none, self.create_option(name, value[0], str(self.known), True, len(none))], 0)]

    def value_from_datadict(self, data, files, name):
        if typed := self.typed(data, name):
            return self.record_named(typed)
        value = super().value_from_datadict(data, files, name)
        return value if value and value.isdecimal() and len(value) < 19 else ""

    def record_named(self, text):
        """The key of the one record that these words find, or that is called so; else none that exists."""
        model_admin = self.admin_site.get_model_admin(self.field.remote_field.model)
        records = readable(model_admin.model.objects.all())
        found = model_admin.get_search_results(None, records, text)[0].distinct()[:20]
        called_so = [record for record in found if str(record).casefold() == text.casefold()] or found
        return str(called_so[0].pk) if len(called_so) == 1 else "0"


class RecordMultipleSelect(AutocompleteSelectMultiple):
    """The same for several records."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, value, attrs) if value else [(None, [], 0)]

    def value_from_datadict(self, data, files, name):
        values = super().value_from_datadict(data, files, name)
        return [value for value in values if value.isdecimal() and len(value) < 19]


def keep_known(form):
    """Tell the boxes of a form which records its own refers to, as far as they have been read with it."""
    for column in form.instance._meta.concrete_fields:
        if column.is_relation and column.name in form.fields and column.is_cached(form.instance):
            widget = form.fields[column.name].widget
            widget = getattr(widget, "widget", widget)
            if isinstance(widget, RecordSelect):
                widget.known = getattr(form.instance, column.name)
