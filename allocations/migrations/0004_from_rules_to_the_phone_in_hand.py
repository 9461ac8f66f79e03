import datetime
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


frozen = import_module("allocations.migrations.0002_approved_rows_never_change")


def take_down(apps, schema_editor):
    """SQLite makes a changed table anew and loses its triggers; they are put up again at the end."""
    if schema_editor.connection.vendor == "sqlite":
        frozen.take_down(apps, schema_editor)


def put_up(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        frozen.put_up(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('allocations', '0003_approved_rows_stay'),
        ('areas', '0002_area_designation'),
        ('beneficiaries', '0004_register_export'),
        ('documents', '0001_initial'),
        ('programs', '0003_holiday'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_down, put_up),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='number')),
                ('date', models.DateField(verbose_name='date')),
                ('from_day', models.DateField(verbose_name='from')),
                ('to_day', models.DateField(verbose_name='to')),
                ('devices', models.PositiveIntegerField(default=0, verbose_name='devices')),
                ('cash_households', models.PositiveIntegerField(default=0, verbose_name='households paid in cash')),
                ('amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='amount, VND')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting confirmation'), ('confirmed', 'Confirmed')], default='draft', max_length=10, verbose_name='state')),
                ('return_reason', models.TextField(blank=True)),
                ('prepared_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'acceptance',
                'verbose_name_plural': 'acceptances',
                'ordering': ['-id'],
                'permissions': [('prepare_acceptance', 'Can prepare the acceptance of delivered volumes'), ('confirm_acceptance', 'Can confirm the acceptance of delivered volumes')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('supplement', 'Supplementary'), ('replace', 'Replacing'), ('remove', 'Taking out')], max_length=12, verbose_name='kind')),
                ('number', models.CharField(max_length=60, verbose_name='number of the proposal')),
                ('date', models.DateField(verbose_name='date')),
                ('reason', models.TextField(verbose_name='reason')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting the decision'), ('approved', 'Approved'), ('cancelled', 'Cancelled')], default='draft', max_length=10, verbose_name='state')),
                ('prepared_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.TextField(blank=True)),
                ('decision_number', models.CharField(blank=True, max_length=60, verbose_name='decision')),
                ('decision_date', models.DateField(blank=True, null=True, verbose_name='date of decision')),
                ('signer', models.CharField(blank=True, max_length=150, verbose_name='signed by')),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'amendment',
                'verbose_name_plural': 'amendments',
                'ordering': ['-id'],
                'permissions': [('prepare_amendment', 'Can draw up amendments of approved lists')],
            },
        ),
        migrations.CreateModel(
            name='AmendmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('support_form', models.CharField(choices=[('bundle', 'Smartphone with mobile service'), ('cash', 'Cash, for a phone bought by the household')], default='bundle', max_length=10, verbose_name='form')),
                ('snapshot', models.JSONField(blank=True, default=dict)),
                ('failed', models.JSONField(blank=True, default=list)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'line of an amendment',
                'verbose_name_plural': 'lines of amendments',
                'ordering': ['amendment', 'position'],
            },
        ),
        migrations.CreateModel(
            name='BudgetAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delta', models.BigIntegerField(verbose_name='change, VND')),
                ('decision_number', models.CharField(max_length=60, verbose_name='decision')),
                ('decision_date', models.DateField(verbose_name='date of decision')),
                ('issuer', models.CharField(max_length=200, verbose_name='issued by')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'change of a budget line',
                'verbose_name_plural': 'changes of budget lines',
                'ordering': ['line', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BudgetEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commit', 'Committed'), ('release', 'Released'), ('spend', 'Spent'), ('refund', 'Taken back')], max_length=10)),
                ('amount', models.PositiveBigIntegerField(verbose_name='amount, VND')),
                ('households', models.PositiveIntegerField(verbose_name='households')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'budget entry',
                'verbose_name_plural': 'budget entries',
                'ordering': ['line', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('amount', models.PositiveBigIntegerField(default=0, verbose_name='amount, VND')),
                ('committed', models.PositiveBigIntegerField(default=0, verbose_name='committed, VND')),
                ('spent', models.PositiveBigIntegerField(default=0, verbose_name='spent, VND')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'budget line',
                'verbose_name_plural': 'budget lines',
                'ordering': ['-year', 'funding_source', 'id'],
                'permissions': [('manage_budget', 'Can enter budget lines and their decisions')],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('donor_name', models.CharField(max_length=200, verbose_name='donor')),
                ('donor_kind', models.CharField(choices=[('enterprise', 'Enterprise'), ('organisation', 'Organisation'), ('person', 'Person')], max_length=12, verbose_name='kind of donor')),
                ('kind', models.CharField(choices=[('devices', 'Devices'), ('money', 'Money')], max_length=10, verbose_name='what')),
                ('device_kind', models.CharField(blank=True, choices=[('smartphone', 'Smartphone'), ('tablet', 'Tablet'), ('cash', 'Cash')], max_length=12, verbose_name='device')),
                ('pledged', models.PositiveBigIntegerField(verbose_name='pledged')),
                ('received', models.PositiveBigIntegerField(default=0, verbose_name='received')),
                ('allotted', models.PositiveBigIntegerField(default=0, verbose_name='allotted')),
                ('purpose', models.CharField(blank=True, max_length=300, verbose_name='purpose')),
                ('pledged_on', models.DateField(verbose_name='pledged on')),
                ('state', models.CharField(choices=[('pledged', 'Pledged'), ('received', 'Received in part or whole'), ('closed', 'Closed')], default='pledged', max_length=10, verbose_name='state')),
                ('closed_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'contribution',
                'verbose_name_plural': 'contributions',
                'ordering': ['-pledged_on', '-id'],
                'permissions': [('manage_contribution', 'Can record contributions and match them to households'), ('pledge_contribution', 'Can record pledges of the own organisation')],
            },
        ),
        migrations.CreateModel(
            name='ContributionReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('quantity', models.PositiveBigIntegerField(verbose_name='received')),
                ('document_number', models.CharField(blank=True, max_length=60, verbose_name='paper')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'receipt of a contribution',
                'verbose_name_plural': 'receipts of contributions',
                'ordering': ['contribution', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('rows', models.JSONField(default=list, help_text='one entry a filled row: what it would record, or why not')),
                ('counts', models.JSONField(default=dict)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'delivery upload',
                'verbose_name_plural': 'delivery uploads',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('smartphone', 'Smartphone'), ('tablet', 'Tablet'), ('cash', 'Cash')], default='smartphone', max_length=12, verbose_name='device')),
                ('model', models.CharField(max_length=100, verbose_name='make and model')),
                ('imei', models.CharField(max_length=15, verbose_name='IMEI')),
                ('imei2', models.CharField(blank=True, max_length=15, verbose_name='IMEI 2')),
                ('serial', models.CharField(blank=True, max_length=40, verbose_name='serial number')),
                ('place', models.CharField(choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], default='province', max_length=12, verbose_name='where it is')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'device',
                'verbose_name_plural': 'devices',
                'ordering': ['imei'],
                'permissions': [('manage_device', 'Can take in devices and send shipments')],
            },
        ),
        migrations.CreateModel(
            name='DeviceMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_place', models.CharField(blank=True, choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], max_length=12)),
                ('to_place', models.CharField(choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('moved_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'move of a device',
                'verbose_name_plural': 'moves of devices',
                'ordering': ['device', 'id'],
            },
        ),
        migrations.CreateModel(
            name='EligibilityRuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('funding_kind', models.CharField(choices=[('public_utility_telecom', 'Public-utility telecommunications programme'), ('provincial_budget', 'Provincial budget'), ('mobilised', 'Lawfully mobilised sources'), ('socialised', 'Socialised sources')], max_length=30, verbose_name='source')),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('citation', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting approval'), ('in_force', 'In force'), ('retired', 'No longer in force')], default='draft', max_length=10, verbose_name='state')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, help_text='the last day; None: open', null=True, verbose_name='in force until')),
                ('prepared_at', models.DateTimeField(auto_now_add=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.TextField(blank=True, verbose_name='reason for return')),
            ],
            options={
                'verbose_name': 'rule set',
                'verbose_name_plural': 'rule sets',
                'ordering': ['program', 'funding_kind', '-version'],
                'permissions': [('prepare_rule', 'Can prepare eligibility rules and levels of support'), ('approve_rule', 'Can put eligibility rules into force')],
            },
        ),
        migrations.CreateModel(
            name='EligibilitySnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(choices=[('as_of', 'Day of allocation'), ('approval', 'Approval'), ('hand_over', 'Hand-over')], max_length=10)),
                ('on', models.DateField(verbose_name='day')),
                ('facts', models.JSONField(default=dict)),
                ('failed', models.JSONField(blank=True, default=list, help_text='codes of the conditions not met that day')),
                ('taken_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'eligibility snapshot',
                'verbose_name_plural': 'eligibility snapshots',
                'ordering': ['support', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FieldHousehold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('head_name', models.CharField(max_length=120, verbose_name='head of household')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='birth year')),
                ('national_id', models.CharField(blank=True, max_length=12, verbose_name='identity number')),
                ('village', models.CharField(blank=True, max_length=120, verbose_name='village')),
                ('commune_name', models.CharField(blank=True, max_length=120, verbose_name='commune')),
                ('match', models.CharField(choices=[('found', 'In the register'), ('several', 'Several of the register fit'), ('not_found', 'Not in the register'), ('on_list', 'Already on the list')], max_length=12, verbose_name='match')),
                ('failed', models.JSONField(blank=True, default=list, help_text='codes of the conditions it does not meet')),
                ('answer', models.JSONField(blank=True, default=dict, help_text='decision, reason, form, need, note as written')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_note', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'household found in the field',
                'verbose_name_plural': 'households found in the field',
                'ordering': ['upload', 'row'],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('bundle', 'Smartphone with mobile service'), ('cash', 'Cash, for a phone bought by the household')], max_length=10, verbose_name='form')),
                ('state', models.CharField(choices=[('recorded', 'Recorded'), ('accepted', 'Confirmed'), ('reversed', 'Reversed')], default='recorded', max_length=10, verbose_name='state')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='number of the record')),
                ('handed_on', models.DateField(verbose_name='handed over on')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('receiver', models.CharField(choices=[('head', 'Head of household'), ('member', 'Member of the household'), ('authorised', 'Authorised person')], default='head', max_length=10, verbose_name='received by')),
                ('receiver_name', models.CharField(max_length=120, verbose_name="receiver's name")),
                ('receiver_relation', models.CharField(blank=True, max_length=60, verbose_name='relation to the head')),
                ('receiver_national_id', models.CharField(blank=True, max_length=12, verbose_name="receiver's identity number")),
                ('signed', models.BooleanField(default=True, verbose_name='signed or fingerprinted')),
                ('sim_number', models.CharField(blank=True, max_length=20, verbose_name='SIM number (ICCID)')),
                ('phone_number', models.CharField(blank=True, max_length=15, verbose_name='phone number of the SIM')),
                ('package', models.CharField(blank=True, max_length=60, verbose_name='package')),
                ('invoice_number', models.CharField(blank=True, max_length=40, verbose_name='invoice')),
                ('invoice_date', models.DateField(blank=True, null=True, verbose_name='date of the invoice')),
                ('invoice_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='price on the invoice, VND')),
                ('seller', models.CharField(blank=True, max_length=150, verbose_name='seller')),
                ('cash_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='paid, VND')),
                ('payment_means', models.CharField(blank=True, choices=[('cash', 'In cash'), ('transfer', 'Bank transfer')], max_length=10, verbose_name='paid by')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('reversed_reason', models.CharField(blank=True, max_length=300, verbose_name='why reversed')),
            ],
            options={
                'verbose_name': 'hand-over record',
                'verbose_name_plural': 'hand-over records',
                'ordering': ['-handed_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ListVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('kind', models.CharField(choices=[('opened', 'Opened by the ranking'), ('review', 'Workbook applied'), ('submitted', 'Signed and submitted'), ('returned', 'Returned by the department'), ('withdrawn', 'Withdrawn by the district'), ('approved', 'Approved')], max_length=12)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('kept', models.PositiveIntegerField()),
                ('quota', models.PositiveIntegerField()),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('lines', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'version of a list',
                'verbose_name_plural': 'versions of lists',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_on', models.DateField(verbose_name='received')),
                ('from_whom', models.CharField(blank=True, help_text='empty: without a name', max_length=150, verbose_name='from')),
                ('content', models.TextField(verbose_name='content')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Upheld'), ('rejected', 'Not upheld'), ('noted', 'Noted')], max_length=10, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['posting', 'received_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PriorityRank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='rank')),
                ('kinds', models.JSONField(default=list, help_text='tests that must all pass, of RankKind')),
                ('sentence', models.CharField(blank=True, max_length=300, verbose_name='in plain words')),
                ('citation', models.CharField(max_length=300, verbose_name='legal basis')),
            ],
            options={
                'verbose_name': 'rank',
                'verbose_name_plural': 'ranks',
                'ordering': ['rule_set', 'position'],
            },
        ),
        migrations.CreateModel(
            name='PublicPosting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list_version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('place', models.CharField(max_length=200, verbose_name='place')),
                ('from_day', models.DateField(verbose_name='from')),
                ('to_day', models.DateField(verbose_name='to')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='recorded by mistake; kept', null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'public posting',
                'verbose_name_plural': 'public postings',
                'ordering': ['-from_day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='QuotaReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField(verbose_name='quota given back')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'returned quota',
                'verbose_name_plural': 'returned quotas',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RuleCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('kind', models.CharField(choices=[('class_in', 'Class as of the day'), ('class_or_policy', 'Class or policy status as of the day'), ('no_earlier_device', 'No earlier device'), ('need', 'Need'), ('not_served', 'Not served by another source'), ('member_aged', 'A member of an age')], max_length=20, verbose_name='condition')),
                ('params', models.JSONField(blank=True, default=dict, help_text='classes, policies, device kinds, ages')),
                ('sentence', models.CharField(blank=True, help_text="empty: the kind's own sentence", max_length=300, verbose_name='in plain words')),
                ('citation', models.CharField(max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='in force until')),
            ],
            options={
                'verbose_name': 'condition',
                'verbose_name_plural': 'conditions',
                'ordering': ['rule_set', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('intake', 'Taken in from the supplier'), ('dispatch', 'Sent to a district'), ('return', 'Sent back by a district'), ('back', 'Given back to the supplier')], max_length=10, verbose_name='kind')),
                ('number', models.CharField(max_length=60, verbose_name='paper')),
                ('date', models.DateField(verbose_name='date')),
                ('declared', models.PositiveIntegerField(verbose_name='devices on the paper')),
                ('received', models.PositiveIntegerField(blank=True, null=True, verbose_name='devices received')),
                ('state', models.CharField(choices=[('sent', 'On the way'), ('received', 'Received'), ('cancelled', 'Cancelled')], default='sent', max_length=10, verbose_name='state')),
                ('difference_reason', models.CharField(blank=True, max_length=300, verbose_name='reason for the difference')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'shipment',
                'verbose_name_plural': 'shipments',
                'ordering': ['-id'],
                'permissions': [('receive_shipment', 'Can receive shipments in the own district')],
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('bundle', 'Smartphone with mobile service'), ('cash', 'Cash, for a phone bought by the household')], max_length=10, verbose_name='form')),
                ('state', models.CharField(choices=[('approved', 'Awaiting an operator'), ('assigned', 'Awaiting hand-over'), ('delivered', 'Handed over'), ('confirmed', 'Confirmed'), ('on_hold', 'On hold'), ('undeliverable', 'Cannot be delivered'), ('recovered', 'Recovered'), ('withdrawn', 'Taken off the list')], default='approved', max_length=15, verbose_name='state')),
                ('frozen_from', models.CharField(blank=True, choices=[('approved', 'Awaiting an operator'), ('assigned', 'Awaiting hand-over'), ('delivered', 'Handed over'), ('confirmed', 'Confirmed'), ('on_hold', 'On hold'), ('undeliverable', 'Cannot be delivered'), ('recovered', 'Recovered'), ('withdrawn', 'Taken off the list')], max_length=15)),
                ('hold_reason', models.CharField(blank=True, choices=[('left_register', 'Left the register after approval'), ('class_changed', 'No longer meets the rule'), ('moved', 'Moved to another district'), ('other_device', 'Got a device from elsewhere'), ('finding', 'Found by an inspection'), ('complaint', 'A complaint is being looked into'), ('other', 'Another reason')], max_length=20, verbose_name='why on hold')),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='of the present state', max_length=300, verbose_name='reason')),
                ('assigned_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='handed over')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'support',
                'verbose_name_plural': 'supports',
                'ordering': ['round', 'district', 'commune', 'id'],
                'permissions': [('manage_support', 'Can assign operators and decide on supports on hold'), ('deliver_support', 'Can record hand-overs')],
            },
        ),
        migrations.CreateModel(
            name='SupportLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('funding_kind', models.CharField(choices=[('public_utility_telecom', 'Public-utility telecommunications programme'), ('provincial_budget', 'Provincial budget'), ('mobilised', 'Lawfully mobilised sources'), ('socialised', 'Socialised sources')], max_length=30, verbose_name='source')),
                ('form', models.CharField(choices=[('bundle', 'Smartphone with mobile service'), ('cash', 'Cash, for a phone bought by the household')], max_length=10, verbose_name='form')),
                ('amount', models.PositiveBigIntegerField(verbose_name='amount, VND')),
                ('citation', models.CharField(max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='in force until')),
            ],
            options={
                'verbose_name': 'level of support',
                'verbose_name_plural': 'levels of support',
                'ordering': ['program', 'funding_kind', 'form', '-valid_from'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='districtlist',
            name='one_list_per_district_and_round',
        ),
        migrations.RemoveConstraint(
            model_name='quotaplan',
            name='quota_plan_version_once',
        ),
        migrations.RemoveConstraint(
            model_name='quotaplan',
            name='one_approved_plan',
        ),
        migrations.AddField(
            model_name='allocationround',
            name='cash_amount',
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name='support in cash, VND'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='given',
            field=models.PositiveIntegerField(default=0, help_text='quotas of approved plans less what districts gave back; never beyond the total'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='posting_days',
            field=models.PositiveSmallIntegerField(default=0, help_text='working days a list is posted before it is signed; 0: none', verbose_name='days of public posting'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='rule',
            field=models.JSONField(blank=True, default=dict, help_text='the rule set as it stood, frozen with the round'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='unit_cost',
            field=models.PositiveBigIntegerField(blank=True, help_text='None: not known; then no money is counted', null=True, verbose_name='cost of a device, VND'),
        ),
        migrations.AddField(
            model_name='districtlist',
            name='wave',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='wave'),
        ),
        migrations.AddField(
            model_name='listline',
            name='added_in_field',
            field=models.BooleanField(default=False, help_text='found by the district, not by the ranking; ranked like everyone else'),
        ),
        migrations.AddField(
            model_name='quotaplan',
            name='method_reason',
            field=models.TextField(blank=True, help_text='needed where quotas are set by hand', verbose_name='reason for the method'),
        ),
        migrations.AddField(
            model_name='quotaplan',
            name='wave',
            field=models.PositiveSmallIntegerField(default=1, help_text="1: the round's total; later ones share out what districts gave back", verbose_name='wave'),
        ),
        migrations.AlterField(
            model_name='allocationround',
            name='device_kind',
            field=models.CharField(choices=[('smartphone', 'Smartphone'), ('tablet', 'Tablet'), ('cash', 'Cash')], default='smartphone', max_length=12, verbose_name='device'),
        ),
        migrations.AlterField(
            model_name='listline',
            name='support_form',
            field=models.CharField(choices=[('bundle', 'Smartphone with mobile service'), ('cash', 'Cash, for a phone bought by the household')], default='bundle', max_length=10, verbose_name='form'),
        ),
        migrations.AlterField(
            model_name='quotaplan',
            name='method',
            field=models.CharField(choices=[('largest_remainder', 'Largest remainder'), ('sainte_lague', 'Sainte-Laguë'), ('dhondt', "D'Hondt"), ('equal', 'Equal shares'), ('manual', 'By hand, with a reason')], default='largest_remainder', max_length=20, verbose_name='method'),
        ),
        migrations.AlterField(
            model_name='quotaplan',
            name='round_total',
            field=models.PositiveIntegerField(help_text='what this wave shares out'),
        ),
        migrations.AddConstraint(
            model_name='districtlist',
            constraint=models.UniqueConstraint(fields=('round', 'district', 'wave'), name='one_list_per_district_and_wave'),
        ),
        migrations.AddConstraint(
            model_name='quotaplan',
            constraint=models.UniqueConstraint(fields=('round', 'wave', 'version'), name='quota_plan_version_once'),
        ),
        migrations.AddConstraint(
            model_name='quotaplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('round', 'wave'), name='one_approved_plan'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='operator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='prepared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='allocations.allocationround'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='district_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='allocations.districtlist'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='prepared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='amendment',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='amendment',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='allocations.allocationround'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='adds',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendment_lines', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='amendment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='allocations.amendment'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='reserve_line',
            field=models.ForeignKey(blank=True, help_text='the reserve it moves up from', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allocations.listline'),
        ),
        migrations.AddField(
            model_name='budgetadjustment',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='budgetadjustment',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='acceptance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_entries', to='allocations.acceptance'),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='amendment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_entries', to='allocations.amendment'),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='decision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_entries', to='allocations.approvaldecision'),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='budgetline',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='budgetline',
            name='funding_source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='programs.fundingsource', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='allocations.budgetline'),
        ),
        migrations.AddField(
            model_name='budgetadjustment',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='allocations.budgetline'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='budget_line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='allocations.budgetline', verbose_name='budget line'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='funding_source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='programs.fundingsource', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='the partner that brought it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='accounts.organisation', verbose_name='through'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='programs.program', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contributionreceipt',
            name='contribution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='allocations.contribution'),
        ),
        migrations.AddField(
            model_name='contributionreceipt',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='contributionreceipt',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deliveryupload',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='deliveryupload',
            name='operator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_uploads', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='deliveryupload',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_uploads', to='allocations.allocationround'),
        ),
        migrations.AddField(
            model_name='deliveryupload',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='device',
            name='contribution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='allocations.contribution'),
        ),
        migrations.AddField(
            model_name='device',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea', verbose_name='district'),
        ),
        migrations.AddField(
            model_name='device',
            name='operator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='accounts.organisation', verbose_name='operator'),
        ),
        migrations.AddField(
            model_name='device',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddField(
            model_name='device',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='allocations.allocationround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='device',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='allocations.device'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='moved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eligibilityruleset',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eligibilityruleset',
            name='prepared_by',
            field=models.ForeignKey(blank=True, help_text='None: packaged', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eligibilityruleset',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_sets', to='programs.program', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='rule_set',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='allocations.eligibilityruleset'),
        ),
        migrations.AddConstraint(
            model_name='allocationround',
            constraint=models.CheckConstraint(condition=models.Q(('given__lte', models.F('total'))), name='round_given_within_total', violation_error_message="The quotas of all waves would exceed the round's total."),
        ),
        migrations.AddField(
            model_name='fieldhousehold',
            name='household',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='field_finds', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='fieldhousehold',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allocations.listline'),
        ),
        migrations.AddField(
            model_name='fieldhousehold',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='found', to='allocations.reviewupload'),
        ),
        migrations.AddField(
            model_name='handover',
            name='acceptance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='allocations.acceptance'),
        ),
        migrations.AddField(
            model_name='handover',
            name='device',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='allocations.device'),
        ),
        migrations.AddField(
            model_name='handover',
            name='district',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddField(
            model_name='handover',
            name='photo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile', verbose_name='photo or scan'),
        ),
        migrations.AddField(
            model_name='handover',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='reversed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='upload',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='allocations.deliveryupload'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='hand_over',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='allocations.handover'),
        ),
        migrations.AddField(
            model_name='listversion',
            name='district_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='allocations.districtlist'),
        ),
        migrations.AddField(
            model_name='listversion',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='objection',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='objection',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='allocations.listline', verbose_name='line'),
        ),
        migrations.AddField(
            model_name='objection',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='priorityrank',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ranks', to='allocations.eligibilityruleset'),
        ),
        migrations.AddField(
            model_name='publicposting',
            name='commune',
            field=models.ForeignKey(blank=True, help_text='None: the whole list was posted at one place', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='publicposting',
            name='district_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='allocations.districtlist'),
        ),
        migrations.AddField(
            model_name='publicposting',
            name='proof',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile', verbose_name='photo or scan'),
        ),
        migrations.AddField(
            model_name='publicposting',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='objection',
            name='posting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='allocations.publicposting'),
        ),
        migrations.AddField(
            model_name='quotareturn',
            name='district_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='allocations.districtlist'),
        ),
        migrations.AddField(
            model_name='quotareturn',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='quotareturn',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='allocations.allocationround'),
        ),
        migrations.AddField(
            model_name='rulecondition',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='allocations.eligibilityruleset'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='contribution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='allocations.contribution'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shipment',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea', verbose_name='district'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='operator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='accounts.organisation', verbose_name='operator'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='received_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shipment',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='allocations.allocationround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='shipment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='allocations.shipment'),
        ),
        migrations.AddField(
            model_name='support',
            name='amendment_line',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='support', to='allocations.amendmentline'),
        ),
        migrations.AddField(
            model_name='support',
            name='commune',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='support',
            name='contribution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supports', to='allocations.contribution', verbose_name='contribution'),
        ),
        migrations.AddField(
            model_name='support',
            name='district',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea', verbose_name='district'),
        ),
        migrations.AddField(
            model_name='support',
            name='household',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supports', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='support',
            name='line',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='support', to='allocations.listline'),
        ),
        migrations.AddField(
            model_name='support',
            name='operator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supports', to='accounts.organisation', verbose_name='operator'),
        ),
        migrations.AddField(
            model_name='support',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supports', to='allocations.allocationround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='handover',
            name='support',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='allocations.support'),
        ),
        migrations.AddField(
            model_name='eligibilitysnapshot',
            name='support',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='allocations.support'),
        ),
        migrations.AddField(
            model_name='budgetentry',
            name='support',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_entries', to='allocations.support'),
        ),
        migrations.AddField(
            model_name='amendmentline',
            name='removes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendment_lines', to='allocations.support'),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_levels', to='programs.program'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='one_acceptance_per_number'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(('to_day__gte', models.F('from_day'))), name='acceptance_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='acceptance_maker_not_confirmer'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='one_amendment_per_number'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by__isnull', True), models.Q(('recorded_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='amendment_maker_not_recorder'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decision_date__isnull', False), ('recorded_by__isnull', False), models.Q(('decision_number', ''), _negated=True), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='approved_amendment_has_decision'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(fields=('funding_source', 'year', 'name'), name='budget_line_once_a_year', violation_error_message='This budget line exists already.'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('committed__lte', models.F('amount'))), name='committed_within_budget', violation_error_message='The budget line does not cover this.'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('spent__lte', models.F('committed'))), name='spent_within_committed'),
        ),
        migrations.AddConstraint(
            model_name='budgetadjustment',
            constraint=models.CheckConstraint(condition=models.Q(('delta', 0), _negated=True), name='budget_change_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('pledged__gt', 0)), name='pledge_positive'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('allotted__lte', models.F('received'))), name='allotted_within_received', violation_error_message='No more can be given out than was received.'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'devices'), _negated=True), models.Q(('device_kind', ''), _negated=True), _connector='OR'), name='contributed_devices_have_kind'),
        ),
        migrations.AddConstraint(
            model_name='contributionreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='receipt_positive'),
        ),
        migrations.AddConstraint(
            model_name='deliveryupload',
            constraint=models.CheckConstraint(condition=models.Q(('applied_at__isnull', True), ('discarded_at__isnull', True), _connector='OR'), name='delivery_upload_applied_or_discarded'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(fields=['round', 'place', 'district'], name='device_round_place'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('imei',), name='one_device_per_imei', violation_error_message='A device with this IMEI is already in the ledger.'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(condition=models.Q(('imei2', ''), _negated=True), fields=('imei2',), name='one_device_per_imei2'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place__in', ['district', 'to_district']), _negated=True), ('district__isnull', False), _connector='OR'), name='device_at_district_has_district'),
        ),
        migrations.AddConstraint(
            model_name='eligibilityruleset',
            constraint=models.UniqueConstraint(fields=('program', 'funding_kind', 'version'), name='rule_set_version_once'),
        ),
        migrations.AddConstraint(
            model_name='eligibilityruleset',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('program', 'funding_kind'), name='one_open_rule_set', violation_error_message="A draft of this source's rules is open already: finish it first."),
        ),
        migrations.AddConstraint(
            model_name='eligibilityruleset',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('prepared_by__isnull', True), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='rule_maker_not_approver'),
        ),
        migrations.AddConstraint(
            model_name='eligibilityruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_force'), _negated=True), ('valid_from__isnull', False), _connector='OR'), name='rule_in_force_has_day'),
        ),
        migrations.AddConstraint(
            model_name='priorityrank',
            constraint=models.UniqueConstraint(fields=('rule_set', 'position'), name='rank_position_once'),
        ),
        migrations.AddConstraint(
            model_name='publicposting',
            constraint=models.CheckConstraint(condition=models.Q(('to_day__gte', models.F('from_day'))), name='posting_days_in_order', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(models.Q(('answer', ''), _negated=True), ('answered_on__isnull', False)), _connector='OR'), name='answered_objection_has_answer'),
        ),
        migrations.AddConstraint(
            model_name='quotareturn',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='returned_quota_positive'),
        ),
        migrations.AddConstraint(
            model_name='rulecondition',
            constraint=models.UniqueConstraint(fields=('rule_set', 'position'), name='condition_position_once'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['dispatch', 'return']), _negated=True), ('district__isnull', False), _connector='OR'), name='district_shipment_has_district'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('received__isnull', True), ('received', models.F('declared')), models.Q(('difference_reason', ''), _negated=True), _connector='OR'), name='short_shipment_has_reason'),
        ),
        migrations.AddIndex(
            model_name='support',
            index=models.Index(fields=['operator', 'state'], name='support_operator_state'),
        ),
        migrations.AddIndex(
            model_name='support',
            index=models.Index(fields=['district', 'state'], name='support_district_state'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['approved', 'assigned', 'delivered', 'confirmed', 'on_hold'])), fields=('household',), name='one_live_support_per_household', violation_error_message='This household already has a support: one device a household.'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contribution__isnull', True), ('round__isnull', False)), models.Q(('contribution__isnull', False), ('round__isnull', True)), _connector='OR'), name='support_from_round_or_contribution'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'on_hold'), _negated=True), models.Q(models.Q(('hold_reason', ''), _negated=True), models.Q(('frozen_from', ''), _negated=True)), _connector='OR'), name='support_on_hold_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['undeliverable', 'recovered', 'withdrawn']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ended_support_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'reversed'), _negated=True), fields=('support',), name='one_hand_over_per_support', violation_error_message="This household's hand-over is already recorded."),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('state', 'reversed'), _negated=True), ('device__isnull', False)), fields=('device',), name='one_household_per_device', violation_error_message='This device is already handed over to another household.'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'bundle'), _negated=True), ('device__isnull', False), _connector='OR'), name='bundle_has_device'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'cash'), _negated=True), models.Q(('cash_amount__gt', 0), ('device__isnull', True), ('invoice_date__gte', datetime.date(2022, 12, 12)), models.Q(('invoice_number', ''), _negated=True)), _connector='OR'), name='cash_has_invoice', violation_error_message='Support in cash needs an invoice dated 12/12/2022 or later, and the amount paid.'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'reversed'), _negated=True), models.Q(('reversed_reason', ''), _negated=True), _connector='OR'), name='reversed_hand_over_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='budgetentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_entry_positive'),
        ),
        migrations.AddConstraint(
            model_name='amendmentline',
            constraint=models.UniqueConstraint(fields=('amendment', 'position'), name='amendment_position_once'),
        ),
        migrations.AddConstraint(
            model_name='amendmentline',
            constraint=models.CheckConstraint(condition=models.Q(('removes__isnull', False), ('adds__isnull', False), _connector='OR'), name='amendment_line_changes_something'),
        ),
        migrations.AddConstraint(
            model_name='supportlevel',
            constraint=models.UniqueConstraint(fields=('program', 'funding_kind', 'form', 'valid_from'), name='support_level_once_a_day', violation_error_message='A level from this day is already entered.'),
        ),
        migrations.AddConstraint(
            model_name='supportlevel',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='support_level_positive'),
        ),
        migrations.AddConstraint(
            model_name='supportlevel',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='support_level_days_in_order'),
        ),
        migrations.RunPython(put_up, take_down),
    ]
