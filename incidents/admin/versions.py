"""What others changed since a form was opened: what only one of them has touched is merged, the rest is asked about.

Hidden fields of the page say which versions of its records it was opened with (`seen`), and which later changes it
has already asked about (`asked`). What a record was at a version is read from its history.
"""

from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

SEEN, ASKED = "seen", "asked"


def written(records):
    """The versions of these records, for a hidden field: `action.7=3 citation.12=1`."""
    return " ".join(f"{_name(record)}={record.version}" for record in records if record.pk)


def version_in(text, record):
    """The version that such a text has of a record; None if it has none."""
    found = dict(each.partition("=")[::2] for each in text.split()).get(_name(record), "")
    return int(found) if found.isdecimal() and len(found) < 10 else None


def as_seen(record, request):
    """The record as the version that the page was opened with: if it has changed since, deleting it fails."""
    record.version = version_in(request.POST.get(SEEN, ""), record) or record.version
    return record


def _name(record):
    return f"{record._meta.model_name}.{record.pk}"


class MergingForm:
    """A form of a stored record, which others may have saved since it was opened.

    Fields that its user has not touched get the values that are stored now. A field that both have changed is an error
    once; who then saves again writes over it knowingly.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored, self.conflicts = {}, {}
        if self.is_bound and self.instance.pk:
            seen = version_in(self.data.get(SEEN, ""), self.instance)
            if seen not in (None, self.instance.version):
                self._compare_with(seen)

    def _compare_with(self, seen):
        before = self.instance.history.filter(version=seen).first()
        if before:
            names = [name for name in self.initial if name in self.fields]
            self.stored = {name: (self.initial[name], _value(self.instance, name)) for name in names}
            self.initial = self.initial | _values(before, names)
        else:
            self.conflicts = {name: _value(self.instance, name) for name in self.fields}

    def clean(self):
        values = super().clean()
        values = self.cleaned_data if values is None else values
        for name, (initial, now) in self.stored.items():
            if name not in self.changed_data:
                values[name] = now
            elif self.fields[name].has_changed(self.initial[name], initial) and now != values.get(name, now):
                self.conflicts[name] = now
        asked = version_in(self.data.get(ASKED, ""), self.instance)
        if self.conflicts and asked != self.instance.version:
            self._ask()
        return values

    def _ask(self):
        latest = self.instance.history.order_by("history_id").last()  # the clock may have been put back
        for name, now in self.conflicts.items():
            if name in self.cleaned_data:
                message = _(
                    "%(who)s changed this to “%(now)s” on %(when)s UTC, after you had opened the page. Save again to replace it."
                ) % {
                    "who": latest.history_user or _("Somebody"),
                    "now": now,
                    "when": localize(localtime(latest.history_date)),
                }
                self.add_error(name, ValidationError(message))


def _value(record, name):
    """The value of a field: a list of records for one that has several."""
    value = getattr(record, name)
    return list(value.all()) if record._meta.get_field(name).many_to_many else value


def _values(before, names):
    """The values that a revision in the history has of these fields, as a form has them at first."""
    model = before.instance_type
    several = {field.name: field for field in model._meta.many_to_many if field.name in names}
    keys = {
        name: list(getattr(before, name).values_list(field.m2m_reverse_field_name(), flat=True))
        for name, field in several.items()
    }
    return model_to_dict(before.instance, fields=names) | keys
