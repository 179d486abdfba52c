"""The moderators' queue, one's own jobs, and what is said about a job."""

from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from tests.accounts.people import Person, person, service, token
from tests.conventions.asking import error_of, faults_of

from .conftest import Passing
from .desk import JOBS, WAYS, Json, job_in, step, written
from .mailing import Office, said_in

pytestmark = pytest.mark.anyio


async def pages(client: httpx.AsyncClient, path: str, **where: Any) -> list[Json]:
    """A whole list, page by page; each says the same total."""
    found: list[Json] = []
    while True:
        answer = await client.get(f"{JOBS}/{path}", params={"limit": 2, "offset": len(found), **where})
        assert answer.status_code == 200, answer.text
        if not answer.json():
            assert answer.headers["x-total-count"] == str(len(found))
            return found
        found += answer.json()


async def test_the_queue_begins_with_who_has_waited_longest(fresh_database: str, time_stands: Passing) -> None:
    async with service(fresh_database) as app:
        owner, moderator = await person(app), await person(app, Role.job_moderator)
        jobs = [await written(owner) for _ in range(5)]
        for job in (jobs[3], jobs[0], jobs[4], jobs[1], jobs[2]):
            await step(owner, job, "submit")
            time_stands(10)
        await step(moderator, jobs[0], "reject")
        await step(owner, jobs[4], "remove")
        queued = await pages(moderator.client, "review")
        assert [each["id"] for each in queued] == [jobs[3]["id"], jobs[1]["id"], jobs[2]["id"]]
        assert [each["waiting_seconds"] for each in queued] == [50, 20, 10]
        assert {each["status"] for each in queued} == {"review"}
        assert queued[0]["owner"] == owner.name
        time_stands(10)
        await moderator.client.patch(f"{JOBS}/{jobs[3]['id']}", json={"city": "Bern"})
        assert (await pages(moderator.client, "review"))[0]["waiting_seconds"] == 60, "a correction keeps the place"
        assert await pages(moderator.client, "review", suspected_spam="true") == []
        program = await token(app, moderator.name, Scope.jobs_write)
        assert [each["id"] for each in await pages(program, "review")] == [each["id"] for each in queued]


async def test_jobs_submitted_at_one_moment_have_an_order_all_the_same(
    owner: Person, moderator: Person, time_stands: Passing
) -> None:
    jobs = [await written(owner) for _ in range(5)]
    for job in jobs:
        await step(owner, job, "submit")
    for who, path in ((moderator, "review"), (owner, "mine")):
        ids = [each["id"] for each in await pages(who.client, path)]
        assert len({*ids}) == len(ids)
        assert {each["id"] for each in jobs} <= {*ids}


async def test_ones_own_jobs_are_there_in_every_state_the_latest_first(
    app: Application, moderator: Person, time_passes: Passing
) -> None:
    owners = [await person(app) for _ in range(2)]
    jobs = {
        state: await job_in(state, owner, moderator, time_passes)
        for owner, states in zip(owners, ([*WAYS][:4], [*WAYS][4:]), strict=True)
        for state in states
    }
    for owner, states in zip(owners, ([*WAYS][:4], [*WAYS][4:]), strict=True):
        mine = await pages(owner.client, "mine")
        assert [each["status"] for each in mine] == states[::-1]
        for state in WAYS:
            found = await pages(owner.client, "mine", status=state)
            assert [each["id"] for each in found] == ([jobs[state]["id"]] if state in states else [])
    assert set(faults_of(await owners[0].client.get(f"{JOBS}/mine", params={"status": "lost"}))) == {"status"}


async def test_owner_and_moderators_talk_about_a_job_and_each_is_told_what_the_other_said(
    owner: Person, moderator: Person, boss: Person, stranger: Person, office: Office
) -> None:
    job = await job_in("review", owner, moderator)
    address = f"{JOBS}/{job['slug']}/comments"
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
    owner: Person, moderator: Person, stranger: Person, public: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    job = await job_in("approved", owner, moderator)
    address = f"{JOBS}/{job['id']}/comments"
    assert (await program.post(address, json={"text": "Filled soon."})).status_code == 201
    error_of(await public.get(address), 401)
    error_of(await stranger.client.get(address), 403)
    error_of(await stranger.client.post(address, json={"text": "Hello"}), 403)
    assert [each["text"] for each in (await moderator.client.get(address)).json()] == ["Filled soon."]
    assert "Filled soon." not in (await public.get(f"{JOBS}/{job['id']}")).text


async def test_a_comment_sent_again_with_its_key_is_said_once(owner: Person, moderator: Person) -> None:
    job = await job_in("review", owner, moderator)
    address = f"{JOBS}/{job['id']}/comments"
    key = {"Idempotency-Key": "comment-1"}
    answers = [await owner.client.post(address, json={"text": "Once."}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await owner.client.get(address)).json()) == 1
