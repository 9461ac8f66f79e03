"""Lists decided and handed over, and the words of the papers somebody downloads of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from allocations import workflow
from allocations.models import Device, HandOver, Support

from .reading import words_of


@pytest.fixture
def download(client, cast):
    """`download("hue-dic", proposal, "submission")`: the words of the .docx that person gets."""

    def get(username, row, slug, of="proposal", **data):
        cast.log_in(client, username)
        name = f"allocations:paper_{of}_{slug}_docx".replace("-", "_")
        answer = client.get(reverse(name, args=[row.pk]), data)
        assert answer.status_code == 200, answer.status_code
        return words_of(answer.content)

    return get


@pytest.fixture
def two_lists(story):
    story.household("20047", "near_poor", merit=True, phone="0914000111", head_name="Hồ Văn Vui")
    story.households(c20044=5, c20161=6)
    return story.lists(total=6)


@pytest.fixture
def delivered(two_lists, story, cast):
    """All supports assigned to Viettel; one household has its phone in hand, one its money."""
    row = two_lists["481"]
    row.lines.filter(position=2).update(support_form="cash")
    story.decided(*two_lists.values())
    viettel = cast("hue-viettel").organisation
    supports = list(Support.objects.order_by("line__district_list", "line__position"))
    workflow.assign_operator(supports, viettel, actor=cast("hue-dic"))
    bundle = Support.objects.filter(form="bundle", district__code="481").first()
    cash = Support.objects.get(form="cash")
    device = Device.objects.create(
        province=cast.area("46"), round=row.round, operator=viettel, model="Máy A & B",
        imei="356938035643809", place="household", district=bundle.district,
    )  # fmt: skip
    handed = HandOver.objects.create(
        support=bundle, form="bundle", number="7/BB-BG", handed_on=date(2024, 3, 4), place="Nhà văn hóa",
        district=bundle.district, receiver="member", receiver_name="Hồ Thị Lan", receiver_relation="vợ",
        receiver_national_id="046175001234", device=device, phone_number="0961234567",
        recorded_by=cast("hue-viettel"),
    )  # fmt: skip
    paid = HandOver.objects.create(
        support=cash, form="cash", handed_on=date(2024, 3, 5), district=cash.district,
        receiver_name=cash.household.head_name, invoice_number="0001234", invoice_date=date(2023, 5, 1),
        cash_amount=500_000, payment_means="cash", recorded_by=cast("hue-viettel"),
    )  # fmt: skip
    return {"list": row, "bundle": bundle, "handed": handed, "paid": paid, "viettel": viettel}
