from django.db import migrations, models


class Migration(migrations.Migration):
    """The list of incidents on the editing desk begins with what was changed last."""

    dependencies = [("incidents", "0034_taken_back")]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-updated_at", "ref"], name="incident_latest_first"),
        ),
    ]
