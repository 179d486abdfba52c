"""The total of a list is counted once for each revision of its dataset, and is never that of other data."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, event, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.database.revisions import Revision
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.releases import schemas
from pydotorg.releases.tables import DATASET
from pydotorg.releases.tables import ScheduledRelease as Plan
from tests.conftest import Copy, configured

pytestmark = pytest.mark.anyio

PLANS: Rows[schemas.ScheduledRelease] = Rows(
    schemas.ScheduledRelease, select(Plan.version).select_from(Plan), dataset=DATASET
)
LAST = Plan.version.in_(select(Plan.version).order_by(Plan.date.desc(), Plan.version).limit(1))


@pytest.fixture
async def here(fresh_database: str) -> AsyncIterator[Transactions]:
    transactions = Transactions(configured(fresh_database).database_url)
    yield transactions
    await transactions.dispose()


@pytest.fixture
def another_database(copy: Copy) -> str:
    """One that began as the same."""
    return copy()


@pytest.fixture
async def there(another_database: str) -> AsyncIterator[Transactions]:
    transactions = Transactions(configured(another_database).database_url)
    yield transactions
    await transactions.dispose()


async def total(transactions: Transactions) -> int:
    return await transactions.read(lambda db: db.count(PLANS))


async def forget(db: Database) -> None:
    """Past all that this service does: the revision is as if nothing had been."""
    revision = (await db.execute(select(Revision.number).where(Revision.dataset == DATASET))).scalar_one()
    await db.execute(delete(Plan).where(LAST))
    await db.execute(update(Revision).where(Revision.dataset == DATASET).values(number=revision))


async def test_what_was_counted_is_not_counted_again(here: Transactions) -> None:
    asked: list[str] = []
    for engine in here.engines:
        event.listen(engine, "before_cursor_execute", lambda _, __, statement, *___: asked.append(statement))
    assert len({await total(here) for _ in range(3)}) == 1
    assert len([each for each in asked if "count(" in each]) == 1


async def test_after_a_write_it_is(here: Transactions) -> None:
    before = await total(here)

    async def remove(db: Database) -> None:
        await db.execute(delete(Plan).where(LAST))

    await here.write(remove)
    assert await total(here) == before - 1


async def test_a_write_that_is_taken_back_leaves_no_total(here: Transactions) -> None:
    before = await total(here)

    async def fail(db: Database) -> None:
        await db.execute(delete(Plan).where(LAST))
        assert await db.count(PLANS) == before - 1
        raise LookupError

    with suppress(LookupError):
        await here.write(fail)

    async def touch(db: Database) -> None:
        await db.execute(update(Plan).where(LAST).values(cycle=Plan.cycle))

    await here.write(touch)  # the revision that the other one saw
    assert await total(here) == before


async def test_each_database_has_totals_of_its_own(here: Transactions, there: Transactions) -> None:
    await there.write(forget)
    assert await total(here) == await total(there) + 1


async def test_what_the_clock_ends_is_counted_again(here: Transactions) -> None:
    async def count(db: Database) -> int:
        clock.lifetime()
        clock.changes_at(ends)
        return await db.count(PLANS)

    with time_machine.travel(clock.now(), tick=False) as traveller:
        ends = clock.now() + timedelta(seconds=10)
        before = await here.read(count)
        await here.write(forget)
        assert await here.read(count) == before
        traveller.shift(10)
        assert await here.read(count) == before - 1
