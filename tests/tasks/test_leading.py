"""Of all servers one works the queue off; another follows when that one ends, well or not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import Struct

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.tasks import queue, worker
from pydotorg.kernel.tasks.declaring import Work, task
from tests.working import Working, until

pytestmark = pytest.mark.anyio

Connect = Callable[[], Transactions]


class Order(Struct):
    pass


@task("test.who")
async def who(work: Work, _: Order) -> None:
    work.part(list).append(work.transactions)


@pytest.fixture(autouse=True)
def curious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)


@pytest.fixture
def did() -> list[Transactions]:
    """Who did a task, in the order in which they were done."""
    return []


async def have_one_done(transactions: Transactions, did: list[Transactions]) -> None:
    before = len(did)
    async with transactions.begin(writes=True) as db:
        await who.later(db, Order())
    await until(lambda: len(did) == before + 1)


async def test_of_several_servers_one_does_everything(
    transactions: Transactions, connect: Connect, working: Working, did: list[Transactions]
) -> None:
    async with (
        working(who, led=True, parts={list: did}) as one,
        working(who, led=True, by=connect(), parts={list: did}) as two,
    ):
        for _ in range(10):
            await have_one_done(transactions, did)
        assert sorted([one.queue.leads, two.queue.leads]) == [False, True]
    assert len(set(did)) == 1


async def test_a_server_that_ends_well_leaves_the_lead_to_another_at_once(
    transactions: Transactions, connect: Connect, working: Working, did: list[Transactions]
) -> None:
    other = connect()
    async with working(who, led=True, parts={list: did}):
        await have_one_done(transactions, did)
    async with working(who, led=True, by=other, parts={list: did}):
        await have_one_done(transactions, did)
    assert did == [transactions, other]


async def test_a_server_that_died_leads_until_its_lease_ends(
    transactions: Transactions, connect: Connect, working: Working, did: list[Transactions],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.5))
    other = connect()
    dead = queue.Queue(transactions, led=True)
    async with transactions.begin(writes=True) as db:
        await who.later(db, Order())
    [claimed] = await dead.claim(queue.Room(9))
    async with working(who, led=True, by=other, parts={list: did}):
        async with transactions.begin(writes=True) as db:
            await who.later(db, Order())
        assert (await queue.Queue(other, led=True).look(queue.Room(9))).is_led
        await until(lambda: len(did) == 2)
    assert did == [other, other], "what the dead one had begun is done as well"
    assert not await dead.finish(claimed)


async def test_a_worker_by_itself_needs_no_lead(
    transactions: Transactions, connect: Connect, working: Working, did: list[Transactions]
) -> None:
    leader = queue.Queue(transactions, led=True)
    async with transactions.begin(writes=True) as db:
        await who.later(db, Order())
    await leader.claim(queue.Room(9))
    beside = connect()
    async with working(who, by=beside, parts={list: did}):
        await have_one_done(transactions, did)
    assert did == [beside]
