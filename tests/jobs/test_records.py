"""What is kept about jobs: every step in the audit log, one job for a key, and what becomes of a closed account's."""

from collections import Counter

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.jobs.expiring import Expiring, expire
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person
from tests.releases.writing.test_references import statements
from tests.review.desks import Passing, log_of
from tests.review.mailing import Office

from .desk import JOBS, job_in, listed, on_the_board, step, written

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def staff(app: Application) -> Person:
    """Somebody who may read the log, and is told nothing about jobs while there are moderators."""
    return await person(app, Role.staff)


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
    await office.does(expire, Expiring())
    last = (await log_of(staff, "job", expired["id"]))[-1]
    assert (last["before"]["status"], last["after"]["status"], last["action"]) == (
        "approved",
        "expired",
        "jobs.expiring",
    )


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
