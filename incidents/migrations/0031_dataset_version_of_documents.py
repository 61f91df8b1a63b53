"""Which dataset version wrote a document. Of those that exist this is not known, so they count as written by the latest one:
who asks what changed since an earlier one gets some that have not changed, and misses none that have."""

from django.db import migrations, models


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    latest = apps.get_model("incidents", "DatasetVersion").objects.using(using).aggregate(number=models.Max("number"))
    if latest["number"]:
        documents = apps.get_model("incidents", "PublicIncident").objects.using(using)
        documents.update(dataset_version=latest["number"])


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0030_limited_drafts'),
    ]

    operations = [
        migrations.AddField(
            model_name='publicincident',
            name='dataset_version',
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='publicincident',
            index=models.Index(fields=['dataset_version', 'ref'], name='public_incident_version'),
        ),
    ]
