import signal
import subprocess
import sys
from datetime import date, datetime

import pytest

from smartphone_support.spreadsheets import workbook as module
from smartphone_support.spreadsheets.limits import Limits
from smartphone_support.spreadsheets.preflight import FileKind
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Workbook, open_workbook

from .building import raw_xlsx, sheet_xml, write_xlsx


def read(path, limits=None):
    with open_workbook(path, limits or Limits()) as workbook:
        return {sheet.name: list(sheet) for sheet in workbook}


def test_rows_come_with_their_own_numbers_and_plain_values(tmp_path):
    rows = [[], [None, "chữ", 3, 2.5, True], [], [date(1961, 3, 5), datetime(2024, 1, 2, 3, 4), "'046"]]
    path = write_xlsx(tmp_path / "a.xlsx", {"Danh sách": rows})
    assert read(path) == {
        "Danh sách": [
            (2, [None, "chữ", 3, 2.5, True]),
            (4, [date(1961, 3, 5), datetime(2024, 1, 2, 3, 4), "'046"]),
        ]
    }


def test_a_whole_number_is_an_int_and_not_a_float(tmp_path):
    [(_, values)] = read(write_xlsx(tmp_path / "a.xlsx", {"S": [[46090019194, 1.5]]}))["S"]
    assert [type(value) for value in values] == [int, float]


def test_columns_left_of_the_table_are_kept_empty(tmp_path):
    path = raw_xlsx(tmp_path / "a.xlsx", sheet_xml('<row r="5"><c r="C5"><v>7</v></c></row>'))
    assert read(path) == {"S": [(5, [None, None, 7])]}


def test_sheets_come_in_order_and_may_be_left_unread(tmp_path):
    path = write_xlsx(
        tmp_path / "a.xlsx", {"Một": [[n] for n in range(500)], "Hai": [["b"]], "Ba": []}, hidden=["Hai"]
    )
    with open_workbook(path) as workbook:
        seen = [
            (sheet.name, sheet.visible, list(sheet) if sheet.name != "Một" else next(iter(sheet)))
            for sheet in workbook
        ]
    assert seen == [("Một", True, (1, [0])), ("Hai", False, [(1, ["b"])]), ("Ba", True, [])]


def test_closing_early_ends_the_child(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [["x" * 50] * 20] * 3000})
    workbook = open_workbook(path)
    sheet = next(iter(workbook))
    next(iter(sheet))
    workbook.close()
    assert workbook._process.poll() is not None


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_child_reads_on_while_the_site_is_stopped_around_it(tmp_path, stop):
    """Ctrl+C and systemd signal every process; the file must not be called too heavy for it."""
    path = write_xlsx(tmp_path / "a.xlsx", {"Trang 1": [["Hồ Văn Đông" * 5, i] for i in range(9000)]})
    with open_workbook(path) as workbook:
        for sheet in workbook:
            first = next(iter(sheet))
            workbook._process.send_signal(stop)
            rest = list(sheet)
    assert (first[0], len(rest)) == (1, 8999)


def test_what_gets_past_the_check_ends_only_the_child(tmp_path):
    far = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    path = raw_xlsx(tmp_path / "a.xlsx", far)
    with (
        Workbook(path, FileKind("xlsx", 1), Limits(child_cpu_seconds=1)) as workbook,
        pytest.raises(SpreadsheetRefused) as refused,
    ):
        [list(sheet) for sheet in workbook]
    assert refused.value.code == "too_heavy"


def test_a_child_that_needs_too_long_is_stopped(tmp_path, monkeypatch):
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [[1]]})
    monkeypatch.setattr(module.sys, "executable", _sleeper(tmp_path))
    with (
        open_workbook(path, Limits(child_seconds=1)) as workbook,
        pytest.raises(SpreadsheetRefused) as refused,
    ):
        list(workbook)
    assert refused.value.code == "too_heavy"


def _sleeper(folder) -> str:
    script = folder / "sleeper"
    script.write_text("#!/bin/sh\nexec sleep 30\n")
    script.chmod(0o755)
    return str(script)


def test_the_child_sees_no_secret_of_the_site(tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SECRET_KEY", "secret")
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [[1]]})
    seen = {}
    popen = subprocess.Popen

    def spy(*args, **kwargs):
        seen.update(kwargs["env"])
        return popen(*args, **kwargs)

    monkeypatch.setattr(module.subprocess, "Popen", spy)
    read(path)
    assert "PYTHONPATH" in seen
    assert "DJANGO_SECRET_KEY" not in seen


def test_an_old_binary_file_that_is_none_is_damaged(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook".encode("utf-16-le") + b"\x00" * 99
    )
    with pytest.raises(SpreadsheetRefused) as refused:
        read(path)
    assert refused.value.code in ("damaged", "too_heavy")


def test_the_engine_loads_no_django():
    code = "import sys, beneficiaries.imports.reading; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
