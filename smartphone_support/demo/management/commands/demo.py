"""Fills an empty database with the demo."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from programs.loading import load_plans
from smartphone_support.accounts.models import User
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import record
from smartphone_support.demo.accounts import demo_accounts, load_accounts
from smartphone_support.demo.samples import write_samples
from smartphone_support.demo.story import SIZES, play

LOADED = "demo.loaded"


class Command(BaseCommand):
    help = "Load both plans, areas, organisations, accounts and (full) a synthetic register with rounds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--reset", action="store_true", help="empty the database first (never one in real use)")
        add("--register", choices=["full", "none"], default="full", help="none: no register and no rounds")
        add("--households", type=int, help="size of each province's register (default 6000 and 4000)")
        add("--if-empty", action="store_true", help="do nothing where the demo is loaded already")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = AuditEntry.objects.filter(action=LOADED).exists()
        if options["if_empty"] and loaded:
            load_accounts()
            return self._introduce()
        if options["reset"] or (options["if_empty"] and User.objects.exists()):
            # Also after a first loading that was interrupted: the story begins on an empty stage.
            self._empty()
        elif loaded and options["register"] == "full":
            self._refuse("Dữ liệu minh họa đã có. Dùng --reset để nạp lại từ đầu.")
        load_accounts()
        load_plans()
        if options["register"] == "full":
            self._play({province: options["households"] or size for province, size in SIZES.items()})
        record(LOADED, None, actor=None, after={"register": options["register"]})
        return self._introduce()

    def _play(self, sizes: dict[str, int]) -> None:
        for province, size in sizes.items():
            play(province, size, self.stdout.write)
        write_samples(settings.VAR_DIR / "samples", sizes)

    def _empty(self) -> None:
        if User.objects.filter(is_demo=False).exists():
            self._refuse("Cơ sở dữ liệu có tài khoản thật nên không xóa. Hãy dùng một cơ sở dữ liệu khác.")
        call_command("flush", interactive=False, verbosity=0)

    def _introduce(self) -> None:
        say = self.stdout.write
        say("")
        say("Số liệu minh họa: mọi tên người và con số đều do chương trình tự tạo.")
        say("Tài khoản (đăng nhập được khi DEMO=1):")
        names = [account.username for account in demo_accounts()]
        for prefix in ("hue", "daknong"):
            say("  " + " ".join(name for name in names if name.startswith(prefix)))
        say("  admin")
        say(f"Mật khẩu chung: {settings.DEMO_PASSWORD}")
        samples = settings.VAR_DIR / "samples"
        if samples.exists():
            say(f"Tệp mẫu để thử: {samples}")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(1)
