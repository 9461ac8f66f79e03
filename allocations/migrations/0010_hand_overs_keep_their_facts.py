"""A hand-over record keeps what it says: whose it is, who got what when, from whom, with which proof.

Only its way goes on: recorded, in an acceptance, confirmed, reversed. What is reversed stays as it is (0005).
Records made before get the operator that delivered them.
"""

from importlib import import_module

from django.db import migrations

frozen = import_module("allocations.migrations.0005_fill_and_freeze")
TABLE = "allocations_handover"
NAME = f"{TABLE}_facts_frozen"
#: What a record says. The others tell how it goes on: state, acceptance, who reversed it, when and why.
FACTS = (
    "support_id", "form", "number", "handed_on", "place", "district_id", "operator_id", "receiver",
    "receiver_name", "receiver_relation", "receiver_national_id", "signed", "device_id", "sim_number",
    "phone_number", "package", "invoice_number", "invoice_date", "invoice_amount", "seller", "cash_amount",
    "payment_means", "photo_id", "note", "upload_id", "recorded_by_id", "recorded_at",
)  # fmt: skip


def fill(apps, schema_editor):
    """The support's operator; of a reversed record the one whose person recorded it, if one did.

    A reversed record's support may have another operator by now.
    """
    vendor = schema_editor.connection.vendor
    on_table = f" ON {TABLE}" if vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER {TABLE}_update_frozen{on_table}")
    schema_editor.execute(
        f"UPDATE {TABLE} SET operator_id = (SELECT s.operator_id FROM allocations_support s "
        f"WHERE s.id = {TABLE}.support_id) WHERE state <> 'reversed'"
    )
    own = (
        "SELECT m.organisation_id FROM accounts_membership m JOIN accounts_organisation o "
        f"ON o.id = m.organisation_id WHERE m.user_id = {TABLE}.recorded_by_id AND o.kind = 'operator' "
        "ORDER BY m.id DESC LIMIT 1"
    )
    schema_editor.execute(f"UPDATE {TABLE} SET operator_id = ({own}) WHERE state = 'reversed'")
    if vendor == "postgresql":
        # Checked now: no trigger is put up on a table that still waits for a check.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_update_frozen BEFORE UPDATE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_update_frozen()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_update_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN OLD.state = 'reversed' BEGIN SELECT RAISE(ABORT, '{frozen.SENTENCE}'); END"
        )


def changed(vendor):
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    facts = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in FACTS)
    # Confirmed: it is only reversed any more, and its acceptance keeps it.
    settled = (
        f"OLD.state = 'accepted' AND (NEW.state = 'recorded' OR OLD.acceptance_id {differs} NEW.acceptance_id)"
    )
    return f"{facts} OR ({settled})"


def put_up(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    when = changed(vendor)
    if vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
            f"RAISE EXCEPTION '{frozen.SENTENCE}' USING ERRCODE = '23000'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{frozen.SENTENCE}'); END"
        )


def take_down(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(f"DROP TRIGGER {NAME}" + (f" ON {TABLE}" if postgresql else ""))
    if postgresql:
        schema_editor.execute(f"DROP FUNCTION {NAME}()")


class Migration(migrations.Migration):
    dependencies = [("allocations", "0009_acceptances_of_all_and_entries")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(put_up, take_down),
    ]
