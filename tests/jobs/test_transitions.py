"""Every move of the table, from every state, by everybody: what it allows happens, and nothing else."""

from typing import get_args

import httpx
import pytest

from pydotorg.jobs.lifecycle import LIFECYCLE
from pydotorg.jobs.schemas import Status
from pydotorg.kernel.review.lifecycle import CHANGE, DELETE, REVISE, By, Move, states_of
from tests.accounts.people import Person
from tests.conventions.asking import error_of

from .conftest import Passing
from .desk import JOBS, WAYS, job_in, moment, seen_by, step

pytestmark = pytest.mark.anyio

ASKED_FOR = [move for move in LIFECYCLE.moves if move.name not in (CHANGE, REVISE, DELETE) and move.by is not By.clock]
MOVES = pytest.mark.parametrize("move", ASKED_FOR, ids=[move.name for move in ASKED_FOR])
STATES = pytest.mark.parametrize("state", WAYS)


def test_the_table_and_the_documents_have_the_same_states() -> None:
    assert set(WAYS) == set(LIFECYCLE.states) == states_of(LIFECYCLE.moves) == set(get_args(get_args(Status)[0]))


@MOVES
@STATES
async def test_a_move_happens_where_the_table_has_it_and_is_refused_elsewhere(
    owner: Person, moderator: Person, time_passes: Passing, move: Move, state: str
) -> None:
    job = await job_in(state, owner, moderator, time_passes)
    answer = await step(moderator if move.by is By.moderator else owner, job, move.name)
    if state in move.sources and move.name != "renew":
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == move.target
        return
    error = error_of(answer, 409)
    possible = LIFECYCLE.possible(state)
    if state in move.sources:
        assert "last 30 days" in error["detail"]
        possible = [name for name in possible if name != "renew"]
    else:
        assert state in error["detail"]
    assert error["extra"] == {"status": state, "possible": possible}
    assert await seen_by(owner, job) == job


@MOVES
async def test_who_owns_a_job_and_who_decides_make_their_own_moves_only(
    owner: Person, moderator: Person, time_passes: Passing, move: Move
) -> None:
    job = await job_in(move.sources[0], owner, moderator, time_passes)
    for who, side in ((owner, By.owner), (moderator, By.moderator)):
        if move.by not in (side, By.either):
            error_of(await step(who, job, move.name), 403)
    assert await seen_by(owner, job) == job


async def test_a_moderator_decides_on_his_own_jobs_too(moderator: Person, public: httpx.AsyncClient) -> None:
    job = await job_in("archived", moderator, moderator)
    error_of(await public.get(f"{JOBS}/{job['id']}"), 404)


async def test_a_transition_needs_no_body_and_takes_none_that_it_does_not_know(
    owner: Person, moderator: Person
) -> None:
    job = await job_in("draft", owner, moderator)
    address = f"{JOBS}/{job['id']}"
    submitted = await owner.client.post(f"{address}/submit", content=b"", headers={"Content-Type": "text/plain"})
    assert submitted.status_code == 200
    error_of(await moderator.client.post(f"{address}/approve", content=b"soon"), 415)
    error_of(await moderator.client.post(f"{address}/approve", json={"status": "approved"}), 422)
    error_of(await moderator.client.post(f"{address}/reject"), 415)
    error_of(await moderator.client.post(f"{address}/reject", json={}), 422)
    error_of(await moderator.client.post(f"{address}/reject", json={"reason": " \n"}), 422)
    assert (await seen_by(owner, job))["status"] == "review"
    assert (await moderator.client.post(f"{address}/approve", json={})).status_code == 200


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
