"""A form with fields of several models, which builds the records it has fields of and shows their errors at these fields."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models

from .base import RecordForm, set_editor


@dataclass(frozen=True)
class BorrowedField:
    """A field of another model, with what differs in this form: label, help text, whether it is required."""

    model: type[models.Model]
    field: str
    required: bool | None = None
    label: str = ""
    help_text: str = ""

    def form_field(self, site, request):
        """The form's field; the admin of the model provides its widget."""
        model_field = self.model._meta.get_field(self.field)
        field = site.get_model_admin(self.model).formfield_for_dbfield(model_field, request)
        field.label = self.label or field.label
        field.help_text = self.help_text or field.help_text
        if self.required is not None:
            field.required = self.required
        return field


class BorrowingForm(RecordForm):
    """Builds records beside its own; `save_records()` saves them after it. `borrowed` has the BorrowedField of each name."""

    borrowed: dict[str, BorrowedField] = {}

    def clean(self):
        self.records = []
        return super().clean()

    def value(self, name):
        """The cleaned value of a field; empty if the field is empty or not valid."""
        value = self.cleaned_data.get(name)
        return "" if value is None else value

    def build(self, model, **values):
        """An unsaved record from the borrowed fields of its model; `values` take precedence."""
        typed = {
            field: self.cleaned_data[name]
            for field, name in self.names_of(model).items()
            if name in self.cleaned_data
        }
        return model(**typed | values)

    def check(self, record, *, without=(), **form_fields):
        """Validate a record and show its errors at the fields of the form that its values came from.

        `form_fields` maps fields of the record to fields of the form where they differ from `borrowed`.
        """
        form_fields = self.names_of(type(record)) | form_fields
        not_valid = {field for field, name in form_fields.items() if name in self.errors}
        try:
            record.full_clean(exclude={*without, *not_valid})
        except ValidationError as error:
            for field, errors in error.error_dict.items():
                self.add_error(form_fields.get(field), errors)

    def add(self, record):
        self.records.append(record)

    def field_of(self, record, field):
        """The field of the form that a field of a record came from; None for what was proposed."""
        if record is self.instance:
            return field if field in self.fields else None
        return self.names_of(type(record)).get(field)

    def names_of(self, model):
        """The fields of a model that the form borrows -> their names in the form."""
        return {each.field: name for name, each in self.borrowed.items() if each.model is model}

    def save_records(self, user):
        """Save the records, parents first. The form's own must be saved already."""
        for record in self.records:
            if hasattr(record, "incident_id"):
                record.incident = self.instance  # again: it has a key now
            set_editor(record, user)
            record.save()
