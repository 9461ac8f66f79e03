"""Rows that never change are not deleted either, in the manner of 0003.

SQLite cannot refuse it: a test database is emptied there by the same DELETE.
"""

from importlib import import_module

from django.db import migrations

earlier = import_module("allocations.migrations.0005_fill_and_freeze")
SENTENCE = earlier.SENTENCE
#: Table and the condition under which deleting its row is refused.
RULES = (
    *((table, "TRUE") for table in earlier.APPEND_ONLY),
    ("allocations_amendment", "OLD.state = 'approved'"),
    ("allocations_amendmentline", f"EXISTS ({earlier.DECIDED.format(row='OLD')})"),
    ("allocations_handover", "TRUE"),
    ("allocations_acceptance", "OLD.state = 'confirmed'"),
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
    dependencies = [("allocations", "0007_packaged_rules")]

    operations = [migrations.RunPython(put_up, take_down)]
