"""A job leaves list, search, detail and count at the second at which it expires, whether anything happens or not."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, func, select

from pydotorg.app import Application
from pydotorg.jobs.expiring import Expiring, expire
from pydotorg.jobs.tables import Job
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.tasks.declaring import Equipment, Work
from tests.accounts.people import Person, person, service, signed_in
from tests.conftest import client_of
from tests.conventions.asking import error_of
from tests.review.desks import Json, Passing, moment
from tests.review.mailing import SITE, Office, Tray

from .desk import JOBS, is_on_the_board, job_in, listed, on_the_board, searched, seen_by, step, word_of, written

pytestmark = pytest.mark.anyio


def lifetime(job: Json) -> timedelta:
    return datetime.fromisoformat(job["expires_at"]) - datetime.fromisoformat(job["published_at"])


async def test_a_job_expires_90_days_after_its_approval_or_when_a_moderator_says(
    owner: Person, moderator: Person, time_stands: Passing
) -> None:
    assert lifetime(await on_the_board(owner, moderator)) == timedelta(days=90)
    assert lifetime(await on_the_board(owner, moderator, 3600)) == timedelta(hours=1)
    job = await job_in("review", owner, moderator)
    approved = (await step(moderator, job, "approve", expires_at="2030-01-01T01:00:00+02:00")).json()
    assert approved["expires_at"] == "2029-12-31T23:00:00Z"


@pytest.mark.parametrize(
    "until", [-1, 0, 3651 * 86_400, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "soon", None]
)
async def test_a_moderator_can_say_until_when_but_not_what_is_past_or_years_away(
    owner: Person, moderator: Person, time_stands: Passing, until: object
) -> None:
    job = await job_in("review", owner, moderator)
    given = moment(until) if isinstance(until, int) else until
    answer = await step(moderator, job, "approve", expires_at=given)
    assert [fault["field"] for fault in error_of(answer, 422)["extra"]["errors"]] == ["expires_at"]
    assert await seen_by(owner, job) == job


async def test_an_approval_takes_no_body_that_it_does_not_know(owner: Person, moderator: Person) -> None:
    job = await job_in("review", owner, moderator)
    address = f"{JOBS}/{job['id']}/approve"
    error_of(await moderator.client.post(address, content=b"soon"), 415)
    error_of(await moderator.client.post(address, json={"status": "approved"}), 422)
    assert await seen_by(owner, job) == job


async def test_it_is_gone_for_everybody_at_the_second(
    owner: Person, moderator: Person, stranger: Person, public: httpx.AsyncClient, time_stands: Passing
) -> None:
    job, stays = await on_the_board(owner, moderator, 10), await on_the_board(owner, moderator, 3600)
    before = len(await listed(public))
    for seconds in (9, 0.999):
        time_stands(seconds)
        assert await is_on_the_board(public, job)
    time_stands(0.001)
    assert not await is_on_the_board(public, job)
    assert not await is_on_the_board(stranger.client, job)
    assert await is_on_the_board(public, stays)
    assert len(await listed(public)) == before - 1
    found = await public.get(JOBS, params={"limit": 1, "q": word_of(job)})
    assert (found.json(), found.headers["x-total-count"]) == ([], "0")


async def test_what_is_stored_of_a_list_ends_with_the_next_job_to_expire(
    fresh_database: str, time_stands: Passing
) -> None:
    async with service(fresh_database) as app, client_of(app) as public:
        owner, moderator = await person(app), await person(app, Role.job_moderator)
        job = await on_the_board(owner, moderator, 20)
        lists: list[dict[str, Any]] = [
            {"limit": 1000},
            {"q": word_of(job)},
            {"country": "switzerland", "pageSize": 1000},
        ]
        first = [await public.get(JOBS, params=where) for where in lists]
        assert {answer.headers["cache-control"] for answer in first} == {"public, max-age=20"}
        for seconds, status, control in ((12, 304, "public, max-age=8"), (8, 200, "public, max-age=60")):
            time_stands(seconds)
            for where, answer in zip(lists, first, strict=True):
                again = await public.get(JOBS, params=where, headers={"If-None-Match": answer.headers["etag"]})
                assert (again.status_code, again.headers["cache-control"]) == (status, control)
        assert [(await public.get(JOBS, params=where)).json() for where in lists] == [[], [], []]


async def test_its_owner_and_moderators_see_that_it_has_expired(
    owner: Person, moderator: Person, public: httpx.AsyncClient, time_passes: Passing
) -> None:
    job = await job_in("expired", owner, moderator, time_passes)
    error_of(await public.get(f"{JOBS}/{job['id']}"), 404)
    for who in (owner, moderator):
        assert (await seen_by(who, job))["status"] == "expired"
    statuses = {
        status: [each["id"] for each in (await owner.client.get(f"{JOBS}/mine", params={"status": status})).json()]
        for status in ("approved", "expired")
    }
    assert statuses == {"approved": [], "expired": [job["id"]]}
    error_of(await step(owner, job, "renew"), 409)
    error_of(await step(owner, job, "close"), 409)
    assert (await step(moderator, job, "archive")).json()["status"] == "archived"


async def test_a_job_is_renewed_in_its_last_30_days(
    owner: Person, moderator: Person, public: httpx.AsyncClient, time_stands: Passing
) -> None:
    job = await on_the_board(owner, moderator, 30 * 86_400 + 1)
    newer = await on_the_board(owner, moderator)
    error = error_of(await step(owner, job, "renew"), 409)
    assert error["extra"]["status"] == "approved"
    assert await seen_by(owner, job) == job
    time_stands(1)
    renewed = (await step(owner, job, "renew")).json()
    assert renewed["expires_at"] == moment(90 * 86_400).replace("+00:00", "Z")
    assert renewed["published_at"] == job["published_at"]
    ids = [each["id"] for each in await listed(public)]
    assert ids.index(newer["id"]) < ids.index(job["id"]), "who renews does not get to the top"
    error_of(await step(owner, job, "renew"), 409)


async def test_a_short_time_is_renewed_in_its_second_half_only(own_database: str, time_stands: Passing) -> None:
    async with service(own_database, PYDOTORG_JOB_DAYS="10") as app:
        owner, moderator = await person(app), await person(app, Role.job_moderator)
        job = await on_the_board(owner, moderator)
        assert lifetime(job) == timedelta(days=10)
        refused = error_of(await step(owner, job, "renew"), 409)
        assert "in its last 5 days" in refused["detail"]
        assert "renew" not in refused["extra"]["possible"]
        time_stands(5 * 86_400)
        owner = owner._replace(client=await signed_in(app, owner.name))
        assert lifetime((await step(owner, job, "renew")).json()) == timedelta(days=15), "five are gone"
        error_of(await step(owner, job, "renew"), 409)


async def test_rows_and_total_of_an_answer_are_of_one_moment(
    app: Application, owner: Person, moderator: Person, public: httpx.AsyncClient, time_stands: Passing
) -> None:
    def a_second_passes(*_: Any) -> None:
        time_stands(1)

    for seconds in range(1, 5):
        job = await on_the_board(owner, moderator, seconds)
        for engine in app.transactions.engines:
            event.listen(engine, "before_cursor_execute", a_second_passes)
        try:
            found = await searched(public, query=word_of(job))
        finally:
            for engine in app.transactions.engines:
                event.remove(engine, "before_cursor_execute", a_second_passes)
        assert [each["id"] for each in found] == [job["id"]], "which was there when it was asked"


async def indexed(app: Application, job: Json) -> int:
    """How often a job is in the index of words."""
    wanted = select(func.count()).select_from(SearchDocument).join(Job, Job.id == SearchDocument.row_id)
    async with app.transactions.begin(writes=False, here=False) as db:
        ((number,),) = await db.fetch(wanted.where(Job.slug == job["slug"]))
    return int(number)


async def test_the_hourly_task_forgets_the_words_of_what_expired_and_tells_its_owner_once(
    app: Application, owner: Person, moderator: Person, office: Office, time_passes: Passing
) -> None:
    job = await job_in("expired", owner, moderator, time_passes)
    kept = await on_the_board(owner, moderator, 3600)
    assert [await indexed(app, each) for each in (job, kept)] == [1, 1]
    await office.forget()
    for _ in range(2):
        await office.does(expire, Expiring())
    assert [await indexed(app, each) for each in (job, kept)] == [0, 1]
    [mail] = await office.mails_to(owner)
    assert mail["Subject"] == f"Your job “{job['job_title']} at Example Company” has been taken off: its time is over"
    assert await office.mails_to(moderator) == []
    after = await seen_by(owner, job)
    assert after == job
    assert (await owner.client.patch(f"{JOBS}/{job['id']}", json={"city": "Bern"})).json()["status"] == "review"


async def test_two_that_tidy_up_at_once_do_it_once(
    app: Application, owner: Person, moderator: Person, office: Office, time_passes: Passing
) -> None:
    jobs = [await job_in("expired", owner, moderator, time_passes) for _ in range(3)]
    await office.forget()
    equipment = Equipment(app.transactions, Tray(), SITE, app.parts)

    async def go() -> None:
        return None

    work = Work(jobs[0]["id"], 1, equipment, go)
    await asyncio.gather(*(expire.handler(work, Expiring()) for _ in range(3)))
    assert len(await office.mails_to(owner)) == len(jobs)
    assert [await indexed(app, job) for job in jobs] == [0, 0, 0]


async def test_what_is_tidied_up_is_no_news_for_the_public(
    owner: Person, moderator: Person, public: httpx.AsyncClient, office: Office, time_passes: Passing
) -> None:
    await job_in("expired", owner, moderator, time_passes)
    await written(owner)
    before = await public.get(JOBS)
    await office.does(expire, Expiring())
    after = await public.get(JOBS, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 304
