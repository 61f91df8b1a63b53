"""Boxes for codes: places, time zones and languages are found by name, and can be typed as codes."""

from datetime import UTC
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..admin_site import code_called
from ..dates import valid_zone
from ..models.fields import FieldKind, kind_of

# What the choices of a column come from: an address of the desk.
CHOICES = {
    FieldKind.PLACE: "place",
    FieldKind.PLACES: "place",
    FieldKind.TIME_ZONE: "zone",
    FieldKind.LANGUAGE: "language",
}
TYPED = "-typed"


class TypedMixin:
    """A list that is searched by a script has a box to type into for those who have none."""

    def render(self, name, value, attrs=None, renderer=None):
        # Without a name of its own: the box has the label of the list.
        return super().render(name, value, attrs, renderer) + format_html(
            '<noscript><input type="text" name="{}" class="vTextField" aria-label="{}" placeholder="{}"></noscript>',
            name + TYPED,
            _("Type it here"),
            _("Type it here"),
        )

    def typed(self, data, name):
        """What was typed without a script."""
        return data.get(name + TYPED, "").strip()


class CodeSelect(TypedMixin, AutocompleteMixin, forms.Select):
    """One code, chosen by name."""

    def __init__(self, field, admin_site, **kwargs):
        super().__init__(field, admin_site, **kwargs)
        self.kind = CHOICES[kind_of(field)]

    def get_url(self):
        return reverse(f"{self.admin_site.name}:codes", args=[self.kind])

    def optgroups(self, name, value, attrs=None):
        codes = [code for each in value for code in str(each or "").split()]
        options = [self.create_option(name, code, code, True, place) for place, code in enumerate(codes)]
        if not self.allow_multiple_selected and not self.is_required:
            options.insert(0, self.create_option(name, "", "", not codes, 0))
        return [(None, options, 0)]

    def value_from_datadict(self, data, files, name):
        return self.typed_code(data, name) or data.get(name, "")

    def typed_code(self, data, name):
        """The code that was typed without a script, or whose name was."""
        typed = self.typed(data, name)
        return code_called(self.kind, typed) if typed else ""


class CodesSelect(CodeSelect):
    """Several codes, stored in alphabetical order with a space between them."""

    allow_multiple_selected = True

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {"multiple": True}

    def value_from_datadict(self, data, files, name):
        chosen = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        codes = {code for each in [*chosen, self.typed_code(data, name)] for code in each.split()}
        return " ".join(sorted(codes))


def code_widget(field, admin_site):
    """The box for a column that holds codes; None for any other."""
    kind = None if field.is_relation or field.name == "id" else kind_of(field)
    if kind not in CHOICES:
        return None
    return (CodesSelect if kind is FieldKind.PLACES else CodeSelect)(field, admin_site)


# The hours of an action, which are stored in UTC.
LOCAL_TIMES = {
    "start_at_from": gettext_lazy("Not before (hours in the time zone above)"),
    "start_at_to": gettext_lazy("Not after (hours in the time zone above)"),
    "end_at_from": gettext_lazy("Ended not before (hours in the time zone above)"),
    "end_at_to": gettext_lazy("Ended not after (hours in the time zone above)"),
}


class LocalTimeWidget(AdminSplitDateTime):
    """Shows a moment as the clocks of a time zone do."""

    zone = None

    def __init__(self, attrs=None):
        super().__init__(attrs)
        for box, name in zip(self.widgets, (gettext_lazy("Day"), gettext_lazy("Hour")), strict=True):
            box.attrs["aria-label"] = name

    def decompress(self, value):
        with timezone.override(self.zone):
            return super().decompress(value)


class LocalTimeField(forms.SplitDateTimeField):
    """A day and an hour as the clocks of a time zone show them."""

    widget = LocalTimeWidget

    def set_zone(self, zone):
        self.zone = self.widget.zone = zone

    def compress(self, data_list):
        with timezone.override(self.zone):
            return super().compress(data_list)


class LocalTimesForm(forms.BaseForm):
    """A form whose hours are those of its time zone, of that which was sent with them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hours = [each for each in self.fields.values() if isinstance(each, LocalTimeField)]
        if hours:
            box = self.fields["timezone"].widget
            sent = box.value_from_datadict(self.data, self.files, self.add_prefix("timezone"))
            name = sent if self.is_bound else self.instance.timezone
            for each in hours:
                each.set_zone(ZoneInfo(name) if valid_zone(name) else UTC)
