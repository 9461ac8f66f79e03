"""Acceptances of districts and contributions, hand-overs with their operator, entries the leader decides on.

Levels entered before stay in force: rounds were recorded under them.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


frozen = import_module("allocations.migrations.0005_fill_and_freeze")
TABLE = "allocations_acceptance"


def take_down(apps, schema_editor):
    """SQLite makes a changed table anew and loses its trigger; it is put up again at the end."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_update_frozen")


def put_up(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_update_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN OLD.state = 'confirmed' BEGIN SELECT RAISE(ABORT, '{frozen.SENTENCE}'); END"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('allocations', '0008_what_was_kept_stays'),
        ('areas', '0002_area_designation'),
        ('programs', '0003_holiday'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_down, put_up),
        migrations.CreateModel(
            name='DesignationEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('difficult', 'Commune with extremely difficult conditions')], default='difficult', max_length=12)),
                ('citation', models.CharField(max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='in force until')),
                ('state', models.CharField(choices=[('submitted', 'Awaiting approval'), ('in_force', 'In force'), ('returned', 'Returned')], default='submitted', max_length=10, verbose_name='state')),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.CharField(blank=True, max_length=300, verbose_name='why returned')),
            ],
            options={
                'verbose_name': 'communes entered from a decision',
                'verbose_name_plural': 'communes entered from decisions',
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='supportlevel',
            name='support_level_once_a_day',
        ),
        migrations.AddField(
            model_name='acceptance',
            name='contribution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='allocations.contribution'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddField(
            model_name='handover',
            name='operator',
            field=models.ForeignKey(blank=True, help_text='at the hand-over; it stays with the record', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='accounts.organisation', verbose_name='operator'),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='return_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='why returned'),
        ),
        migrations.AddField(
            model_name='supportlevel',
            name='state',
            field=models.CharField(choices=[('submitted', 'Awaiting approval'), ('in_force', 'In force'), ('returned', 'Returned')], default='in_force', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='supportlevel',
            name='state',
            field=models.CharField(choices=[('submitted', 'Awaiting approval'), ('in_force', 'In force'), ('returned', 'Returned')], default='submitted', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='acceptance',
            name='operator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='accounts.organisation'),
        ),
        migrations.AlterField(
            model_name='acceptance',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='allocations.allocationround'),
        ),
        migrations.AlterField(
            model_name='device',
            name='place',
            field=models.CharField(choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('examine', 'To be examined by the department'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], default='province', max_length=12, verbose_name='where it is'),
        ),
        migrations.AlterField(
            model_name='devicemove',
            name='from_place',
            field=models.CharField(blank=True, choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('examine', 'To be examined by the department'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], max_length=12),
        ),
        migrations.AlterField(
            model_name='devicemove',
            name='to_place',
            field=models.CharField(choices=[('province', 'At the province'), ('to_district', 'On the way to a district'), ('district', 'At a district'), ('to_province', 'On the way back to the province'), ('household', 'With a household'), ('examine', 'To be examined by the department'), ('supplier', 'Given back to the supplier'), ('written_off', 'Lost or written off')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.UniqueConstraint(fields=('contribution', 'number'), name='one_contribution_acceptance_per_number'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contribution__isnull', True), ('district__isnull', True), ('operator__isnull', False), ('round__isnull', False)), models.Q(('contribution__isnull', True), ('district__isnull', False), ('operator__isnull', True), ('round__isnull', False)), models.Q(('contribution__isnull', False), ('district__isnull', True), ('operator__isnull', True), ('round__isnull', True)), _connector='OR'), name='acceptance_of_one_deliverer'),
        ),
        migrations.AddConstraint(
            model_name='supportlevel',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'returned'), _negated=True), fields=('program', 'funding_kind', 'form', 'valid_from'), name='support_level_once_a_day', violation_error_message='A level from this day is already entered.'),
        ),
        migrations.AddConstraint(
            model_name='supportlevel',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('entered_by')), _negated=True), _connector='OR'), name='level_maker_not_approver'),
        ),
        migrations.AddField(
            model_name='designationentry',
            name='communes',
            field=models.ManyToManyField(related_name='+', to='areas.administrativearea', verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='designationentry',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='designationentry',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='designationentry',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.administrativearea'),
        ),
        migrations.AddConstraint(
            model_name='designationentry',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('entered_by')), _negated=True), _connector='OR'), name='designation_maker_not_approver'),
        ),
        migrations.RunPython(put_up, take_down),
    ]
