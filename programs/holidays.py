"""The public holidays of fixed date, as data.

Labour Code 45/2019/QH14, art. 112(1): 1 January, 30 April, 1 May and 2 September. Tết (five days), the Hùng
Kings' day (10th of the third lunar month), the second day of National Day and days worked in exchange are
announced for each year: nobody can compute them, the administrator enters them.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from smartphone_support.accounts.seeds.writer import SeedWriter

from .choices import HolidayKind
from .models import Holiday

FILE = Path(__file__).parent / "seeds" / "holidays.tsv"


def packaged_holidays() -> Iterator[tuple[date, str]]:
    """Day and name of every packaged holiday."""
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield date.fromisoformat(row["day"]), row["name"]


def load_holidays(writer: SeedWriter) -> None:
    """Create the packaged holidays that are missing; what people entered or corrected stays."""
    known = set(Holiday.objects.values_list("day", flat=True))
    for day, name in packaged_holidays():
        if day not in known:
            writer.put(Holiday, {"day": day}, {}, first={"name": name, "kind": HolidayKind.HOLIDAY})
