"""How tests write jobs, and bring them into a state."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from pydotorg.kernel import clock
from tests.accounts.people import Person

JOBS = "/api/v1/jobs"
Json = dict[str, Any]

#: how a job comes into each of its states: whose move, and which
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "draft": (),
    "review": (("owner", "submit"),),
    "approved": (("owner", "submit"), ("moderator", "approve")),
    "rejected": (("owner", "submit"), ("moderator", "reject")),
    "expired": (("owner", "submit"), ("moderator", "approve")),
    "archived": (("owner", "submit"), ("moderator", "approve"), ("owner", "close")),
    "removed": (("moderator", "remove"),),
}
#: how long a job is on the board which is to expire
BOARD_SECONDS = 60


def described(**more: Any) -> Json:
    """A job as somebody writes it; its last word is in no other."""
    return {
        "job_title": f"Snake charmer {uuid4().hex[:12]}", "company_name": "Example Company", "country": "Switzerland",
        "description": "Charm *snakes*.", "category": "software-developer", "email": "jobs@example.org", **more,
    }  # fmt: skip


async def written(owner: Person, **more: Any) -> Json:
    """A new draft."""
    answer = await owner.client.post(JOBS, json=described(**more))
    assert answer.status_code == 201, answer.text
    job: Json = answer.json()
    return job


async def step(who: Person, job: Json, move: str, **body: Any) -> httpx.Response:
    """Ask for a transition."""
    body = {"reason": "Please say more."} if move == "reject" and not body else body
    return await who.client.post(f"{JOBS}/{job['id']}/{move}", json=body or None)


async def seen_by(who: Person, job: Json) -> Json:
    """A job as somebody sees it now."""
    answer = await who.client.get(f"{JOBS}/{job['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def moment(seconds: float) -> str:
    """So many seconds from now on."""
    return (clock.now() + timedelta(seconds=seconds)).isoformat()


async def job_in(
    state: str, owner: Person, moderator: Person, time_passes: Callable[[float], None] | None = None, **more: Any
) -> Json:
    """A job in this state, as its owner sees it; for one that has expired, time must pass."""
    job, people = await written(owner, **more), {"owner": owner, "moderator": moderator}
    for who, move in WAYS[state]:
        limited = (state, move) == ("expired", "approve")
        answer = await step(people[who], job, move, **({"expires_at": moment(BOARD_SECONDS)} if limited else {}))
        assert answer.status_code == 200, answer.text
    if state == "expired":
        assert time_passes is not None
        time_passes(BOARD_SECONDS)
    found = await seen_by(owner, job)
    assert found["status"] == state
    return found


async def on_the_board(owner: Person, moderator: Person, seconds: float | None = None, **more: Any) -> Json:
    """A job that everybody sees, for so many seconds, as its owner sees it."""
    job = await written(owner, **more)
    await step(owner, job, "submit")
    answer = await step(moderator, job, "approve", **({} if seconds is None else {"expires_at": moment(seconds)}))
    assert answer.status_code == 200, answer.text
    return await seen_by(owner, job)


def word_of(job: Json) -> str:
    """A word that is in no other job."""
    word: str = job["job_title"].split()[-1]
    return word


async def listed(client: httpx.AsyncClient, **where: Any) -> list[Json]:
    """The jobs on the board that meet these conditions, as the list has them; its total is right."""
    answer = await client.get(JOBS, params={"limit": 1000, **where})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()
    assert answer.headers["x-total-count"] == str(len(found))
    return found


async def searched(client: httpx.AsyncClient, **search: Any) -> list[Json]:
    """The same of a search with a body."""
    answer = await client.post(f"{JOBS}/search", json={"limit": 1000, **search})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()
    assert answer.headers["x-total-count"] == str(len(found))
    return found


async def is_on_the_board(client: httpx.AsyncClient, job: Json) -> bool:
    """Whether everybody finds a job: in the list, by its word, by a search, and by itself, alike."""
    ids = [
        [each["id"] for each in found]
        for found in (
            await listed(client), await listed(client, q=word_of(job)), await searched(client, query=word_of(job)),
        )
    ]  # fmt: skip
    shown = (await client.get(f"{JOBS}/{job['slug']}")).status_code == 200
    answers = {job["id"] in each for each in ids} | {shown}
    assert len(answers) == 1, "list, search and detail agree"
    return shown
