"""Five submissions in any 24 hours: what counts, for whom, and until when."""

from datetime import datetime, timedelta

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel import clock
from pydotorg.kernel.review.bounds import COMMENTS, DRAFTS, SUBMISSIONS, UNPUBLISHED_MAX
from tests.accounts.people import Person, signed_in
from tests.conventions.asking import error_of
from tests.review.desks import Json, Passing

from .desk import JOBS, described, is_on_the_board, on_the_board, seen_by, step, written

A_DAY = SUBMISSIONS.most
pytestmark = pytest.mark.anyio

DAY_SECONDS = 86_400


async def submitted(who: Person) -> Json:
    job = await written(who)
    answer = await step(who, job, "submit")
    assert answer.status_code == 200, answer.text
    return job


async def test_the_sixth_of_a_day_waits_until_the_first_is_a_day_old(
    app: Application, owner: Person, time_stands: Passing
) -> None:
    for _ in range(A_DAY):
        await submitted(owner)
        time_stands(60)
    job = await written(owner)
    refused = await step(owner, job, "submit")
    assert "5" in error_of(refused, 429)["detail"]
    assert refused.headers["retry-after"] == str(DAY_SECONDS - A_DAY * 60)
    assert await seen_by(owner, job) == job
    time_stands(DAY_SECONDS - A_DAY * 60 - 1)
    owner = owner._replace(client=await signed_in(app, owner.name))
    refused = await step(owner, job, "submit")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    time_stands(1)
    assert (await step(owner, job, "submit")).status_code == 200
    refused = await step(owner, await written(owner), "submit")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


async def test_what_becomes_of_a_job_makes_no_room_for_another(owner: Person, moderator: Person) -> None:
    jobs = [await submitted(owner) for _ in range(A_DAY)]
    await owner.client.delete(f"{JOBS}/{jobs[0]['id']}")
    await step(owner, jobs[1], "remove")
    await step(moderator, jobs[2], "reject")
    await step(moderator, jobs[3], "approve")
    error_of(await step(owner, await written(owner), "submit"), 429)
    error_of(await step(owner, jobs[2], "submit"), 429)


async def test_to_change_what_an_approved_job_says_is_a_submission(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    job = await on_the_board(owner, moderator)
    for number in range(1, A_DAY):
        changed = await owner.client.patch(f"{JOBS}/{job['id']}", json={"city": f"Bern {number}"})
        assert changed.json()["status"] == "review"
        await step(moderator, job, "approve")
    before = await seen_by(owner, job)
    refused = await owner.client.patch(f"{JOBS}/{job['id']}", json={"city": "Basel", "job_types": ["web"]})
    error_of(refused, 429)
    assert await seen_by(owner, job) == before
    assert await is_on_the_board(public, job)
    told = await owner.client.patch(f"{JOBS}/{job['id']}", json={"contact": "Ada"})
    assert told.json()["contact"] == "Ada"


async def test_a_submission_that_is_refused_does_not_count(owner: Person) -> None:
    job = await submitted(owner)
    for _ in range(A_DAY):
        error_of(await step(owner, job, "submit"), 409)
    for _ in range(A_DAY - 1):
        await submitted(owner)


async def test_each_has_a_number_of_his_own_and_moderators_more(owner: Person, moderator: Person) -> None:
    for _ in range(A_DAY + 1):
        await submitted(moderator)
    for _ in range(A_DAY):
        await submitted(owner)
    queued = (await moderator.client.get(f"{JOBS}/review")).json()
    moments = [datetime.fromisoformat(each["submitted_at"]) for each in queued]
    assert moments == sorted(moments)
    assert all(datetime.fromisoformat(each["submitted_at"]) > clock.now() - timedelta(days=1) for each in queued)


async def test_fifty_drafts_a_day_are_taken_whatever_becomes_of_them(owner: Person) -> None:
    for _ in range(DRAFTS.most):
        job = await written(owner)
        await owner.client.delete(f"{JOBS}/{job['id']}")
    refused = await owner.client.post(JOBS, json=described())
    assert f"{DRAFTS.most} drafts" in error_of(refused, 429)["detail"]
    assert 0 < int(refused.headers["retry-after"]) <= DAY_SECONDS


async def test_who_keeps_very_many_that_were_never_published_must_delete_one_first(
    app: Application, owner: Person, moderator: Person, time_stands: Passing
) -> None:
    await on_the_board(owner, moderator)
    jobs = [await written(owner) for _ in range(DRAFTS.most - 1)]
    time_stands(DAY_SECONDS)
    owner = owner._replace(client=await signed_in(app, owner.name))
    await step(owner, jobs[1], "submit")
    await written(owner)
    refused = await owner.client.post(JOBS, json=described())
    assert f"{UNPUBLISHED_MAX} jobs" in error_of(refused, 409)["detail"]
    await step(owner, jobs[2], "remove")
    await written(owner)  # what was removed cannot be deleted
    error_of(await owner.client.post(JOBS, json=described()), 409)
    await owner.client.delete(f"{JOBS}/{jobs[0]['id']}")
    await written(owner)
    error_of(await owner.client.post(JOBS, json=described()), 409)


async def test_comments_have_a_bound_and_moderators_a_higher_one(owner: Person, moderator: Person) -> None:
    job, said = await written(owner), {"text": "And?"}
    for who, status in ((owner, 429), (moderator, 201)):
        for _ in range(COMMENTS.most):
            assert (await who.client.post(f"{JOBS}/{job['id']}/comments", json=said)).status_code == 201
        assert (await who.client.post(f"{JOBS}/{job['id']}/comments", json=said)).status_code == status
