"""What complaints and checklists answer when something is to be taken away under them."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from beneficiaries.models import Household
from beneficiaries.signals import household_in_use
from inspections.models import Checklist, ChecklistItem
from inspections.workflow import checklists
from programs.loading import load_plans
from tests.complaint_rows import written_down

from .field_rows import served

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast):
    load_plans()
    return cast("hue-dic")


def answers(household):
    """What the inspections answer, of households nothing else stands on."""
    sent = household_in_use.send(sender=None, households=Household.objects.filter(pk=household.pk))
    return [text for receiver, text in sent if text and receiver.__module__ == "inspections.receivers"]


def test_a_household_a_complaint_is_about_stays(officer):
    household = served(1).household
    assert answers(household) == []
    complaint = written_down(officer, household=household)
    (sentence,) = answers(household)
    assert complaint.number in sentence
    assert str(household) in sentence


def test_of_a_denunciation_the_answer_says_nothing(officer):
    household = served(1).household
    written_down(officer, "denunciation", household=household)
    assert answers(household) == []


def test_a_question_in_force_is_not_deleted_past_the_doors(officer):
    checklist = Checklist.objects.get(province=officer.province, part="C", state="in_force")
    question = checklist.items.first()
    for remove in (
        question.delete,
        ChecklistItem.objects.filter(pk=question.pk).delete,
        checklist.items.all().delete,
    ):
        with pytest.raises(IntegrityError, match="approved rows never change"), transaction.atomic():
            remove()
    if connection.vendor == "postgresql":
        for table, key in (("checklistitem", question.pk), ("checklist", checklist.pk)):
            with pytest.raises(DatabaseError, match="approved rows never change"), transaction.atomic():
                connection.cursor().execute(f"DELETE FROM inspections_{table} WHERE id = %s", [key])
    assert checklist.items.filter(pk=question.pk).exists()


def test_a_draft_and_its_questions_are_thrown_away(officer):
    draft = checklists.draft_checklist(
        Checklist.objects.get(province=officer.province, part="C", state="in_force"), actor=officer
    )
    draft.items.first().delete()
    checklists.discard_checklist(draft, actor=officer)
    assert not ChecklistItem.objects.filter(checklist__state="draft").exists()
