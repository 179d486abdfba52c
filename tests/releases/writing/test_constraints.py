"""What must hold of releases, the database holds too, on both; and what it held before comes through its migration."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pydotorg import migrations
from pydotorg.app import Application
from pydotorg.kernel.database.engine import create_engine, is_duplicate
from pydotorg.releases import tables
from tests.conftest import configured
from tests.releases.world import WRITTEN_AT, World

pytestmark = pytest.mark.anyio
OURS = "https://www.python.org/ftp/"
TABLES = (
    tables.OperatingSystem, tables.ReleaseCycle, tables.Release, tables.ReleaseFile, tables.ScheduledRelease,
)  # fmt: skip


def first_key(table: Any) -> Any:
    return table.__table__.primary_key.columns[0]


@pytest.fixture
async def world(own_application: Application) -> AsyncIterator[World]:
    """A transaction that is always rolled back."""
    async with own_application.transactions.writing.connect() as connection:
        world = World(connection)
        await world.cycle("9.0")
        yield world
        await connection.rollback()


async def refused(world: World, statement: Any, row: dict[str, Any] | None = None) -> IntegrityError:
    with pytest.raises(IntegrityError) as refusal:
        async with world.connection.begin_nested():
            await world.connection.execute(statement, *([[row]] if row else []))
    return refusal.value


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("md5_sum", "A" * 32), ("md5_sum", "a" * 31), ("md5_sum", "g" * 32), ("sha256_sum", "a" * 63),
        ("sha256_sum", "a" * 63 + "-"), ("sha256_sum", "A" * 64), ("url", OURS + "../x"), ("url", OURS + "a/.."),
        ("url", OURS + "./x"), ("url", OURS + "."), ("gpg_signature_file", "https://example.org/x.asc"),
        ("sbom_spdx2_file", "x"), ("sigstore_bundle_file", "http://www.python.org/x"), ("slug", ""), ("name", ""),
        ("filename", ""), ("filesize", -1),
    ],
)  # fmt: skip
async def test_a_file_that_breaks_a_rule_is_refused(world: World, column: str, value: Any) -> None:
    release = await world.release("9.0.1")
    await world.file(release, "a.tgz")
    assert not is_duplicate(await refused(world, update(tables.ReleaseFile).values({column: value})))


async def test_what_keeps_the_rules_is_stored(world: World) -> None:
    release = await world.release("9.0.1", yanked=True, yanked_reason="So.")
    beside = dict.fromkeys(("gpg_signature_file", "sigstore_cert_file"), OURS + "..a.tgz.asc")
    await world.file(
        release, "a..tgz", md5_sum="0123456789abcdef" * 2, sha256_sum="", url=OURS + "a../.b/a..tgz", **beside
    )


async def test_file_names_are_unique_within_a_release_only(world: World) -> None:
    one, other = await world.release("9.0.1"), await world.release("9.0.2")
    await world.file(one, "a.tgz")
    await world.file(other, "a.tgz")
    with pytest.raises(IntegrityError) as refusal:
        async with world.connection.begin_nested():
            await world.file(one, "a.tgz")
    assert is_duplicate(refusal.value)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (tables.Release, {"yanked": False, "yanked_reason": "Why?"}), (tables.Release, {"slug": ""}),
        (tables.Release, {"version": ""}), (tables.Release, {"name": ""}), (tables.OperatingSystem, {"slug": ""}),
        (tables.OperatingSystem, {"name": ""}), (tables.ScheduledRelease, {"version": ""}),
    ],
)  # fmt: skip
async def test_a_row_that_breaks_a_rule_is_refused(world: World, table: Any, columns: dict[str, Any]) -> None:
    key = first_key(table)
    one = select(key).limit(1).scalar_subquery()
    assert not is_duplicate(await refused(world, update(table).where(key == one).values(columns)))


async def test_a_cycle_has_a_name(world: World) -> None:
    row = {
        "product": "python", "cycle": "", "cycle_key": "1", "ended": False, "release_manager": "", "pep_url": "",
        "updated_at": WRITTEN_AT,
    }  # fmt: skip
    await refused(world, insert(tables.ReleaseCycle), row)


@pytest.fixture
async def engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(configured(fresh_database).database_url, writes=True)
    yield engine
    await engine.dispose()


async def contents(connection: AsyncConnection) -> list[Any]:
    return [
        sorted(map(str, (await connection.execute(select(table.__table__))).all()))
        for table in TABLES
    ]  # fmt: skip


async def test_every_row_goes_down_and_up_through_the_migration(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        before = await contents(connection)
    assert len(before[3]) == 4145
    for migrate in (lambda: migrations.downgrade(engine, "0007"), lambda: migrations.upgrade(engine)):
        await migrate()
        async with engine.connect() as connection:
            assert await contents(connection) == before


async def test_a_table_that_was_made_anew_still_moves_its_revision_and_keeps_its_references(
    engine: AsyncEngine,
) -> None:
    await migrations.downgrade(engine, "0007")
    revision = text("select number from revision where dataset = 'releases'")
    for table in TABLES:
        key = first_key(table)
        async with engine.connect() as connection:
            before = (await connection.execute(revision)).scalar_one()
            await connection.execute(update(table).values({key.name: key}))
            assert (await connection.execute(revision)).scalar_one() > before, table
    async with engine.connect() as connection:
        await connection.execute(text("delete from release where version = '3.14.8'"))
        files = await connection.execute(text("select count(*) from release_file"))
        assert files.scalar_one() == 4145 - 13
        with pytest.raises(IntegrityError):
            await connection.execute(text("delete from operating_system"))
