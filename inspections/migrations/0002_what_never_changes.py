"""Drawings, answers and readings are append-only; signed minutes and a used checklist never change."""

from django.db import migrations

SENTENCE = "approved rows never change"
#: Table, event, condition (OLD and NEW are the row's versions; None: always).
RULES = (
    ("inspections_checkanswer", "UPDATE", None),
    ("inspections_checkphoto", "UPDATE", None),
    ("inspections_complaintreading", "UPDATE", None),
    ("inspections_inspectionminutes", "UPDATE", "OLD.state = 'signed'"),
    ("inspections_inspectionround", "UPDATE", "OLD.state = 'closed'"),
    (
        "inspections_checklistitem",
        "UPDATE",
        "EXISTS (SELECT 1 FROM inspections_checklist c WHERE c.id = OLD.checklist_id AND c.state <> 'draft')",
    ),
    (
        "inspections_checklistitem",
        "INSERT",
        "EXISTS (SELECT 1 FROM inspections_checklist c WHERE c.id = NEW.checklist_id AND c.state <> 'draft')",
    ),
)


def put_up(apps, schema_editor):
    for table, event, condition in RULES:
        name = f"{table}_{event.lower()}_frozen"
        when = condition or "TRUE"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
                f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = '23000'; END IF; RETURN NEW; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )


def take_down(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, event, _condition in RULES:
        name = f"{table}_{event.lower()}_frozen"
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_inspections_and_complaints")]

    operations = [migrations.RunPython(put_up, take_down)]
