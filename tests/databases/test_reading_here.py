"""Reads of SQLite run in the event loop itself, and leave it as soon as they would hold it up."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import Struct
from sqlalchemy import Integer, column, event, literal, select, text
from sqlalchemy.engine import Engine

from pydotorg.app import Application
from pydotorg.kernel.access import anyone
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database, NotHere
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http.operations import get
from tests.conftest import client_of, configured

pytestmark = pytest.mark.anyio

#: as long as the machine is slow, and much longer than a loop should stand still
STEPS = 3_000_000


class Number(Struct, frozen=True):
    """How far it was counted."""

    number: int


def counted(to: int) -> Rows[Number]:
    counting = (
        text(
            f"with recursive c(n) as (select 1 union all select n + 1 from c where n < {to}) select max(n) as n from c"  # noqa: S608  a number of ours
        )
        .columns(column("n", Integer))
        .subquery()
    )
    return Rows(Number, select(counting.c.n).select_from(counting))


@get("/counting/first", by=anyone, shows="counting")
async def counting_first(db: Database) -> Number:
    """Count for long at once."""
    found = await db.first(counted(STEPS))
    assert found
    return found


@get("/counting/then", by=anyone, shows="counting")
async def counting_then(db: Database) -> list[Number]:
    """Count a little, then for long."""
    little, much = await db.first(counted(10)), await db.first(counted(STEPS))
    assert little
    assert much
    return [little, much]


COUNTING = Domain(name="counting", description="Counts.", routes=(counting_first, counting_then), tables=())


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[Application]:
    file = tmp_path / "counting.db"
    sqlite3.connect(file).executescript("pragma journal_mode = wal; create table revision (dataset text, number int);")
    app = Application(configured(f"sqlite:///{file}"), domains=[COUNTING])
    yield app
    await app.close()


async def longest_standstill(stop: asyncio.Event) -> float:
    longest = 0.0
    while not stop.is_set():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before)
    return longest


@pytest.mark.parametrize(
    ("path", "told"), [("first", {"number": STEPS}), ("then", [{"number": 10}, {"number": STEPS}])]
)
async def test_a_long_read_is_answered_without_holding_up_the_others(
    application: Application, path: str, told: object
) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(longest_standstill(stop))
    async with client_of(application) as client:
        before = time.perf_counter()
        answer = await client.get(f"/api/v1/counting/{path}")
        took = time.perf_counter() - before
    stop.set()
    assert answer.json() == told
    assert took > 0.1, "it was not long enough to tell"
    assert await watching < took / 2


async def test_what_is_read_here_cannot_write_and_leaves_no_transaction(application: Application) -> None:
    transactions = application.transactions
    with pytest.raises(NotHere):
        async with transactions.begin(writes=False) as db:
            await db.execute(text("insert into revision values ('counting', 1)"))
    async with transactions.begin(writes=False) as db:
        assert await db.all(Rows(Number, select(literal(1)))) == [Number(1)]
    assert isinstance(transactions.reading_here, Engine)
    with transactions.reading_here.connect() as connection:
        assert connection.connection.driver_connection is not None
        with pytest.raises(Exception, match="readonly"):
            connection.execute(text("insert into revision values ('counting', 1)"))


async def test_many_readers_use_one_connection(application: Application) -> None:
    opened: list[object] = []
    assert application.transactions.reading_here
    event.listen(application.transactions.reading_here, "connect", lambda *each: opened.append(each))

    async def read() -> None:
        async with application.transactions.begin(writes=False) as db:
            await db.all(Rows(Number, select(literal(1))))

    await asyncio.gather(*(read() for _ in range(50)))
    assert len(opened) == 1
