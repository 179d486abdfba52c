"""The moderators' queue, one's own things, what is said about them, and many that are rejected at once."""

from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Scope
from tests.accounts.people import Person, person, service, token
from tests.conventions.asking import error_of, faults_of

from .desks import Desk, Json, Passing
from .mailing import Office, said_in

pytestmark = pytest.mark.anyio


async def pages(desk: Desk, client: httpx.AsyncClient, path: str, **where: Any) -> list[Json]:
    """A whole list, page by page; each says the same total."""
    found: list[Json] = []
    while True:
        answer = await client.get(f"{desk.address}/{path}", params={"limit": 2, "offset": len(found), **where})
        assert answer.status_code == 200, answer.text
        if not answer.json():
            assert answer.headers["x-total-count"] == str(len(found))
            return found
        found += answer.json()


async def test_the_queue_begins_with_who_has_waited_longest(
    desk: Desk, fresh_database: str, time_stands: Passing
) -> None:
    async with service(fresh_database) as app:
        owner, moderator = await person(app), await person(app, desk.review.moderators)
        things = [await desk.written(owner) for _ in range(5)]
        for thing in (things[3], things[0], things[4], things[1], things[2]):
            await desk.step(owner, thing, "submit")
            time_stands(10)
        await desk.step(moderator, things[0], "reject")
        await owner.client.delete(desk.of(things[4]))
        queued = await pages(desk, moderator.client, "review")
        assert [each["id"] for each in queued] == [things[3]["id"], things[1]["id"], things[2]["id"]]
        assert [each["waiting_seconds"] for each in queued] == [50, 20, 10]
        assert {each["status"] for each in queued} == {"review"}
        assert queued[0]["owner"] == owner.name
        time_stands(10)
        await moderator.client.patch(desk.of(things[3]), json=desk.change)
        again = await pages(desk, moderator.client, "review")
        assert again[0]["waiting_seconds"] == 60, "a correction keeps the place"
        assert await pages(desk, moderator.client, "review", suspected_spam="true") == []
        program = await token(app, moderator.name, desk.review.scope)
        assert [each["id"] for each in await pages(desk, program, "review")] == [each["id"] for each in queued]
        other_program = await token(app, moderator.name, Scope.account_read)
        error_of(await other_program.get(f"{desk.address}/review"), 403)


async def test_what_is_submitted_at_one_moment_has_an_order_all_the_same(
    desk: Desk, owner: Person, moderator: Person, time_stands: Passing
) -> None:
    things = [await desk.written(owner) for _ in range(5)]
    for thing in things:
        await desk.step(owner, thing, "submit")
    for who, path in ((moderator, "review"), (owner, "mine")):
        ids = [each["id"] for each in await pages(desk, who.client, path)]
        assert len({*ids}) == len(ids)
        assert {each["id"] for each in things} <= {*ids}


async def test_ones_own_are_there_in_every_state_the_latest_first(
    app: Application, desk: Desk, moderator: Person, time_passes: Passing
) -> None:
    owners = [await person(app) for _ in range(2)]
    halves = [*desk.ways][:4], [*desk.ways][4:]
    things = {
        state: await desk.brought_into(state, owner, moderator, time_passes)
        for owner, states in zip(owners, halves, strict=True)
        for state in states
    }
    for owner, states in zip(owners, halves, strict=True):
        mine = await pages(desk, owner.client, "mine")
        assert [each["status"] for each in mine] == states[::-1]
        for state in desk.ways:
            found = await pages(desk, owner.client, "mine", status=state)
            assert [each["id"] for each in found] == ([things[state]["id"]] if state in states else [])
    assert set(faults_of(await owners[0].client.get(f"{desk.address}/mine", params={"status": "lost"}))) == {"status"}


