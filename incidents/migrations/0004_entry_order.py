from django.db import migrations, models


def bytewise(apps, editor):
    """Have PostgreSQL compare refs as Python does, whatever its locale; SQLite does so."""
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE incidents_entry ALTER COLUMN ref TYPE varchar(100) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_change")]

    operations = [
        migrations.RemoveIndex(model_name="entry", name="entry_by_day"),
        migrations.RemoveIndex(model_name="entry", name="entry_by_change"),
        migrations.RunPython(bytewise, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["-first_day", "ref", "incident"], name="entry_in_order"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["-changed_at", "ref", "incident"], name="entry_by_last_change"),
        ),
    ]
