"""Findings set aside with their check, devices reported as lost; and frozen rows are not deleted either.

SQLite cannot refuse that: a test database is emptied there by the same DELETE. There the application refuses it for
questions in force (receivers.py).
"""

from django.db import migrations, models

SENTENCE = "approved rows never change"
#: Table and the condition under which deleting its row is refused.
RULES = (
    ("inspections_checkanswer", "TRUE"),
    ("inspections_checkphoto", "TRUE"),
    ("inspections_complaintreading", "TRUE"),
    ("inspections_sampledraw", "TRUE"),
    ("inspections_inspectionminutes", "OLD.state = 'signed'"),
    ("inspections_inspectionround", "OLD.state = 'closed'"),
    ("inspections_checklist", "OLD.state <> 'draft'"),
    (
        "inspections_checklistitem",
        "EXISTS (SELECT 1 FROM inspections_checklist c WHERE c.id = OLD.checklist_id AND c.state <> 'draft')",
    ),
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


class Migration(migrations.Migration):
    dependencies = [("inspections", "0006_the_check_that_was_chosen")]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="set_aside",
            field=models.BooleanField(
                default=False,
                help_text="not upheld because its check does not count; comes back if that one is chosen",
            ),
        ),
        migrations.AddField(
            model_name="offlinepack",
            name="lost_reason",
            field=models.CharField(
                blank=True,
                help_text="the device is lost or broken; nothing comes back from it",
                max_length=300,
                verbose_name="reason",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
