"""What earlier rounds did not know yet, and the new rows that never change either.

Approved lines become supports waiting for an operator; approved plans count as given quota.
"""

from django.db import migrations
from django.db.models import Sum

SENTENCE = "approved rows never change"
#: Append-only tables: no row of them is ever changed.
APPEND_ONLY = (
    "allocations_listversion",
    "allocations_quotareturn",
    "allocations_eligibilitysnapshot",
    "allocations_devicemove",
    "allocations_budgetadjustment",
    "allocations_budgetentry",
    "allocations_contributionreceipt",
)
DECIDED = "SELECT 1 FROM allocations_amendment a WHERE a.id = {row}.amendment_id AND a.state = 'approved'"
#: Table, event, condition (OLD and NEW are the row's versions; None: always).
RULES = (
    *((table, "UPDATE", None) for table in APPEND_ONLY),
    ("allocations_amendment", "UPDATE", "OLD.state = 'approved'"),
    ("allocations_amendmentline", "UPDATE", f"EXISTS ({DECIDED.format(row='OLD')})"),
    ("allocations_amendmentline", "INSERT", f"EXISTS ({DECIDED.format(row='NEW')})"),
    ("allocations_handover", "UPDATE", "OLD.state = 'reversed'"),
    ("allocations_acceptance", "UPDATE", "OLD.state = 'confirmed'"),
)


def fill(apps, schema_editor):
    line_model = apps.get_model("allocations", "ListLine")
    support_model = apps.get_model("allocations", "Support")
    lines = line_model.objects.filter(
        decision="keep", district_list__state="approved", support__isnull=True
    ).select_related("district_list", "household")
    supports = []
    for line in lines.iterator(chunk_size=2000):
        supports.append(
            support_model(
                household_id=line.household_id, district_id=line.district_list.district_id,
                commune_id=line.commune_id, round_id=line.round_id, line_id=line.pk, form=line.support_form,
                state="approved",
            )
        )  # fmt: skip
    support_model.objects.bulk_create(supports, batch_size=500)
    for round_ in apps.get_model("allocations", "AllocationRound").objects.all():
        given = round_.plans.filter(state="approved").aggregate(total=Sum("allocated"))["total"] or 0
        if given:
            round_.given = given
            round_.save(update_fields=["given"])


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
    dependencies = [("allocations", "0004_from_rules_to_the_phone_in_hand")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(put_up, take_down),
    ]
