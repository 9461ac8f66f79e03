import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AreaDesignation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('difficult', 'Commune with extremely difficult conditions')], max_length=12, verbose_name='designation')),
                ('citation', models.CharField(max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, help_text='the last day', null=True, verbose_name='in force until')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='designations', to='areas.administrativearea', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'designation of a commune',
                'verbose_name_plural': 'designations of communes',
                'ordering': ['area__code', 'valid_from'],
                'constraints': [models.UniqueConstraint(fields=('area', 'kind', 'valid_from'), name='area_designated_once_a_day'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='designation_days_in_order')],
            },
        ),
    ]
