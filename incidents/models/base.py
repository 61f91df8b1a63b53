"""What every record shares: who made and changed it, its history, and constraints in common."""

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .fields import DerivedDayField


class Rule(models.CheckConstraint):
    """A rule the database holds, and the field an editor should look at when it is broken."""

    def __init__(self, *, field="", message="", **kwargs):
        self.field = field
        if message:
            kwargs["violation_error_message"] = message
        super().__init__(**kwargs)

    def deconstruct(self):
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self):
        clone = super().clone()
        clone.field = self.field
        return clone

    def validate(self, model, instance, exclude=None, **kwargs):
        try:
            super().validate(model, instance, exclude=exclude, **kwargs)
        except ValidationError as error:
            shown = self.field and self.field not in (exclude or ())
            raise ValidationError({self.field if shown else NON_FIELD_ERRORS: error}) from error


class Record(models.Model):
    """A row with its makers and its change history."""

    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last changed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    def save(self, *args, updated_at=None, **kwargs):
        """Save, as changed now; an import gives the moment that its file brings."""
        self.updated_at = updated_at or timezone.now()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)

    def validate_constraints(self, exclude=None):
        # Derived days are in no form, and a form would pass over every rule that mentions them.
        derived = {field.name for field in self._meta.fields if isinstance(field, DerivedDayField)}
        super().validate_constraints(exclude=set(exclude or ()) - derived)


class StoryRecord(Record):
    """A numbered part of an incident; `seq` fills itself in and, with the incident, is its natural key."""

    seq = models.PositiveIntegerField(
        _("number"),
        blank=True,
        help_text=_("Its number within the incident; it fills itself in."),
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.seq is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            # Whoever adds to the same incident meanwhile waits for the next number.
            type(self.incident).objects.select_for_update().get(pk=self.incident_id)
            last = type(self).objects.filter(incident=self.incident).aggregate(last=models.Max("seq"))["last"]
            self.seq = (last or 0) + 1
            return super().save(*args, **kwargs)

    def clean_fields(self, exclude=None):
        # An empty number is filled in by save().
        super().clean_fields(exclude={*(exclude or ()), *(["seq"] if self.seq is None else [])})

    def natural_key(self):
        return (*self.incident.natural_key(), self.seq)

    natural_key.dependencies = ["incidents.incident"]


def in_vocabulary(model, field, vocabulary):
    """The database, too, refuses a value that the vocabulary does not have."""
    return Rule(
        condition=Q(**{f"{field}__in": sorted(vocabulary.values)}),
        name=f"{model}_{field}_in_vocabulary",
        field=field,
    )


def valid_edtf(model, field):
    """An EDTF value has bounds, an empty one has none: what cannot be read cannot be stored."""
    no_bounds = Q(**{f"{field}_earliest": None, f"{field}_latest": None})
    return Rule(
        condition=(Q(**{field: ""}) & no_bounds)
        | (~Q(**{field: ""}) & ~no_bounds)
        & (
            Q(**{f"{field}_earliest": None})
            | Q(**{f"{field}_latest": None})
            | Q(**{f"{field}_earliest__lte": F(f"{field}_latest")})
        ),
        name=f"{model}_{field}_is_edtf",
        field=field,
        message=_("This date cannot be read. Use EDTF, for example 2020-06-07."),
    )
