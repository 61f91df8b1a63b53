"""Labels, help texts and messages in plain words. Nothing changes in the database, so only the state is altered."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import incidents.models.fields
from django.conf import settings
from django.db import migrations, models


class StateOnly(migrations.SeparateDatabaseAndState):
    """Operations on the state alone. The models are rendered once after all of them, not after each: 15 s less."""

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_standard_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        StateOnly(
            state_operations=[
                migrations.AlterModelOptions(
                    name='historicaljustification',
                    options={'get_latest_by': ('history_date', 'history_id'), 'ordering': ('-history_date', '-history_id'), 'verbose_name': 'historical stated reason', 'verbose_name_plural': 'historical stated reasons'},
                ),
                migrations.AlterModelOptions(
                    name='incident',
                    options={'ordering': ['ref'], 'permissions': [('publish_incident', 'Can publish, withdraw and change published incidents')], 'verbose_name': 'incident', 'verbose_name_plural': 'incidents'},
                ),
                migrations.AlterModelOptions(
                    name='justification',
                    options={'ordering': ['incident', 'seq'], 'verbose_name': 'stated reason', 'verbose_name_plural': 'stated reasons'},
                ),
                migrations.AlterField(
                    model_name='account',
                    name='handle',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private unless you tick “handle is public”.', max_length=200, verbose_name='handle'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='handle_public',
                    field=models.BooleanField(default=False, help_text="Only if the holder's name is public and the handle is part of the story.", verbose_name='handle is public'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='holder',
                    field=models.ForeignKey(blank=True, help_text='Leave empty if not known.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='incidents.party', verbose_name='account holder'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='kind',
                    field=models.CharField(choices=[('personal_account', 'Personal account'), ('organisation_account', 'Organisation account'), ('page_or_channel', 'Page or channel'), ('group_or_community', 'Group or community'), ('bot_or_app', 'Bot or app'), ('workspace_or_tenant', 'Workspace'), ('payment_account', 'Payment account'), ('fundraiser', 'Fundraiser'), ('worker_or_seller_account', 'Worker or seller account'), ('developer_account', 'Developer account'), ('ad_account', 'Advertising account'), ('email_account', 'Email account'), ('meeting_or_event', 'Meeting or event'), ('set_of_accounts', 'Set of accounts'), ('unknown', 'Kind not known')], default='unknown', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='label',
                    field=incidents.models.fields.LineField(help_text='A description that identifies no one: “account used for the 31 May conference”.', max_length=200, verbose_name='label'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, unique=True, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='succeeded_by',
                    field=models.ForeignKey(blank=True, help_text="The holder's next account. It does not mean that the action was lifted.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessors', to='incidents.account', verbose_name='succeeded by'),
                ),
                migrations.AlterField(
                    model_name='account',
                    name='url',
                    field=models.CharField(blank=True, help_text='Only if anyone could see the page.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='public URL'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='accounts_max',
                    field=models.PositiveIntegerField(blank=True, help_text='Leave empty if not known.', null=True, validators=[django.core.validators.MaxValueValidator(1000000000)], verbose_name='accounts, at most'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='accounts_min',
                    field=models.PositiveIntegerField(blank=True, help_text='Leave empty if not known.', null=True, validators=[django.core.validators.MaxValueValidator(1000000000)], verbose_name='accounts, at least'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='countries',
                    field=models.CharField(blank=True, help_text='ISO 3166 codes in alphabetical order, separated by spaces: CN HK.', max_length=600, validators=[incidents.models.fields.validate_places], verbose_name='places'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='end',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='When it was undone, as someone observed or said. Not the end of an announced term.', max_length=40, verbose_name='end'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='expected_end',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='When an announced term was to run out. Never shown as the end.', max_length=40, verbose_name='announced end'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='occurrence',
                    field=models.CharField(choices=[('confirmed_by_platform', 'Confirmed by the platform'), ('reported', 'Reported, platform silent'), ('disputed', 'Disputed'), ('announced_not_applied', 'Announced but not applied'), ('recommended_not_applied', 'Recommended but not applied'), ('threatened_not_applied', 'Threatened but not applied'), ('not_platform_action', 'Not done by the platform'), ('unknown', 'Not known whether it took place')], default='reported', max_length=40, verbose_name='whether it happened'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='reason_status',
                    field=models.CharField(choices=[('stated', 'Reason given'), ('generic', 'Given, but no rule named'), ('none_stated', 'Source says none was given'), ('disputed', 'Disputed'), ('not_recorded', 'Not recorded by us')], default='not_recorded', help_text='Record what was said as a stated reason.', max_length=40, verbose_name='reason given'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='scope',
                    field=models.CharField(choices=[('worldwide', 'Worldwide'), ('listed_countries', 'In the places listed'), ('holder_location', 'Where the holder was'), ('unknown', 'Not known')], default='unknown', max_length=40, verbose_name='where it applied'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='start',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='start'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='start_at_from',
                    field=models.DateTimeField(blank=True, help_text='Only if hours matter.', null=True, verbose_name='not before (UTC)'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='start_at_to',
                    field=models.DateTimeField(blank=True, help_text='Only if hours matter.', null=True, verbose_name='not after (UTC)'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='start_basis',
                    field=models.CharField(choices=[('occurred', 'Took effect'), ('first_observed', 'First noticed'), ('announced', 'Announced'), ('reported', 'First reported'), ('inferred', 'Our inference')], default='reported', max_length=40, verbose_name='what the start date refers to'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='start_text',
                    field=incidents.models.fields.LineField(blank=True, help_text="In the source's wording: “On June 7th, Around 10 PM EST”. Required to publish if there is no date.", max_length=200, verbose_name='start in words'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='status',
                    field=models.CharField(choices=[('unknown', 'Not known'), ('in_force', 'In force'), ('lifted', 'Lifted'), ('partly_lifted', 'Partly lifted'), ('expired', 'Term ran out'), ('superseded', 'Replaced by a later action'), ('never_applied', 'Never applied'), ('not_applicable', 'One-time action')], default='unknown', max_length=40, verbose_name='status'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='status_as_of',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='The date the source speaks of. On the form for a new incident, it defaults to the date of the source.', max_length=40, verbose_name='status as of'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='term',
                    field=models.CharField(choices=[('permanent', 'Permanent'), ('indefinite', 'Indefinite'), ('fixed', 'For a stated period'), ('mixed', 'Mixed'), ('unstated', 'No term announced')], default='unstated', max_length=40, verbose_name='announced term'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='timezone',
                    field=models.CharField(blank=True, help_text='The IANA time zone whose calendar the dates follow, for example America/New_York.', max_length=50, validators=[incidents.models.fields.validate_zone], verbose_name='time zone'),
                ),
                migrations.AlterField(
                    model_name='action',
                    name='type',
                    field=models.CharField(choices=[('suspended', 'Account suspended'), ('terminated', 'Account closed'), ('locked', 'Locked until the holder does something'), ('restricted', 'Some functions limited'), ('posting_blocked', 'Posting blocked'), ('geo_withheld', 'Hidden in some places'), ('visibility_reduced', 'Reach reduced'), ('monetisation_suspended', 'Payments stopped or held'), ('access_revoked', 'Service or API access withdrawn'), ('event_refused', 'Meeting or event refused'), ('event_terminated', 'Meeting or event ended'), ('space_removed', 'Group, page or fundraiser removed'), ('content_removed', 'Posts removed'), ('ownership_changed', 'Ownership changed'), ('other', 'Other'), ('unknown', 'Type not known')], default='unknown', help_text='“Shut down” alone does not say whether it was suspended or closed: choose “Type not known”.', max_length=40, verbose_name='what was done'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='attribution',
                    field=incidents.models.fields.LineField(blank=True, help_text='Who says so in the source, for example Humanitarian China. Leave empty for the source itself.', max_length=200, verbose_name='said by'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='field',
                    field=models.CharField(blank=True, help_text='The field it supports or contradicts, for example start. Leave empty for the record as a whole.', max_length=40, verbose_name='field'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='justification',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='incidents.justification', verbose_name='stated reason'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='locator',
                    field=incidents.models.fields.LineField(blank=True, help_text='Paragraph, page or minute.', max_length=200, verbose_name='place in the source'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='stance',
                    field=models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('mentions', 'Mentions')], default='supports', max_length=40, verbose_name='support or contradiction'),
                ),
                migrations.AlterField(
                    model_name='citation',
                    name='value_as_stated',
                    field=incidents.models.fields.LineField(blank=True, help_text="The value in the source's wording, if it differs from ours: “late May”.", max_length=300, verbose_name="source's wording"),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='handle',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private unless you tick “handle is public”.', max_length=200, verbose_name='handle'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='handle_public',
                    field=models.BooleanField(default=False, help_text="Only if the holder's name is public and the handle is part of the story.", verbose_name='handle is public'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='holder',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='Leave empty if not known.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.party', verbose_name='account holder'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='kind',
                    field=models.CharField(choices=[('personal_account', 'Personal account'), ('organisation_account', 'Organisation account'), ('page_or_channel', 'Page or channel'), ('group_or_community', 'Group or community'), ('bot_or_app', 'Bot or app'), ('workspace_or_tenant', 'Workspace'), ('payment_account', 'Payment account'), ('fundraiser', 'Fundraiser'), ('worker_or_seller_account', 'Worker or seller account'), ('developer_account', 'Developer account'), ('ad_account', 'Advertising account'), ('email_account', 'Email account'), ('meeting_or_event', 'Meeting or event'), ('set_of_accounts', 'Set of accounts'), ('unknown', 'Kind not known')], default='unknown', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='label',
                    field=incidents.models.fields.LineField(help_text='A description that identifies no one: “account used for the 31 May conference”.', max_length=200, verbose_name='label'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='succeeded_by',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text="The holder's next account. It does not mean that the action was lifted.", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.account', verbose_name='succeeded by'),
                ),
                migrations.AlterField(
                    model_name='historicalaccount',
                    name='url',
                    field=models.CharField(blank=True, help_text='Only if anyone could see the page.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='public URL'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='accounts_max',
                    field=models.PositiveIntegerField(blank=True, help_text='Leave empty if not known.', null=True, validators=[django.core.validators.MaxValueValidator(1000000000)], verbose_name='accounts, at most'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='accounts_min',
                    field=models.PositiveIntegerField(blank=True, help_text='Leave empty if not known.', null=True, validators=[django.core.validators.MaxValueValidator(1000000000)], verbose_name='accounts, at least'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='countries',
                    field=models.CharField(blank=True, help_text='ISO 3166 codes in alphabetical order, separated by spaces: CN HK.', max_length=600, validators=[incidents.models.fields.validate_places], verbose_name='places'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='end',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='When it was undone, as someone observed or said. Not the end of an announced term.', max_length=40, verbose_name='end'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='expected_end',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='When an announced term was to run out. Never shown as the end.', max_length=40, verbose_name='announced end'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='occurrence',
                    field=models.CharField(choices=[('confirmed_by_platform', 'Confirmed by the platform'), ('reported', 'Reported, platform silent'), ('disputed', 'Disputed'), ('announced_not_applied', 'Announced but not applied'), ('recommended_not_applied', 'Recommended but not applied'), ('threatened_not_applied', 'Threatened but not applied'), ('not_platform_action', 'Not done by the platform'), ('unknown', 'Not known whether it took place')], default='reported', max_length=40, verbose_name='whether it happened'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='reason_status',
                    field=models.CharField(choices=[('stated', 'Reason given'), ('generic', 'Given, but no rule named'), ('none_stated', 'Source says none was given'), ('disputed', 'Disputed'), ('not_recorded', 'Not recorded by us')], default='not_recorded', help_text='Record what was said as a stated reason.', max_length=40, verbose_name='reason given'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='scope',
                    field=models.CharField(choices=[('worldwide', 'Worldwide'), ('listed_countries', 'In the places listed'), ('holder_location', 'Where the holder was'), ('unknown', 'Not known')], default='unknown', max_length=40, verbose_name='where it applied'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='start',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='start'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='start_at_from',
                    field=models.DateTimeField(blank=True, help_text='Only if hours matter.', null=True, verbose_name='not before (UTC)'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='start_at_to',
                    field=models.DateTimeField(blank=True, help_text='Only if hours matter.', null=True, verbose_name='not after (UTC)'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='start_basis',
                    field=models.CharField(choices=[('occurred', 'Took effect'), ('first_observed', 'First noticed'), ('announced', 'Announced'), ('reported', 'First reported'), ('inferred', 'Our inference')], default='reported', max_length=40, verbose_name='what the start date refers to'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='start_text',
                    field=incidents.models.fields.LineField(blank=True, help_text="In the source's wording: “On June 7th, Around 10 PM EST”. Required to publish if there is no date.", max_length=200, verbose_name='start in words'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='status',
                    field=models.CharField(choices=[('unknown', 'Not known'), ('in_force', 'In force'), ('lifted', 'Lifted'), ('partly_lifted', 'Partly lifted'), ('expired', 'Term ran out'), ('superseded', 'Replaced by a later action'), ('never_applied', 'Never applied'), ('not_applicable', 'One-time action')], default='unknown', max_length=40, verbose_name='status'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='status_as_of',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='The date the source speaks of. On the form for a new incident, it defaults to the date of the source.', max_length=40, verbose_name='status as of'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='term',
                    field=models.CharField(choices=[('permanent', 'Permanent'), ('indefinite', 'Indefinite'), ('fixed', 'For a stated period'), ('mixed', 'Mixed'), ('unstated', 'No term announced')], default='unstated', max_length=40, verbose_name='announced term'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='timezone',
                    field=models.CharField(blank=True, help_text='The IANA time zone whose calendar the dates follow, for example America/New_York.', max_length=50, validators=[incidents.models.fields.validate_zone], verbose_name='time zone'),
                ),
                migrations.AlterField(
                    model_name='historicalaction',
                    name='type',
                    field=models.CharField(choices=[('suspended', 'Account suspended'), ('terminated', 'Account closed'), ('locked', 'Locked until the holder does something'), ('restricted', 'Some functions limited'), ('posting_blocked', 'Posting blocked'), ('geo_withheld', 'Hidden in some places'), ('visibility_reduced', 'Reach reduced'), ('monetisation_suspended', 'Payments stopped or held'), ('access_revoked', 'Service or API access withdrawn'), ('event_refused', 'Meeting or event refused'), ('event_terminated', 'Meeting or event ended'), ('space_removed', 'Group, page or fundraiser removed'), ('content_removed', 'Posts removed'), ('ownership_changed', 'Ownership changed'), ('other', 'Other'), ('unknown', 'Type not known')], default='unknown', help_text='“Shut down” alone does not say whether it was suspended or closed: choose “Type not known”.', max_length=40, verbose_name='what was done'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='attribution',
                    field=incidents.models.fields.LineField(blank=True, help_text='Who says so in the source, for example Humanitarian China. Leave empty for the source itself.', max_length=200, verbose_name='said by'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='field',
                    field=models.CharField(blank=True, help_text='The field it supports or contradicts, for example start. Leave empty for the record as a whole.', max_length=40, verbose_name='field'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='justification',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.justification', verbose_name='stated reason'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='locator',
                    field=incidents.models.fields.LineField(blank=True, help_text='Paragraph, page or minute.', max_length=200, verbose_name='place in the source'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='stance',
                    field=models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('mentions', 'Mentions')], default='supports', max_length=40, verbose_name='support or contradiction'),
                ),
                migrations.AlterField(
                    model_name='historicalcitation',
                    name='value_as_stated',
                    field=incidents.models.fields.LineField(blank=True, help_text="The value in the source's wording, if it differs from ours: “late May”.", max_length=300, verbose_name="source's wording"),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date of a background event'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='date_text',
                    field=incidents.models.fields.LineField(blank=True, help_text="In the source's wording. Only for background events.", max_length=200, verbose_name='date in words'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='editor_notes',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name="editors' notes"),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='kind',
                    field=models.CharField(choices=[('account_action', 'Incident'), ('context', 'Background event')], default='account_action', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='merged_into',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='The published incident that covers this one now. Readers are redirected to it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident', verbose_name='merged into'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='ref',
                    field=models.SlugField(help_text='Year, platform and account holder: 2020-zoom-humanitarian-china. Fixed once published.', max_length=100, verbose_name='ref'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='summary',
                    field=incidents.models.fields.TextField(blank=True, help_text='Two to six sentences in our own words, in Markdown. Say only what a cited source says, and keep its “if” and “seems”. Required to publish.', verbose_name='summary'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='title',
                    field=incidents.models.fields.LineField(help_text='Who did what to whom, in one sentence: “Zoom shuts down the account of Humanitarian China”.', max_length=200, verbose_name='title'),
                ),
                migrations.AlterField(
                    model_name='historicalincident',
                    name='withdrawn_reason',
                    field=incidents.models.fields.TextField(blank=True, help_text='Readers see this instead of the incident.', verbose_name='why it was withdrawn'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='action',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='Leave empty if it is about the whole incident.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.action', verbose_name='action'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='certainty',
                    field=models.CharField(choices=[('admitted', 'Admitted'), ('documented', 'Documented'), ('alleged', 'Alleged'), ('denied', 'Denied'), ('disputed', 'Disputed'), ('unknown', 'Certainty not known')], default='alleged', max_length=40, verbose_name='certainty'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='country',
                    field=models.CharField(blank=True, help_text='Whose law or authority it was: an ISO 3166 code.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name='country'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='legal_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text='The law or order, as the statement names it.', max_length=300, verbose_name='legal basis'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='modality',
                    field=models.CharField(choices=[('asserted', 'Asserted'), ('hedged', 'Stated as a possibility'), ('conditional', 'Conditional'), ('reported', 'Second-hand')], default='asserted', max_length=40, verbose_name='how it was said'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='In our own words, if there is no quotation. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='quote_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='role',
                    field=models.CharField(choices=[('demanded_by', 'Demand from'), ('ordered_by', 'Order from'), ('requested_by', 'Request from'), ('flagged_by', 'Flag from'), ('alleged_influence', 'Alleged influence'), ('insider', 'Platform insider'), ('account_operator', 'Account operator'), ('registered_owner', 'Registered owner'), ('co_sanctioned', 'Others affected'), ('allegation', 'Allegation'), ('response_by_holder', 'Response by the holder'), ('request_for_explanation', 'Request for an explanation'), ('appealed', 'Appeal'), ('complained_publicly', 'Public complaint'), ('media_inquiry', 'Media inquiry'), ('legislators_inquiry', "Legislators' inquiry"), ('lawsuit', 'Lawsuit'), ('regulator_review', "Regulator's review"), ('oversight_review', 'Oversight review'), ('official_finding', 'Official finding or charge'), ('retaliation', 'Retaliation')], max_length=40, verbose_name='role'),
                ),
                migrations.AlterField(
                    model_name='historicalinvolvement',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='action',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='Leave empty if it is about the whole incident.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.action', verbose_name='action'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='audience',
                    field=models.CharField(choices=[('holder', 'To the holder'), ('public', 'To the public'), ('official', 'To an official body'), ('unknown', 'Audience not known')], default='unknown', help_text='Record a notice to the holder and a statement to the press separately.', max_length=40, verbose_name='audience'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='ground',
                    field=models.CharField(choices=[('local_law', 'Local law'), ('government_demand', 'Government demand'), ('court_or_legal_order', 'Court or legal order'), ('sanctions_or_export_control', 'Sanctions or export control'), ('terms_rule_named', 'Terms, rule named'), ('terms_rule_not_named', 'Terms, no rule named'), ('spam_manipulation', 'Spam or manipulation'), ('inauthentic_behaviour', 'Inauthentic behaviour'), ('incitement_or_violence', 'Incitement or violence'), ('hate_speech', 'Hate speech'), ('harassment_or_abuse', 'Harassment or abuse'), ('terrorism_or_dangerous_org', 'Terrorism or dangerous organisation'), ('child_safety', 'Child safety'), ('privacy_or_doxxing', 'Privacy or doxxing'), ('hacked_material', 'Hacked material'), ('fraud', 'Fraud'), ('identity_verification', 'Identity verification'), ('security_compromise', 'Security compromise'), ('ownership_dispute', 'Ownership dispute'), ('error', 'Error'), ('none_stated', 'None stated'), ('not_applicable', 'Not applicable')], max_length=40, verbose_name='stated reason'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='kind',
                    field=models.CharField(choices=[('notice_to_holder', 'Notice to the holder'), ('public_justification', 'Public statement of reasons'), ('confirmation', 'Confirmation'), ('denial', 'Denial'), ('apology', 'Apology'), ('correction', 'Correction or withdrawal'), ('policy_or_promise', 'Policy or promise'), ('no_reason_given', 'No reason given'), ('no_response', 'No response')], max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='legal_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text='The law or order, as the statement names it.', max_length=300, verbose_name='legal basis'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='modality',
                    field=models.CharField(choices=[('asserted', 'Asserted'), ('hedged', 'Stated as a possibility'), ('conditional', 'Conditional'), ('reported', 'Second-hand')], default='asserted', max_length=40, verbose_name='how it was said'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='In our own words, if there is no quotation. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='quote_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='reference_url',
                    field=models.CharField(blank=True, help_text='URL of the rule or law named.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='rule or law'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='historicaljustification',
                    name='speaker_text',
                    field=incidents.models.fields.LineField(blank=True, help_text='If the speaker is not a party on record: “a spokesperson”.', max_length=200, verbose_name='speaker in words'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='aliases',
                    field=incidents.models.fields.TextField(blank=True, help_text='One per line. Only public if the name is public.', verbose_name='other names'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='at_risk',
                    field=models.BooleanField(default=True, help_text='Could being named here harm them? Leave ticked unless you are sure it could not.', verbose_name='at risk'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='cleared',
                    field=models.BooleanField(default=False, help_text='An editor has read the label, slug and country as a stranger would, and they could harm no one.', verbose_name='cleared for publication'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='contact',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='contact'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='country',
                    field=models.CharField(blank=True, help_text='ISO 3166 code, for example HK, US or UA-43.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name='country'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='is_minor',
                    field=models.BooleanField(default=False, help_text='A minor is never named. Private: never published.', verbose_name='is a minor'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='name_public',
                    field=models.BooleanField(default=False, help_text='The public label is the real name and may be published. Never tick this for a person at risk.', verbose_name='name is public'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='name_public_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text="Required to publish a person's name: “leads the organisation and speaks to the press”.", max_length=500, verbose_name='why the name may be published'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='native_label',
                    field=incidents.models.fields.LineField(blank=True, help_text='For example 香港支聯會. Only shown if the name is public.', max_length=200, verbose_name='label in its own script'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='native_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the label'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='notes',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='notes'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='private_name',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private: never published.', max_length=200, verbose_name='private name'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='public_label',
                    field=incidents.models.fields.LineField(help_text='What readers see: a name or, for those who must not be named, a description such as “a student group in China”.', max_length=200, verbose_name='public label'),
                ),
                migrations.AlterField(
                    model_name='historicalparty',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='aliases',
                    field=incidents.models.fields.TextField(blank=True, help_text='One per line, followed by the years if the name changed: “Twitter, until 2023”. Readers can search for them.', verbose_name='other names'),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='kind',
                    field=models.CharField(choices=[('social_network', 'Social network'), ('messaging', 'Messaging'), ('video_conferencing', 'Video conferencing'), ('video_or_audio', 'Video or audio hosting'), ('payment', 'Payment'), ('marketplace', 'Marketplace'), ('hosting', 'Hosting'), ('email', 'Email'), ('app_store', 'App store'), ('other', 'Other'), ('unknown', 'Not recorded')], default='unknown', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='name',
                    field=incidents.models.fields.LineField(help_text='What it calls itself today.', max_length=200, verbose_name='name'),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='operator_country',
                    field=models.CharField(blank=True, help_text='ISO 3166 code, for example HK, US or UA-43.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name="operator's country"),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='policy_url',
                    field=models.CharField(blank=True, help_text='URL of its rules or terms.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='rules'),
                ),
                migrations.AlterField(
                    model_name='historicalplatform',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='historicalrelation',
                    name='certainty',
                    field=models.CharField(choices=[('admitted', 'Admitted'), ('documented', 'Documented'), ('alleged', 'Alleged'), ('denied', 'Denied'), ('disputed', 'Disputed'), ('unknown', 'Certainty not known')], default='unknown', max_length=40, verbose_name='certainty'),
                ),
                migrations.AlterField(
                    model_name='historicalrelation',
                    name='from_incident',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident', verbose_name='from incident'),
                ),
                migrations.AlterField(
                    model_name='historicalrelation',
                    name='kind',
                    field=models.CharField(choices=[('same_campaign', 'Same campaign'), ('follows', 'Follows'), ('same_party', 'Same account holder'), ('part_of', 'Part of'), ('context_of', 'Background to'), ('retaliation_for', 'Retaliation for'), ('see_also', 'See also'), ('possibly_same_as', 'Possibly the same event'), ('not_same_as', 'Checked: not the same')], max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicalrelation',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='Why we relate the two incidents. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='historicalrelation',
                    name='to_incident',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident', verbose_name='to incident'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='accessed_on',
                    field=models.DateField(blank=True, help_text='Date we accessed it. Required to publish.', null=True, verbose_name='accessed on'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='captured_by',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private: never published.', max_length=200, verbose_name='captured by'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='citekey',
                    field=models.SlugField(help_text='Publisher and date, for example hkfp-2020-06-12. If left empty, one is proposed.', max_length=100, verbose_name='citation key'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='container_title',
                    field=incidents.models.fields.LineField(blank=True, help_text='The newspaper, site or series.', max_length=300, verbose_name='published in'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='content_text',
                    field=incidents.models.fields.TextField(blank=True, help_text='Saved to check quotations against. Private: never published.', verbose_name='saved text'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='csl_type',
                    field=models.CharField(choices=[('article-newspaper', 'News report'), ('article-magazine', 'Magazine article'), ('post-weblog', 'Blog post'), ('post', 'Forum or social media post'), ('webpage', 'Web page'), ('broadcast', 'Broadcast'), ('interview', 'Interview'), ('report', 'Report'), ('legal_case', 'Legal case'), ('legislation', 'Legislation'), ('personal_communication', 'Personal communication'), ('document', 'Document')], default='article-newspaper', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='derivation_note',
                    field=incidents.models.fields.LineField(blank=True, help_text='How we know: “closes with (Adapted from CNN.com)”. Public.', max_length=500, verbose_name='note on the derivation'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='derived_from',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='The document it repeats. Two documents that go back to one report count as one source.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.source', verbose_name='derived from'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='is_confidential',
                    field=models.BooleanField(default=False, help_text='Hides the whole source and every citation of it.', verbose_name='confidential'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='issued',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-12, 2020-06 or 2020. Leave empty if it has none.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='issued_basis',
                    field=models.CharField(choices=[('printed', 'Printed on the document'), ('url', 'From its URL'), ('inferred', 'Our inference'), ('unknown', 'Not known')], default='unknown', max_length=40, verbose_name='how the date is known'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='publisher',
                    field=incidents.models.fields.LineField(blank=True, help_text='The person or organisation that published it.', max_length=300, verbose_name='publisher'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='title',
                    field=incidents.models.fields.LineField(help_text='The original title, in its own language.', max_length=500, verbose_name='title'),
                ),
                migrations.AlterField(
                    model_name='historicalsource',
                    name='url',
                    field=models.CharField(blank=True, help_text='For example https://example.org/page.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='URL'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date of a background event'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='date_text',
                    field=incidents.models.fields.LineField(blank=True, help_text="In the source's wording. Only for background events.", max_length=200, verbose_name='date in words'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='editor_notes',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name="editors' notes"),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='kind',
                    field=models.CharField(choices=[('account_action', 'Incident'), ('context', 'Background event')], default='account_action', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='merged_into',
                    field=models.ForeignKey(blank=True, help_text='The published incident that covers this one now. Readers are redirected to it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='incidents.incident', verbose_name='merged into'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='ref',
                    field=models.SlugField(help_text='Year, platform and account holder: 2020-zoom-humanitarian-china. Fixed once published.', max_length=100, unique=True, verbose_name='ref'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='summary',
                    field=incidents.models.fields.TextField(blank=True, help_text='Two to six sentences in our own words, in Markdown. Say only what a cited source says, and keep its “if” and “seems”. Required to publish.', verbose_name='summary'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='title',
                    field=incidents.models.fields.LineField(help_text='Who did what to whom, in one sentence: “Zoom shuts down the account of Humanitarian China”.', max_length=200, verbose_name='title'),
                ),
                migrations.AlterField(
                    model_name='incident',
                    name='withdrawn_reason',
                    field=incidents.models.fields.TextField(blank=True, help_text='Readers see this instead of the incident.', verbose_name='why it was withdrawn'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='action',
                    field=models.ForeignKey(blank=True, help_text='Leave empty if it is about the whole incident.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='incidents.action', verbose_name='action'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='certainty',
                    field=models.CharField(choices=[('admitted', 'Admitted'), ('documented', 'Documented'), ('alleged', 'Alleged'), ('denied', 'Denied'), ('disputed', 'Disputed'), ('unknown', 'Certainty not known')], default='alleged', max_length=40, verbose_name='certainty'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='country',
                    field=models.CharField(blank=True, help_text='Whose law or authority it was: an ISO 3166 code.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name='country'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='legal_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text='The law or order, as the statement names it.', max_length=300, verbose_name='legal basis'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='modality',
                    field=models.CharField(choices=[('asserted', 'Asserted'), ('hedged', 'Stated as a possibility'), ('conditional', 'Conditional'), ('reported', 'Second-hand')], default='asserted', max_length=40, verbose_name='how it was said'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='In our own words, if there is no quotation. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='quote_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='role',
                    field=models.CharField(choices=[('demanded_by', 'Demand from'), ('ordered_by', 'Order from'), ('requested_by', 'Request from'), ('flagged_by', 'Flag from'), ('alleged_influence', 'Alleged influence'), ('insider', 'Platform insider'), ('account_operator', 'Account operator'), ('registered_owner', 'Registered owner'), ('co_sanctioned', 'Others affected'), ('allegation', 'Allegation'), ('response_by_holder', 'Response by the holder'), ('request_for_explanation', 'Request for an explanation'), ('appealed', 'Appeal'), ('complained_publicly', 'Public complaint'), ('media_inquiry', 'Media inquiry'), ('legislators_inquiry', "Legislators' inquiry"), ('lawsuit', 'Lawsuit'), ('regulator_review', "Regulator's review"), ('oversight_review', 'Oversight review'), ('official_finding', 'Official finding or charge'), ('retaliation', 'Retaliation')], max_length=40, verbose_name='role'),
                ),
                migrations.AlterField(
                    model_name='involvement',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='action',
                    field=models.ForeignKey(blank=True, help_text='Leave empty if it is about the whole incident.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='justifications', to='incidents.action', verbose_name='action'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='audience',
                    field=models.CharField(choices=[('holder', 'To the holder'), ('public', 'To the public'), ('official', 'To an official body'), ('unknown', 'Audience not known')], default='unknown', help_text='Record a notice to the holder and a statement to the press separately.', max_length=40, verbose_name='audience'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='date',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-07, 2020-06 or 2020; 2020-06-07~ means about, 2020-06-03/2020-06-04 between. Leave empty if not known.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='ground',
                    field=models.CharField(choices=[('local_law', 'Local law'), ('government_demand', 'Government demand'), ('court_or_legal_order', 'Court or legal order'), ('sanctions_or_export_control', 'Sanctions or export control'), ('terms_rule_named', 'Terms, rule named'), ('terms_rule_not_named', 'Terms, no rule named'), ('spam_manipulation', 'Spam or manipulation'), ('inauthentic_behaviour', 'Inauthentic behaviour'), ('incitement_or_violence', 'Incitement or violence'), ('hate_speech', 'Hate speech'), ('harassment_or_abuse', 'Harassment or abuse'), ('terrorism_or_dangerous_org', 'Terrorism or dangerous organisation'), ('child_safety', 'Child safety'), ('privacy_or_doxxing', 'Privacy or doxxing'), ('hacked_material', 'Hacked material'), ('fraud', 'Fraud'), ('identity_verification', 'Identity verification'), ('security_compromise', 'Security compromise'), ('ownership_dispute', 'Ownership dispute'), ('error', 'Error'), ('none_stated', 'None stated'), ('not_applicable', 'Not applicable')], max_length=40, verbose_name='stated reason'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='kind',
                    field=models.CharField(choices=[('notice_to_holder', 'Notice to the holder'), ('public_justification', 'Public statement of reasons'), ('confirmation', 'Confirmation'), ('denial', 'Denial'), ('apology', 'Apology'), ('correction', 'Correction or withdrawal'), ('policy_or_promise', 'Policy or promise'), ('no_reason_given', 'No reason given'), ('no_response', 'No response')], max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='legal_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text='The law or order, as the statement names it.', max_length=300, verbose_name='legal basis'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='modality',
                    field=models.CharField(choices=[('asserted', 'Asserted'), ('hedged', 'Stated as a possibility'), ('conditional', 'Conditional'), ('reported', 'Second-hand')], default='asserted', max_length=40, verbose_name='how it was said'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='In our own words, if there is no quotation. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='quote',
                    field=incidents.models.fields.LineField(blank=True, help_text='Word for word, at most 1,000 characters. Mark omissions with […].', max_length=1000, verbose_name='quotation'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='quote_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the quotation'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='reference_url',
                    field=models.CharField(blank=True, help_text='URL of the rule or law named.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='rule or law'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='seq',
                    field=models.PositiveIntegerField(blank=True, help_text='Its number within the incident. Assigned automatically.', verbose_name='number'),
                ),
                migrations.AlterField(
                    model_name='justification',
                    name='speaker_text',
                    field=incidents.models.fields.LineField(blank=True, help_text='If the speaker is not a party on record: “a spokesperson”.', max_length=200, verbose_name='speaker in words'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='aliases',
                    field=incidents.models.fields.TextField(blank=True, help_text='One per line. Only public if the name is public.', verbose_name='other names'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='at_risk',
                    field=models.BooleanField(default=True, help_text='Could being named here harm them? Leave ticked unless you are sure it could not.', verbose_name='at risk'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='cleared',
                    field=models.BooleanField(default=False, help_text='An editor has read the label, slug and country as a stranger would, and they could harm no one.', verbose_name='cleared for publication'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='contact',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='contact'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='country',
                    field=models.CharField(blank=True, help_text='ISO 3166 code, for example HK, US or UA-43.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name='country'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='is_minor',
                    field=models.BooleanField(default=False, help_text='A minor is never named. Private: never published.', verbose_name='is a minor'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='name_public',
                    field=models.BooleanField(default=False, help_text='The public label is the real name and may be published. Never tick this for a person at risk.', verbose_name='name is public'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='name_public_basis',
                    field=incidents.models.fields.LineField(blank=True, help_text="Required to publish a person's name: “leads the organisation and speaks to the press”.", max_length=500, verbose_name='why the name may be published'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='native_label',
                    field=incidents.models.fields.LineField(blank=True, help_text='For example 香港支聯會. Only shown if the name is public.', max_length=200, verbose_name='label in its own script'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='native_language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language of the label'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='notes',
                    field=incidents.models.fields.TextField(blank=True, help_text='Private: never published.', verbose_name='notes'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='private_name',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private: never published.', max_length=200, verbose_name='private name'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='public_label',
                    field=incidents.models.fields.LineField(help_text='What readers see: a name or, for those who must not be named, a description such as “a student group in China”.', max_length=200, verbose_name='public label'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, unique=True, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='aliases',
                    field=incidents.models.fields.TextField(blank=True, help_text='One per line, followed by the years if the name changed: “Twitter, until 2023”. Readers can search for them.', verbose_name='other names'),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='kind',
                    field=models.CharField(choices=[('social_network', 'Social network'), ('messaging', 'Messaging'), ('video_conferencing', 'Video conferencing'), ('video_or_audio', 'Video or audio hosting'), ('payment', 'Payment'), ('marketplace', 'Marketplace'), ('hosting', 'Hosting'), ('email', 'Email'), ('app_store', 'App store'), ('other', 'Other'), ('unknown', 'Not recorded')], default='unknown', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='name',
                    field=incidents.models.fields.LineField(help_text='What it calls itself today.', max_length=200, verbose_name='name'),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='operator_country',
                    field=models.CharField(blank=True, help_text='ISO 3166 code, for example HK, US or UA-43.', max_length=6, validators=[incidents.models.fields.validate_place], verbose_name="operator's country"),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='policy_url',
                    field=models.CharField(blank=True, help_text='URL of its rules or terms.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='rules'),
                ),
                migrations.AlterField(
                    model_name='platform',
                    name='slug',
                    field=models.SlugField(help_text='Used in the URL; fixed once published.', max_length=100, unique=True, verbose_name='slug'),
                ),
                migrations.AlterField(
                    model_name='relation',
                    name='certainty',
                    field=models.CharField(choices=[('admitted', 'Admitted'), ('documented', 'Documented'), ('alleged', 'Alleged'), ('denied', 'Denied'), ('disputed', 'Disputed'), ('unknown', 'Certainty not known')], default='unknown', max_length=40, verbose_name='certainty'),
                ),
                migrations.AlterField(
                    model_name='relation',
                    name='from_incident',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations_from', to='incidents.incident', verbose_name='from incident'),
                ),
                migrations.AlterField(
                    model_name='relation',
                    name='kind',
                    field=models.CharField(choices=[('same_campaign', 'Same campaign'), ('follows', 'Follows'), ('same_party', 'Same account holder'), ('part_of', 'Part of'), ('context_of', 'Background to'), ('retaliation_for', 'Retaliation for'), ('see_also', 'See also'), ('possibly_same_as', 'Possibly the same event'), ('not_same_as', 'Checked: not the same')], max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='relation',
                    name='note',
                    field=incidents.models.fields.TextField(blank=True, help_text='Why we relate the two incidents. Public.', verbose_name='note'),
                ),
                migrations.AlterField(
                    model_name='relation',
                    name='to_incident',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations_to', to='incidents.incident', verbose_name='to incident'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='accessed_on',
                    field=models.DateField(blank=True, help_text='Date we accessed it. Required to publish.', null=True, verbose_name='accessed on'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='captured_by',
                    field=incidents.models.fields.LineField(blank=True, help_text='Private: never published.', max_length=200, verbose_name='captured by'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='citekey',
                    field=models.SlugField(help_text='Publisher and date, for example hkfp-2020-06-12. If left empty, one is proposed.', max_length=100, unique=True, verbose_name='citation key'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='container_title',
                    field=incidents.models.fields.LineField(blank=True, help_text='The newspaper, site or series.', max_length=300, verbose_name='published in'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='content_text',
                    field=incidents.models.fields.TextField(blank=True, help_text='Saved to check quotations against. Private: never published.', verbose_name='saved text'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='csl_type',
                    field=models.CharField(choices=[('article-newspaper', 'News report'), ('article-magazine', 'Magazine article'), ('post-weblog', 'Blog post'), ('post', 'Forum or social media post'), ('webpage', 'Web page'), ('broadcast', 'Broadcast'), ('interview', 'Interview'), ('report', 'Report'), ('legal_case', 'Legal case'), ('legislation', 'Legislation'), ('personal_communication', 'Personal communication'), ('document', 'Document')], default='article-newspaper', max_length=40, verbose_name='kind'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='derivation_note',
                    field=incidents.models.fields.LineField(blank=True, help_text='How we know: “closes with (Adapted from CNN.com)”. Public.', max_length=500, verbose_name='note on the derivation'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='derived_from',
                    field=models.ForeignKey(blank=True, help_text='The document it repeats. Two documents that go back to one report count as one source.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='derivatives', to='incidents.source', verbose_name='derived from'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='is_confidential',
                    field=models.BooleanField(default=False, help_text='Hides the whole source and every citation of it.', verbose_name='confidential'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='issued',
                    field=incidents.models.fields.EDTFField(blank=True, help_text='2020-06-12, 2020-06 or 2020. Leave empty if it has none.', max_length=40, verbose_name='date'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='issued_basis',
                    field=models.CharField(choices=[('printed', 'Printed on the document'), ('url', 'From its URL'), ('inferred', 'Our inference'), ('unknown', 'Not known')], default='unknown', max_length=40, verbose_name='how the date is known'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='language',
                    field=models.CharField(blank=True, help_text='BCP 47 tag, for example en, zh-Hant or zh-Hans; und if not known.', max_length=35, validators=[incidents.models.fields.validate_language], verbose_name='language'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='publisher',
                    field=incidents.models.fields.LineField(blank=True, help_text='The person or organisation that published it.', max_length=300, verbose_name='publisher'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='title',
                    field=incidents.models.fields.LineField(help_text='The original title, in its own language.', max_length=500, verbose_name='title'),
                ),
                migrations.AlterField(
                    model_name='source',
                    name='url',
                    field=models.CharField(blank=True, help_text='For example https://example.org/page.', max_length=2000, validators=[incidents.models.fields.validate_address], verbose_name='URL'),
                ),
                migrations.AlterConstraint(
                    model_name='account',
                    name='account_not_its_own_successor',
                    constraint=models.CheckConstraint(condition=models.Q(('succeeded_by', None), models.Q(('succeeded_by', models.F('id')), _negated=True), _connector='OR'), name='account_not_its_own_successor', violation_error_message='An account cannot succeed itself.'),
                ),
                migrations.AlterConstraint(
                    model_name='account',
                    name='account_public_handle_has_holder',
                    constraint=models.CheckConstraint(condition=models.Q(('handle_public', False), ('holder__isnull', False), _connector='OR'), name='account_public_handle_has_holder', violation_error_message='A handle can only be public if the holder is known and named.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_start_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('start', ''), ('start_earliest', None), ('start_latest', None)), models.Q(models.Q(('start', ''), _negated=True), models.Q(('start_earliest', None), ('start_latest', None), _negated=True), models.Q(('start_earliest', None), ('start_latest', None), ('start_earliest__lte', models.F('start_latest')), _connector='OR')), _connector='OR'), name='action_start_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_end_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('end_earliest', None), ('end_latest', None)), models.Q(models.Q(('end', ''), _negated=True), models.Q(('end_earliest', None), ('end_latest', None), _negated=True), models.Q(('end_earliest', None), ('end_latest', None), ('end_earliest__lte', models.F('end_latest')), _connector='OR')), _connector='OR'), name='action_end_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_expected_end_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('expected_end', ''), ('expected_end_earliest', None), ('expected_end_latest', None)), models.Q(models.Q(('expected_end', ''), _negated=True), models.Q(('expected_end_earliest', None), ('expected_end_latest', None), _negated=True), models.Q(('expected_end_earliest', None), ('expected_end_latest', None), ('expected_end_earliest__lte', models.F('expected_end_latest')), _connector='OR')), _connector='OR'), name='action_expected_end_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_status_as_of_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('status_as_of', ''), ('status_as_of_earliest', None), ('status_as_of_latest', None)), models.Q(models.Q(('status_as_of', ''), _negated=True), models.Q(('status_as_of_earliest', None), ('status_as_of_latest', None), _negated=True), models.Q(('status_as_of_earliest', None), ('status_as_of_latest', None), ('status_as_of_earliest__lte', models.F('status_as_of_latest')), _connector='OR')), _connector='OR'), name='action_status_as_of_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_starts_before_it_ends',
                    constraint=models.CheckConstraint(condition=models.Q(('start_earliest', None), ('end_latest', None), ('start_earliest__lte', models.F('end_latest')), _connector='OR'), name='action_starts_before_it_ends', violation_error_message='The end is before the start.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_starts_before_announced_end',
                    constraint=models.CheckConstraint(condition=models.Q(('start_earliest', None), ('expected_end_latest', None), ('start_earliest__lte', models.F('expected_end_latest')), _connector='OR'), name='action_starts_before_announced_end', violation_error_message='The announced end is before the start.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_hours_in_order',
                    constraint=models.CheckConstraint(condition=models.Q(('start_at_from', None), ('start_at_to', None), ('start_at_from__lte', models.F('start_at_to')), _connector='OR'), name='action_hours_in_order', violation_error_message='“Not after” is earlier than “not before”.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_in_force_has_no_end',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'in_force'), _negated=True), models.Q(('end', ''), ('end_text', '')), _connector='OR'), name='action_in_force_has_no_end', violation_error_message='An action in force has no end. Change the status or remove the end.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_not_applied_status',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('occurrence__in', ['announced_not_applied', 'recommended_not_applied', 'threatened_not_applied']), _negated=True), ('status', 'never_applied'), _connector='OR'), name='action_not_applied_status', violation_error_message='An action that was not applied must have the status “Never applied”.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_listed_places',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('scope', 'listed_countries'), models.Q(('countries', ''), _negated=True)), models.Q(models.Q(('scope', 'listed_countries'), _negated=True), ('countries', '')), _connector='OR'), name='action_listed_places', violation_error_message='List places if, and only if, it applied “In the places listed”.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_announced_end_has_term',
                    constraint=models.CheckConstraint(condition=models.Q(('expected_end', ''), ('term__in', ['fixed', 'mixed']), _connector='OR'), name='action_announced_end_has_term', violation_error_message='An announced end requires the term “For a stated period” or “Mixed”.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_at_least_one_account',
                    constraint=models.CheckConstraint(condition=models.Q(('accounts_min', None), ('accounts_min__gte', 1), _connector='OR'), name='action_at_least_one_account', violation_error_message='There must be at least one account.'),
                ),
                migrations.AlterConstraint(
                    model_name='action',
                    name='action_account_numbers_in_order',
                    constraint=models.CheckConstraint(condition=models.Q(('accounts_max', None), models.Q(('accounts_max__gte', 1), models.Q(('accounts_min', None), ('accounts_min__lte', models.F('accounts_max')), _connector='OR')), _connector='OR'), name='action_account_numbers_in_order', violation_error_message='“At most” must be at least 1 and not less than “at least”.'),
                ),
                migrations.AlterConstraint(
                    model_name='citation',
                    name='citation_has_one_target',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', None), ('justification', None)), models.Q(('action', None), ('involvement', None)), models.Q(('involvement', None), ('justification', None)), _connector='OR'), name='citation_has_one_target', violation_error_message='Choose at most one: an action, a stated reason or an involvement.'),
                ),
                migrations.AlterConstraint(
                    model_name='citation',
                    name='citation_quote_length',
                    constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('quote'), 1000), name='citation_quote_length', violation_error_message='A quotation can have at most 1,000 characters.'),
                ),
                migrations.AlterConstraint(
                    model_name='incident',
                    name='incident_date_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('date', ''), ('date_earliest', None), ('date_latest', None)), models.Q(models.Q(('date', ''), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), ('date_earliest__lte', models.F('date_latest')), _connector='OR')), _connector='OR'), name='incident_date_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='incident',
                    name='incident_date_is_for_context',
                    constraint=models.CheckConstraint(condition=models.Q(('kind', 'context'), models.Q(('date', ''), ('date_text', '')), _connector='OR'), name='incident_date_is_for_context', violation_error_message='Only a background event has a date of its own. Other incidents have the dates of their actions.'),
                ),
                migrations.AlterConstraint(
                    model_name='incident',
                    name='incident_merged_is_withdrawn',
                    constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('publication', 'withdrawn'), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='incident_merged_is_withdrawn', violation_error_message='A merged incident must be withdrawn, and merged into a different incident.'),
                ),
                migrations.AlterConstraint(
                    model_name='incident',
                    name='incident_withdrawn_has_reason',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='incident_withdrawn_has_reason', violation_error_message='Say why it was withdrawn. Readers see this text.'),
                ),
                migrations.AlterConstraint(
                    model_name='incident',
                    name='incident_published_has_moment',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='incident_published_has_moment', violation_error_message='Use the action “Publish”, which checks the incident first.'),
                ),
                migrations.AlterConstraint(
                    model_name='involvement',
                    name='involvement_date_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('date', ''), ('date_earliest', None), ('date_latest', None)), models.Q(models.Q(('date', ''), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), ('date_earliest__lte', models.F('date_latest')), _connector='OR')), _connector='OR'), name='involvement_date_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='involvement',
                    name='involvement_quote_length',
                    constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('quote'), 1000), name='involvement_quote_length', violation_error_message='A quotation can have at most 1,000 characters.'),
                ),
                migrations.AlterConstraint(
                    model_name='involvement',
                    name='involvement_has_one_party',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('party', None), models.Q(('party_text', ''), _negated=True)), models.Q(('party__isnull', False), ('party_text', '')), _connector='OR'), name='involvement_has_one_party', violation_error_message='Name one party, either from the list or in words.'),
                ),
                migrations.AlterConstraint(
                    model_name='justification',
                    name='justification_date_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('date', ''), ('date_earliest', None), ('date_latest', None)), models.Q(models.Q(('date', ''), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), _negated=True), models.Q(('date_earliest', None), ('date_latest', None), ('date_earliest__lte', models.F('date_latest')), _connector='OR')), _connector='OR'), name='justification_date_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='justification',
                    name='justification_quote_length',
                    constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('quote'), 1000), name='justification_quote_length', violation_error_message='A quotation can have at most 1,000 characters.'),
                ),
                migrations.AlterConstraint(
                    model_name='justification',
                    name='justification_has_words',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('quote', ''), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='justification_has_words', violation_error_message='Enter a quotation, or a note in our own words.'),
                ),
                migrations.AlterConstraint(
                    model_name='justification',
                    name='justification_has_one_speaker',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('speaker', None), models.Q(('speaker_text', ''), _negated=True)), models.Q(('speaker__isnull', False), ('speaker_text', '')), _connector='OR'), name='justification_has_one_speaker', violation_error_message='Name one speaker, either as a party or in words.'),
                ),
                migrations.AlterConstraint(
                    model_name='party',
                    name='party_at_risk_person_not_named',
                    constraint=models.CheckConstraint(condition=models.Q(('at_risk', True), ('kind', 'person'), ('name_public', True), _negated=True), name='party_at_risk_person_not_named', violation_error_message='A person at risk is not named. Untick “at risk” or “name is public”.'),
                ),
                migrations.AlterConstraint(
                    model_name='party',
                    name='party_named_person_has_basis',
                    constraint=models.CheckConstraint(condition=models.Q(('cleared', True), ('kind', 'person'), ('name_public', True), ('name_public_basis', ''), _negated=True), name='party_named_person_has_basis', violation_error_message='Before clearing this person, say why the name may be published.'),
                ),
                migrations.AlterConstraint(
                    model_name='relation',
                    name='relation_symmetric_once',
                    constraint=models.UniqueConstraint(django.db.models.functions.comparison.Least('from_incident', 'to_incident'), django.db.models.functions.comparison.Greatest('from_incident', 'to_incident'), models.F('kind'), condition=models.Q(('kind__in', ['not_same_as', 'possibly_same_as', 'same_campaign', 'same_party', 'see_also'])), name='relation_symmetric_once', violation_error_message='These two incidents already have this relation.'),
                ),
                migrations.AlterConstraint(
                    model_name='relation',
                    name='relation_joins_two',
                    constraint=models.CheckConstraint(condition=models.Q(('from_incident', models.F('to_incident')), _negated=True), name='relation_joins_two', violation_error_message='An incident cannot be related to itself.'),
                ),
                migrations.AlterConstraint(
                    model_name='source',
                    name='source_issued_is_edtf',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued', ''), ('issued_earliest', None), ('issued_latest', None)), models.Q(models.Q(('issued', ''), _negated=True), models.Q(('issued_earliest', None), ('issued_latest', None), _negated=True), models.Q(('issued_earliest', None), ('issued_latest', None), ('issued_earliest__lte', models.F('issued_latest')), _connector='OR')), _connector='OR'), name='source_issued_is_edtf', violation_error_message='This is not a date in EDTF. Write, for example, 2020-06-07.'),
                ),
                migrations.AlterConstraint(
                    model_name='source',
                    name='source_original_is_not_derived',
                    constraint=models.CheckConstraint(condition=models.Q(('derived_from', None), models.Q(models.Q(('derived_from', models.F('id')), _negated=True), models.Q(('derivation', 'original'), _negated=True)), _connector='OR'), name='source_original_is_not_derived', violation_error_message='An original is not derived from another document. Choose how this one was derived.'),
                ),
            ],
        ),
    ]
