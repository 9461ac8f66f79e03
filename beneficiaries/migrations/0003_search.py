"""Indexes of the register's list and of its search; on PostgreSQL this makes the extension pg_trgm."""

from django.db import migrations, models

from ..search import index as search_index


def install(apps, schema_editor):
    search_index.install(schema_editor.connection)


def remove(apps, schema_editor):
    search_index.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0001_initial'),
        ('beneficiaries', '0003_match_completion'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='household', name='household_commune'),
        migrations.RemoveIndex(model_name='household', name='household_district'),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['province', 'commune', 'head_name_key', 'id'], name='household_commune_order'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['district', 'commune', 'head_name_key', 'id'], name='household_district_order'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['phone'], condition=~models.Q(phone=''), name='household_phone'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['household_code'], condition=~models.Q(household_code=''), name='household_code'),
        ),
        migrations.AddIndex(
            model_name='povertyspell',
            index=models.Index(
                fields=['household', 'valid_from', 'valid_to', 'poverty_class'],
                condition=models.Q(superseded_at__isnull=True),
                name='spell_class',
            ),
        ),
        migrations.RunPython(install, remove),
    ]
