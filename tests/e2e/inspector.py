"""An inspector with a phone: a browser that can be closed and opened again, a server that can be killed."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from allocations.delivery.imei import luhn_digit

from .office import WORK_MAY_TAKE, words
from .running import CHROMIUM, PASSWORD, Site, free_port, wait_for

#: A phone of no household: what the screen shows, not what the record says.
IMEI = f"35693803000001{luhn_digit('35693803000001')}"

INSPECTOR, OFFICER = "hue-inspector", "hue-dic"

#: The store of the page, as any program of the phone could look at it.
_STORE = """async (name) => {
  const base = await new Promise((done, fail) => {
    const request = indexedDB.open("field");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  if (!base.objectStoreNames.contains(name)) { base.close(); return []; }
  const rows = await new Promise((done, fail) => {
    const request = base.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  base.close();
  const told = (blob) => (blob ? { size: blob.size, type: blob.type } : null);
  return rows.map((row) => ({ ...row, blob: told(row.blob) }));
}"""

#: From now on the phone has no room: every write fails as a browser's does.
NO_ROOM = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
  window.makeRoom = () => { IDBObjectStore.prototype.put = put; };
}"""

#: Every page opened from now on finds no room for checks; who works with the phone is still noted.
NO_ROOM_FOR_CHECKS = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === "checks") throw new DOMException("no room", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""


class FieldServer:
    """A web server of its own on the site's database, to be killed and started again on the same address."""

    def __init__(self, site: Site) -> None:
        self.port = free_port()
        self.site = replace(site, url=f"http://127.0.0.1:{self.port}")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "smartphone_support.wsgi:application", "--bind",
                f"127.0.0.1:{self.port}", "--threads", "4", "--log-level", "critical", "--no-control-socket",
            ],
            cwd=settings.BASE_DIR, env=self.site.environment, start_new_session=True,
        )  # fmt: skip
        wait_for(self.site.url)

    def kill(self) -> None:
        """As when the power fails: nothing is finished, nobody is told."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, code: str) -> Any:
        """What a line of Python says about the database, as JSON."""
        prelude = "import json\nfrom inspections.models import *"
        return json.loads(
            self.site.manage("shell", "-v0", "-c", f"{prelude}\nprint(json.dumps({code}))").splitlines()[-1]
        )

    def round_of(self, username: str, households: int, name: str) -> int:
        """A round in the field whose sample is given to this person; its key."""
        code = (
            "from tests.inspections.field_rows import fieldwork\n"
            "from smartphone_support.accounts.models import User\n"
            f"who = User.objects.get(username={username!r})\n"
            f"print(fieldwork({households}, inspector=who, name={name!r}).pk)"
        )
        return int(self.site.manage("shell", "-v0", "-c", code).split()[-1])


@dataclass
class Phone:
    """A browser with its own memory in `folder`, on a phone's screen."""

    playwright: Playwright
    folder: Path
    site: Site
    width: int = 360
    height: int = 740
    context: BrowserContext | None = None

    def open(self) -> Phone:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=CHROMIUM, locale="vi-VN", accept_downloads=True,
            viewport={"width": self.width, "height": self.height}, has_touch=True,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
            permissions=["geolocation"], geolocation={"latitude": 16.24, "longitude": 107.23, "accuracy": 12},
        )  # fmt: skip
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if _grave(said) else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None

    def close_page(self) -> None:
        """Close the page as a phone closes it, with nothing more run; its address in a new one."""
        assert self.context is not None
        gone, fresh = self.page, self.context.new_page()
        address = gone.url
        gone.close()
        fresh.goto(address)
        expect(fresh.locator("html[data-ready]")).to_be_attached(timeout=WORK_MAY_TAKE)

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.url}{path}")

    def log_in(self, username: str) -> None:
        """Log in, also in place of somebody else."""
        assert self.context is not None
        self.context.clear_cookies()
        self.go("/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page).to_have_url(f"{self.site.url}/")

    def prepare(self, round_: int) -> None:
        """Take the round along and wait until the page says that it is ready."""
        self.go("/inspections/field/")
        card = self.page.locator(f"[data-round='{round_}']")
        card.locator("[data-prepare]").click()
        expect(card.locator("[data-said]")).to_contain_text(
            words("Ready for work without network until %(until)s").split("%")[0], timeout=WORK_MAY_TAKE
        )

    def work(self, address: str = "") -> None:
        """Open the field page, as from the home screen; again where it is open already."""
        self.page.goto("about:blank")
        self.go(f"/inspections/field/work/{address}")
        expect(self.page.locator("html[data-ready]")).to_be_attached(timeout=WORK_MAY_TAKE)

    def button(self, english: str) -> Locator:
        return self.page.get_by_role("button", name=words(english), exact=True)

    @property
    def rows(self) -> Locator:
        return self.page.locator("#field-main .f-rows a.f-row")

    def open_household(self, name_or_number: str) -> None:
        self.rows.filter(has_text=name_or_number).first.click()
        expect(self.page.locator(".f-question").first).to_be_visible()

    def answer(self, place: int, answer: str) -> None:
        """Press the answer to the n-th question, counted from nought."""
        self.page.locator(".f-question").nth(place).locator(f".f-answer-{answer}").click()

    def fill(self, photo: Path | None = None, *, tapping: bool = True) -> None:
        """Answer everything "pass", with IMEI, signature and a photo; not yet done.

        `tapping`: with a finger for each answer; otherwise all at once, where the tapping is not the point.
        """
        if tapping:
            for place in range(self.page.locator(".f-question").count()):
                self.answer(place, "pass")
        else:
            answers = self.page.locator(".f-answer-pass input")
            answers.evaluate_all("(inputs) => inputs.forEach((input) => input.click())")
        self.page.fill("#imei", IMEI)
        self.page.fill("#signer", "Hồ Thị Minh")
        if photo is not None:
            self.page.set_input_files("#photo-visit", photo)
            expect(self.page.locator(".f-photos canvas").first).to_be_visible(timeout=WORK_MAY_TAKE)

    def done(self) -> None:
        """Press "done", also where the page says what it would be good to have."""
        self.button("Done").click()
        anyway = self.button("Done all the same")
        expect(anyway.or_(self.rows.first).or_(self.page.locator(".f-empty")).first).to_be_visible()
        if anyway.is_visible():
            anyway.click()
        expect(self.page.locator(".f-question")).to_have_count(0)

    def unsent(self, number: int) -> None:
        """The strip that is always there says this number."""
        said = words("Unsent: %(n)s") % {"n": number}
        expect(self.page.locator(".f-status-count").first).to_have_text(said, timeout=WORK_MAY_TAKE)

    def store(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.page.evaluate(_STORE, name)
        return rows

    def look(self, name: str) -> None:
        """Photograph the page and let axe judge it, colours as for sunlight."""
        self.page.screenshot(path=self.site.pictures / f"{name}.png", full_page=True)
        found = Axe().run(self.page, options={"rules": {"color-contrast-enhanced": {"enabled": self.is_app}}})
        grave = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found.response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert not grave, f"{name}: {grave}"
        assert not self.complaints, f"{name}: {self.complaints}"
        width = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width <= 0, f"{name} is {width} px wider than the screen"

    @property
    def is_app(self) -> bool:
        return "/field/work/" in self.page.url


def arrived(server: FieldServer, round_: int) -> dict[str, int]:
    """What the server has of a round: checks, households checked, photos, findings of checks."""
    return server.ask(
        f"{{'checks': FieldCheck.objects.filter(round={round_}).count(),"
        f" 'households': FieldCheck.objects.filter(round={round_}, counts=True).count(),"
        f" 'done': SampledHousehold.objects.filter(round={round_}, state='checked').count(),"
        f" 'photos': CheckPhoto.objects.filter(check_row__round={round_}).count()}}"
    )


def ready_phone(phones, server, households: int, name: str, **size: int) -> tuple[Phone, int]:
    """A phone with a round of so many households on it, the field page open."""
    round_ = server.round_of(INSPECTOR, households, name)
    phone = phones(**size)
    phone.log_in(INSPECTOR)
    phone.prepare(round_)
    phone.work(f"#/r/{round_}")
    return phone, round_


def _grave(said: Any) -> bool:
    """Errors of the page; that there is no network, or nobody logged in, is part of the work."""
    expected = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "Failed to load resource", "ERR_NETWORK")
    return said.type == "error" and not any(word in said.text for word in expected)


def picture(path: Path, width: int = 2400, height: int = 1500) -> Path:
    """A large photo (PNG) with stripes, as a camera might give it."""
    rows = []
    for line in range(height):
        shade = bytes((line * 7 % 256, line // 6 % 256, 120)) + bytes((200, line % 256, 60))
        rows.append(b"\x00" + shade * (width // 2))

    def part(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(b"".join(rows)))
        + part(b"IEND", b"")
    )
    return path


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height written in a JPEG."""
    assert content.startswith(b"\xff\xd8\xff"), "no JPEG"
    at = 2
    while content[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
