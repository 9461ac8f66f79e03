"""What a drawing keeps: its day, whose seed, why again. Nothing of it changes but its being superseded."""

import datetime

from django.db import migrations, models

SENTENCE = "approved rows never change"
TABLE = "inspections_sampledraw"
NAME = f"{TABLE}_update_frozen"
KEPT = (
    "seed", "frame", "frame_hash", "frame_size", "allocation", "size", "strata", "as_of", "seed_given", "reason",
    "round_id", "drawn_by_id", "drawn_at",
)
MAYBE = ("confidence", "margin", "fixed_size")


def put_up(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    differs = "IS DISTINCT FROM" if postgresql else "IS NOT"
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in KEPT + MAYBE)
    when = f"OLD.superseded OR {changed}"
    if postgresql:
        schema_editor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
            f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = '23000'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )


def take_down(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(f"DROP TRIGGER {NAME}" + (f" ON {TABLE}" if postgresql else ""))
    if postgresql:
        schema_editor.execute(f"DROP FUNCTION {NAME}()")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0004_terms_of_complaints")]

    operations = [
        migrations.AddField(
            model_name="sampledraw",
            name="as_of",
            field=models.DateField(
                default=datetime.date(2023, 1, 1),
                help_text="the frame's day, should the round's change later",
                verbose_name="sample as of",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sampledraw",
            name="reason",
            field=models.CharField(
                blank=True, help_text="why it was drawn again", max_length=300, verbose_name="reason"
            ),
        ),
        migrations.AddField(
            model_name="sampledraw",
            name="seed_given",
            field=models.BooleanField(default=False, help_text="by a person; False: made by the system"),
        ),
        migrations.AlterField(
            model_name="sampledraw",
            name="frame",
            field=models.JSONField(help_text="finest stratum → [[support id, public key], …], sorted"),
        ),
        migrations.RunPython(put_up, take_down),
    ]
