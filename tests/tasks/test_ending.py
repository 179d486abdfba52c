"""A worker that is told to end begins nothing new, lets what runs finish for a while, and leaves the rest to others."""

import asyncio
import time
from collections.abc import Callable

import pytest
from msgspec import Struct
from sqlalchemy import insert

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.tasks import tables, worker
from pydotorg.kernel.tasks.declaring import Work, task
from tests.working import Working, rows, the_row, until, until_done

pytestmark = pytest.mark.anyio


class Order(Struct):
    seconds: float = 0


@task("test.sleep")
async def sleep(work: Work, order: Order) -> None:
    work.part(list).append(work.attempt)
    await asyncio.sleep(order.seconds)


async def test_what_runs_is_finished(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE_SECONDS", 5.0)
    begun: list[int] = []
    async with working(sleep, parts={list: begun}):
        async with transactions.begin(writes=True) as db:
            await sleep.later(db, Order(0.3))
        await until(lambda: bool(begun))
    assert await rows(transactions) == []


async def test_what_is_not_finished_in_time_is_anothers_at_once_as_if_it_had_not_been_tried(
    transactions: Transactions, connect: Callable[[], Transactions], working: Working
) -> None:
    begun: list[int] = []
    async with working(sleep, parts={list: begun}):
        async with transactions.begin(writes=True) as db:
            await sleep.later(db, Order(60))
        await until(lambda: bool(begun))
        ending = time.monotonic()
    assert time.monotonic() - ending < 2
    row = await the_row(transactions)
    assert (row.tries, row.claim, row.due <= clock.now()) == (0, None, True)
    async with working(sleep, by=connect(), parts={list: begun}):
        await until(lambda: begun == [1, 1])


async def test_nothing_is_begun_once_the_end_is_announced(transactions: Transactions, working: Working) -> None:
    begun: list[int] = []
    async with working(sleep, parts={list: begun}) as ending:
        ending.announce_end()
        async with transactions.begin(writes=True) as db:
            await sleep.later(db, Order())
        await asyncio.sleep(0.1)
    assert begun == []
    assert len(await rows(transactions)) == 1


async def test_who_does_not_listen_is_not_waited_for(transactions: Transactions, working: Working) -> None:
    stubborn, let_go = asyncio.Event(), asyncio.Event()

    @task("test.stubborn")
    async def insist(_: Work, __: Order) -> None:
        stubborn.set()
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    async with working(insist):
        async with transactions.begin(writes=True) as db:
            await insist.later(db, Order())
        await stubborn.wait()
        ending = time.monotonic()
    assert time.monotonic() - ending < 2
    let_go.set()
    await asyncio.sleep(0.05)
    assert len(await rows(transactions)) == 1, "it is somebody else's by now"


async def test_a_transaction_that_is_cut_off_has_written_nothing(transactions: Transactions, working: Working) -> None:
    inside = asyncio.Event()

    @task("test.cut_off", in_transaction=True)
    async def slow(db: Database, _: Order) -> None:
        await db.execute(insert(tables.Schedule), {"name": "cut off", "moment": clock.now()})
        inside.set()
        await asyncio.sleep(4)

    async with working(slow):
        async with transactions.begin(writes=True) as db:
            await slow.later(db, Order())
        await inside.wait()
    assert (await the_row(transactions)).tries == 0
    async with transactions.begin(writes=True) as db:
        await db.execute(insert(tables.Schedule), {"name": "cut off", "moment": clock.now()})


async def test_a_worker_can_be_started_again(transactions: Transactions, working: Working) -> None:
    begun: list[int] = []
    async with working(sleep, parts={list: begun}) as again:
        await again.stop()
        async with transactions.begin(writes=True) as db:
            await sleep.later(db, Order())
        await again.start()
        await until_done(transactions)
    assert begun == [1]
