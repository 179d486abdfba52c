"""A queue of one's own on both databases, and workers that are as quick as tests must be."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.mail.composing import sender_of
from pydotorg.kernel.mail.post import LogPost, Post
from pydotorg.kernel.tasks import attempting, tables, worker
from pydotorg.kernel.tasks.declaring import Equipment, Task
from pydotorg.kernel.tasks.schedule import Scheduled
from pydotorg.kernel.tasks.worker import Worker
from tests.conftest import Copy, configured

Working = Callable[..., AbstractAsyncContextManager[Worker]]
PATIENCE_SECONDS = 20
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
on_postgres = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def queue_url(copy: Copy) -> str:
    return configured(copy()).database_url


@pytest.fixture
async def transactions(queue_url: str, connect: Callable[[], Transactions]) -> Transactions:
    """Those of a process that queues something; nothing is queued yet."""
    found = connect()
    async with found.begin(writes=True) as db:
        await db.execute(delete(tables.Task))
        await db.execute(delete(tables.Schedule))
        await db.execute(update(tables.Lease).values(until=clock.now()))
    return found


@pytest.fixture
async def connect(queue_url: str) -> AsyncIterator[Callable[[], Transactions]]:
    """As another process would be connected to the same database."""
    made: list[Transactions] = []

    def connect() -> Transactions:
        made.append(Transactions(queue_url))
        return made[-1]

    yield connect
    for each in made:
        await each.dispose()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for seconds waits for hundredths."""
    monkeypatch.setattr(attempting, "PAUSE_SECONDS_MIN", 0.02)
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.2)


@pytest.fixture
def working(transactions: Transactions) -> Working:
    """A worker that knows these tasks, and runs as long as the block does."""

    @asynccontextmanager
    async def working(
        *tasks: Task[Any],
        by: Transactions | None = None,
        led: bool = False,
        post: Post | None = None,
        scheduled: tuple[Scheduled, ...] = (),
        parts: dict[type, Any] | None = None,
    ) -> AsyncIterator[Worker]:
        into = post or LogPost(sender_of("noreply@example.org"))
        equipment = Equipment(by or transactions, into, "https://example.org", parts or {})
        known = {task.name: task for task in tasks}
        works = Worker(equipment, known, scheduled, led=led)
        await works.start()
        try:
            yield works
        finally:
            await works.stop()

    return working


async def rows(transactions: Transactions) -> list[tables.Task]:
    """What is in the queue, and has not been done."""
    async with transactions.begin(writes=False, here=False) as db:
        return [*(await db.execute(select(tables.Task))).scalars()]


async def the_row(transactions: Transactions) -> tables.Task:
    """The only one."""
    [found] = await rows(transactions)
    return found


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something holds; a test that waits in vain fails."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.005)


async def until_done(transactions: Transactions) -> None:
    """Until nothing waits any more; dead letters stay."""

    waiting = select(func.count()).select_from(tables.Task).where(tables.Task.state == tables.WAITING)

    async def none_waits() -> bool:
        async with transactions.begin(writes=False, here=False) as db:
            return await db.scalar(waiting) == 0

    await until(none_waits)
