"""Reminders by e-mail: who is reminded of what, once a day, and of nothing personal."""

from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection  # noqa: F401 - the mark of the race asks for it

from programs.dues.reminding import remind
from programs.models import Reminder, TaskDue
from programs.workflow.dues import extend_due, report_due, return_due
from smartphone_support import email_url
from smartphone_support.accounts.models import User

from ..together import at_once
from .test_dues import ON_POSTGRES, due

TODAY = date(2024, 3, 8)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to("2024-03-08T07:00+07:00")


@pytest.fixture
def viettel(daknong):
    User.objects.filter(username="daknong-viettel").update(email="viettel@example.vn")
    return daknong


def run(*args):
    out = StringIO()
    call_command("remind", *args, stdout=out)
    return out.getvalue()


def test_the_run_opens_the_dues_and_sends_one_mail_a_person_a_day(viettel, settings):
    settings.SITE_URL = "https://hotro.example.vn"
    first = run("--date", "2024-03-08")
    second = run("--date", "2024-03-08")

    (message,) = mail.outbox
    february = due(viettel, "II.5", "daknong-viettel", "2024-02")
    assert message.to == ["viettel@example.vn"]
    assert message.subject.startswith("Nhiệm vụ của kế hoạch: ")
    assert "QUÁ HẠN" in message.body
    assert "(Tháng 02/2024), hạn 05/03/2024" in message.body
    assert f"https://hotro.example.vn/programs/dues/{february.pk}/" in message.body
    assert "Tháng 03/2024" not in message.body  # due on 5 April: not soon yet
    assert february.reminded_on == TODAY
    assert Reminder.objects.get().day == TODAY
    assert "daknong-vnpt" in first  # without an address, and told so
    assert "daknong-viettel" in second
    run("--date", "2024-03-11")
    assert len(mail.outbox) == 2


def test_a_mail_names_no_person_and_no_event_in_its_own_words(viettel, cast):
    remind(TODAY, dry_run=False)
    mail.outbox.clear()
    Reminder.objects.all().delete()
    month = due(viettel, "II.5", "daknong-viettel", "2024-02")
    report_due(month, actor=cast("daknong-viettel"), report="Đã gửi")
    return_due(month, actor=cast("daknong-dic"), reason="Hộ bà Nguyễn Thị Bí Mật thiếu số")
    TaskDue.objects.create(
        task=month.task, organisation=month.organisation, period_key="request:9",
        subject="Đơn của ông Trần Văn Kín", opened_on=TODAY, due_on=date(2024, 3, 12),
    )  # fmt: skip

    remind(TODAY)

    (message,) = mail.outbox
    assert "BỊ TRẢ LẠI" in message.body
    assert "(mở ngày 08/03/2024), hạn 12/03/2024" in message.body
    for word in ("Bí Mật", "Trần Văn", str(cast("daknong-viettel")), str(cast("daknong-dic"))):
        assert word not in message.body + message.subject


def test_what_is_reported_done_or_far_off_is_not_named(viettel, cast):
    remind(TODAY, dry_run=False)
    mail.outbox.clear()
    Reminder.objects.all().delete()
    rows = TaskDue.objects.filter(organisation__code="daknong-viettel")
    month = due(viettel, "II.5", "daknong-viettel", "2024-02")
    rows.exclude(pk=month.pk).update(state="accepted", done_on=TODAY)
    report_due(month, actor=cast("daknong-viettel"), report="Đã gửi")
    assert remind(TODAY).sent == []
    return_due(month, actor=cast("daknong-dic"), reason="Thiếu")
    extend_due(month, actor=cast("daknong-dic"), due_on=date(2024, 6, 3), reason="Mất điện")

    assert remind(TODAY).sent == ["daknong-viettel"]  # returned is named however far its day is
    assert "hạn 03/06/2024" in mail.outbox[0].body


def test_a_dry_run_writes_and_sends_nothing(viettel):
    said = run("--date", "2024-03-08", "--dry-run")

    assert "daknong-viettel" in said
    assert mail.outbox == []
    assert not TaskDue.objects.exists()
    assert not Reminder.objects.exists()
    viettel.refresh_from_db()
    assert viettel.dues_until is None


def test_a_mail_that_fails_does_not_stop_the_others_and_is_tried_again(viettel):
    User.objects.filter(username="daknong-vnpt").update(email="vnpt@example.vn")

    def broken(message):
        if message.to == ["viettel@example.vn"]:
            raise ConnectionRefusedError
        message.send()

    outcome = remind(TODAY, send=broken)

    assert (outcome.sent, outcome.failed) == (["daknong-vnpt"], ["daknong-viettel"])
    assert remind(TODAY).sent == ["daknong-viettel"]


def test_the_command_says_when_mails_failed(viettel, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    with pytest.raises(CommandError):
        run("--date", "2024-03-08")
    with pytest.raises(CommandError):
        run("--date", "08/03/2024")


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_one_mail(viettel):
    remind(TODAY, dry_run=True)
    at_once(lambda: remind(TODAY), lambda: remind(TODAY))

    assert Reminder.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("", {}),
        ("console://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("file:///tmp/mails", {"EMAIL_FILE_PATH": "/tmp/mails"}),
        ("smtp://mail.example.vn", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_HOST_USER": ""}),
        (
            "smtp+tls://u%40x:p%2Fw@mail.example.vn",
            {
                "EMAIL_PORT": 587,
                "EMAIL_USE_TLS": True,
                "EMAIL_HOST_USER": "u@x",
                "EMAIL_HOST_PASSWORD": "p/w",
            },
        ),
        ("smtps://mail.example.vn:4650", {"EMAIL_PORT": 4650, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
    ],
)
def test_an_address_says_where_mails_go(url, known):
    assert email_url.parse(url).items() >= known.items()


@pytest.mark.parametrize("url", ["mail.example.vn", "http://x", "smtp://", "smtp://x:port", "file://"])
def test_another_address_stops_the_start_without_the_password_in_its_words(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        email_url.parse(url)
