"""What is kept of what is reviewed: every step in the audit log, one thing for a key, what a closed account leaves."""

import asyncio

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.review.bounds import SUBMISSIONS
from tests.accounts.people import PASSWORD, Person, person
from tests.conventions.asking import error_of

from .desks import Desk, log_of
from .mailing import Office

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def staff(app: Application) -> Person:
    """Somebody who may read the log, and is told nothing while there are moderators."""
    return await person(app, Role.staff)


async def test_the_log_has_every_step_and_who_made_it(
    desk: Desk, owner: Person, moderator: Person, staff: Person
) -> None:
    thing = await desk.written(owner)
    for who, move in ((owner, "submit"), (moderator, "reject"), (owner, "submit"), (moderator, "approve")):
        await desk.step(who, thing, move)
    await owner.client.patch(desk.of(thing), json=desk.change)
    await desk.step(moderator, thing, "approve")
    await owner.client.delete(desk.of(thing))
    entries = await log_of(staff, desk.review.called, thing["id"])
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


async def test_a_key_makes_one_thing_of_several_requests(desk: Desk, owner: Person, stranger: Person) -> None:
    thing, key = desk.described(), {"Idempotency-Key": f"{desk.review.called}-1"}
    answers = [await owner.client.post(desk.address, json=thing, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["location"] == answers[1].headers["location"]
    error_of(await owner.client.post(desk.address, json={**thing, **desk.change}, headers=key), 422)
    others = await stranger.client.post(desk.address, json=thing, headers=key)
    assert others.json()["id"] != answers[0].json()["id"]
    other, another = {"Idempotency-Key": f"{desk.review.called}-2"}, desk.described()
    at_once = await asyncio.gather(*(owner.client.post(desk.address, json=another, headers=other) for _ in "123"))
    assert {answer.status_code for answer in at_once} <= {201, 409}
    refused = await owner.client.post(
        desk.address, json={}, headers={"Idempotency-Key": f"{desk.review.called}-3"}
    )  # fmt: skip
    error_of(refused, 422)
    assert len((await owner.client.get(f"{desk.address}/mine")).json()) == 2


async def test_who_closes_his_account_takes_what_nobody_else_has_seen(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient, office: Office
) -> None:
    unseen = [await desk.brought_into(state, owner, moderator) for state in ("draft", "review", "rejected")]
    shown = await desk.brought_into("approved", owner, moderator)
    again = await desk.brought_into("approved", owner, moderator)
    await owner.client.patch(desk.of(again), json=desk.change)
    for thing in (unseen[1], shown):
        await owner.client.post(f"{desk.of(thing)}/comments", json={"text": "Thanks."})
    assert (await owner.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD})).status_code == 204
    for thing in unseen:
        error_of(await moderator.client.get(desk.of(thing)), 404)
    assert [each["id"] for each in await desk.listed(public, q=desk.word_of(shown))] == [shown["id"]]
    for thing, state in ((shown, "approved"), (again, "review")):
        seen = await desk.seen_by(moderator, thing)
        assert (seen["status"], seen["owner"]) == (state, "")
        assert {seen[name] for name in desk.secret} <= {""}
    [comment] = (await moderator.client.get(f"{desk.of(shown)}/comments")).json()
    assert (comment["author"], comment["text"]) == ("", "Thanks.")
    await office.forget()
    assert (await desk.step(moderator, again, "approve")).status_code == 200
    assert owner.name not in str([mail["To"] for mail in await office.works()])


async def test_a_copy_of_an_account_has_what_it_wrote_and_what_it_said(
    desk: Desk, owner: Person, moderator: Person, boss: Person
) -> None:
    things = [await desk.brought_into(state, owner, moderator) for state in ("rejected", "approved")]
    theirs = await desk.brought_into("review", boss, moderator)
    for who, thing in ((owner, things[0]), (moderator, things[0]), (boss, theirs)):
        await who.client.post(f"{desk.of(thing)}/comments", json={"text": f"Said by {who.name}."})
    stored = (await owner.client.get("/api/auth/me/export")).json()["stored"]
    assert stored[desk.review.path.strip("/")] == [await desk.seen_by(owner, thing) for thing in things]
    assert [each["text"] for each in stored["comments"]] == [f"Said by {owner.name}."]
    assert stored["comments"][0]["author"] == owner.name


async def test_two_who_decide_at_once_decide_once(desk: Desk, owner: Person, moderator: Person, boss: Person) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    moves = [(who, move) for who in (moderator, boss) for move in ("approve", "reject")]
    answers = await asyncio.gather(*(desk.step(who, thing, move) for who, move in moves))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    [decided] = [answer.json()["status"] for answer in answers if answer.status_code == 200]
    assert (await desk.seen_by(owner, thing))["status"] == decided


async def test_many_submitted_at_once_count_exactly(desk: Desk, owner: Person) -> None:
    things = [await desk.written(owner) for _ in range(2 * SUBMISSIONS.most)]
    answers = await asyncio.gather(*(desk.step(owner, thing, "submit") for thing in things))
    assert sorted(answer.status_code for answer in answers) == [200] * SUBMISSIONS.most + [429] * SUBMISSIONS.most


async def test_what_is_deleted_is_gone_with_all_that_was_said_of_it(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    thing = await desk.brought_into("approved", owner, moderator)
    await owner.client.post(f"{desk.of(thing)}/comments", json={"text": "Never mind."})
    assert (await owner.client.delete(desk.of(thing))).status_code == 204
    for client in (owner.client, moderator.client, public):
        error_of(await client.get(f"{desk.address}/{thing['slug']}"), 404)
        assert thing["id"] not in [each["id"] for each in await desk.listed(client)]
    error_of(await owner.client.get(f"{desk.of(thing)}/comments"), 404)
    error_of(await owner.client.delete(desk.of(thing)), 404)


async def test_a_slug_does_not_tell_whether_there_is_another_such_thing(
    desk: Desk, owner: Person, stranger: Person
) -> None:
    titles = ("Head of the Secret Service", "Head of the Secret Service", "Head of a Service")
    things = [
        await desk.written(who, **{desk.titled: title})
        for who, title in zip((owner, stranger, stranger), titles, strict=True)
    ]
    beginnings = [each["slug"].rpartition("-")[0] for each in things]
    assert beginnings[0] == beginnings[1] != beginnings[2]
    assert {len(each["slug"].rpartition("-")[2]) for each in things} == {8}


async def test_a_rejected_thing_says_why_until_it_is_submitted_again(
    desk: Desk, owner: Person, moderator: Person
) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    rejected = (await desk.step(moderator, thing, "reject", reason="Which *country*?\nSay so.")).json()
    assert rejected["reason"] == (await desk.seen_by(owner, thing))["reason"] == "Which *country*?\nSay so."
    changed = (await owner.client.patch(desk.of(thing), json=desk.change)).json()
    assert (changed["status"], changed["reason"]) == ("rejected", "Which *country*?\nSay so.")
    submitted = (await desk.step(owner, thing, "submit")).json()
    assert (submitted["status"], submitted["reason"]) == ("review", "")
    assert submitted["submitted_at"] > thing["submitted_at"]
