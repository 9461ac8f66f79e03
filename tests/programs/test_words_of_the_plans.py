"""Both plans, word by word, against the texts they were taken from."""

import re
import unicodedata
from pathlib import Path

import pytest

from programs.loading import FILES, packaged_plan


@pytest.fixture
def printed(settings):
    """The printed plan whose text begins or goes on with the given words."""
    folder = Path(settings.BASE_DIR).parent / "shared" / "seeds"
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.txt")]
    if not texts:
        pytest.skip("the texts of the plans (../shared/seeds) are not beside this checkout")
    return lambda words: next(text for text in texts if words in text)


def words(text):
    return unicodedata.normalize("NFC", text).split()


def test_the_packaged_texts_are_composed_unicode():
    for name in FILES:
        text = str(packaged_plan(name))
        assert text == unicodedata.normalize("NFC", text)


def test_the_appendix_of_daknong_is_whole(printed, daknong):
    matrix = ["STT Nội dung Chủ trì Phối hợp Thời gian"]
    for group in daknong.groups.all():
        matrix += [group.number, group.name]
        for task in group.tasks.all():
            lines = [line.printed for line in task.coordinations.all()]
            matrix += [task.number, task.content, task.lead.name, *lines, task.timing_text]
    whole = [daknong.reference_line, *matrix, daknong.closing_line]

    assert words(" ".join(whole)) == words(printed("Đắk Nông"))
    assert daknong.reference_line == printed("Đắk Nông").splitlines()[0].strip()


def test_plan_413_is_whole_from_its_title_to_its_last_sentence(printed, hue):
    section_four = []
    for group in hue.groups.all():
        section_four.append(f"{group.number}. {group.name}")
        section_four += [f"{task.number} {task.content}" for task in group.tasks.all()]
    ours = [
        *("KẾ HOẠCH", hue.title),
        *(basis.printed for basis in hue.bases.all()),
        *("I. MỤC ĐÍCH, YÊU CẦU", *hue.objectives),
        *("II. NỘI DUNG THỰC HIỆN", *hue.contents),
        *("III. KINH PHÍ THỰC HIỆN", hue.funding_text),
        *("IV. TỔ CHỨC THỰC HIỆN", *section_four, hue.closing_line),
    ]
    text = printed("413 /KH-UBND").replace("2269/QĐ-\n\nTTg", "2269/QĐ-TTg")
    start, end = text.index("KẾ HOẠCH"), text.index("Nơi nhận")
    # The one sentence between the legal bases and section I only repeats the title.
    theirs = re.sub(r"Ủy ban nhân dân tỉnh Thừa Thiên Huế ban hành Kế hoạch.*?như sau:", "", text[start:end])

    assert words(" ".join(ours)) == words(theirs)
