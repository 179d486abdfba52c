"""What must hold, the database holds too: on both, whoever writes."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pydotorg import migrations
from pydotorg.kernel.database.engine import is_duplicate
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.releases import tables
from tests.conftest import configured
from tests.releases.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(scratch: AsyncConnection) -> World:
    return World(scratch)


async def refused(world: World, what: str, **written: Any) -> IntegrityError:
    """Why the database refuses what is written; the transaction goes on."""
    write = world.file if what == "file" else world.release
    with pytest.raises(IntegrityError) as refusal:
        async with world.connection.begin_nested():
            await write(**written)
    return refusal.value


async def test_equal_versions_are_one_release(world: World) -> None:
    await world.cycle("9.0")
    await world.release("9.0", slug="nine")
    for version in ("9.0", "9.0.0", "9", "09.0"):
        error = await refused(world, "release", version=version, slug="other", cycle="9.0")
        assert is_duplicate(error)
    await world.release("9.0.1", cycle="9.0")
    await world.cycle("9.0", "install-manager")
    await world.release("9.0", slug="of-another-product", product="install-manager")


async def test_slugs_numbers_and_ids_are_unique(world: World) -> None:
    await world.cycle("9.0")
    release = await world.release("9.0.1", slug="nine", number=77)
    for same in ({"slug": "nine"}, {"number": 77}, {"id": release}, {"slug": "python-3148"}):
        assert is_duplicate(await refused(world, "release", version="9.0.2", **same))
    await world.file(release, "a.tgz", slug="nine-a", number=88)
    for same in ({"slug": "nine-a"}, {"number": 88}, {"slug": "python-3150-windows-installer-64-bit"}):
        assert is_duplicate(await refused(world, "file", release=release, filename="b.tgz", **same))


async def test_a_release_has_one_download_button_for_each_operating_system(world: World) -> None:
    await world.cycle("9.0")
    one, other = await world.release("9.0.1"), await world.release("9.0.2")
    await world.file(one, "a.exe", os="windows", download_button=True)
    await world.file(one, "b.exe", os="windows")
    await world.file(one, "c.exe", os="windows")
    await world.file(one, "a.pkg", os="macos", download_button=True)
    await world.file(other, "a.exe", os="windows", download_button=True)
    error = await refused(world, "file", release=one, filename="d.exe", os="windows", download_button=True)
    assert is_duplicate(error)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.python.org/a.tgz",
        "https://python.org/a.tgz",
        "https://www.python.org",
        "https://www.python.org.evil.example/a.tgz",
        "https://www.python.org@evil.example/a.tgz",
        "https://www.python.org:443/a.tgz",
        "https://evil.example/https://www.python.org/a.tgz",
        "HTTPS://WWW.PYTHON.ORG/a.tgz",
        "//www.python.org/a.tgz",
        "javascript:alert(1)//https://www.python.org/",
        "",
    ],
)
async def test_a_file_is_on_python_org_or_nowhere(world: World, url: str) -> None:
    await world.cycle("9.0")
    release = await world.release("9.0.1")
    error = await refused(world, "file", release=release, filename="a.tgz", url=url)
    assert not is_duplicate(error)
    await world.file(release, "a.tgz", url="https://www.python.org/ftp/a.tgz")


async def test_a_size_is_not_negative(world: World) -> None:
    await world.cycle("9.0")
    release = await world.release("9.0.1")
    await refused(world, "file", release=release, filename="a.tgz", filesize=-1)
    await world.file(release, "a.tgz", filesize=0)
    await world.file(release, "b.tgz", filesize=2**40)


async def test_nothing_refers_to_what_is_not_there(world: World) -> None:
    error = await refused(world, "release", version="9.0.1")
    assert not is_duplicate(error), "there is no cycle 9.0"
    await refused(world, "file", release=UUID(int=1), filename="a.tgz")
    for table in (tables.OperatingSystem, tables.ReleaseCycle):
        with pytest.raises(IntegrityError):
            async with world.connection.begin_nested():
                await world.connection.execute(delete(table))


async def test_files_go_with_their_release(world: World) -> None:
    async def files() -> int:
        counted = await world.connection.execute(select(func.count()).select_from(tables.ReleaseFile))
        number: int = counted.scalar_one()
        return number

    await world.connection.execute(delete(tables.Release).where(tables.Release.version == "3.14.8"))
    assert await files() == 4145 - 13


async def test_a_moment_comes_back_as_it_was_in_utc_to_the_microsecond(world: World) -> None:
    await world.cycle("9.0")
    here = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=here)
    identity = await world.release("9.0.1", updated_at=moment)
    chosen = select(tables.Release.updated_at, tables.Release.release_date).where(tables.Release.id == identity)
    stored, day = (await world.connection.execute(chosen)).one()
    assert (stored, stored.tzinfo) == (moment, UTC)
    assert (type(day), day) == (date, date(2026, 11, 20))


async def test_a_transaction_that_reads_cannot_write(transactions: Transactions) -> None:
    for statement in (
        delete(tables.ReleaseFile),
        text("create table mine (id integer)"),
        text("drop table release_file"),
    ):
        async with transactions.reading.connect() as connection:
            with pytest.raises(DBAPIError) as refusal:
                await connection.execute(statement)
        assert "read" in str(refusal.value.orig).lower()


async def test_what_a_reader_sees_is_one_state(engine: AsyncEngine, empty_database: str) -> None:
    await migrations.upgrade(engine)
    both = Transactions(configured(empty_database).database_url)
    plans, cycles = [
        select(func.count()).select_from(table) for table in (tables.ScheduledRelease, tables.ReleaseCycle)
    ]
    try:
        async with both.begin(writes=False, here=False) as reader:
            assert await reader.scalar(plans) == 0
            async with both.begin(writes=True) as writer:
                await World(await writer.connection()).cycle("9.0")
                row = {"version": "9.0.0", "version_key": "1", "cycle": "9.0", "date": date(2030, 1, 1)}
                await writer.execute(insert(tables.ScheduledRelease), [row])
            assert (await reader.scalar(plans), await reader.scalar(cycles)) == (0, 0)
        async with both.begin(writes=False, here=False) as reader:
            assert (await reader.scalar(plans), await reader.scalar(cycles)) == (1, 1)
    finally:
        await both.dispose()


async def test_a_row_is_told_from_a_duplicate_by_the_key_alone(world: World) -> None:
    system = {"id": UUID(int=5), "number": 500, "slug": "beos", "name": "Windows"}
    with pytest.raises(IntegrityError) as refusal:
        async with world.connection.begin_nested():
            await world.connection.execute(insert(tables.OperatingSystem), [system])
    assert is_duplicate(refusal.value)
