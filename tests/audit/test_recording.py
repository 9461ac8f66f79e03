import json
import threading
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from smartphone_support.accounts.models import User
from smartphone_support.audit.models import AuditEntry, ChainHead
from smartphone_support.audit.recording import record, record_each, verify


@pytest.fixture
def officer(cast):
    return cast("hue-dic")


@pytest.fixture
def chain(officer):
    """Five entries of one province and one of the other."""
    for number in range(5):
        record("accounts.user.change", officer, actor=officer, after={"number": number}, reason="thử")
    return list(AuditEntry.objects.filter(chain="46").order_by("sequence"))


def tamper(sql, *params):
    """Change what the database holds behind the program's back, as who has its password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_entries_never_change")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS audit_entries_never_change")
        cursor.execute(sql, params)


def test_entries_of_one_step_over_many_things_are_links_of_one_chain(officer, cast):
    record("accounts.user.change", officer, actor=officer)
    leader = cast("hue-dic-leader")
    rows = [(person, {"n": 0}, {"n": 1}) for person in (officer, leader)]
    entries = record_each("accounts.user.change", rows, actor=leader, reason="thử")
    assert [entry.object_id for entry in entries] == [str(officer.pk), str(leader.pk)]
    record("accounts.user.change", officer, actor=officer)
    assert verify().entries >= 4
    assert verify().broken_at is None
    tamper("UPDATE audit_auditentry SET reason = %s WHERE id = %s", "khác", entries[0].pk)
    assert verify().broken_at == entries[0].pk


def test_a_step_over_a_thousand_things_takes_the_chain_once(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        record_each("accounts.user.change", [(officer, {}, {"n": n}) for n in range(1000)], actor=officer)


def test_an_entry_says_who_did_what_to_what_and_why(officer):
    entry = record(
        "accounts.user.change", officer, actor=officer, before={"a": 1}, after={"a": 2}, reason="đổi chức vụ"
    )
    entry.refresh_from_db()
    assert (entry.actor_name, entry.organisation_name) == (officer.full_name, "Sở Thông tin và Truyền thông")
    assert (entry.object_type, entry.object_id, entry.object_text) == (
        "accounts.user",
        str(officer.pk),
        str(officer),
    )
    assert (entry.before, entry.after, entry.reason) == ({"a": 1}, {"a": 2}, "đổi chức vụ")


def test_each_province_has_a_chain_of_its_own_and_administrators_the_systems(cast):
    for username in ("hue-dic", "daknong-dic", "admin"):
        record("accounts.user.change", None, actor=cast(username))
    assert set(ChainHead.objects.values_list("chain", "length")) == {("46", 1), ("67", 1), ("system", 1)}


def test_entries_are_numbered_and_each_holds_the_hash_before_it(chain):
    assert [entry.sequence for entry in chain] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in chain[1:]] == [entry.hash for entry in chain[:-1]]
    assert chain[0].previous_hash == ""


def test_an_untouched_record_verifies(chain):
    assert (verify().entries, verify().broken_at) == (5, None)


def test_dates_and_decimals_survive_the_round_trip_to_the_database(officer):
    record(
        "x.y",
        None,
        actor=officer,
        after={"on": date(2024, 2, 29), "at": datetime(2024, 1, 1), "n": Decimal("1.50")},
    )
    assert verify().broken_at is None


@pytest.mark.parametrize(
    ("column", "value"),
    [("reason", "khác"), ("actor_name", "Ai đó"), ("after", '{"number": 9}'), ("hash", "0" * 64)],
)
def test_a_changed_entry_breaks_the_chain_there(chain, column, value):
    tamper(f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s", value, chain[2].pk)
    assert verify().broken_at == chain[2].pk


def test_a_deleted_entry_breaks_the_chain_behind_it(chain):
    tamper("DELETE FROM audit_auditentry WHERE id = %s", chain[1].pk)
    assert verify().broken_at == chain[2].pk


def test_a_chain_cut_short_at_its_end_is_found_by_the_stored_end(chain):
    tamper("DELETE FROM audit_auditentry WHERE id = %s", chain[4].pk)
    assert verify().broken_at == chain[3].pk


def test_a_chain_that_lost_its_stored_end_is_found(chain):
    ChainHead.objects.filter(chain="46").delete()
    assert verify().broken_at == chain[-1].pk


def test_entries_added_during_the_walk_are_no_break(chain, officer, monkeypatch):
    honest, added = AuditEntry.content_hash, []

    def busy(entry):
        if not added:
            added.append(True)
            record("accounts.user.change", officer, actor=officer)
        return honest(entry)

    monkeypatch.setattr(AuditEntry, "content_hash", busy)
    assert (verify().entries, verify().broken_at) == (6, None)


def test_a_forged_entry_put_in_the_place_of_another_is_found(chain):
    forged = chain[2]
    forged.reason = "khác"
    tamper(
        "UPDATE audit_auditentry SET reason = %s, hash = %s WHERE id = %s",
        forged.reason, forged.content_hash(), forged.pk,
    )  # fmt: skip
    assert verify().broken_at == chain[3].pk  # it no longer links


def test_two_entries_cannot_follow_the_same_one(chain):
    fork = chain[2]
    fork.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        fork.save(force_insert=True)


def test_the_database_refuses_to_change_an_entry(chain):
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        AuditEntry.objects.filter(pk=chain[0].pk).update(reason="khác")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        AuditEntry.objects.update(after={"number": 7})


def test_an_entry_cannot_be_laid_at_another_persons_door(chain, cast):
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        AuditEntry.objects.filter(pk=chain[0].pk).update(actor=cast("hue-dolisa"))


def test_entries_outlive_the_account_they_name(db):
    leaver = User.objects.create(username="leaver", full_name="Người Nghỉ Việc")
    entry = record("x.y", None, actor=leaver)
    leaver.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name) == (None, "Người Nghỉ Việc")
    assert verify().broken_at is None


def test_what_is_rolled_back_leaves_no_entry(officer):
    with transaction.atomic():
        record("x.y", None, actor=officer)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    assert verify().broken_at is None


def test_the_command_counts_and_is_silent_about_nothing(chain, capsys):
    call_command("verify_audit", "--json")
    assert json.loads(capsys.readouterr().out) == {"entries": 5, "broken_at": None}


def test_the_command_fails_where_the_chain_is_broken(chain, capsys):
    tamper("DELETE FROM audit_auditentry WHERE id = %s", chain[1].pk)
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", "--json")
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"entries": 1, "broken_at": chain[2].pk}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twelve_people_at_once_make_one_unbroken_chain(cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time anyway")
    officer = cast("hue-dic")
    gate = threading.Barrier(12)

    def write():
        try:
            gate.wait()
            for _ in range(5):
                with transaction.atomic():
                    record("x.y", None, actor=officer)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (verify().entries, verify().broken_at) == (60, None)
