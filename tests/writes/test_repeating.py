"""Whoever lost an answer sends the same request again, with its key: what it makes is made once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine
from sqlalchemy import func, select

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.http.idempotency import Forgetting, KeptAnswer, forget_past
from tests.accounts.people import PASSWORD, Person, person, signed_in
from tests.conventions.asking import error_of, faults_of

pytestmark = pytest.mark.anyio

GROUPS = "/api/v1/user-groups"


@pytest.fixture
def key() -> str:
    return uuid4().hex


async def make(who: Person, name: str, key: str, **more: Any) -> httpx.Response:
    return await who.client.post(GROUPS, json={"name": name, **more}, headers={"Idempotency-Key": key})


async def number_of(who: Person, name: str) -> int:
    found = await who.client.get(GROUPS, params={"q": name, "approved": "false"})
    return int(found.headers["x-total-count"])


def told(answer: httpx.Response) -> tuple[int, str, str, bytes]:
    return answer.status_code, answer.headers["location"], answer.headers["etag"], answer.content


async def test_who_asks_again_is_answered_again(staff: Person, colleague: Person, called: str, key: str) -> None:
    first = await make(staff, called, key)
    assert first.status_code == 201
    assert told(await make(staff, called, key)) == told(first)
    assert await number_of(staff, called) == 1
    error_of(await make(staff, called, uuid4().hex), 409)


async def test_the_answer_is_that_of_then_whatever_has_become_of_it(staff: Person, called: str, key: str) -> None:
    first = await make(staff, called, key)
    assert (await staff.client.delete(first.headers["location"])).status_code == 204
    assert told(await make(staff, called, key)) == told(first)
    assert await number_of(staff, called) == 0


async def test_the_same_json_in_other_words_is_the_same_request(staff: Person, called: str, key: str) -> None:
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    one, other = f'{{"name":"{called}","location":"Oslo"}}', f'{{ "location" : "Oslo", "name": "{called}" }}'
    first = await staff.client.post(GROUPS, content=one, headers=headers)
    assert told(await staff.client.post(GROUPS, content=other, headers=headers)) == told(first)


async def test_a_key_is_good_for_one_request(staff: Person, called: str, key: str) -> None:
    await make(staff, called, key)
    answer = await make(staff, called, key, location="Oslo")
    assert faults_of(answer, 422, "request").keys() == {"Idempotency-Key"}
    assert await number_of(staff, called) == 1


async def test_a_key_is_ones_own(app: Application, staff: Person, colleague: Person, called: str, key: str) -> None:
    await make(staff, called, key)
    error_of(await make(colleague, called, key), 409)  # the name is taken: it was tried in earnest
    async with await signed_in(app, staff.name) as elsewhere:
        again = await elsewhere.post(GROUPS, json={"name": called}, headers={"Idempotency-Key": key})
        assert again.status_code == 201  # another session of the same account


async def test_what_failed_is_tried_anew(staff: Person, called: str, key: str) -> None:
    first = await make(staff, called, uuid4().hex)
    error_of(await make(staff, called, key), 409)
    assert (await staff.client.delete(first.headers["location"])).status_code == 204
    assert (await make(staff, called, key)).status_code == 201


async def test_of_many_at_once_one_makes_it(staff: Person, another: Application, called: str, key: str) -> None:
    async with await signed_in(another, staff.name) as elsewhere:
        clients = [staff.client, elsewhere] * 5
        sent = [client.post(GROUPS, json={"name": called}, headers={"Idempotency-Key": key}) for client in clients]
        answers = await asyncio.gather(*sent)
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({told(answer) for answer in made}) == 1
    for answer in answers:
        if answer not in made:
            assert "being carried out" in error_of(answer, 409)["detail"]
            assert answer.headers["retry-after"] == "1"
    assert len(made) < len(answers)
    assert await number_of(staff, called) == 1
    assert told(await make(staff, called, key)) == told(made[0])


@pytest.mark.parametrize("key", ["", "k" * 256, "ä", "a\tb"])
async def test_a_key_has_a_form(staff: Person, called: str, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    answer = await staff.client.post(GROUPS, json={"name": called}, headers=headers)
    assert faults_of(answer, 400, "request").keys() == {"Idempotency-Key"}
    assert await number_of(staff, called) == 0


async def test_a_key_of_255_characters_is_good(staff: Person, called: str) -> None:
    key = uuid4().hex.ljust(255, "k")
    assert told(await make(staff, called, key)) == told(await make(staff, called, key))


async def test_a_day_later_a_key_is_new_and_its_answer_is_gone(staff: Person, app: Application, key: str) -> None:
    name = uuid4().hex
    first = await make(staff, name, key)
    assert (await staff.client.delete(first.headers["location"])).status_code == 204
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, seconds=1), tick=True):
        async with await signed_in(app, staff.name) as tomorrow:
            again = await tomorrow.post(GROUPS, json={"name": name}, headers={"Idempotency-Key": key})
            assert (again.status_code, again.json()["id"] != first.json()["id"]) == (201, True)
            await app.transactions.write(lambda db: forget_past.handler(db, Forgetting()))
            assert await kept(app) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=49), tick=True):
        await app.transactions.write(lambda db: forget_past.handler(db, Forgetting()))
    assert await kept(app) == 0


async def kept(app: Application) -> int:
    async with app.transactions.begin(writes=False, here=False) as db:
        return int(await db.scalar(select(func.count()).select_from(KeptAnswer)) or 0)


async def test_what_signs_in_is_never_kept(staff: Person, app: Application, key: str) -> None:
    before, headers = await kept(app), {"Idempotency-Key": key}
    tokens = [
        (await staff.client.post("/api/auth/tokens", json={"name": "one"}, headers=headers)).json()["token"]
        for _ in range(2)
    ]
    assert len({*tokens}) == 2
    assert await kept(app) == before


async def test_who_closes_his_account_leaves_no_answer(app: Application, called: str, key: str) -> None:
    member = await person(app, Role.staff)
    before = await kept(app)
    await make(member, called, key)
    assert await kept(app) == before + 1
    closed = await member.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
    assert closed.status_code == 204
    assert await kept(app) == before
