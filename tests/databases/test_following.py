"""What follows from a write happens in its transaction: with it, or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy import insert, select

from pydotorg.jobs.tables import JobType
from pydotorg.kernel import clock
from pydotorg.kernel.database.audit import Actor, AuditEntry, acting
from pydotorg.kernel.database.following import follow_all
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database, Following, Transactions
from pydotorg.kernel.taxonomy import key_of
from pydotorg.releases.tables import OperatingSystem, ReleaseCycle, ScheduledRelease
from tests.conftest import configured

pytestmark = pytest.mark.anyio

DAY = date(2033, 3, 3)


def plan(version: str) -> ScheduledRelease:
    return ScheduledRelease(version=version, version_key=f"key of {version}", cycle="7.0", date=DAY)


def job_type(name: str) -> JobType:
    now = clock.now()
    return JobType(
        id=new_id(), name=name, name_key=key_of(name), slug=name, active=True, created_at=now, updated_at=now
    )  # fmt: skip


class Follower:
    """Notes the plans that it sees, and makes a type of jobs of their number."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []
        self.fails = False

    async def __call__(self, db: Database) -> None:
        statement = select(ScheduledRelease.version).where(ScheduledRelease.cycle == "7.0")
        self.seen.append(sorted(row.version for row in await db.fetch(statement)))
        db.add(job_type(f"plans-{len(self.seen[-1])}"))
        db.add(plan(f"7.0.{100 + len(self.seen)}"))
        if self.fails:
            raise LookupError


@pytest.fixture
def follower() -> Follower:
    return Follower()


@pytest.fixture
async def followed(fresh_database: str, follower: Follower) -> AsyncIterator[Transactions]:
    """Transactions that are followed where plans have changed."""
    following = [Following(frozenset({"scheduled_release", "release_cycle"}), follower)]
    transactions = Transactions(configured(fresh_database).database_url, following)
    yield transactions
    await transactions.dispose()


async def plans_in(transactions: Transactions) -> set[str]:
    statement = select(ScheduledRelease.version).where(ScheduledRelease.cycle == "7.0")
    return {row.version for row in await transactions.read(lambda db: db.fetch(statement))}


async def types_in(transactions: Transactions) -> set[str]:
    statement = select(JobType.slug).where(JobType.slug.like("plans-%"))
    return {row.slug for row in await transactions.read(lambda db: db.fetch(statement))}


async def test_who_follows_sees_what_was_written_and_writes_with_it(
    followed: Transactions, follower: Follower
) -> None:  # fmt: skip
    async with followed.begin(writes=True) as db:
        db.add_all([plan("7.0.1"), plan("7.0.2")])
        assert follower.seen == [], "it follows at the end"
    assert follower.seen == [["7.0.1", "7.0.2"]]
    assert await types_in(followed) == {"plans-2"}


async def test_what_follows_is_written_by_the_same_actor(followed: Transactions) -> None:
    with acting(Actor("task", "planning")):
        async with followed.begin(writes=True) as db:
            db.add(plan("7.0.1"))
    statement = select(AuditEntry.resource).where(AuditEntry.action == "planning")
    entries = await followed.read(lambda db: db.fetch(statement))
    assert sorted(row.resource for row in entries) == ["job_type", "scheduled_release", "scheduled_release"]


async def test_from_what_follows_nothing_follows(followed: Transactions, follower: Follower) -> None:
    async with followed.begin(writes=True) as db:
        db.add(plan("7.0.1"))
    assert await plans_in(followed) == {"7.0.1", "7.0.101"}
    assert len(follower.seen) == 1


async def test_a_deletion_is_followed(followed: Transactions, follower: Follower) -> None:
    async with followed.begin(writes=True) as db:
        await db.delete(await db.to_change(select(ScheduledRelease).where(ScheduledRelease.version == "3.14.9")))
    assert follower.seen == [[]]


