"""What is approved is not deleted either.

Nothing is deleted along with a list or a plan any more, and PostgreSQL refuses to delete approved rows.
SQLite cannot: a test database is emptied there by the same DELETE (on PostgreSQL by TRUNCATE, which fires
no trigger of rows). There a deleted line still shows in the list's digest.
"""

import django.db.models.deletion
from django.db import migrations, models

SENTENCE = "approved rows never change"
LINE = "SELECT 1 FROM allocations_districtlist l WHERE l.id = OLD.district_list_id AND l.state = 'approved'"
QUOTA = "SELECT 1 FROM allocations_quotaplan p WHERE p.id = OLD.plan_id AND p.state = 'approved'"
# Table and the condition under which deleting its row is refused.
RULES = (
    ("allocations_districtlist", "OLD.state = 'approved'"),
    ("allocations_listline", f"EXISTS ({LINE})"),
    ("allocations_quotaplan", "OLD.state = 'approved'"),
    ("allocations_districtquota", f"EXISTS ({QUOTA})"),
    ("allocations_proposal", "OLD.state = 'approved'"),
    ("allocations_approvaldecision", "TRUE"),
)


def put_up(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, condition in RULES:
        name = f"{table}_delete_frozen"
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = '23000'; END IF; RETURN OLD; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def take_down(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, _condition in RULES:
        name = f"{table}_delete_frozen"
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
        schema_editor.execute(f"DROP FUNCTION {name}()")


def held(model, to, related_name):
    """The model's key to `to`, which cannot be deleted while the key stands."""
    field = {"listline": "district_list", "reviewupload": "district_list", "districtquota": "plan"}[model]
    key = models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=f"allocations.{to}"
    )
    return migrations.AlterField(model, field, key)


class Migration(migrations.Migration):
    dependencies = [("allocations", "0002_approved_rows_never_change")]

    operations = [
        held("listline", "districtlist", "lines"),
        held("reviewupload", "districtlist", "uploads"),
        held("districtquota", "quotaplan", "quotas"),
        migrations.RunPython(put_up, take_down),
    ]
