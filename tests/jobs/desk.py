"""How tests write jobs, and bring them onto the board."""

from typing import Any
from uuid import uuid4

import httpx

from pydotorg.jobs.review import JOBS as REVIEW
from pydotorg.jobs.schemas import Status
from tests.accounts.people import Person
from tests.review.desks import Desk, Json, Way, moment

JOBS = "/api/v1/jobs"
APPROVED: Way = (("owner", "submit"), ("moderator", "approve"))
#: how long a job is on the board which is to expire
BOARD_SECONDS = 60


def described(**more: Any) -> Json:
    """A job as somebody writes it; its last word is in no other."""
    return {
        "job_title": f"Snake charmer {uuid4().hex[:12]}", "company_name": "Example Company", "country": "Switzerland",
        "description": "Charm *snakes*.", "category": "software-developer", "email": "jobs@example.org", **more,
    }  # fmt: skip


DESK = Desk(
    review=REVIEW,
    ways={
        "draft": (),
        "review": (("owner", "submit"),),
        "approved": APPROVED,
        "rejected": (("owner", "submit"), ("moderator", "reject")),
        "expired": APPROVED,
        "archived": (*APPROVED, ("owner", "close")),
        "removed": (("moderator", "remove"),),
    },
    described=described,
    status=Status,
    titled="job_title",
    called=lambda job: f"{job['job_title']} at {job['company_name']}",
    change={"city": "Bern"},
    ends=(("close", "closed"), ("remove", "removed")),
    featured="is_featured",
    secret=frozenset({"email"}),
    timed={"expired": BOARD_SECONDS},
    later=frozenset({"renew"}),
)
WAYS, written, step, seen_by, job_in = DESK.ways, DESK.written, DESK.step, DESK.seen_by, DESK.brought_into
listed, word_of = DESK.listed, DESK.word_of


async def on_the_board(owner: Person, moderator: Person, seconds: float | None = None, **more: Any) -> Json:
    """A job that everybody sees, for so many seconds, as its owner sees it."""
    job = await written(owner, **more)
    await step(owner, job, "submit")
    answer = await step(moderator, job, "approve", **({} if seconds is None else {"expires_at": moment(seconds)}))
    assert answer.status_code == 200, answer.text
    return await seen_by(owner, job)


async def searched(client: httpx.AsyncClient, **search: Any) -> list[Json]:
    """What a search with a body finds; its total is right."""
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
