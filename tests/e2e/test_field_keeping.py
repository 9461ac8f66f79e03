"""What a phone keeps, in a real browser: every tap, also with no room left; nothing for the next person."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .inspector import INSPECTOR, NO_ROOM, NO_ROOM_FOR_CHECKS, OFFICER, Phone, arrived, ready_phone
from .office import WORK_MAY_TAKE, words


def test_a_full_phone_says_so_and_keeps_what_it_has(phones, server, photo):
    phone, _round = ready_phone(phones, server, 1, "Kiểm tra máy đầy")
    phone.context.set_offline(True)
    phone.open_household("001")
    phone.answer(0, "pass")
    phone.page.fill("#visit_note", "Nhà ở cuối thôn.")
    expect(phone.page.locator(".f-kept")).to_contain_text(words("Kept on this phone at %(at)s").split("%")[0])
    before = phone.store("checks")

    phone.page.evaluate(NO_ROOM)
    phone.answer(1, "fail")
    full = words(
        "The phone's storage is full: the last entry is not kept. All that was kept before is safe. "
        "Send what waits, or delete photos and videos on the phone, then try again."
    )
    expect(phone.page.locator(".f-kept-bad")).to_contain_text(full)
    phone.page.set_input_files("#photo-visit", photo)
    expect(phone.page.locator("#field-messages")).to_contain_text(full, timeout=WORK_MAY_TAKE)
    phone.look("f6-may-day")
    assert phone.store("checks") == before
    phone.button("Done").click()
    assert phone.store("checks") == before, "a check that is not kept was called done"

    phone.page.evaluate("window.makeRoom()")
    phone.button("Try again").click()
    expect(phone.page.locator(".f-kept-bad")).to_have_count(0)
    kept = phone.store("checks")[0]
    assert kept["note"] == "Nhà ở cuối thôn."
    assert [given["answer"] for given in kept["answers"].values()] == ["pass", "fail"]


def tapped_without_room(phone: Phone) -> None:
    """One answer is kept; the next finds no room."""
    phone.open_household("001")
    phone.answer(0, "pass")
    expect(phone.page.locator(".f-kept")).not_to_be_empty()
    phone.page.evaluate(NO_ROOM)
    phone.answer(1, "fail")
    expect(phone.page.locator(".f-kept-bad")).to_be_visible()


def answers(phone: Phone) -> list[list[str]]:
    """What the store has of every check on the phone."""
    return [[given["answer"] for given in row["answers"].values()] for row in phone.store("checks")]


def beside_the_store(phone: Phone) -> list[str]:
    return phone.page.evaluate("Object.values({...localStorage})")


def test_a_tap_in_the_last_moment_is_there_again(phones, server):
    phone, _round = ready_phone(phones, server, 1, "Kiểm tra chạm cuối")
    tapped_without_room(phone)
    assert beside_the_store(phone), "nothing was noted, so nothing is proven"
    phone.close_page()
    expect(phone.page.locator(".f-answer-fail input").nth(1)).to_be_checked()
    assert answers(phone) == [["pass", "fail"]]
    assert beside_the_store(phone) == []


def test_what_is_noted_beside_the_store_is_the_persons_own(phones, server):
    phone, _round = ready_phone(phones, server, 1, "Kiểm tra chạm cuối, người khác")
    phone.context.set_offline(True)
    tapped_without_room(phone)
    name = phone.store("packs")[0]["households"][0]["head"]
    assert name in beside_the_store(phone)[0]
    phone.close_page()
    phone.context.set_offline(False)
    phone.log_in(OFFICER)
    phone.go("/inspections/field/")
    expect(phone.page.locator("html[data-ready]")).to_be_attached(timeout=WORK_MAY_TAKE)
    assert beside_the_store(phone) == []
    assert answers(phone) == [["pass", "fail"]], "the tap was lost, or is anybody's"
    phone.work()
    expect(phone.page.locator("#field-status")).to_contain_text(
        words("%(n)s unsent, of another person") % {"n": 1}, timeout=WORK_MAY_TAKE
    )
    assert name not in phone.page.content()


@pytest.mark.parametrize("opened", ["the list of rounds", "the field page"])
def test_without_room_nothing_noted_waits_for_the_next_person(phones, server, opened):
    phone, _round = ready_phone(phones, server, 1, "Kiểm tra chạm cuối, máy đầy")
    tapped_without_room(phone)
    phone.context.add_init_script(f"({NO_ROOM_FOR_CHECKS})()")
    phone.close_page()
    assert beside_the_store(phone), "the person's own tap was given up"
    phone.log_in(OFFICER)
    if opened == "the list of rounds":
        phone.go("/inspections/field/")
    else:
        phone.work()
    phone.page.wait_for_function("() => localStorage.length === 0", timeout=WORK_MAY_TAKE)
    assert answers(phone) == [["pass"]]


def test_a_tap_without_room_is_unsent_and_goes_with_its_round(phones, server):
    phone, round_ = ready_phone(phones, server, 1, "Kiểm tra chạm cuối, nộp lại")
    phone.page.evaluate(NO_ROOM)
    phone.open_household("001")
    phone.answer(0, "pass")
    expect(phone.page.locator(".f-kept-bad")).to_be_visible()
    phone.page.evaluate("location.hash = '#/device'")
    phone.button("Hand in and wipe").click()
    expect(phone.page.locator("#field-messages .f-notice-bad")).to_be_visible()
    assert [len(phone.store("packs")), len(phone.store("checks")), len(beside_the_store(phone))] == [1, 0, 1]

    phone.page.evaluate("window.makeRoom()")
    phone.button("Hand in and wipe").click()
    expect(phone.page.locator("#field-messages")).to_contain_text(
        words("Not handed in: %(n)s checks are unsent. Send them, or throw away those begun.") % {"n": 1}
    )
    assert [answers(phone), beside_the_store(phone)] == [[["pass"]], []]
    phone.work(f"#/r/{round_}")
    phone.open_household("001")
    phone.button("Throw this check away").click()
    phone.page.locator("dialog").get_by_role("button", name=words("Throw this check away")).click()
    phone.work("#/device")
    phone.button("Hand in and wipe").click()
    phone.page.locator("dialog").get_by_role("button", name=words("Hand in and wipe")).click()
    expect(phone.page.locator("#field-messages")).to_contain_text(
        words("Handed in. Nothing of this round is left on the phone.")
    )
    assert [phone.store(name) for name in ("packs", "checks", "photos")] == [[], [], []]
    assert beside_the_store(phone) == []


def test_a_log_in_that_ended_and_another_person_on_the_phone(phones, server):
    phone, round_ = ready_phone(phones, server, 2, "Kiểm tra đăng nhập")
    phone.context.clear_cookies()
    phone.open_household("001")
    phone.fill(tapping=False)
    phone.done()
    expect(phone.page.locator(".f-status-bad")).to_contain_text(words("logged out"), timeout=WORK_MAY_TAKE)
    phone.unsent(1)
    name = phone.store("packs")[0]["households"][0]["head"]

    phone.log_in(OFFICER)
    phone.work()
    expect(phone.page.locator("#field-status")).to_contain_text(
        words("%(n)s unsent, of another person") % {"n": 1}, timeout=WORK_MAY_TAKE
    )
    phone.work(f"#/r/{round_}/{phone.store('checks')[0]['sampled']}")
    assert name not in phone.page.content()
    phone.work("#/device")
    phone.look("f5-phieu-cua-nguoi-khac")
    assert name not in phone.page.content()
    assert arrived(server, round_)["checks"] == 0, "somebody else's check was sent under another name"

    phone.log_in(INSPECTOR)
    phone.work()
    phone.unsent(0)
    assert arrived(server, round_)["checks"] == 1


#: The server takes its time to say who is logged in, and everything the page shows meanwhile is remembered.
SLOW_TO_SAY_WHO = """() => {
  const real = window.fetch;
  window.fetch = async (address, options) => {
    if (String(address).endsWith("/field/token/")) await new Promise((done) => { setTimeout(done, 1500); });
    return real(address, options);
  };
  window.shown = "";
  new MutationObserver(() => { window.shown += document.body?.innerText ?? ""; })
    .observe(document, { childList: true, subtree: true });
}"""


@pytest.mark.parametrize(("person", "room"), [(OFFICER, "room"), (OFFICER, "no room"), ("hue-ppc", "room")])
def test_the_next_person_never_sees_whose_phone_it_was(phones, server, person, room):
    phone, round_ = ready_phone(phones, server, 2, f"Kiểm tra máy dùng chung, {person}, {room}")
    name = phone.store("packs")[0]["households"][0]["head"]
    assert phone.context is not None
    phone.context.add_init_script(f"({SLOW_TO_SAY_WHO})()")
    phone.work(f"#/r/{round_}")
    phone.unsent(0)
    assert name in phone.page.evaluate("window.shown"), "nothing was watched, so nothing is proven"

    phone.log_in(person)
    if room == "no room":
        phone.context.add_init_script(f"({NO_ROOM})()")
    phone.work(f"#/r/{round_}")
    expect(phone.page.locator("#field-main")).to_contain_text(words("No round is on this phone"))
    phone.unsent(0)
    assert name not in phone.page.evaluate("window.shown")
    phone.log_in(INSPECTOR)
    phone.work(f"#/r/{round_}")
    expect(phone.page.locator("#field-main")).to_contain_text(name, timeout=WORK_MAY_TAKE)


#: In the moment a check is sent somebody else logs in, in another window.
SOMEBODY_ELSE_NOW = """() => {
  const real = window.fetch;
  const said = (status, body) => new Response(JSON.stringify(body), { status });
  window.posted = 0;
  window.fetch = async (address, options) => {
    const path = String(address);
    if (path.endsWith("/field/checks/")) {
      window.posted += 1;
      return said(403, { code: "csrf", problem: "-" });
    }
    if (window.posted && path.endsWith("/field/token/")) {
      return said(200, { token: "x", user: { id: 999999, name: "Người khác" } });
    }
    return real(address, options);
  };
}"""


def test_nothing_is_sent_under_the_name_of_who_logs_in_meanwhile(phones, server):
    phone, round_ = ready_phone(phones, server, 1, "Kiểm tra đổi người khi gửi")
    phone.page.evaluate(SOMEBODY_ELSE_NOW)
    phone.open_household("001")
    phone.fill(tapping=False)
    phone.done()
    expect(phone.page.locator(".f-status-bad")).to_contain_text(words("logged out"), timeout=WORK_MAY_TAKE)
    assert phone.page.evaluate("window.posted") == 1, "it was sent again, as somebody else's"
    assert [row["state"] for row in phone.store("checks")] == ["ready"]
    phone.work(f"#/r/{round_}")
    phone.unsent(0)
    assert arrived(server, round_)["checks"] == 1
