"""The rule of the public-utility programme for plans loaded before rules were data.

Circular 14/2022/TT-BTTTT, in force from 12/12/2022: four conditions, four ranks, 500,000 VND in cash.
"""

from datetime import date

from django.db import migrations

SOURCE = "public_utility_telecom"
NAME = "Chương trình viễn thông công ích"
BASIS = "Thông tư 14/2022/TT-BTTTT, phần hỗ trợ điện thoại thông minh"
PER_HOUSEHOLD = BASIS + " (mức hỗ trợ tính theo hộ)"
SINCE = date(2022, 12, 12)
CONDITIONS = (
    ("class_in", {"classes": ["poor", "near_poor"]}, BASIS),
    ("no_earlier_device", {"devices": ["tablet", "svmtce"]}, BASIS),
    ("need", {}, BASIS),
    ("not_served", {}, PER_HOUSEHOLD),
)
RANKS = ("merit", "social_policy", "poor", "near_poor")


def load(apps, schema_editor):
    rule_sets = apps.get_model("allocations", "EligibilityRuleSet").objects
    conditions = apps.get_model("allocations", "RuleCondition").objects
    ranks = apps.get_model("allocations", "PriorityRank").objects
    levels = apps.get_model("allocations", "SupportLevel").objects
    for program in apps.get_model("programs", "Program").objects.all():
        source = {"program": program, "funding_kind": SOURCE}
        if not rule_sets.filter(**source).exists():
            row = rule_sets.create(**source, name=NAME, citation=BASIS, state="in_force", valid_from=SINCE)
            for position, (kind, params, citation) in enumerate(CONDITIONS, start=1):
                conditions.create(
                    rule_set=row, position=position, kind=kind, params=params, citation=citation
                )
            for position, kind in enumerate(RANKS, start=1):
                ranks.create(rule_set=row, position=position, kinds=[kind], citation=BASIS)
        if not levels.filter(**source).exists():
            levels.create(**source, form="cash", amount=500_000, citation=BASIS, valid_from=SINCE)


class Migration(migrations.Migration):
    dependencies = [("allocations", "0006_promised_money")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
