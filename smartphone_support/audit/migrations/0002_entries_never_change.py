"""The database itself refuses to change an audit entry.

Deleting is not refused (test databases are flushed, and an operator with the database's password could drop
the trigger anyway): a missing entry is found by `verify_audit`, whose chain then has a gap. The one change
let through is the actor's key becoming empty when an account is removed; the hash does not cover it.
"""

from django.db import migrations

COVERED = (
    "id", "chain", "sequence", "at", "actor_name", "organisation_name", "action", "object_type", "object_id",
    "object_text", "before", "after", "reason", "previous_hash", "hash",
)
SENTENCE = "audit entries never change"


def changed(unlike: str) -> str:
    """SQL that is true where something else than the actor's key becoming empty changes."""
    tests = [f'OLD."{name}" {unlike} NEW."{name}"' for name in COVERED]
    tests.append(f'(NEW."actor_id" IS NOT NULL AND OLD."actor_id" {unlike} NEW."actor_id")')
    return " OR ".join(tests)


def add_trigger(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(f"""
            CREATE FUNCTION audit_entries_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {changed("IS DISTINCT FROM")} THEN
                    RAISE EXCEPTION '{SENTENCE}';
                END IF;
                RETURN NEW;
            END $$
        """)
        schema_editor.execute("""
            CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_auditentry
            FOR EACH ROW EXECUTE FUNCTION audit_entries_never_change()
        """)
    elif vendor == "sqlite":
        schema_editor.execute(f"""
            CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_auditentry
            WHEN {changed("IS NOT")}
            BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
        """)


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS audit_entries_never_change ON audit_auditentry")
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_entries_never_change()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS audit_entries_never_change")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(add_trigger, drop_trigger)]
