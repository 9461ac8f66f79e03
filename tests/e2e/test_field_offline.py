"""Days in the villages without a network, in a real browser: nothing is lost and everything arrives once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import pytest
from playwright.sync_api import expect

from .inspector import INSPECTOR, OFFICER, arrived, jpeg_size, ready_phone
from .office import WORK_MAY_TAKE, words

HOUSEHOLDS = 20

#: Every third answer of the server gets lost on its way back, after the server has done its work.
LOST_ANSWERS = """() => {
  const real = window.fetch;
  let count = 0;
  window.lost = 0;
  window.fetch = async (address, options) => {
    const reply = await real(address, options);
    if (options?.method === "POST" && (count += 1) % 3 === 0) {
      window.lost += 1;
      throw new TypeError("Failed to fetch");
    }
    return reply;
  };
}"""


#: The server refuses the next check with a sentence.
REFUSING = """(sentence) => {
  const real = window.fetch;
  window.fetch = async (address, options) => {
    if (!String(address).endsWith("/field/checks/")) return real(address, options);
    window.fetch = real;
    return new Response(JSON.stringify({ problem: sentence, code: "content" }), { status: 422 });
  };
}"""


def test_twenty_checks_without_network_arrive_once(phones, server, photo):
    phone, round_ = ready_phone(phones, server, HOUSEHOLDS, "Kiểm tra không mạng")
    phone.look("f1-danh-sach-ho")
    assert phone.rows.count() == HOUSEHOLDS

    phone.context.set_offline(True)
    server.kill()  # not only the browser believes that there is no network
    for number in range(1, HOUSEHOLDS + 1):
        phone.open_household(f"{number:03d}")
        phone.fill(photo)
        if number == 1:
            phone.look("f2-phieu-kiem-tra")
        if number == 7:  # in the middle of a check the page is loaded anew
            phone.page.reload()
            expect(phone.page.locator("#signer")).to_have_value("Hồ Thị Minh")
            expect(phone.page.locator(".f-answer-pass input:checked")).to_have_count(
                phone.page.locator(".f-question").count()
            )
            expect(phone.page.locator(".f-photos canvas")).to_have_count(1)
        phone.done()
    phone.unsent(HOUSEHOLDS)
    phone.look("f3-chua-gui")

    phone.page.reload()
    phone.unsent(HOUSEHOLDS)
    phone.close()
    phone.open()
    phone.context.set_offline(True)
    phone.work()
    phone.unsent(HOUSEHOLDS)

    server.start()
    assert arrived(server, round_)["checks"] == 0
    phone.context.set_offline(False)
    # The log-in ended with the browser; the phone says so and keeps everything.
    expect(phone.page.locator(".f-status-bad")).to_contain_text(words("logged out"), timeout=WORK_MAY_TAKE)
    phone.look("f4-dang-nhap-lai")
    phone.log_in(INSPECTOR)
    phone.work()
    phone.unsent(0)
    assert arrived(server, round_) == {
        "checks": HOUSEHOLDS, "households": HOUSEHOLDS, "done": HOUSEHOLDS, "photos": HOUSEHOLDS,
    }  # fmt: skip
    checks = f"FieldCheck.objects.filter(round={round_})"
    said = server.ask(
        f"{{'visited': [check.visited_at < check.received_at for check in {checks}],"
        f" 'sources': sorted({{check.source for check in {checks}}}),"
        f" 'photo': CheckPhoto.objects.filter(check_row__round={round_}).last().file.file.path}}"
    )
    assert all(said["visited"])
    assert said["sources"] == ["offline"]
    with open(said["photo"], "rb") as file:
        assert max(jpeg_size(file.read())) == 1600
    assert all(row["blob"] is None for row in phone.store("photos")), "photos that were sent make room"


def test_the_server_dies_while_sending(phones, server, photo):
    phone, round_ = ready_phone(phones, server, HOUSEHOLDS, "Kiểm tra khi máy chủ hỏng")
    phone.context.set_offline(True)
    for number in range(1, HOUSEHOLDS + 1):
        phone.open_household(f"{number:03d}")
        phone.fill(photo if number % 4 == 0 else None, tapping=False)
        phone.done()
    phone.unsent(HOUSEHOLDS)
    phone.page.evaluate(LOST_ANSWERS)

    answers: list[int] = []

    def count(response):
        if response.request.method == "POST":
            answers.append(response.status)

    phone.page.on("response", count)
    phone.context.set_offline(False)
    phone.page.wait_for_function("() => window.lost >= 2", timeout=WORK_MAY_TAKE)
    server.kill()
    left = [row for row in phone.store("checks") if row["state"] == "ready"]
    assert left, "the server was killed too late to prove anything"
    server.start()
    # Answers go on being lost: the phone tries again by itself, and at once when the button is pressed.
    for _press in range(120):
        if {row["state"] for row in phone.store("checks")} == {"sent"}:
            break
        phone.page.evaluate("document.querySelector('#field-status button')?.click()")
        phone.page.wait_for_timeout(500)
    phone.unsent(0)
    assert {201, 200} <= set(answers), "nothing was sent twice, so nothing is proven"
    assert arrived(server, round_) == {
        "checks": HOUSEHOLDS, "households": HOUSEHOLDS, "done": HOUSEHOLDS, "photos": HOUSEHOLDS // 4,
    }  # fmt: skip


def test_a_tap_counts_also_while_the_page_changes_under_the_finger(phones, server):
    phone, _round = ready_phone(phones, server, 2, "Kiểm tra chạm khi trang đổi")
    offline = phone.page.locator(".f-status-why")
    row = phone.rows.first.bounding_box()
    phone.page.mouse.move(row["x"] + 20, row["y"] + 20)
    phone.page.mouse.down()
    phone.page.evaluate("window.dispatchEvent(new Event('offline'))")
    phone.page.wait_for_timeout(400)
    phone.page.mouse.up()
    expect(phone.page.locator(".f-question").first).to_be_visible()
    expect(offline).to_be_visible()


def test_two_phones_of_one_inspector(phones, server):
    first, round_ = ready_phone(phones, server, 3, "Kiểm tra hai máy")
    second = phones("second")
    second.log_in(INSPECTOR)
    second.prepare(round_)
    second.work(f"#/r/{round_}")
    for phone, numbers in ((first, ("001", "002")), (second, ("001", "003"))):
        phone.context.set_offline(True)
        for number in numbers:
            phone.open_household(number)
            phone.fill(tapping=False)
            phone.done()
    for phone in (first, second):
        phone.context.set_offline(False)
        phone.unsent(0)
    assert arrived(server, round_) == {"checks": 4, "households": 3, "done": 3, "photos": 0}


def test_a_page_kept_without_its_worker_is_not_called_ready(phones, server):
    phone, _round = ready_phone(phones, server, 1, "Kiểm tra trang chưa giữ xong")
    ready = phone.page.get_by_text(words("Ready for work without network until %(until)s").split("%")[0])
    phone.page.evaluate("location.hash = '#/device'")
    expect(ready).to_be_visible()
    # As after a network that broke off while the page was being kept: something is there, the worker is not.
    phone.page.evaluate("navigator.serviceWorker.register = async () => {}")
    phone.page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).unregister()")
    assert phone.page.evaluate("async () => (await caches.keys()).length")
    phone.page.evaluate("location.hash = '#/'")
    expect(phone.rows.first).to_be_visible()
    phone.page.evaluate("location.hash = '#/device'")
    expect(
        phone.page.get_by_text(
            words("Not ready for work without network: open this page once more with network.")
        )
    ).to_be_visible()
    expect(ready).to_have_count(0)


def test_a_check_made_by_a_wrong_clock_is_dated_and_sent(phones, server):
    phone, round_ = ready_phone(phones, server, 1, "Kiểm tra đồng hồ sai")
    phone.context.add_init_script(
        """const Real = Date;
        const slow = 400 * 24 * 3600 * 1000;
        window.Date = class extends Real {
          constructor(...given) { super(...(given.length ? given : [Real.now() - slow])); }
          static now() { return Real.now() - slow; }
        };"""
    )
    phone.work(f"#/r/{round_}")
    phone.open_household("001")
    phone.fill(tapping=False)
    phone.done()
    expect(phone.page.locator(".f-bad", has_text=words("Refused", "state"))).to_be_visible(
        timeout=WORK_MAY_TAKE
    )
    phone.rows.first.click()
    phone.button("Mend and send again").click()
    asked = phone.page.get_by_label(words("Day and time of the visit"))
    expect(asked).to_have_value("")
    phone.look("f10-dong-ho-sai")
    phone.button("Done").click()
    lacking = words("Still missing: %(n)s") % {"n": 1}
    expect(phone.page.locator(".f-lacks")).to_contain_text(lacking)
    now = datetime.now().replace(second=0, microsecond=0)
    asked.fill(now.isoformat(timespec="minutes"))
    asked.blur()
    phone.page.reload()
    expect(asked).to_have_value(now.isoformat(timespec="minutes"))
    phone.done()
    phone.unsent(0)
    visited = server.ask(f"[row.visited_at.isoformat() for row in FieldCheck.objects.filter(round={round_})]")
    assert [datetime.fromisoformat(one) for one in visited] == [now.astimezone()]


def test_a_refused_check_is_mended_and_sent_under_a_new_key(phones, server):
    phone, round_ = ready_phone(phones, server, 1, "Kiểm tra bị trả lại")
    phone.page.evaluate(REFUSING, "Ngày kiểm tra nằm ngoài đợt.")
    phone.open_household("001")
    phone.fill(tapping=False)
    phone.done()
    expect(phone.page.locator(".f-bad", has_text=words("Refused", "state"))).to_be_visible(
        timeout=WORK_MAY_TAKE
    )
    key = phone.store("checks")[0]["client_id"]
    phone.rows.first.click()
    expect(phone.page.locator(".f-notice-bad")).to_contain_text("Ngày kiểm tra nằm ngoài đợt.")
    phone.look("f7-bi-tra-lai")
    phone.button("Mend and send again").click()
    phone.page.fill("#visit_note", "Đã xem lại.")
    phone.done()
    phone.unsent(0)
    sent = phone.store("checks")
    assert [row["state"] for row in sent] == ["sent"]
    assert sent[0]["client_id"] != key
    assert arrived(server, round_)["checks"] == 1


def test_the_file_carries_the_work_and_the_phone_is_wiped(phones, server, photo, tmp_path):
    phone, round_ = ready_phone(phones, server, 2, "Kiểm tra nộp tệp")
    phone.context.set_offline(True)
    phone.open_household("001")
    phone.fill(photo, tapping=False)
    phone.done()
    phone.work("#/device")
    with phone.page.expect_download() as waiting:
        phone.button("Save to a file").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    saved = json.loads(path.read_text())
    total = saved.pop("sum")
    rest = json.dumps(saved, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(rest.encode()).hexdigest() == total
    assert [len(saved["checks"]), len(saved["photos"])] == [1, 1]

    head = phones("office", width=1280, height=800)
    head.log_in(OFFICER)
    head.go("/inspections/field/files/upload/")
    head.page.set_input_files("main [type=file]", path)
    with head.page.expect_response(lambda reply: reply.request.method == "POST"):
        head.page.locator("main form button[type=submit]").last.click()
    came = {"checks": 1, "households": 1, "done": 1, "photos": 1}
    assert arrived(server, round_) == came

    phone.context.set_offline(False)
    phone.work("#/device")
    phone.unsent(0)
    assert arrived(server, round_) == came, "what came by the file was taken a second time"
    phone.work(f"#/r/{round_}")
    phone.open_household("002")
    phone.answer(0, "pass")
    phone.work("#/device")
    phone.look("f8-du-lieu-tren-may")
    phone.button("Hand in and wipe").click()
    expect(phone.page.locator("#field-messages")).to_contain_text(
        words("Not handed in: %(n)s checks are unsent. Send them, or throw away those begun.") % {"n": 1}
    )
    assert len(phone.store("packs")) == 1

    phone.work(f"#/r/{round_}")
    phone.open_household("002")
    phone.button("Throw this check away").click()
    phone.page.locator("dialog").get_by_role("button", name=words("Throw this check away")).click()
    phone.work("#/device")
    phone.button("Hand in and wipe").click()
    phone.page.locator("dialog").get_by_role("button", name=words("Hand in and wipe")).click()
    expect(phone.page.locator("#field-messages")).to_contain_text(
        words("Handed in. Nothing of this round is left on the phone.")
    )
    assert [phone.store(name) for name in ("packs", "checks", "photos")] == [[], [], []]
    assert server.ask(f"OfflinePack.objects.get(round={round_}).handed_in_at is not None")


def test_only_the_own_sample_is_on_the_phone(phones, server):
    other = server.round_of("hue-481", 1, "Kiểm tra của người khác")
    phone, round_ = ready_phone(phones, server, 2, "Kiểm tra của mình")
    strange = server.ask(f"SampledHousehold.objects.get(round={other}).pk")
    pack = phone.store("packs")[0]
    assert [len(phone.store("packs")), len(pack["households"])] == [1, 2]
    people = server.ask(
        f"[[row.household.national_id, row.household.phone, row.hand_overs.last().device.imei]"
        f" for row in (one.support for one in SampledHousehold.objects.filter(round={round_}))]"
    )
    text = json.dumps(phone.store("packs"))
    for secrets in people:
        assert not [secret for secret in secrets if secret in text]

    phone.work(f"#/r/{round_}/{strange}")
    expect(phone.page.locator("#field-main")).to_contain_text(
        words("This household is not among those given to you in this round.")
    )
    status = phone.page.evaluate(
        """async ([sampled, checklist]) => {
          const { token } = await (await fetch("/inspections/field/token/")).json();
          const reply = await fetch("/inspections/field/checks/", {
            method: "POST", headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
            body: JSON.stringify({
              client_id: crypto.randomUUID(), pack: null, sampled, checklist: checklist.id,
              visited_at: new Date().toISOString(), imei_seen: "", note: "", signer_name: "", photos: [],
              answers: checklist.items.map((item) => ({ item: item.id, answer: "pass", note: "" })),
            }),
          });
          return reply.status;
        }""",
        [strange, pack["checklist"]],
    )
    assert status == 403
    assert arrived(server, other)["checks"] == 0


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_the_pages_fit_the_screen(phones, server, width, height):
    phone, _round = ready_phone(phones, server, 3, f"Kiểm tra màn hình {width}", width=width, height=height)
    phone.look(f"f9-{width}-danh-sach")
    phone.open_household("002")
    phone.answer(0, "fail")
    phone.answer(1, "pass")
    phone.page.fill("#imei", "35693803000001")
    phone.button("Done").click()
    phone.look(f"f9-{width}-con-thieu")
    phone.work("#/device")
    phone.look(f"f9-{width}-may")
    phone.go("/inspections/field/")
    phone.look(f"f9-{width}-dot-kiem-tra")
