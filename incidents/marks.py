"""The marks that protect people and sources. Whoever records something may set one; only those who may publish remove it.

The admin and imports ask it.
"""

from typing import Any

from django.db import models

# The marks of a record by its model, each with the value that protects.
MARKS = {
    "source": {"is_confidential": True},
    "party": {"at_risk": True, "name_public": False, "cleared": False, "is_minor": True},
    "account": {"handle_public": False},
}


def kept(record: models.Model) -> list[str]:
    """The marks of a record that protect somebody as it is stored; none of a new one."""
    protecting = MARKS.get(str(record._meta.model_name), {})
    found = type(record)._base_manager.filter(pk=record.pk).values(*protecting).first() if protecting else {}
    return [name for name, value in (found or {}).items() if value is protecting[name]]


def taken_away(record: Any) -> list[str]:
    """The marks that would protect nobody any more if this record were saved."""
    return [
        name for name in kept(record) if getattr(record, name) is not MARKS[record._meta.model_name][name]
    ]
