"""Users with a past: those who created or changed something. They can be switched off, not deleted, or the change
history would no longer say who did it."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.utils.translation import gettext as _


def has_past(user: AbstractBaseUser) -> bool:
    """Whether a record, its history or the log of the admin names this user."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: user}).exists()
        for relation in user._meta.get_fields(include_hidden=True)
        if relation.one_to_many
        and relation.auto_created
        and (relation.related_model is LogEntry or relation.related_model._meta.app_label == "incidents")
    )


def keep_users_with_a_past() -> None:
    """Whatever deletes a user from now on, one with a past is refused with a ProtectedError."""
    pre_delete.connect(_refuse_deletion, sender=get_user_model())


def _refuse_deletion(instance, **kwargs):
    if has_past(instance):
        message = _("%s has created or changed records and can only be deactivated.") % instance
        raise ProtectedError(message, {instance})
