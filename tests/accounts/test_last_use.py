"""When API tokens were last used: written soon, in one order, and not lost at the end."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import structlog
from sqlalchemy import Uuid, bindparam, text

from pydotorg.accounts import last_use
from pydotorg.accounts.last_use import LastUse
from pydotorg.app import Application
from tests.working import until

from .people import account, service, signed_in, token

pytestmark = pytest.mark.anyio

ME, TOKENS = "/api/auth/me", "/api/auth/tokens"
#: as long as the transaction lasts, nobody else can write them
HOLD = text("update api_token set name = name")
HOLD_ONE = text("update api_token set name = name where id = :id").bindparams(bindparam("id", type_=Uuid()))


async def test_the_last_use_is_recorded_and_forgets_nobody(
    app: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_use, "DELAY_SECONDS", 0.01)
    await account(app, name)
    revision = text("select number from revision where dataset = 'identities'")
    async with await signed_in(app, name) as client, await token(app, name) as program:
        async with app.transactions.begin(writes=False, here=False) as db:
            before = (await db.execute(revision)).scalar_one()
        assert (await program.get("/api/v1/releases/latest")).status_code == 200
        [listed] = (await client.get(TOKENS)).json()
        async with asyncio.timeout(10):
            while listed["last_used_at"] is None:
                await asyncio.sleep(0.02)
                [listed] = (await client.get(TOKENS)).json()
        used = datetime.now(UTC) - datetime.fromisoformat(listed["last_used_at"])
        assert timedelta(0) <= used < timedelta(seconds=30)
        async with app.transactions.begin(writes=False, here=False) as db:
            assert (await db.execute(revision)).scalar_one() == before


async def uses_known(app: Application, name: str) -> int:
    """Of how many tokens somebody can see when they were last used."""
    async with await signed_in(app, name) as client:
        return sum(each["last_used_at"] is not None for each in (await client.get(TOKENS)).json())


async def test_what_is_used_while_others_are_written_is_written_too(
    app: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_use, "DELAY_SECONDS", 0.01)
    await account(app, name)
    notes: LastUse = app.parts[LastUse]
    async with await token(app, name) as one, await token(app, name) as other:
        async with app.transactions.begin(writes=True) as db:
            await db.execute(HOLD)
            assert (await one.get(ME)).status_code == 200
            await until(lambda: not notes.noted)
            assert (await other.get(ME)).status_code == 200
        await until(lambda: notes.writing is None)
    assert await uses_known(app, name) == 2


async def test_what_is_being_written_when_the_service_ends_is_written(
    app: Application, own_database: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_use, "DELAY_SECONDS", 0.01)
    await account(app, name)
    async with service(own_database) as ending, await token(ending, name) as program:
        notes: LastUse = ending.parts[LastUse]
        async with app.transactions.begin(writes=True) as db:
            await db.execute(HOLD)
            assert (await program.get(ME)).status_code == 200
            await until(lambda: not notes.noted)
            closing = asyncio.create_task(notes.close())
            await asyncio.sleep(0.05)
        await closing
    assert await uses_known(app, name) == 1


async def test_what_is_noted_when_the_service_ends_is_written_at_once(
    app: Application, own_database: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_use, "DELAY_SECONDS", 60)
    await account(app, name)
    async with service(own_database) as ending, await token(ending, name) as program:
        assert (await program.get(ME)).status_code == 200
    assert await uses_known(app, name) == 1


async def test_two_workers_that_write_the_same_tokens_do_not_stop_each_other(
    app: Application, own_database: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_use, "DELAY_SECONDS", 0.01)
    await account(app, name)
    async with await signed_in(app, name) as client:
        low, high = sorted([UUID((await client.post(TOKENS, json={"name": "tests"})).json()["id"]) for _ in range(2)])
    async with service(own_database) as one, service(own_database) as other:
        with structlog.testing.capture_logs() as logged:
            async with app.transactions.begin(writes=True) as db:
                await db.execute(HOLD_ONE, {"id": low})
                for worker, tokens in ((one, (low, high)), (other, (high, low))):
                    for used in tokens:
                        worker.parts[LastUse].note(used)
                    await asyncio.sleep(0.1)  # now it waits for the first of the two
            await asyncio.gather(*(worker.parts[LastUse].close() for worker in (one, other)))
    assert [each for each in logged if each["log_level"] != "info"] == []
    assert await uses_known(app, name) == 2
