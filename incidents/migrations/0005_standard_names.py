"""The tables that readers' pages are read from get the names that the field and the code use."""

from django.db import migrations, models


def drop_old_triggers(apps, editor):
    """Drop the triggers and tables of the change queue under their old names; it is created anew after migrating."""
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS incidents_watch_note CASCADE")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'incidents_watch_%%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        for table in ("incidents_note", "incidents_watch"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_entry_order")]

    operations = [
        migrations.RunPython(drop_old_triggers, migrations.RunPython.noop, elidable=False),
        migrations.RenameModel("Edition", "DatasetVersion"),
        migrations.RenameModel("Entry", "PublicIncident"),
        migrations.RenameModel("Posting", "PostingList"),
        migrations.RenameModel("Change", "PublicChange"),
        migrations.AlterField(
            "PublicIncident",
            "incident",
            models.OneToOneField(
                db_constraint=False,
                on_delete=models.deletion.DO_NOTHING,
                primary_key=True,
                related_name="public_incident",
                serialize=False,
                to="incidents.incident",
            ),
        ),
        migrations.RenameIndex("PublicIncident", "public_incident_order", old_name="entry_in_order"),
        migrations.RenameIndex("PublicIncident", "public_incident_changes", old_name="entry_by_last_change"),
        migrations.RenameField("PostingList", "number", "cardinality"),
        migrations.RemoveIndex("PostingList", "posting_edition"),
        migrations.RenameField("PostingList", "edition", "dataset_version"),
        migrations.AddIndex(
            "PostingList", models.Index(fields=["dataset_version"], name="posting_list_version")
        ),
        migrations.RenameField("PublicChange", "edition", "dataset_version"),
        migrations.RemoveConstraint("PublicChange", "change_number_once"),
        migrations.AddConstraint(
            "PublicChange",
            models.UniqueConstraint(fields=("ref", "number"), name="public_change_number_once"),
        ),
    ]
