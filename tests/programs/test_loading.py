from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.loading import load_plans
from programs.models import Coordination, Party, PlanTask, Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify


def everything():
    models = (Program, Party, PlanTask, Coordination, Organisation)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_loading_again_writes_nothing(plans):
    before, entries = everything(), AuditEntry.objects.count()
    written = load_plans()

    assert (written.created, written.corrected) == (0, 0)
    assert everything() == before
    assert AuditEntry.objects.count() == entries


def test_a_second_load_sends_no_write_to_the_database(plans):
    with CaptureQueriesContext(connection) as queries:
        load_plans()

    writes = ("INSERT", "UPDATE", "DELETE")
    assert [q["sql"] for q in queries if q["sql"].startswith(writes)] == []


def test_a_text_that_was_changed_is_corrected_in_its_row(daknong):
    task = PlanTask.objects.get(group__program=daknong, group__number="II", number="2")
    PlanTask.objects.filter(pk=task.pk).update(timing_text="Hàng quý", content="…")

    written = load_plans()

    assert (written.created, written.corrected) == (0, 1)
    assert PlanTask.objects.get(pk=task.pk).timing_text == "Hàng tháng nếu có phát sinh"
    assert PlanTask.objects.get(pk=task.pk).content == task.content


def test_an_organisation_added_to_a_party_stays(daknong, cast):
    newcomer = Organisation.objects.create(
        code="daknong-newcomer", name="Doanh nghiệp mới", short_name="Mới", kind="operator",
        province=cast.area("67"), is_active=False,
    )  # fmt: skip
    party = daknong.parties.get(name="Cổng Thông tin điện tử tỉnh")
    party.organisations.add(newcomer)

    load_plans()

    assert newcomer in party.organisations.all()


def test_loading_is_on_the_record_and_the_chain_holds(plans):
    entries = AuditEntry.objects.filter(action="programs.program.change")

    assert {entry.chain for entry in entries} == {"46", "67"}
    assert verify().broken_at is None


def test_the_command_says_what_it_wrote(plans):
    out = StringIO()
    call_command("load_plans", stdout=out)

    assert out.getvalue() == "0 rows created, 0 corrected\n"
