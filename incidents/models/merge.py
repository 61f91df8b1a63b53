"""Records that were merged into another of their kind: where their old keys lead, and what takes it back."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Merges that were not taken back."""
        return self.filter(undone_at=None)

    def successor(self, model, *, key="", pk=0):
        """The record that the one with this key, or primary key, was merged into, perhaps by way of others; None if none."""
        merges = self.standing().filter(record_model=model._meta.model_name)
        merge = (merges.filter(old_key=key) if key else merges.filter(old_id=pk)).first()
        while merge:
            if record := model._base_manager.using(self.db).filter(pk=merge.new_id).first():
                return record
            merge = merges.filter(old_id=merge.new_id).first()
        return None

    def public_successor(self, model, key):
        """The same for readers: only if the old key was public, and the record it leads to is public and named.

        An old key can be the name of somebody who is not named any more.
        """
        if (
            not self.standing()
            .filter(record_model=model._meta.model_name, old_key=key, was_public=True)
            .exists()
        ):
            return None
        record = self.successor(model, key=key)
        holder = getattr(record, "holder", record)
        is_named = getattr(holder, "name_public", True)
        is_public = (
            record and is_named and model.objects.using(self.db).public().filter(pk=record.pk).exists()
        )
        return record if is_public else None


class Merge(models.Model):
    """One merge. It is never changed, but for who has taken it back. Private, and never exported.

    Records are named by the name of their model and by primary keys: one of the two is deleted, and comes back with the
    same. `before` is the revision of the one that stays, from before the merge, and `version` its version after it. `moved`
    lists what referred to the other: model, primary key, field, and whether the one that stays was added for it.
    """

    record_model = models.CharField(max_length=40)
    old_id = models.BigIntegerField()
    old_key = models.CharField(_("merged"), max_length=100)
    new_id = models.BigIntegerField()
    new_key = models.CharField(_("into"), max_length=100)
    was_public = models.BooleanField()
    before = models.BigIntegerField()
    version = models.PositiveIntegerField()
    moved = models.JSONField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("merged by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    merged_at = models.DateTimeField(_("merged at"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-merged_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_model", "old_key"], condition=Q(undone_at=None), name="merge_of_a_key_once"
            )
        ]

    def __str__(self):
        return f"{self.old_key} → {self.new_key}"


def refuse_merged_key(record, field):
    """Raise ValidationError if the key of a record is that of one that was merged: it leads to another record."""
    key = getattr(record, field)
    merges = Merge.objects.standing().filter(record_model=record._meta.model_name, old_key=key)
    if merge := merges.first():
        raise ValidationError({field: _now("“%(old_key)s” was merged into “%(new_key)s”.") % vars(merge)})


@receiver(pre_save)
def refuse_to_load_what_was_merged(sender, instance, raw, using, **kwargs):
    """`loaddata` writes past `clean()`: it must not add again what is another record here."""
    if not raw or len(getattr(sender._default_manager.all(), "natural_key_fields", ())) != 1:
        return
    merges = Merge.objects.using(using).standing().filter(record_model=sender._meta.model_name)
    if merge := merges.filter(old_key=instance.natural_key()[0]).first():
        raise ValueError(
            f"“{merge.old_key}” was merged into “{merge.new_key}” here. `manage.py import_fixture` takes that into account."
        )
