"""``draw_sample``: the same households again, from the record and from a proof file alone."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from allocations.models import Support
from inspections.rules.sampling import Wanted
from inspections.sampling.redrawing import proof_of
from inspections.workflow.sampling import draw
from programs.loading import load_plans
from tests.inspection_rows import inspection_round
from tests.inspections.field_rows import served


@pytest.fixture
def drawing(cast):
    load_plans()
    for number in range(12):
        served(number + 1, commune=("20044", "20047", "19819")[number % 3])
    round_ = inspection_round("hue", state="announced")
    return draw(round_, actor=cast("hue-dic"), wanted=Wanted(fixed=5), seed="07 14 22")


def run(*args, **known):
    """Exit code and what was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command("draw_sample", *args, stdout=out, stderr=err, **known)
    except SystemExit as stopped:
        return stopped.code, out.getvalue() + err.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def proof(drawing, tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof_of(drawing), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_the_record_is_drawn_again(drawing):
    assert run(drawing.round_id) == (0, "Đã chọn lại: đúng 5 hộ đó, theo đúng thứ tự đó.\n")
    code, said = run(drawing.round_id, as_json=True)
    said = json.loads(said)
    assert (code, said["matches"], said["size"]) == (0, True, 5)
    assert said["drawn"] == proof_of(drawing)["drawn"]


@pytest.mark.django_db
def test_a_changed_sample_is_told(drawing):
    outside = Support.objects.exclude(pk__in=drawing.households.values("support")).first()
    drawing.households.filter(pk=drawing.households.first().pk).update(support=outside)
    code, said = run(drawing.round_id)
    assert code == 1
    assert "các hộ được chọn" in said
    code, said = run(drawing.round_id, as_json=True)
    assert (code, json.loads(said)["differences"]) == (1, ["drawn"])


@pytest.mark.django_db
def test_a_round_without_a_sample_and_no_round_at_all(cast):
    load_plans()
    assert run(inspection_round("hue").pk)[0] == 1
    assert run(10**9)[0] == 1
    assert run()[0] == 1


@pytest.mark.django_db
def test_a_proof_file_needs_no_data(proof):
    def refuse(*args):
        raise AssertionError("asked the database")

    with connection.execute_wrapper(refuse):
        assert run(frame=str(proof)) == (0, "Đã chọn lại: đúng 5 hộ đó, theo đúng thứ tự đó.\n")
        assert run(frame=str(proof), seed="07 14 22")[0] == 0
        assert run(frame=str(proof), seed="07 14 23")[0] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda said: said["frame"].popitem(), {"frame_hash", "drawn"}),
        (lambda said: next(iter(said["frame"].values())).append("them|1"), {"frame_hash", "drawn"}),
        (lambda said: said.update(frame_hash="0" * 64), {"frame_hash"}),
        (lambda said: next(iter(said["drawn"].values())).reverse(), {"drawn"}),
        (lambda said: said.update(seed="khác"), {"drawn"}),
        (lambda said: said.update(fixed_size=6), {"drawn"}),
    ],
)
def test_a_tampered_proof_file_is_told(proof, change, difference):
    said = json.loads(proof.read_text(encoding="utf-8"))
    change(said)
    proof.write_text(json.dumps(said), encoding="utf-8")
    code, told = run(frame=str(proof), as_json=True)
    assert code == 1
    assert set(json.loads(told)["differences"]) == difference


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"format": "sample-proof/1"}', '{"format": "x"}', "\udcff",
                '{"format": "sample-proof/1", "frame": {"a": [1, 1]}, "frame_hash": "", "seed": "1"}'],
)  # fmt: skip
def test_what_is_no_proof_file_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    code, said = run(frame=str(path))
    assert code == 1
    assert "không phải là tệp chứng minh" in said
    assert run(frame=str(tmp_path / "none.json"))[0] == 1