async def test_a_write_is_taken_back_if_what_follows_fails(followed: Transactions, follower: Follower) -> None:
    async def write(db: Database) -> None:
        db.add(plan("7.0.1"))

    follower.fails = True
    with pytest.raises(LookupError):
        await followed.write(write)
    assert follower.seen == [["7.0.1"]]
    assert (await plans_in(followed), await types_in(followed)) == (set(), set())


async def read(db: Database) -> None:
    await db.fetch(select(ScheduledRelease.version))


async def write_elsewhere(db: Database) -> None:
    system = await db.to_change(select(OperatingSystem).where(OperatingSystem.slug == "windows"))
    assert system is not None
    system.name = "Another"


async def change_and_change_back(db: Database) -> None:
    row = await db.to_change(select(ScheduledRelease).where(ScheduledRelease.version == "3.14.9"))
    assert row is not None
    before = row.date
    for day in (DAY, before):
        row.date = day
        await db.flush()


async def note_by_the_way(db: Database) -> None:
    row = await db.to_change(select(ReleaseCycle).where(ReleaseCycle.cycle == "3.14"))
    assert row is not None
    row.updated_at = clock.now()


async def take_back_to_a_savepoint(db: Database) -> None:
    step = await db.begin_nested()
    db.add(plan("7.0.1"))
    await db.flush()
    await step.rollback()


@pytest.mark.parametrize(
    "work", [read, write_elsewhere, change_and_change_back, note_by_the_way, take_back_to_a_savepoint]
)
async def test_nothing_follows_where_nothing_of_it_has_changed(
    followed: Transactions, follower: Follower, work: Callable[[Database], Awaitable[None]]
) -> None:
    await followed.write(work)
    assert follower.seen == []


async def test_nothing_follows_a_write_that_fails(followed: Transactions, follower: Follower) -> None:
    async def fail(db: Database) -> None:
        db.add(plan("7.0.1"))
        await db.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await followed.write(fail)
    assert follower.seen == []


async def test_what_a_savepoint_keeps_is_followed(followed: Transactions, follower: Follower) -> None:
    async with followed.begin(writes=True) as db, db.begin_nested():
        db.add(plan("7.0.1"))
    assert follower.seen == [["7.0.1"]]


ROW = {"version": "7.0.1", "version_key": "7", "cycle": "7.0", "date": DAY}


async def test_bulk_writes_are_followed_in_their_transaction(followed: Transactions, follower: Follower) -> None:
    with acting(Actor("command_line", "planning in bulk")):
        async with followed.writing.begin() as connection:
            await connection.execute(insert(ScheduledRelease), [ROW])
            await follow_all(connection, followed.following)
            assert follower.seen == [["7.0.1"]]
            await connection.execute(insert(ScheduledRelease), [{**ROW, "version": "7.0.2", "version_key": "8"}])
    assert await plans_in(followed) == {"7.0.1", "7.0.2", "7.0.101"}
    statement = select(AuditEntry.resource).where(AuditEntry.action == "planning in bulk")
    entries = await followed.read(lambda db: db.fetch(statement))
    assert sorted(row.resource for row in entries) == ["job_type", "scheduled_release"]


async def test_what_follows_bulk_writes_is_taken_back_with_them(followed: Transactions, follower: Follower) -> None:
    async with followed.writing.connect() as connection, connection.begin() as transaction:
        await connection.execute(insert(ScheduledRelease), [ROW])
        await follow_all(connection, followed.following)
        await transaction.rollback()
    assert follower.seen == [["7.0.1"]]
    assert (await plans_in(followed), await types_in(followed)) == (set(), set())


async def test_bulk_writes_are_taken_back_if_what_follows_fails(followed: Transactions, follower: Follower) -> None:
    async def load() -> None:
        async with followed.writing.begin() as connection:
            await connection.execute(insert(ScheduledRelease), [ROW])
            await follow_all(connection, followed.following)

    follower.fails = True
    with pytest.raises(LookupError):
        await load()
    assert (await plans_in(followed), await types_in(followed)) == (set(), set())
