"""Revisions in the change history of records that a migration changes."""

from django.utils import timezone

BATCH_SIZE = 500


def add_revisions(apps, model, records, reason):
    """Add a revision for each of these records as they are now, by nobody, with a reason; what is there stays."""
    history = apps.get_model("incidents", f"historical{model._meta.model_name}")
    names = [field.attname for field in model._meta.concrete_fields]
    history.objects.bulk_create(
        (
            history(
                **{name: getattr(record, name) for name in names},
                history_date=timezone.now(),
                history_type="~",
                history_change_reason=reason,
            )
            for record in records
        ),
        batch_size=BATCH_SIZE,
    )
