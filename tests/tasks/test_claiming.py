"""A task belongs to one worker at a time, as long as he is alive; what another one says of it counts for nothing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from msgspec import Struct
from sqlalchemy import func, insert, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.tasks import letters, queue, tables, worker
from pydotorg.kernel.tasks.declaring import Work, task
from pydotorg.kernel.tasks.queue import Claimed, Queue, Room
from tests.working import Working, rows, the_row, until, until_done

pytestmark = pytest.mark.anyio

Connect = Callable[[], Transactions]
Pass = Callable[[float], None]


class Order(Struct):
    number: int = 0


@task("test.counted", in_transaction=True)
async def counted(db: Database, order: Order) -> None:
    """A second time would break the key."""
    await db.execute(insert(tables.Schedule), {"name": f"done {order.number}", "moment": clock.now()})


@task("test.long")
async def long(work: Work, _: Order) -> None:
    begun = work.part(list)
    begun.append(work.id)
    await asyncio.sleep(1.2)


@task("test.endless")
async def endless(work: Work, _: Order) -> None:
    work.part(list).append(work.id)
    await asyncio.Event().wait()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """Sets the clock forward by so many seconds."""

    def later(seconds: float) -> None:
        then = clock.unix() + seconds
        monkeypatch.setattr(clock, "unix", lambda: then)

    return later


async def queue_up(transactions: Transactions, many: int = 1) -> None:
    async with transactions.begin(writes=True) as db:
        for number in range(many):
            await counted.later(db, Order(number))


async def one(queue: Queue) -> Claimed:
    [claimed] = await queue.claim(Room(9))
    return claimed


async def test_of_two_workers_at_once_each_task_has_one(
    transactions: Transactions, connect: Connect, working: Working
) -> None:
    async with working(counted), working(counted, by=connect()), working(counted, by=connect()):
        await queue_up(transactions, 150)
        await until_done(transactions)
    assert await rows(transactions) == [], "a dead letter would have been done twice"
    async with transactions.begin(writes=False, here=False) as db:
        assert await db.scalar(select(func.count()).select_from(tables.Schedule)) == 150


async def test_those_who_claim_at_once_get_different_tasks(transactions: Transactions, connect: Connect) -> None:
    await queue_up(transactions, 40)
    queues = [Queue(connect(), led=False) for _ in range(4)]
    shares = await asyncio.gather(*(each.claim(Room(10)) for each in queues))
    ids = [claimed.id for share in shares for claimed in share]
    assert len(ids) == len(set(ids))
    rest = [claimed.id for claimed in await queues[0].claim(Room(40))]
    assert len({*ids, *rest}) == 40, "what was locked for a moment is not lost"


async def test_a_claimed_task_is_nobody_elses_until_the_claim_ends(
    transactions: Transactions, connect: Connect, later: Pass
) -> None:
    await queue_up(transactions)
    first, second = Queue(transactions, led=False), Queue(connect(), led=False)
    claimed = await one(first)
    later(9)
    assert await second.claim(Room(9)) == []
    later(2)
    again = await one(second)
    assert (again.id, again.attempt, claimed.attempt) == (claimed.id, 2, 1)


async def test_who_lost_his_claim_changes_nothing(transactions: Transactions, connect: Connect, later: Pass) -> None:
    await queue_up(transactions)
    first, second = Queue(transactions, led=False), Queue(connect(), led=False)
    lost = await one(first)
    later(11)
    held = await one(second)

    assert await first.prolong([lost]) == {lost.id}
    assert not await first.finish(lost)
    assert not await first.postpone(lost, "late", 0, unanswered=0)
    assert not await first.bury(lost, "late")
    await first.leave([lost])

    row = await the_row(transactions)
    assert (row.claim, row.tries, row.state, row.error) == (held.claim, 2, "waiting", "")
    assert await second.finish(held)
    assert await rows(transactions) == []


async def test_the_effect_of_who_lost_his_claim_is_not_written(
    transactions: Transactions, connect: Connect, working: Working, later: Pass
) -> None:
    await queue_up(transactions)
    async with working(counted, by=connect()) as slow:
        slow.announce_end()
        lost = await one(Queue(transactions, led=False))
        later(11)
        await one(Queue(transactions, led=False))
        await slow.attempts(lost)
    async with transactions.begin(writes=False, here=False) as db:
        assert await db.scalar(select(func.count()).select_from(tables.Schedule)) == 0


async def test_a_claim_can_be_prolonged(transactions: Transactions, connect: Connect, later: Pass) -> None:
    await queue_up(transactions)
    first, second = Queue(transactions, led=False), Queue(connect(), led=False)
    claimed = await one(first)
    for _ in range(3):
        later(8)
        assert await first.prolong([claimed]) == set()
    assert await second.claim(Room(9)) == []
    assert await first.finish(claimed)


async def test_a_task_that_takes_longer_than_a_claim_is_begun_once(
    transactions: Transactions, connect: Connect, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)
    begun: list[object] = []
    parts = {list: begun}
    async with working(long, parts=parts), working(long, by=connect(), parts=parts):
        async with transactions.begin(writes=True) as db:
            await long.later(db, Order())
        await until_done(transactions)
    assert len(begun) == 1


async def test_who_notices_that_a_task_is_no_longer_his_stops_it(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)
    begun: list[object] = []
    async with working(endless, parts={list: begun}) as slow:
        async with transactions.begin(writes=True) as db:
            await endless.later(db, Order())
        await until(lambda: len(begun) == 1)
        async with transactions.begin(writes=True) as db:
            await db.execute(update(tables.Task).values(claim=uuid4()))
        await until(lambda: not slow.running)
    assert (await the_row(transactions)).tries == 1


async def test_a_claim_that_a_wrong_clock_made_does_not_hold(
    transactions: Transactions, connect: Connect, working: Working, later: Pass
) -> None:
    await queue_up(transactions)
    later(365 * 86400)
    await one(Queue(transactions, led=True))
    later(-365 * 86400)
    other = Queue(connect(), led=True)
    assert not (outlook := await other.look(Room(9))).is_led
    assert outlook.due is not None
    assert outlook.due <= clock.now()
    async with transactions.begin(writes=False, here=False) as db:
        assert "waiting" in {each.state for each in await letters.letters(await db.connection())}
    assert (await one(other)).attempt == 2
    async with transactions.begin(writes=False, here=False) as db:
        assert "running" in {each.state for each in await letters.letters(await db.connection())}


async def test_what_a_wrong_clock_has_claimed_can_be_retried(transactions: Transactions, later: Pass) -> None:
    await queue_up(transactions)
    later(86400)
    id = (await one(Queue(transactions, led=False))).id
    later(-86400)
    async with transactions.begin(writes=True) as db:
        assert await letters.retry(await db.connection(), [id]) == 1
        assert await letters.drop(await db.connection(), [id]) == 1


async def test_the_claim_of_a_clock_that_is_a_little_ahead_holds(
    transactions: Transactions, connect: Connect, later: Pass
) -> None:
    await queue_up(transactions)
    later(5)
    await one(Queue(transactions, led=True))
    later(-5)
    other = Queue(connect(), led=True)
    assert (await other.look(Room(9))).is_led
    assert await other.claim(Room(9)) == []
    assert await Queue(connect(), led=False).claim(Room(9)) == []


async def test_a_worker_does_not_claim_what_it_runs_itself(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.1))
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.02)
    begun: list[object] = []
    async with working(endless, parts={list: begun}):  # its next beat comes too late
        async with transactions.begin(writes=True) as db:
            await endless.later(db, Order())
        await until(lambda: len(begun) == 1)
        await asyncio.sleep(0.4)
        assert len(begun) == 1
    assert (await the_row(transactions)).tries == 0


async def test_the_oldest_come_first_and_a_kind_gets_no_more_than_its_share(transactions: Transactions) -> None:
    await queue_up(transactions, 6)
    async with transactions.begin(writes=True) as db:
        for _ in range(3):
            await long.later(db, Order())
    mine = Queue(transactions, led=False)

    def room(inside: int, outside: int) -> Room:
        return Room(inside, outside, ["test.counted"], ["test.long"])

    claimed = await mine.claim(room(3, 2))
    assert [each.payload for each in claimed] == [f'{{"number":{number}}}' for number in range(3)]
    assert [each.name for each in await mine.claim(room(0, 2))] == ["test.long"] * 2, "the other kind is passed over"
    assert [each.name for each in await mine.claim(room(9, 0))] == ["test.counted"] * 3
    assert [each.name for each in await mine.claim(room(9, 9))] == ["test.long"]
