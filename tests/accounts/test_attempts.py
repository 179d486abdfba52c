"""Failed logins: ten in a quarter of an hour for a name and a network, exactly, and nobody is locked out by others."""

import asyncio

import httpx
import pytest
import time_machine
from sqlalchemy import text

from pydotorg.accounts.credentials import digest
from pydotorg.app import Application
from tests.conftest import client_of

from .people import PASSWORD, account, service, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("early")]

LOGIN = "/api/auth/login"
WRONG = "not this password"


def network(app: Application, address: str) -> httpx.AsyncClient:
    """Somebody who comes from this address."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 4711)), base_url="http://localhost:8000"
    )


async def tries(client: httpx.AsyncClient, name: str, password: str = WRONG, times: int = 1) -> list[int]:
    answers = [await client.post(LOGIN, json={"username": name, "password": password}) for _ in range(times)]
    return [answer.status_code for answer in answers]


async def test_the_eleventh_is_refused_even_with_the_right_password(app: Application, name: str) -> None:
    await account(app, name)
    async with client_of(app) as client:
        assert await tries(client, name, times=12) == [401] * 10 + [429] * 2
        refused = await client.post(LOGIN, json={"username": name, "password": PASSWORD})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 900


async def test_a_name_that_nobody_has_is_refused_alike(app: Application, name: str) -> None:
    async with client_of(app) as client:
        assert await tries(client, name, times=11) == [401] * 10 + [429]


async def test_nobody_locks_another_out(app: Application, name: str) -> None:
    await account(app, name)
    async with network(app, "192.0.2.1") as attacker, network(app, "192.0.2.2") as owner:
        await tries(attacker, name, times=11)
        assert await tries(owner, name, PASSWORD) == [200]
        assert await tries(attacker, f"{name}-other") == [401]


async def test_a_network_of_ipv6_is_one(app: Application, name: str) -> None:
    await account(app, name)
    async with network(app, "2001:db8:1:2::1") as one, network(app, "2001:db8:1:2:ffff::2") as two:
        assert await tries(one, name, times=6) + await tries(two, name, times=5) == [401] * 10 + [429]
        async with network(app, "2001:db8:1:3::1") as other:
            assert await tries(other, name) == [401]


async def test_spelling_gives_no_more_attempts(app: Application, name: str) -> None:
    await account(app, name)
    async with client_of(app) as client:
        assert await tries(client, name, times=5) + await tries(client, name.upper(), times=6) == [401] * 10 + [429]


async def test_of_many_at_once_exactly_ten_are_told_that_they_are_wrong(app: Application, name: str) -> None:
    await account(app, name)
    async with client_of(app) as client:
        answers = await asyncio.gather(*(tries(client, name) for _ in range(30)))
    statuses = [status for [status] in answers]
    assert (statuses.count(401), statuses.count(429)) == (10, 20)


async def test_there_are_new_attempts_in_the_next_quarter_and_after_a_restart_there_are_not(
    own_database: str, name: str
) -> None:
    with time_machine.travel("2026-11-25T10:07:00Z", tick=False) as clock:
        async with service(own_database) as app, client_of(app) as client:
            await account(app, name)
            await tries(client, name, times=10)
        async with service(own_database) as app, client_of(app) as client:
            refused = await client.post(LOGIN, json={"username": name, "password": PASSWORD})
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "480")
            clock.shift(480)
            assert await tries(client, name, PASSWORD) == [200]


async def test_the_password_of_a_session_cannot_be_guessed_more_often(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        body = {"current_password": WRONG, "password": "another battery of horses"}
        answers = [await client.post("/api/auth/change-password", json=body) for _ in range(6)]
        answers += [await client.request("DELETE", "/api/auth/me", json={"password": WRONG}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2


async def test_the_name_and_the_address_are_one_account(app: Application, name: str) -> None:
    await account(app, name)
    async with client_of(app) as client:
        assert await tries(client, name, times=5) + await tries(client, f"{name}@example.org", times=6) == [
            *[401] * 10, 429,
        ]  # fmt: skip


async def test_nobody_is_locked_out_by_what_somebody_types_as_a_name(app: Application, name: str) -> None:
    id = await account(app, name)
    async with client_of(app) as client, await signed_in(app, name) as owner:
        assert await tries(client, str(id), times=11) == [401] * 10 + [429]
        body = {"current_password": PASSWORD, "password": "another battery of horses"}
        assert (await owner.post("/api/auth/change-password", json=body)).status_code == 204


async def test_who_forgets_to_say_his_password_has_not_guessed_it(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        answers = [await client.patch("/api/auth/me", json={"email": f"new-{name}@example.org"}) for _ in range(12)]
        assert {answer.status_code for answer in answers} == {422}


async def test_what_was_typed_is_not_stored(app: Application, name: str) -> None:
    async with client_of(app) as client:
        await tries(client, f"{name} is my password")
    async with app.transactions.begin(writes=False, here=False) as db:
        rows = str((await db.execute(text("select * from failed_logins"))).all())
    assert rows != "[]"
    assert name not in rows
    assert digest(f"{name} is my password") not in rows
