"""The databases themselves refuse to change what is approved.

Deleting is not refused here: a test database is emptied row by row on SQLite. A deleted line shows
in the list's digest.
"""

from django.db import migrations

SENTENCE = "approved rows never change"
# Table, event, and the condition under which the event is refused (OLD and NEW are the row's versions).
RULES = (
    ("allocations_districtlist", "UPDATE", "OLD.state = 'approved'"),
    (
        "allocations_listline",
        "UPDATE",
        "EXISTS (SELECT 1 FROM allocations_districtlist l WHERE l.id IN (OLD.district_list_id, "
        "NEW.district_list_id)"
        " AND l.state = 'approved')",
    ),
    (
        "allocations_listline",
        "INSERT",
        "EXISTS (SELECT 1 FROM allocations_districtlist l WHERE l.id = NEW.district_list_id"
        " AND l.state = 'approved')",
    ),
    ("allocations_quotaplan", "UPDATE", "OLD.state = 'approved'"),
    (
        "allocations_districtquota",
        "UPDATE",
        "EXISTS (SELECT 1 FROM allocations_quotaplan p WHERE p.id IN (OLD.plan_id, NEW.plan_id)"
        " AND p.state = 'approved')",
    ),
    (
        "allocations_districtquota",
        "INSERT",
        "EXISTS (SELECT 1 FROM allocations_quotaplan p WHERE p.id = NEW.plan_id AND p.state = 'approved')",
    ),
    ("allocations_proposal", "UPDATE", "OLD.state = 'approved'"),
    ("allocations_approvaldecision", "UPDATE", None),
)


def trigger(table, event):
    return f"{table}_{event.lower()}_frozen"


def put_up(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        # 23000 is "integrity constraint violation": Django raises IntegrityError, as for a constraint.
        schema_editor.execute(
            "CREATE FUNCTION allocations_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = '23000'; END $$"
        )
    for table, event, condition in RULES:
        name = trigger(table, event)
        if vendor == "postgresql":
            _put_up_postgresql(schema_editor, table, event, condition, name)
        else:
            when = f"WHEN {condition} " if condition else ""
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )


def _put_up_postgresql(schema_editor, table, event, condition, name):
    """PostgreSQL allows no subquery in WHEN, so such a condition goes into a function of its own."""
    if condition is None or "SELECT" not in condition:
        when = f"WHEN ({condition}) " if condition else ""
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
            "EXECUTE FUNCTION allocations_frozen()"
        )
        return
    schema_editor.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = '23000'; END IF; RETURN NEW; END $$"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def take_down(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, event, _condition in RULES:
        name = trigger(table, event)
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
    if postgresql:
        schema_editor.execute("DROP FUNCTION allocations_frozen()")


class Migration(migrations.Migration):
    dependencies = [("allocations", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
