"""The source's words are verbatim, our reading is a field of its own; a quotation has a language, a source has notes."""

import django.db.models.functions.text
import django.db.models.lookups
import incidents.models.fields
from django.conf import settings
from django.db import migrations, models

from ._revisions import BATCH_SIZE, add_revisions

REASON = "Upgrade to 0.3: words that the quotation does not contain are our reading"


def separate_readings(apps, editor):
    """What was recorded as the source's words, and is not in the quotation, is our reading."""
    model = apps.get_model("incidents", "citation")
    citations = model.objects.using(editor.connection.alias)
    worded = citations.exclude(value_as_stated="").annotate(
        position=django.db.models.functions.text.StrIndex("quote", "value_as_stated")
    )
    keys = list(worded.filter(position=0).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH_SIZE):
        batch = citations.filter(pk__in=keys[first : first + BATCH_SIZE])
        batch.update(reading=models.F("value_as_stated"), value_as_stated="")
        add_revisions(apps, model, batch, REASON)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0007_more_facts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='citation',
            name='is_translation',
            field=models.BooleanField(default=False, verbose_name='the quotation is a translation'),
        ),
        migrations.AddField(
            model_name='citation',
            name='quote_language',
            field=models.CharField(blank=True, help_text='BCP 47 tag. If left empty: the language of the source.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
        ),
        migrations.AddField(
            model_name='citation',
            name='reading',
            field=incidents.models.fields.TextField(blank=True, help_text='What we conclude from the quotation, or another note on this citation, in our own words. Public.', verbose_name='our reading'),
        ),
        migrations.AddField(
            model_name='historicalcitation',
            name='is_translation',
            field=models.BooleanField(default=False, verbose_name='the quotation is a translation'),
        ),
        migrations.AddField(
            model_name='historicalcitation',
            name='quote_language',
            field=models.CharField(blank=True, help_text='BCP 47 tag. If left empty: the language of the source.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
        ),
        migrations.AddField(
            model_name='historicalcitation',
            name='reading',
            field=incidents.models.fields.TextField(blank=True, help_text='What we conclude from the quotation, or another note on this citation, in our own words. Public.', verbose_name='our reading'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='notes',
            field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='notes'),
        ),
        migrations.AddField(
            model_name='source',
            name='notes',
            field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='notes'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='value_as_stated',
            field=incidents.models.fields.LineField(blank=True, help_text='The words in the quotation that state the value, word for word: “late May”. Leave empty if none do.', max_length=300, verbose_name="source's words"),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='value_as_stated',
            field=incidents.models.fields.LineField(blank=True, help_text='The words in the quotation that state the value, word for word: “late May”. Leave empty if none do.', max_length=300, verbose_name="source's words"),
        ),
        migrations.AlterField(
            model_name='historicalincident',
            name='summary',
            field=incidents.models.fields.TextField(blank=True, help_text='Two to six sentences in our own words; *emphasis* and [links](https://example.org/) are possible. Say only what a cited source says, and keep its “if” and “seems”. Required to publish.', verbose_name='summary'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='summary',
            field=incidents.models.fields.TextField(blank=True, help_text='Two to six sentences in our own words; *emphasis* and [links](https://example.org/) are possible. Say only what a cited source says, and keep its “if” and “seems”. Required to publish.', verbose_name='summary'),
        ),
        migrations.RunPython(separate_readings, migrations.RunPython.noop, elidable=False),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(('value_as_stated', ''), django.db.models.lookups.GreaterThan(django.db.models.functions.text.StrIndex(models.F('quote'), models.F('value_as_stated')), 0), _connector='OR'), name='citation_value_is_in_quote', violation_error_message='The quotation does not contain these words. Copy them from it, or write our reading instead.'),
        ),
    ]
