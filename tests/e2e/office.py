"""A person at a browser: logs in, presses what the screen says, looks at every page for axe and the album."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, Locator, Page, expect

from .running import PASSWORD, Site

WORK_MAY_TAKE = 60_000  # milliseconds; machines are slow and shared


def words(text: str, context: str = "") -> str:
    """What the Vietnamese screen says for an English text."""
    with override("vi"):
        return pgettext(context, text) if context else gettext(text)


class Clerk:
    """One person of the demo with a browser of their own."""

    def __init__(
        self, browser: Browser, site: Site, username: str, width: int = 1366, height: int = 768
    ) -> None:
        self.site, self.username = site, username
        context = browser.new_context(
            locale="vi-VN", viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.goto(f"{site.url}/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page).to_have_url(f"{site.url}/")

    def _listen(self, message: object) -> None:
        text = getattr(message, "text", "")
        if "Content Security Policy" in text or (
            getattr(message, "type", "") == "error" and "40" not in text
        ):
            self.complaints.append(text)

    def go(self, path: str) -> int:
        answer = self.page.goto(f"{self.site.url}{path}")
        return answer.status if answer else 0

    def button(self, english: str) -> Locator:
        name = re.compile(re.escape(words(english).rstrip("….")))
        main = self.page.locator("main")
        return main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).first

    def press(self, english: str) -> None:
        self.button(english).click()

    def send(self) -> None:
        """Press the one button that sends the form of the page."""
        with self.page.expect_navigation():
            self.page.locator("main form:not([action*=setlang]) button[type=submit].btn").last.click()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=WORK_MAY_TAKE)

    def download(self, english: str, folder: Path) -> Path:
        with self.page.expect_download() as waiting:
            self.press(english)
        path = folder / f"{self.username}-{waiting.value.suggested_filename}"
        waiting.value.save_as(path)
        return path

    def look(self, name: str) -> None:
        """Photograph the page and let axe judge it."""
        self.page.screenshot(path=self.site.pictures / f"{name}.png", full_page=True)
        found = Axe().run(self.page).response["violations"]
        grave = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert not grave, f"{name}: {grave}"
        assert not self.complaints, f"{name}: {self.complaints}"
        width = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width <= 0, f"{name} is {width} px wider than the screen"
