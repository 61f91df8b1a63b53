"""What every record shares: who created and changed it, its history, and constraints used by several models."""

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat, Length, StrIndex
from django.db.models.lookups import Exact, GreaterThan
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .fields import FieldKind, kind_of

# The reason that the change history gives for what `loaddata` writes.
LOADED = "Loaded from a fixture"


class Rule(models.CheckConstraint):
    """A constraint in the database that also names the `field` where an editor sees the message when it is broken."""

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
            on_form = self.field and self.field not in (exclude or ())
            raise ValidationError({self.field if on_form else NON_FIELD_ERRORS: error}) from error


class ChangedMeanwhileError(Exception):
    """Somebody else has saved or deleted this `record` since it was read, so nothing was written over it."""

    def __init__(self, record):
        self.record = record
        super().__init__(f"{record._meta.verbose_name} {record.pk} was changed meanwhile.")


def _give_reason(record, other):
    """Have the history give the same reason and user for a change of a record as for one of another, if it has none."""
    for name in ("_change_reason", "_history_user"):
        if not hasattr(record, name) and hasattr(other, name):
            setattr(record, name, getattr(other, name))


class ChangeHistory(HistoricalRecords):
    """The change history of a record. What `loaddata` reads has a first revision, too, and one for each change."""

    def post_save(self, instance, created, using=None, *, raw=False, **kwargs):
        if raw and not created:
            latest = getattr(instance, self.manager_name).using(using).first()
            columns = {field.attname for field in self.fields_included(instance)} - {
                "created_at",
                "updated_at",
                "version",
            }
            if latest and all(getattr(latest, name) == getattr(instance, name) for name in columns):
                return
        if raw:
            instance._change_reason = LOADED
        super().post_save(instance, created, using=using, **kwargs)

    def post_delete(self, instance, using=None, origin=None, **kwargs):
        """What is deleted along with a record is deleted for the same reason, by the same user."""
        _give_reason(instance, origin)
        super().post_delete(instance, using=using, origin=origin, **kwargs)

    def create_historical_record_m2ms(self, history_instance, instance):
        super().create_historical_record_m2ms(history_instance, instance)
        instance._revision = history_instance

    def m2m_changed(self, instance, action, attr, pk_set, reverse, **kwargs):
        """Relations that are set after a save belong to the revision of that save; others make a revision of their own."""
        revision = getattr(instance, "_revision", None)
        if not revision or reverse:
            super().m2m_changed(instance, action, attr, pk_set, reverse, **kwargs)
        elif action.startswith("post_"):
            for field in revision._history_m2m_fields:
                self.m2m_models[field].objects.filter(history=revision).delete()
            self.create_historical_record_m2ms(revision, instance)


class Record(models.Model):
    """A record with who created and last changed it, when, and its change history."""

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
    # Grows by one with each save, so that nobody writes over what they have not read.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    history = ChangeHistory(inherit=True)

    class Meta:
        abstract = True

    def save(self, *args, updated_at=None, **kwargs):
        """Save with `updated_at` set to now, or to the given moment: an import keeps the one in its file.

        Raises ChangedMeanwhileError if the stored record is not the version that this one was read as.
        """
        self.updated_at = updated_at or timezone.now()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "updated_at", "version"}
        if self._state.adding:
            return super().save(*args, **kwargs)
        with transaction.atomic(using=kwargs.get("using")):
            self._lock()
            self.version += 1
            try:
                return super().save(*args, **kwargs)
            except BaseException:
                self.version -= 1
                raise

    def delete(self, *args, **kwargs):
        """Delete the record. Raises ChangedMeanwhileError as `save()` does."""
        with transaction.atomic(using=kwargs.get("using")):
            self._lock()
            return super().delete(*args, **kwargs)

    def _lock(self):
        """Lock the row until the transaction ends, if it is still the version that was read; not against others that refer to it,
        who would have to wait."""
        stored = (
            type(self)._base_manager.using(self._state.db).select_for_update(no_key=True).filter(pk=self.pk)
        )
        if self.version not in stored.values_list("version", flat=True):
            raise ChangedMeanwhileError(self)

    def validate_constraints(self, exclude=None):
        # A form excludes fields it does not have, and with them every rule that mentions one. Derived days are on no form.
        derived = {field.name for field in self._meta.fields if kind_of(field) is FieldKind.DERIVED_DAY}
        super().validate_constraints(exclude=set(exclude or ()) - derived)


