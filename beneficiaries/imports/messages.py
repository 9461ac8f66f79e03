"""What a person is told about a problem or a refusal: what, where, and how to mend it."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.spreadsheets.refusals import SpreadsheetRefused

from ..choices import PovertyClass
from .records import Problem

_TITLES = {
    "missing_head_name": gettext_lazy("Name of the head missing"),
    "bad_birth_date": gettext_lazy("Date of birth not valid"),
    "bad_national_id": gettext_lazy("Identity number not valid"),
    "unknown_commune": gettext_lazy("Commune not found"),
    "ambiguous_commune": gettext_lazy("Commune not certain"),
    "unknown_class": gettext_lazy("Class of the household not known"),
    "bad_number": gettext_lazy("Number not valid"),
    "leading_zero_restored": gettext_lazy("Leading zero of the identity number restored"),
    "bad_phone": gettext_lazy("Telephone number not valid"),
    "id_mismatch": gettext_lazy("Identity number contradicts sex or year of birth"),
    "duplicate_in_file": gettext_lazy("Identity number twice in the file"),
    "household_twice": gettext_lazy("Household twice in the file"),
    "ambiguous_date": gettext_lazy("Date can be read in two ways"),
    "bad_date": gettext_lazy("Date not valid"),
    "bad_gender": gettext_lazy("Sex not valid"),
    "unclear_tick": gettext_lazy("Mark not clear"),
    "unknown_district": gettext_lazy("District not found"),
    "row_not_understood": gettext_lazy("Row not understood"),
    "test_row": gettext_lazy("Trial row of the review software"),
    "not_calculated": gettext_lazy("Formula without a result"),
    "unknown_movement": gettext_lazy("Movement not known"),
    "unknown_change": gettext_lazy("Change not known"),
    "unknown_service": gettext_lazy("Service not known"),
    "movement_unknown": gettext_lazy("Household not in the register"),
    "movement_known": gettext_lazy("Household in the register already"),
    "movement_left": gettext_lazy("Household has left the register"),
    "movement_no_change": gettext_lazy("Household has this class already"),
    "movement_other_class": gettext_lazy("Household has another class"),
    "movement_lives_here": gettext_lazy("Household lives there already"),
    "movement_no_class": gettext_lazy("Class of the household missing"),
    "movement_no_place": gettext_lazy("Commune of the household missing"),
    "movement_no_new_head": gettext_lazy("New head missing"),
}

_SENTENCES = {
    "missing_head_name": gettext_lazy("The name of the head of the household is missing: fill it in."),
    "bad_birth_date": gettext_lazy(
        "“%(value)s” is no date of birth: write dd/mm/yyyy, or only the year if the day is not known."
    ),
    "bad_national_id": gettext_lazy(
        "“%(value)s” is no identity number: it has 12 digits (CCCD) or 9 digits (CMND); check the paper."
    ),
    "unknown_commune": gettext_lazy(
        "“%(value)s” is no commune of this province or of this district: check commune and district."
    ),
    "ambiguous_commune": gettext_lazy(
        "“%(value)s” can be %(candidates)s: write the district or the code too."
    ),
    "unknown_class": gettext_lazy(
        "“%(value)s” does not say one class: mark the household as poor or as near-poor, not both."
    ),
    "bad_number": gettext_lazy("“%(value)s” is no whole number: write digits only."),
    "leading_zero_restored": gettext_lazy(
        "Excel dropped the zero at the beginning of “%(value)s”; it was put back. Check the number."
    ),
    "bad_phone": gettext_lazy("“%(value)s” is no telephone number: it has 10 digits; left empty."),
    "id_mismatch": gettext_lazy(
        "Identity number “%(value)s” contradicts the sex or the year of birth in this row: check the paper."
    ),
    "duplicate_in_file": gettext_lazy(
        "Identity number “%(value)s” stands already in sheet %(sheet)s, row %(row)s: keep one of them."
    ),
    "household_twice": gettext_lazy(
        "The household of “%(value)s” stands already in sheet %(sheet)s, row %(row)s: it is taken once."
    ),
    "ambiguous_date": gettext_lazy(
        "“%(value)s” can be read in two ways: write dd/mm/yyyy with four-digit year."
    ),
    "bad_date": gettext_lazy("“%(value)s” is no date: write dd/mm/yyyy; left empty."),
    "bad_gender": gettext_lazy("“%(value)s” is neither Nam nor Nữ; left empty."),
    "unclear_tick": gettext_lazy(
        "“%(value)s” was read as yes: write x for yes, leave the cell empty for no."
    ),
    "unknown_district": gettext_lazy(
        "“%(value)s” is no district of this province; the district of the commune was taken."
    ),
    "row_not_understood": gettext_lazy(
        "“%(value)s” is neither a household nor a heading known; the row was not read."
    ),
    "test_row": gettext_lazy(
        "Household code %(value)s is the one of trial rows: delete the row if it is no real household."
    ),
    "not_calculated": gettext_lazy(
        "The formula in this cell has no result: open the file in Excel, save it, or write the value."
    ),
    "unknown_movement": gettext_lazy(
        "“%(value)s” names no movement: write for example Tái nghèo, Thoát nghèo, Chuyển đi, Chết."
    ),
    "unknown_change": gettext_lazy(
        "“%(value)s” names no change: write Hỗ trợ mới, Ngừng hỗ trợ or Thay đổi mức."
    ),
    "unknown_service": gettext_lazy("“%(value)s” names no service: write Di động or Băng rộng cố định."),
    "movement_unknown": gettext_lazy(
        "“%(value)s” is not in the register: check name, birth and identity number, or whether an earlier "
        "list is missing."
    ),
    "movement_known": gettext_lazy(
        "“%(value)s” is in the register already as a household of its own: nothing splits off."
    ),
    "movement_left": gettext_lazy("“%(value)s” has left the register already: this cannot happen to it."),
    "movement_no_change": gettext_lazy(
        "“%(value)s” is “%(class)s” in the register already: check the sheet, or leave the row out."
    ),
    "movement_other_class": gettext_lazy(
        "“%(value)s” is “%(class)s” in the register, so this cannot happen to it: check the sheet, or "
        "whether an earlier list is missing."
    ),
    "movement_lives_here": gettext_lazy(
        "“%(value)s” lives in this commune already: check the commune, or leave the row out."
    ),
    "movement_no_class": gettext_lazy(
        "Nothing says whether “%(value)s” is poor or near-poor: write it into the note."
    ),
    "movement_no_place": gettext_lazy("The commune of “%(value)s” is missing: fill it in."),
    "movement_no_new_head": gettext_lazy(
        "The new head of the household of “%(value)s” is missing: fill it in."
    ),
}

_MISSING_VALUE = {
    "unknown_commune": gettext_lazy("The commune is missing: fill it in, with its district."),
    "unknown_class": gettext_lazy("The class is missing: mark the household as poor or as near-poor."),
}

_REFUSALS = {
    "empty_file": gettext_lazy("The file is empty: choose the workbook again."),
    "too_big": gettext_lazy("The file has %(size)s MB, more than the %(limit)s MB allowed: split the list."),
    "unreadable": gettext_lazy("The file could not be read: upload it again."),
    "lock_file": gettext_lazy(
        "This is the small file Excel keeps while a workbook is open (~$…): choose the workbook itself."
    ),
    "word": gettext_lazy("This is a Word document, not a workbook: save the table as an Excel file (.xlsx)."),
    "powerpoint": gettext_lazy("This is a PowerPoint file, not a workbook: choose the Excel file (.xlsx)."),
    "pdf": gettext_lazy(
        "This is a PDF file, not a workbook: choose the Excel file (.xlsx) it was made from."
    ),
    "image": gettext_lazy("This is a picture, not a workbook: choose the Excel file (.xlsx)."),
    "html": gettext_lazy("This is a web page, not a workbook: open it in Excel and save it as .xlsx."),
    "xml_spreadsheet": gettext_lazy(
        "This is an Excel 2003 XML file: open it in Excel and save it as Excel Workbook (.xlsx)."
    ),
    "text": gettext_lazy("This is a text file, not a workbook: open it in Excel and save it as .xlsx."),
    "archive": gettext_lazy("This is an archive, not a workbook: unpack it and choose the Excel file in it."),
    "not_workbook": gettext_lazy("This is not an Excel workbook: choose a file saved as .xlsx."),
    "xlsb": gettext_lazy("This is a binary workbook (.xlsb): open it in Excel and save it as .xlsx."),
    "damaged": gettext_lazy("The workbook is damaged or incomplete: save it again in Excel and upload it."),
    "password": gettext_lazy(
        "The workbook is protected by a password: remove the password and upload it again."
    ),
    "bomb": gettext_lazy("The workbook unpacks to far more than it shows; for safety it was not opened."),
    "hostile_xml": gettext_lazy(
        "The workbook holds declarations no Excel file has; for safety it was not opened."
    ),
    "too_many_sheets": gettext_lazy(
        "The workbook has %(sheets)s sheets, more than the %(limit)s allowed: keep only the lists."
    ),
    "too_many_cells": gettext_lazy(
        "The workbook has more than %(limit)s cells: split the list, for example one file for each district."
    ),
    "far_cell": gettext_lazy(
        "Sheet “%(sheet)s” has something in the far cell %(cell)s: delete what stands outside the list."
    ),
    "no_sheet": gettext_lazy("The workbook has no sheet with cells: choose the file with the list."),
    "too_heavy": gettext_lazy(
        "Reading the workbook took more memory or time than allowed: copy the list into a new workbook."
    ),
    "empty": gettext_lazy("The workbook holds no household: check that the list is in it."),
    "no_table": gettext_lazy(
        "No list of households was found: the table needs a header row with the name of the head, "
        "the date of birth, the commune and the class."
    ),
    "no_class": gettext_lazy(
        "Nothing in sheet “%(sheet)s” says whether its households are poor or near-poor: add the column."
    ),
    "no_place": gettext_lazy(
        "Nothing in sheet “%(sheet)s” says in which commune its households live: add the column."
    ),
    "annual_list": gettext_lazy(
        "Sheet “%(sheet)s” lists the households of a review, not the changes of a month: choose the "
        "monthly list."
    ),
    "monthly_list": gettext_lazy(
        "Sheet “%(sheet)s” lists changes of a month, not the households of a review: choose the annual list."
    ),
    "operator_list": gettext_lazy(
        "Sheet “%(sheet)s” is an operator's list of subscriptions, not a list of households."
    ),
    "supported_list": gettext_lazy(
        "Sheet “%(sheet)s” lists households supported with smartphones (review workbook or annex), "
        "not the households of a review: choose the annual list."
    ),
    "other_province": gettext_lazy(
        "The households of this file live in %(province)s, not in %(own)s: choose the list of your province."
    ),
}


def problem_title(code: str) -> str:
    """A few words for a kind of problem, to group by; the code itself where it is not known here."""
    return str(_TITLES.get(code, code))


class ProblemLike(Protocol):
    """A problem as read or as stored."""

    code: str
    value: str
    params: dict[str, str | int]


def problem_message(problem: ProblemLike, value: str | None = None) -> str:
    """One sentence: what is wrong in the cell and how to mend it. ``value`` stands for the cell's own."""
    sentence = _SENTENCES.get(problem.code)
    if not problem.value and problem.code in _MISSING_VALUE:
        return str(_MISSING_VALUE[problem.code])
    if sentence is None:
        return problem.code
    text = str(sentence) % {
        "candidates": "",
        "sheet": "",
        "row": "",
        **problem.params,
        "class": _class_label(problem.params.get("class")),
        "value": problem.value if value is None else value,
    }
    return f"{text} {_found_elsewhere(problem)}".strip()


