"""Statements and involvements are about some actions, not about one or all; what they were about is carried over."""

import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

BATCH_SIZE = 500


def carry_over(apps, editor):
    """Give each statement and each of its revisions, in a list of one, the action that it was about."""
    for name in ("justification", "involvement"):
        model, history = (apps.get_model("incidents", f"{prefix}{name}") for prefix in ("", "historical"))
        past = apps.get_model("incidents", f"historical{name}_actions")
        through = model.actions.through
        about = model.objects.filter(action__isnull=False).values_list("pk", "action")
        through.objects.bulk_create(
            (through(**{f"{name}_id": pk, "action_id": action}) for pk, action in about.iterator()),
            batch_size=BATCH_SIZE,
        )
        revisions = history.objects.filter(action__isnull=False).values_list("pk", "id", "action")
        past.objects.bulk_create(
            (
                past(history_id=revision, id=0, **{f"{name}_id": pk, "action_id": action})
                for revision, pk, action in revisions.iterator()
            ),
            batch_size=BATCH_SIZE,
        )
    for name in ("Citation", "HistoricalCitation"):
        apps.get_model("incidents", name).objects.filter(field="action").update(field="actions")


def actions():
    return models.ManyToManyField(
        blank=True,
        help_text="Those it is about. Choose none if it is about the incident as a whole.",
        related_name="%(class)ss",
        to="incidents.action",
        verbose_name="actions",
    )


def past_reference(to):
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        db_tablespace="",
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=f"incidents.{to}",
    )


def past_actions(name):
    """The model that keeps the actions of each revision."""
    return migrations.CreateModel(
        name=f"Historical{name}_actions",
        fields=[
            ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
            ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
            ("action", past_reference("action")),
            (
                "history",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    to=f"incidents.historical{name.lower()}",
                ),
            ),
            (name.lower(), past_reference(name.lower())),
        ],
        options={"verbose_name": f"Historical{name}_actions"},
        bases=(simple_history.models.HistoricalChanges, models.Model),
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_names_in_time")]

    operations = [
        migrations.AddField("involvement", "actions", actions()),
        migrations.AddField("justification", "actions", actions()),
        past_actions("Involvement"),
        past_actions("Justification"),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=False),
    ]