async def test_owner_and_moderators_talk_and_each_is_told_what_the_other_said(
    desk: Desk, owner: Person, moderator: Person, boss: Person, stranger: Person, office: Office
) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    address = f"{desk.address}/{thing['slug']}/comments"
    for who, text, told in (
        (moderator, "Which *country*?\n\nSay so.", (owner,)), (owner, "Chile <b>", (moderator, boss)),
        (boss, "Thanks.", (owner,)),
    ):  # fmt: skip
        await office.forget()
        said = await who.client.post(address, json={"text": text})
        assert said.status_code == 201
        assert (said.json()["author"], said.json()["by_moderator"]) == (who.name, who is not owner)
        mails = await office.works()
        assert {mail["To"] for mail in mails} == {f"{each.name}@example.org" for each in told}
        for mail in mails:
            assert mail["Subject"].endswith("has been commented on")
            assert text in said_in(mail)
            assert "<b>" not in said_in(mail, "html")
    for who in (owner, moderator, boss):
        told_now = (await who.client.get(address)).json()
        assert [each["text"] for each in told_now] == ["Which *country*?\n\nSay so.", "Chile <b>", "Thanks."]
    page = await owner.client.get(address, params={"limit": 1, "offset": 1})
    assert ([each["text"] for each in page.json()], page.headers["x-total-count"]) == (["Chile <b>"], "3")
    error_of(await stranger.client.get(address), 404)
    for wrong in ("", " \n", "\0", "x" * 10_001, None, 1):
        assert set(faults_of(await owner.client.post(address, json={"text": wrong}), 422, "body")) == {"text"}
    for name in ("author", "by_moderator", "id"):
        refused = await owner.client.post(address, json={"text": "Hello", name: "eve"})
        assert set(faults_of(refused, 422, "body")) == {name}


async def test_comments_on_what_everybody_sees_are_not_for_everybody(
    desk: Desk, owner: Person, moderator: Person, stranger: Person, public: httpx.AsyncClient,
    program: httpx.AsyncClient,
) -> None:  # fmt: skip
    thing = await desk.brought_into("approved", owner, moderator)
    address = f"{desk.of(thing)}/comments"
    assert (await program.post(address, json={"text": "Filled soon."})).status_code == 201
    error_of(await public.get(address), 401)
    error_of(await stranger.client.get(address), 403)
    error_of(await stranger.client.post(address, json={"text": "Hello"}), 403)
    assert [each["text"] for each in (await moderator.client.get(address)).json()] == ["Filled soon."]
    assert "Filled soon." not in (await public.get(desk.of(thing))).text


async def test_a_comment_sent_again_with_its_key_is_said_once(desk: Desk, owner: Person, moderator: Person) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    address = f"{desk.of(thing)}/comments"
    key = {"Idempotency-Key": "comment-1"}
    answers = [await owner.client.post(address, json={"text": "Once."}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await owner.client.get(address)).json()) == 1


async def test_many_are_rejected_at_once_or_none(
    desk: Desk, owner: Person, moderator: Person, stranger: Person, public: httpx.AsyncClient
) -> None:
    things = [await desk.brought_into("review", owner, moderator) for _ in range(2)]
    draft = await desk.written(owner)
    address, reason = f"{desk.address}/review/reject", "Not about Python."
    names = [things[0]["id"], things[1]["slug"], draft["id"], "nothing"]
    refused = await moderator.client.post(address, json={"ids": names, "reason": reason})
    assert set(faults_of(refused, 422, "body")) == {"ids.3"}
    refused = await moderator.client.post(address, json={"ids": names[:3], "reason": reason})
    assert f"{draft['slug']} is draft" in error_of(refused, 409)["detail"]
    assert {(await desk.seen_by(owner, thing))["status"] for thing in things} == {"review"}
    body = {"ids": names[:2], "reason": reason}
    error_of(await public.post(address, json=body), 401)
    error_of(await stranger.client.post(address, json=body), 403)
    done = await moderator.client.post(address, json=body)
    assert (done.status_code, done.json()["rejected"]) == (200, [thing["id"] for thing in things])
    for thing in things:
        seen = await desk.seen_by(owner, thing)
        assert (seen["status"], seen["reason"]) == ("rejected", reason)
