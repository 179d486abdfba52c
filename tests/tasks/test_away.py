"""A database that goes away and comes back ends no worker, and what is done is not done again because of it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import structlog
from msgspec import Struct

from pydotorg.kernel.database import engine
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.tasks import worker
from pydotorg.kernel.tasks.declaring import Work, task
from tests.conftest import configured
from tests.proxies import Proxy, proxied
from tests.working import Working, on_postgres, on_sqlite, rows, until, until_done

pytestmark = pytest.mark.anyio


class Order(Struct):
    seconds: float = 0


@task("test.slow")
async def slow(work: Work, order: Order) -> None:
    work.part(list).append(work.attempt)
    await asyncio.sleep(order.seconds)


@pytest.fixture(autouse=True)
def curious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)


@pytest.fixture
def way(queue_url: str) -> Iterator[Proxy]:
    """To PostgreSQL; a file does not go away."""
    with proxied(urlsplit(queue_url).port or 5432) as proxy:
        yield proxy


@contextmanager
def locked(queue_url: str) -> Iterator[None]:
    """Somebody else writes to the file."""
    connection = sqlite3.connect(queue_url.partition("///")[2], isolation_level=None)
    connection.execute("begin immediate")
    try:
        yield
    finally:
        connection.execute("rollback")
        connection.close()


@on_postgres
async def test_a_server_that_goes_and_comes_back_is_worked_for_again(
    transactions: Transactions, working: Working, way: Proxy, queue_url: str
) -> None:
    begun: list[int] = []
    over = Transactions(configured(way.leading_to(queue_url)).database_url)
    with structlog.testing.capture_logs() as log:
        async with working(slow, by=over, led=True, parts={list: begun}):
            for number in range(3):
                async with transactions.begin(writes=True) as db:
                    await slow.later(db, Order())
                await until_done(transactions)
                way.stop()
                await asyncio.sleep(0.3)
                assert len(begun) == number + 1
                way.start()
    await over.dispose()
    assert {line["event"] for line in log} == {"tasks wait, the database is away"}
    assert len(log) == 3, "each time once"


@on_postgres
async def test_what_ended_while_the_server_was_away_is_not_done_again(
    transactions: Transactions, working: Working, way: Proxy, queue_url: str
) -> None:
    begun: list[int] = []
    over = Transactions(configured(way.leading_to(queue_url)).database_url)
    async with working(slow, by=over, parts={list: begun}):
        async with transactions.begin(writes=True) as db:
            await slow.later(db, Order(0.3))
        await until(lambda: begun == [1])
        way.stop()
        await asyncio.sleep(0.6)
        assert len(await rows(transactions)) == 1
        way.start()
        await until_done(transactions)
    await over.dispose()
    assert begun == [1]


@on_sqlite
async def test_a_file_that_others_write_to_for_long_is_worked_on_afterwards(
    transactions: Transactions, working: Working, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS_MAX", 20)
    begun: list[int] = []
    patient = Transactions(queue_url)
    async with transactions.begin(writes=True) as db:
        await slow.later(db, Order(0.2))
        await slow.later(db, Order(0.2))
    async with working(slow, by=patient, parts={list: begun}):
        await until(lambda: begun == [1, 1])
        with locked(queue_url):
            await asyncio.sleep(0.6)
            assert len(await rows(transactions)) == 2
        await until_done(transactions)
    await patient.dispose()
    assert begun == [1, 1]
