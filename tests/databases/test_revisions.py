"""A write to a table moves the revision of its dataset, whoever writes, and in the write's own transaction."""

from collections.abc import AsyncIterator, Callable

import pytest
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Table, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pydotorg import migrations
from pydotorg.kernel.database.columns import Base
from pydotorg.migrations.revising import revised, unrevised

from .strangers import Stranger, stranger

pytestmark = pytest.mark.anyio

TABLES = [table for table in Base.metadata.sorted_tables if "dataset" in table.info]
UNUSED = 987_654_321  # a value that fits every column and is in no row
DELETE = "delete from scheduled_release where version = '3.14.9'"


@pytest.fixture
async def somebody(database: str) -> AsyncIterator[Stranger]:
    """On the database that tests share: whatever is done there must be rolled back."""
    async with stranger(database) as connection:
        yield connection


def writes_of(table: Table, engine_name: str) -> list[tuple[str, str]]:
    """Every way to write to a table; before some of them, another write makes a row."""
    it, column = f'"{table.name}"', f'"{table.columns.keys()[0]}"'
    update, delete = f"update {it} set {column} = {column} where", f"delete from {it} where"  # noqa: S608 - names of ours
    if engine_name == "postgresql":  # statements count, even those that meet no row
        insert = f"insert into {it} select * from {it} where false"  # noqa: S608 - as above
        return [("", write) for write in (insert, f"{update} false", f"{delete} false", f"truncate {it} cascade")]
    names, values = ", ".join(table.columns.keys()), ", ".join([str(UNUSED)] * len(table.columns))
    row, key = f"into {it} ({names}) values ({values})", ", ".join(table.primary_key.columns.keys())
    return [
        ("", f"insert {row}"),
        (f"insert {row}", f"insert or replace {row}"),
        (f"insert {row}", f"insert {row} on conflict ({key}) do update set {column} = {column}"),
        (f"insert {row}", f"{update} {column} = {UNUSED}"),
        (f"insert {row}", f"{delete} {column} = {UNUSED}"),
    ]


def test_there_are_tables_to_test() -> None:
    assert {"release", "release_file"} <= {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
async def test_every_write_to_a_table_moves_its_dataset_and_no_other(
    table: Table, somebody: Stranger, engine_name: str
) -> None:
    if engine_name == "sqlite":
        await somebody.run("pragma ignore_check_constraints = on")
    for before, write in writes_of(table, engine_name):
        committed = await somebody.revisions()
        await somebody.run("begin")
        if before:
            await somebody.run(before)
        begun = await somebody.revisions()
        await somebody.run(write)
        dataset = table.info["dataset"]
        after = await somebody.revisions()
        assert after.pop(dataset) > begun.pop(dataset), write
        assert after == begun or "cascade" in write
        await somebody.run("rollback")
        assert await somebody.revisions() == committed


async def test_others_see_a_revision_move_when_the_write_is_committed(fresh_database: str) -> None:
    async with stranger(fresh_database) as one, stranger(fresh_database) as other:
        if fresh_database.startswith("sqlite"):
            await one.run("pragma journal_mode = wal")
        before = await other.revisions()
        await one.run("begin")
        await one.run(DELETE)
        assert await other.revisions() == before
        await one.run("commit")
        assert await other.revisions() == {**before, "releases": before["releases"] + 1}


async def test_a_row_that_goes_with_another_moves_its_own_dataset(somebody: Stranger, engine_name: str) -> None:
    if engine_name == "sqlite":
        await somebody.run("pragma foreign_keys = on")
    before = await somebody.revisions()
    await somebody.run("begin")
    name = "release_delete_revises" if engine_name == "sqlite" else "release_revises on release"
    await somebody.run(f"drop trigger {name}")
    await somebody.run("delete from release where version = '3.5.0'")
    assert (await somebody.revisions())["releases"] > before["releases"], "its files went, too"
    await somebody.run("rollback")


async def test_a_write_counts_after_one_that_was_taken_back(somebody: Stranger) -> None:
    before = await somebody.revisions()
    await somebody.run("begin")
    await somebody.run("savepoint doubt")
    await somebody.run(DELETE)
    await somebody.run("rollback to savepoint doubt")
    assert await somebody.revisions() == before
    await somebody.run(DELETE)
    assert (await somebody.revisions())["releases"] > before["releases"]
    await somebody.run("rollback")


async def test_a_write_counts_whatever_the_search_path(somebody: Stranger, engine_name: str) -> None:
    if engine_name == "sqlite":
        pytest.skip("SQLite has no search path")
    before = await somebody.revisions()
    await somebody.run("begin")
    await somebody.run("set local search_path = pg_catalog")
    await somebody.run(DELETE.replace("from ", "from public."))
    await somebody.run("set local search_path = public")
    assert (await somebody.revisions())["releases"] > before["releases"]
    await somebody.run("rollback")


async def test_a_later_migration_revises_its_tables_with_one_call(engine: AsyncEngine) -> None:
    table, dataset = 'odd "table', "it's"

    async def in_a_migration(change: Callable[[], None]) -> None:
        def migrate(connection: Connection) -> None:
            with Operations.context(MigrationContext.configure(connection)):
                change()

        async with engine.begin() as connection:
            await connection.run_sync(migrate)

    async def written() -> int:
        async with engine.begin() as connection:
            await connection.execute(text('insert into "odd ""table" values (1)'))
            asked = text("select number from revision where dataset = :dataset")
            number: int = (await connection.execute(asked, {"dataset": dataset})).scalar_one()
            return number

    await migrations.upgrade(engine)
    await in_a_migration(lambda: op.execute('create table "odd ""table" (id integer)'))
    await in_a_migration(lambda: revised(table, dataset))
    first = await written()
    assert await written() == first + 1
    await in_a_migration(lambda: unrevised(table))
    assert await written() == first + 1
    await in_a_migration(lambda: revised(table, dataset))
    assert await written() == first + 2, "what was given once never comes back"


async def test_a_downgrade_takes_every_trigger_away(engine: AsyncEngine, engine_name: str) -> None:
    asked = {
        "sqlite": "select name from sqlite_master where type = 'trigger'",
        "postgresql": "select tgname from pg_trigger where not tgisinternal "
        "union select proname from pg_proc where proname = 'revise'",
    }[engine_name]
    found = []
    for turn in ("0002", "0001"):
        await (migrations.upgrade(engine) if turn == "0002" else migrations.downgrade(engine, turn))
        async with engine.connect() as connection:
            found.append([*(await connection.execute(text(asked))).scalars()])
    assert len(found[0]) >= len(TABLES)
    assert found[1] == []