def _class_label(poverty_class: object) -> str:
    return str(PovertyClass(poverty_class).label) if poverty_class in PovertyClass.values else ""


def _found_elsewhere(problem: ProblemLike) -> str:
    """For a commune not found: where the same name does exist."""
    candidates = problem.params.get("candidates")
    if problem.code != "unknown_commune" or not candidates:
        return ""
    return _("The name exists as: %(candidates)s.") % {"candidates": candidates}


def problem_place(problem: Problem) -> str:
    """Where: "sheet HN, HCN, row 12, column F"."""
    if not problem.column:
        return _("sheet %(sheet)s, row %(row)s") % {"sheet": problem.sheet, "row": problem.row}
    place = {"sheet": problem.sheet, "row": problem.row, "column": problem.column}
    return _("sheet %(sheet)s, row %(row)s, column %(column)s") % place


def refusal_message(refusal: SpreadsheetRefused) -> str:
    """One sentence: why the file was not read and what to do."""
    sentence = _REFUSALS.get(refusal.code)
    if sentence is None:
        return _("The file could not be read (%(code)s).") % {"code": refusal.code}
    known = {"sheet": "", "cell": "", "limit": "", "size": "", "sheets": "", "province": "", "own": ""}
    params = {**known, **refusal.params}
    for name in ("province", "own"):  # inside a sentence: "tỉnh Đắk Nông", but "Đắk Nông" alone
        kind, _space, rest = str(params[name]).partition(" ")
        params[name] = f"{kind.lower()} {rest}" if kind in ("Tỉnh", "Thành") else params[name]
    return str(sentence) % params
