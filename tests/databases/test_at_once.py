"""Rows that are written many at once are those that would be written one by one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import DBAPIError

from pydotorg.events.tables import Event, Occurrence
from pydotorg.kernel.database.at_once import ROWS_AT_ONCE, insert_at_once
from pydotorg.kernel.database.transaction import Database, Transactions
from tests.conftest import configured

pytestmark = pytest.mark.anyio

TABLE = cast("Table", Occurrence.__table__)
START = datetime(2027, 3, 28, 0, 59, 59, 123456, tzinfo=UTC)
TITLES = ("", "Snake day", "a 'quoted' \"title\", with \\ and 世界 🐍", "null", "2027-01-01T00:00:00Z", "[1]", "7")


async def written(db: Database, rows: list[dict[str, Any]], *, at_once: bool) -> list[Any]:
    """What stands in the table after these rows are written."""
    await db.execute(delete(Occurrence))
    if at_once:
        await insert_at_once(db, TABLE, rows)
    else:
        await db.execute(insert(TABLE), rows)
    kept = await db.execute(select(TABLE).order_by(TABLE.c.recurrence_id))
    return [tuple(row) for row in kept]


def rows_of(event: UUID, number: int) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event, "recurrence_id": START + timedelta(hours=n), "starts_at": START + timedelta(days=n),
            "ends_at": START.replace(microsecond=0), "title": TITLES[n % len(TITLES)], "shown": n % 2 == 0,
            "long": n % 3 == 0,
        }
        for n in range(number)
    ]  # fmt: skip


@pytest.fixture
async def writer(fresh_database: str) -> AsyncIterator[Transactions]:
    """Transactions that may write."""
    made = Transactions(configured(fresh_database).database_url)
    yield made
    await made.dispose()


@pytest.fixture
async def event(writer: Transactions) -> UUID:
    """One that is there."""
    found: UUID = (await writer.read(lambda db: db.fetch(select(Event.id).limit(1))))[0][0]
    return found


async def test_values_of_all_kinds_are_the_same(writer: Transactions, event: UUID) -> None:
    for number in (1, len(TITLES), ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 1):
        rows = rows_of(event, number)
        one_by_one = await writer.write(partial(written, rows=rows, at_once=False))
        assert await writer.write(partial(written, rows=rows, at_once=True)) == one_by_one
        assert len(one_by_one) == number


async def test_a_table_that_is_audited_is_refused(writer: Transactions) -> None:
    with pytest.raises(TypeError, match="audit log"):
        await writer.write(lambda db: insert_at_once(db, cast("Table", Event.__table__), []))


async def test_of_no_rows_nothing_is_written(writer: Transactions) -> None:
    assert await writer.write(partial(written, rows=[], at_once=True)) == []


async def test_what_a_constraint_refuses_is_refused(writer: Transactions, event: UUID) -> None:
    twice = rows_of(event, 1) * 2
    with pytest.raises(DBAPIError):
        await writer.write(lambda db: written(db, twice, at_once=True))
