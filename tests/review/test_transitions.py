"""Every move of a table, from every state, by everybody: what it allows happens, and nothing else."""

from typing import get_args

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.review.lifecycle import By, Move, states_of
from tests.accounts.people import Person, person
from tests.conventions.asking import error_of

from .conftest import DESKS, STATES
from .desks import Desk, Passing

pytestmark = pytest.mark.anyio

MOVES = pytest.mark.parametrize(
    ("desk", "move"),
    [pytest.param(desk, move, id=f"{desk.review.called}-{move.name}") for desk in DESKS for move in desk.moves],
    indirect=["desk"],
    scope="module",
)
EVERY_MOVE = pytest.mark.parametrize(
    ("desk", "state", "move"),
    [
        pytest.param(desk, state, move, id=f"{desk.review.called}-{state}-{move.name}")
        for desk in DESKS
        for state in desk.ways
        for move in desk.moves
    ],
    indirect=["desk"],
    scope="module",
)


def test_the_table_and_the_documents_have_the_same_states(desk: Desk) -> None:
    lifecycle, status = desk.review.lifecycle, desk.status
    assert set(desk.ways) == set(lifecycle.states) == states_of(lifecycle.moves) == set(get_args(get_args(status)[0]))


@EVERY_MOVE
async def test_a_move_happens_where_the_table_has_it_and_is_refused_elsewhere(
    desk: Desk, owner: Person, moderator: Person, time_passes: Passing, move: Move, state: str
) -> None:
    thing = await desk.brought_into(state, owner, moderator, time_passes)
    answer = await desk.step(moderator if move.by is By.moderator else owner, thing, move.name)
    if state in move.sources and move.name not in desk.later:
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == move.target
        return
    error = error_of(answer, 409)
    possible = desk.review.lifecycle.possible(state)
    if state in move.sources:
        possible = [name for name in possible if name not in desk.later]
    else:
        assert state in error["detail"]
    assert error["extra"] == {"status": state, "possible": possible}
    assert await desk.seen_by(owner, thing) == thing


@MOVES
async def test_who_owns_a_thing_and_who_decides_make_their_own_moves_only(
    desk: Desk, owner: Person, moderator: Person, time_passes: Passing, move: Move
) -> None:
    thing = await desk.brought_into(move.sources[0], owner, moderator, time_passes)
    for who, side in ((owner, By.owner), (moderator, By.moderator)):
        if move.by not in (side, By.either):
            error_of(await desk.step(who, thing, move.name), 403)
    assert await desk.seen_by(owner, thing) == thing


@MOVES
async def test_staff_make_the_moves_of_every_moderator_and_moderators_of_something_else_none(
    app: Application, desk: Desk, owner: Person, moderator: Person, time_passes: Passing, move: Move
) -> None:
    thing = await desk.brought_into(move.sources[0], owner, moderator, time_passes)
    others = {each.review.moderators for each in DESKS} - {desk.review.moderators}
    for role in others:
        refused = await desk.step(await person(app, role), thing, move.name)
        hidden = move.by is not By.moderator and thing["status"] not in desk.public
        error_of(refused, 404 if hidden else 403)
    if move.name not in desk.later:
        answer = await desk.step(await person(app, Role.staff), thing, move.name)
        assert answer.status_code == (403 if move.by is By.owner else 200)


async def test_a_moderator_decides_on_what_is_his_own_too(
    desk: Desk, moderator: Person, public: httpx.AsyncClient
) -> None:
    thing = await desk.brought_into("approved", moderator, moderator)
    assert (await public.get(desk.of(thing))).status_code == 200


async def test_a_transition_needs_no_body_but_a_rejection_needs_a_reason(
    desk: Desk, owner: Person, moderator: Person
) -> None:
    thing = await desk.written(owner)
    address = desk.of(thing)
    submitted = await owner.client.post(f"{address}/submit", content=b"", headers={"Content-Type": "text/plain"})
    assert submitted.status_code == 200
    error_of(await moderator.client.post(f"{address}/reject"), 415)
    error_of(await moderator.client.post(f"{address}/reject", json={}), 422)
    error_of(await moderator.client.post(f"{address}/reject", json={"reason": " \n"}), 422)
    assert (await desk.seen_by(owner, thing))["status"] == "review"
    assert (await moderator.client.post(f"{address}/approve", json={})).status_code == 200


@STATES
async def test_a_write_that_fails_leaves_nothing(
    desk: Desk, owner: Person, moderator: Person, time_passes: Passing, state: str
) -> None:
    thing = await desk.brought_into(state, owner, moderator, time_passes)
    before = [await desk.seen_by(who, thing) for who in (owner, moderator)]
    tag = {"If-Match": '"another"'}
    error_of(await owner.client.patch(desk.of(thing), json=desk.change, headers=tag), 412)
    error_of(await owner.client.delete(desk.of(thing), headers=tag), 412)
    error_of(await owner.client.patch(desk.of(thing), json={**desk.change, "category": "nothing"}), 422)
    assert [await desk.seen_by(who, thing) for who in (owner, moderator)] == before


async def test_a_decision_is_about_what_its_maker_has_read(desk: Desk, owner: Person, moderator: Person) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    read = await moderator.client.get(desk.of(thing))
    await owner.client.patch(desk.of(thing), json={"description": "Something else."})
    for move, body in (("approve", None), ("reject", {"reason": "No."})):
        address, known = f"{desk.address}/{thing['slug']}/{move}", {"If-Match": read.headers["etag"]}
        error_of(await moderator.client.post(address, json=body, headers=known), 412)
    assert (await desk.seen_by(owner, thing))["status"] == "review"
    now = (await moderator.client.get(desk.of(thing))).headers["etag"]
    approved = await moderator.client.post(f"{desk.of(thing)}/approve", headers={"If-Match": now})
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