class PartRecord(Record):
    """A numbered part of an incident. Its natural key is the incident and `seq`, which save() assigns if empty."""

    seq = models.PositiveIntegerField(
        _("number"),
        blank=True,
        help_text=_("Its number within the incident. Assigned automatically."),
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            # Locks the incident: two new parts get different numbers, and none changes while it is being published.
            type(self.incident).objects.select_for_update(no_key=True).get(pk=self.incident_id)
            if self.seq is None:
                self.seq = self.next_number(type(self).objects.filter(incident=self.incident))
            return super().save(*args, **kwargs)

    def next_number(self, parts):
        """The number of a new part beside these."""
        return (parts.aggregate(last=models.Max("seq"))["last"] or 0) + 1

    def clean_fields(self, exclude=None):
        # save() assigns an empty number.
        super().clean_fields(exclude={*(exclude or ()), *(["seq"] if self.seq is None else [])})

    def natural_key(self):
        return (*self.incident.natural_key(), self.seq)

    natural_key.dependencies = ["incidents.incident"]


@receiver(pre_save)
def grow_version(sender, instance, raw, using, **kwargs):
    """`loaddata` writes past `save()`: what it writes over has a new version, too."""
    if raw and issubclass(sender, Record):
        versions = sender._base_manager.using(using).values_list("version", flat=True)
        instance.version = max(versions.filter(pk=instance.pk), default=0) + 1 if instance.pk else 1


@receiver(pre_delete)
def let_go(sender, instance, using, origin=None, **kwargs):
    """What has referred to a deleted record has a revision without it; the database alone would change it unnoticed.

    Only for the records that were chosen: what refers to those that go with them goes, too. It is no change that anybody
    could write over, so the version stays.
    """
    if not issubclass(sender, Record) or getattr(origin, "model", type(origin)) is not sender:
        return
    for relation in sender._meta.related_objects:
        is_record = issubclass(relation.related_model, Record)
        if is_record and (relation.many_to_many or relation.on_delete is models.SET_NULL):
            name = relation.field.name
            for other in relation.related_model._base_manager.using(using).filter(**{name: instance}):
                _give_reason(other, instance)
                if relation.many_to_many:
                    getattr(other, name).remove(instance)
                else:
                    setattr(other, name, None)
                    models.Model.save(other, using=using, update_fields=[name])


def in_vocabulary(model, field, vocabulary):
    """A constraint: the column holds only values of this vocabulary."""
    return Rule(
        condition=Q(**{f"{field}__in": sorted(vocabulary.values)}),
        name=f"{model}_{field}_in_vocabulary",
        field=field,
    )


def values_in_vocabulary(model, field, vocabulary, *, without=()):
    """A constraint: the column holds values of this vocabulary with a space between them, each once at most, or nothing."""
    padded = Concat(Value(" "), F(field), Value(" "), output_field=models.CharField())
    # The values found, each with its space, are as long as the whole text: so there is nothing else, and nothing twice. The
    # sum is flat because SQLite's parser refuses expressions that are nested once for each value.
    found = [
        Case(When(GreaterThan(StrIndex(padded, Value(f" {value} ")), 0), then=len(value) + 1), default=0)
        for value in sorted(set(vocabulary.values) - set(without))
    ]
    # In alphabetical order, as migrations write and compare them.
    total = Func(*found, arg_joiner=" + ", output_field=models.IntegerField(), template="(%(expressions)s)")
    return Rule(
        condition=Q(**{field: ""}) | Q(Exact(Length(padded) - 1, total)),
        name=f"{model}_{field}_in_vocabulary",
        field=field,
    )


def valid_edtf(model, field):
    """A constraint: a valid EDTF value has bounds, an empty one has none. An unreadable value has no bounds and is refused."""
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
        message=_("This is not a date in EDTF. Write, for example, 2020-06-07."),
    )
