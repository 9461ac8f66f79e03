"""Tổng hợp khó khăn, vướng mắc: what the department sums up for the provincial People's Committee."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from smartphone_support.documents.paper import Block, Column, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import counted, day_in_words

from ..models import Obstacle, Program
from ..report_sections import committee_table
from ..reporting import shown
from .office import (
    bases,
    committee,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
    plan_basis,
)


def summary(program: Program, obstacles: Sequence[Obstacle], on: date) -> Paper:
    """The report to the People's Committee as a draft: number and day are written in when it is signed.

    `obstacles`: those marked for the Committee, in the order they were raised, with organisation and task.
    """
    province = program.province
    symbol = f"BC-{department_symbol(province)}"
    name = department_name(province)
    body: list[Block] = [Paragraph(text, italic=True) for text in bases(plan_basis(program))]
    if obstacles:
        body += [
            Paragraph(
                f"{name} tổng hợp {counted(len(obstacles))} khó khăn, vướng mắc do các cơ quan, đơn vị phản "
                f"ánh trong quá trình triển khai Kế hoạch, tính đến {day_in_words(on)}, như sau:"
            ),
            _table(obstacles),
            Paragraph(f"{name} kính báo cáo {committee(province)} xem xét, chỉ đạo giải quyết./."),
        ]
    else:
        body.append(
            Paragraph(
                f"Tính đến {day_in_words(on)}, {name} chưa nhận được phản ánh khó khăn, vướng mắc cần báo "
                f"cáo {committee(province)}./."
            )
        )
    return Paper(
        letterhead=department_head(province),
        number=number_line("", symbol),
        place_day=place_day(province, None, year=on.year),
        kind="BÁO CÁO",
        summary="Tổng hợp khó khăn, vướng mắc trong triển khai hỗ trợ điện thoại thông minh cho hộ nghèo, "
        "hộ cận nghèo và gia đình chính sách",
        addressee=f"Kính gửi: {committee(province)}.",
        blocks=tuple(body),
        signatures=(director_signature(),),
        recipients=("- Như trên;", "- Các cơ quan, đơn vị có phản ánh;", "- Lưu: VT."),
        is_draft=True,
    )


def _table(obstacles: Sequence[Obstacle]) -> Table:
    figures = committee_table(obstacles)
    columns = (Column("STT", 10, "center"), *(Column(one.title, one.width) for one in figures.columns))
    rows = (
        Row((str(number), *(shown(cell) for cell in row.cells)))
        for number, row in enumerate(figures.rows, start=1)
    )
    return Table(columns, tuple(rows))
