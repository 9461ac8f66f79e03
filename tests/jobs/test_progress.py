from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from smartphone_support.jobs.models import Job, JobState


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def job(cast):
    return Job.objects.create(
        kind="test", subject_id="1", owner=cast("hue-dolisa"), state=JobState.RUNNING, phase="reading",
        done=6_150, total=24_600, started_at=timezone.now() - timedelta(seconds=10),
    )  # fmt: skip


def box(visit, username, job):
    return visit(username, reverse("jobs:progress", args=[job.key]))


def test_the_owner_sees_share_rows_phase_and_time_left(visit, job):
    text = box(visit, "hue-dolisa", job).content.decode()
    assert "25 %" in text
    assert "6.150 of 24.600 lines" in text
    assert "Reading the file" in text
    assert "seconds left" in text
    assert "You may close this page" in text


def test_a_running_job_is_asked_for_again(visit, job):
    text = box(visit, "hue-dolisa", job).content.decode()
    assert f'hx-get="{reverse("jobs:progress", args=[job.key])}"' in text
    assert 'hx-trigger="every 1s"' in text
    assert 'aria-live="polite"' in text


@pytest.mark.parametrize("username", ["hue-dic", "daknong-dolisa", "admin"])
def test_nobody_else_finds_it(visit, job, username):
    assert box(visit, username, job).status_code == 404


def test_nobody_watches_without_logging_in(client, job):
    assert client.get(reverse("jobs:progress", args=[job.key])).status_code == 302


def test_when_it_is_over_the_page_is_told_to_load_anew_and_asks_no_more(client, cast, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    cast.log_in(client, "hue-dolisa")
    response = client.get(reverse("jobs:progress", args=[job.key]), HTTP_HX_REQUEST="true")
    assert response["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_a_failed_job_shows_its_sentence(visit, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="The sheet is empty.")
    assert "The sheet is empty." in box(visit, "hue-dolisa", job).content.decode()


def test_a_job_in_the_queue_says_it_waits(visit, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, done=0, total=0)
    assert "Waiting for its turn" in box(visit, "hue-dolisa", job).content.decode()
