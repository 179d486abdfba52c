"""What an engine keeps to itself, and what it calls away."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from pydotorg.kernel.database.engine import DatabaseAway, create_engine, is_away
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.releases import tables
from tests.conftest import Postgres, configured
from tests.proxies import proxied

pytestmark = pytest.mark.anyio


async def test_a_statement_that_fails_tells_no_log_what_it_was_about(fresh_database: str) -> None:
    transactions = Transactions(configured(fresh_database).database_url)
    try:
        with pytest.raises(IntegrityError) as failed:
            async with transactions.begin(writes=True) as db:
                await db.execute(insert(tables.ScheduledRelease), {"version": "a secret", "version_key": None})
    finally:
        await transactions.dispose()
    assert "a secret" not in str(failed.value)


@pytest.mark.parametrize("address", ["nobody@127.0.0.1:1/none", "nobody@no-such-host.invalid/none"])
async def test_a_server_that_cannot_be_reached_is_away(address: str) -> None:
    engine = create_engine(f"postgresql+asyncpg://{address}", writes=False)
    with pytest.raises(DatabaseAway) as failed:
        async with engine.connect():
            pass
    assert is_away(failed.value)


async def test_a_database_that_is_not_there_is_away(postgres: Postgres) -> None:
    base = configured(postgres.url).database_url.rpartition("/")[0]
    engine = create_engine(f"{base}/there-is-no-such-database", writes=False)
    with pytest.raises(DatabaseAway):
        async with engine.connect():
            pass


def test_trouble_of_others_is_not_the_databases() -> None:
    assert not is_away(TimeoutError())
    assert not is_away(ConnectionResetError())


async def test_a_row_that_another_holds_does_not_hold_a_write_for_ever(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pydotorg.kernel.database.engine.LOCK_WAIT_SECONDS_MAX", 1)
    url = configured(postgres.url).database_url
    holder, waiter = (create_engine(url, writes=True) for _ in range(2))
    try:
        async with holder.begin() as held, waiter.begin() as waiting:
            await held.execute(text("select pg_advisory_xact_lock(4711)"))
            began = asyncio.get_running_loop().time()
            with pytest.raises(Exception, match="lock timeout") as failed:
                await waiting.execute(text("select pg_advisory_xact_lock(4711)"))
            assert asyncio.get_running_loop().time() - began < 5
            assert is_away(failed.value)
            await waiting.rollback()
    finally:
        await holder.dispose()
        await waiter.dispose()


async def test_connections_to_a_server_that_does_not_answer_are_cut_off(postgres: Postgres) -> None:
    with proxied(urlsplit(postgres.url).port or 5432) as way:
        transactions = Transactions(configured(way.leading_to(postgres.url)).database_url)
        async with AsyncExitStack() as held:
            for writes in [True, False] * 4:
                db = await held.enter_async_context(transactions.begin(writes=writes))
                await db.execute(text("select 1"))
        assert len(transactions.connected) == 8
        way.hang()
        began = asyncio.get_running_loop().time()
        await transactions.dispose()
        assert asyncio.get_running_loop().time() - began < 1.5


async def test_what_is_waited_for_in_vain_in_a_transaction_is_an_absent_database(fresh_database: str) -> None:
    transactions = Transactions(configured(fresh_database).database_url)

    async def wait_in_vain(db: Database) -> None:
        await db.execute(text("select 1"))
        raise TimeoutError  # as the driver does in a flush or a commit

    try:
        with pytest.raises(DatabaseAway):
            await transactions.write(wait_in_vain)
    finally:
        await transactions.dispose()
