"""What is queued in a transaction is done once that is committed, and only then."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import Struct
from sqlalchemy import event, insert, select

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.tasks import tables, worker
from pydotorg.kernel.tasks.declaring import Task, Work, task
from tests.working import Working, the_row, until, until_done

pytestmark = pytest.mark.anyio


class Letter(Struct):
    text: str
    number: int = 0


read: list[Letter] = []
told: list[Work] = []


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    read.clear()
    told.clear()


@task("test.outside")
async def outside(work: Work, order: Letter) -> None:
    told.append(work)
    read.append(order)


@task("test.inside", in_transaction=True)
async def inside(db: Database, order: Letter) -> None:
    await db.execute(insert(tables.Schedule), {"name": order.text, "moment": clock.now()})
    read.append(order)


@pytest.mark.parametrize("kind", [outside, inside], ids=["outside", "inside"])
async def test_what_is_queued_is_done_after_the_commit_and_only_then(
    transactions: Transactions, working: Working, kind: Task[Letter]
) -> None:
    async with working(outside, inside):
        async with transactions.begin(writes=True) as db:
            await kind.later(db, Letter("hello", 7))
            await asyncio.sleep(0.05)
            assert read == []
        await until(lambda: read == [Letter("hello", 7)])
        await until_done(transactions)


async def queue_and_fail(db: Database) -> None:
    await outside.later(db, Letter("never"))
    raise ZeroDivisionError


async def test_what_is_rolled_back_is_never_done(transactions: Transactions, working: Working) -> None:
    async with working(outside):
        with pytest.raises(ZeroDivisionError):
            await transactions.write(queue_and_fail)
        async with transactions.begin(writes=True) as db:
            await outside.later(db, Letter("after it"))
        await until_done(transactions)
    assert read == [Letter("after it")]


async def test_a_worker_of_the_same_process_does_not_wait_for_its_next_look(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 60.0)
    async with working(outside):
        await asyncio.sleep(0.05)
        async with transactions.begin(writes=True) as db:
            await outside.later(db, Letter("now"))
        await until(lambda: bool(read))


async def test_a_worker_finds_what_another_process_queued(
    transactions: Transactions, connect: Callable[[], Transactions], working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)
    async with working(outside, by=connect()):
        await asyncio.sleep(0.1)
        async with transactions.begin(writes=True) as db:
            await outside.later(db, Letter("from afar"))
        await until(lambda: bool(read))


async def test_a_task_is_not_begun_before_it_is_due(transactions: Transactions, working: Working) -> None:
    due = clock.now() + timedelta(seconds=0.3)
    async with working(outside):
        async with transactions.begin(writes=True) as db:
            await outside.later(db, Letter("in time"), at=due)
        await until(lambda: bool(read))
    assert due <= clock.now() < due + timedelta(seconds=2)


async def test_a_handler_knows_its_task_and_what_it_works_with(transactions: Transactions, working: Working) -> None:
    async with working(outside, parts={str: "a part"}):
        async with transactions.begin(writes=True) as db:
            id = await outside.later(db, Letter("hello"))
        await until_done(transactions)
    [work] = told
    assert isinstance(id, UUID)
    assert (work.id, work.attempt, work.public_url) == (id, 1, "https://example.org")
    assert work.transactions is transactions
    assert work.part(str) == "a part"
    assert work.mailer.origin == id


async def test_what_a_task_writes_in_its_transaction_is_there_when_the_task_is_gone(
    transactions: Transactions, working: Working
) -> None:
    async with working(inside):
        async with transactions.begin(writes=True) as db:
            await inside.later(db, Letter("written"))
        await until_done(transactions)
    async with transactions.begin(writes=False, here=False) as db:
        assert (await db.execute(select(tables.Schedule.name))).scalars().all() == ["written"]


async def test_a_worker_without_work_writes_nothing(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    async with transactions.begin(writes=True) as db:
        await outside.later(db, Letter("tomorrow"), at=clock.now() + timedelta(days=1))
    begun: list[object] = []
    event.listen(transactions.writing.sync_engine, "begin", begun.append)
    async with working(outside, led=True):
        await asyncio.sleep(0.2)
    assert begun == []
    assert (await the_row(transactions)).tries == 0


async def test_hundreds_are_worked_off(transactions: Transactions, working: Working) -> None:
    async with transactions.begin(writes=True) as db:
        for number in range(300):
            await outside.later(db, Letter("many", number))
    async with working(outside):
        await until_done(transactions)
    assert sorted(order.number for order in read) == [*range(300)]
