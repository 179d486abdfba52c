"""What is kept about jobs: every step in the audit log, one job for a key, and what becomes of a closed account's."""

import asyncio
from collections import Counter

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import PASSWORD, Person, person
from tests.conventions.asking import error_of
from tests.releases.writing.test_references import statements

from .conftest import Passing
from .desk import JOBS, Json, described, is_on_the_board, job_in, listed, on_the_board, seen_by, step, written
from .mailing import Office

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def staff(app: Application) -> Person:
    """Somebody who may read the log, and is told nothing about jobs while there are moderators."""
    return await person(app, Role.staff)


async def log_of(staff: Person, resource: str, id: str) -> list[Json]:
    """The entries about one row, the oldest first."""
    answer = await staff.client.get("/api/v1/audit", params={"resource": resource, "id": id})
    assert answer.status_code == 200, answer.text
    entries: list[Json] = answer.json()
    return entries[::-1]


async def test_the_log_has_every_step_of_a_job_and_who_made_it(
    owner: Person, moderator: Person, staff: Person, office: Office, time_passes: Passing
) -> None:
    job = await written(owner)
    for who, move in ((owner, "submit"), (moderator, "reject"), (owner, "submit"), (moderator, "approve")):
        await step(who, job, move)
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"city": "Bern"})
    await step(moderator, job, "approve")
    await owner.client.delete(f"{JOBS}/{job['id']}")
    entries = await log_of(staff, "job", job["id"])
    assert [(each["change"], each["actor"]["username"]) for each in entries] == [
        ("create", owner.name), ("change", owner.name), ("change", moderator.name), ("change", owner.name),
        ("change", moderator.name), ("change", owner.name), ("change", moderator.name), ("delete", owner.name),
    ]  # fmt: skip
    steps = [(each["before"]["status"], each["after"]["status"]) for each in entries[1:-1]]
    assert steps == [
        ("draft", "review"), ("review", "rejected"), ("rejected", "review"), ("review", "approved"),
        ("approved", "review"), ("review", "approved"),
    ]  # fmt: skip
    assert entries[2]["after"]["reason"] == "Please say more."
    expired = await job_in("expired", owner, moderator, time_passes)
    await office.tidies_up()
    last = (await log_of(staff, "job", expired["id"]))[-1]
    assert (last["before"]["status"], last["after"]["status"], last["action"]) == (
        "approved",
        "expired",
        "jobs.expiring",
    )


async def test_a_key_makes_one_job_of_several_requests(owner: Person, stranger: Person) -> None:
    job, key = described(), {"Idempotency-Key": "job-1"}
    answers = [await owner.client.post(JOBS, json=job, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["location"] == answers[1].headers["location"]
    error_of(await owner.client.post(JOBS, json={**job, "city": "Bern"}, headers=key), 422)
    assert (await stranger.client.post(JOBS, json=job, headers=key)).json()["id"] != answers[0].json()["id"]
    other = {"Idempotency-Key": "job-2"}
    at_once = await asyncio.gather(*(owner.client.post(JOBS, json=described(city="x"), headers=other) for _ in "123"))
    assert {answer.status_code for answer in at_once} <= {201, 409, 422}
    refused = await owner.client.post(JOBS, json={}, headers={"Idempotency-Key": "job-3"})
    error_of(refused, 422)
    assert len((await owner.client.get(f"{JOBS}/mine")).json()) == 1 + sum(each.status_code == 201 for each in at_once)


async def test_who_closes_his_account_takes_what_nobody_else_has_seen(
    owner: Person, moderator: Person, public: httpx.AsyncClient, office: Office
) -> None:
    unseen = [await job_in(state, owner, moderator) for state in ("draft", "review", "rejected")]
    shown = await on_the_board(owner, moderator, job_types=["web"])
    again = await on_the_board(owner, moderator)
    await owner.client.patch(f"{JOBS}/{again['id']}", json={"city": "Bern"})
    for job in (unseen[1], shown):
        await owner.client.post(f"{JOBS}/{job['id']}/comments", json={"text": "Thanks."})
    assert (await owner.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD})).status_code == 204
    for job in unseen:
        error_of(await moderator.client.get(f"{JOBS}/{job['id']}"), 404)
    assert await is_on_the_board(public, shown)
    for job, state in ((shown, "approved"), (again, "review")):
        seen = await seen_by(moderator, job)
        assert (seen["status"], seen["owner"], seen["email"]) == (state, "", "")
    [comment] = (await moderator.client.get(f"{JOBS}/{shown['id']}/comments")).json()
    assert (comment["author"], comment["text"]) == ("", "Thanks.")
    await office.forget()
    assert (await step(moderator, again, "approve")).status_code == 200
    assert owner.name not in str([mail["To"] for mail in await office.works()])
    assert (await step(moderator, shown, "archive")).json()["status"] == "archived"
    assert not await is_on_the_board(public, shown)


async def test_a_copy_of_an_account_has_its_jobs_and_what_it_said(
    owner: Person, moderator: Person, boss: Person
) -> None:
    jobs = [await job_in(state, owner, moderator, job_types=["web"]) for state in ("rejected", "approved")]
    theirs = await job_in("review", boss, moderator)
    for who, job in ((owner, jobs[0]), (moderator, jobs[0]), (boss, theirs)):
        await who.client.post(f"{JOBS}/{job['id']}/comments", json={"text": f"Said by {who.name}."})
    stored = (await owner.client.get("/api/auth/me/export")).json()["stored"]
    assert stored["jobs"] == (await owner.client.get(f"{JOBS}/mine")).json()
    assert [each["text"] for each in stored["comments"]] == [f"Said by {owner.name}."]
    assert stored["comments"][0]["author"] == owner.name


async def test_a_page_of_jobs_takes_few_statements_however_many_types_they_have(
    app: Application, owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    types = [each["slug"] for each in (await public.get("/api/v1/job-types")).json()]
    search = {"query": "snake", "sort": "relevance", "job_types": types}
    for number in range(3):
        await on_the_board(owner, moderator, city="Cash", job_types=types[: number * 4])
        for client, method, path, how in (
            (public, "GET", "", {"params": {"city": "cash"}}),
            (public, "GET", "", {"params": {"city": "cash", "q": "snake", "sort": "relevance", "job_type": types}}),
            (public, "POST", "/search", {"json": search}), (owner.client, "GET", "/mine", {}),
            (moderator.client, "GET", "/review", {}),
        ):  # fmt: skip
            with statements(app) as asked:
                assert (await client.request(method, f"{JOBS}{path}", **how)).status_code == 200
            times = Counter(asked)
            assert len(times) <= 7, asked
            assert max(times.values()) <= 2, "once, or begun anew where the event loop should not wait"


async def test_a_job_on_the_board_is_in_a_list_once_whatever_types_are_asked_for(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    job = await on_the_board(owner, moderator, city="Once", job_types=["web", "database", "cloud"])
    [found] = await listed(public, city="once", job_type=["web", "database", "cloud", "test"])
    assert found["id"] == job["id"]
    assert [each["slug"] for each in found["job_types"]] == ["cloud", "database", "web"]
