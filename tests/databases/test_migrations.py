"""Migrations: the same on both databases, up and down, equal to the tables in code, safe when several run at once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pydotorg import migrations, preparation
from pydotorg.app import DOMAINS
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.revisions import Revision
from pydotorg.kernel.http.idempotency import KeptAnswer
from pydotorg.kernel.review.tables import ReviewComment, Submission
from pydotorg.kernel.tasks.tables import Lease, Schedule, Task
from pydotorg.migrations import State
from pydotorg.preparation import CannotStart

from .conftest import Connecting
from .schema import is_compared, schema_of

pytestmark = pytest.mark.anyio


async def schema(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        return await connection.run_sync(schema_of)


async def run(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def test_migrations_make_the_tables_that_the_code_declares(engine: AsyncEngine) -> None:
    await migrations.upgrade(engine)
    migrated = await schema(engine)
    await migrations.downgrade(engine, "base")
    assert await schema(engine) == {}
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    assert migrated == await schema(engine)
    ours = {table.__tablename__ for domain in DOMAINS for table in domain.tables}
    assert set(migrated) == ours | {
        table.__tablename__
        for table in (SearchDocument, Submission, ReviewComment, Revision, Task, Lease, Schedule, KeptAnswer)
    }


async def test_alembic_finds_nothing_left_to_do(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        return [*compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)]

    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrations_go_up_and_down_and_up_again(engine: AsyncEngine) -> None:
    assert await migrations.state_of(engine) == State.empty
    on_the_way_up: dict[str, Any] = {"base": {}}
    for revision in migrations.revisions()[1:]:
        await upgrade_to(engine, revision)
        on_the_way_up[revision] = await schema(engine)
    assert await migrations.state_of(engine) == State.current
    once = on_the_way_up.pop(migrations.HEAD)
    for revision, before in reversed(on_the_way_up.items()):
        await migrations.downgrade(engine, revision)
        assert await migrations.state_of(engine) == State.older
        assert await schema(engine) == before, revision
    assert await migrations.upgrade(engine) == State.older
    assert await migrations.state_of(engine) == State.current
    assert await schema(engine) == once
    assert await migrations.upgrade(engine) == State.current


async def upgrade_to(engine: AsyncEngine, revision: str) -> None:
    def upgrade(connection: Connection) -> None:
        config = migrations.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)


def history() -> list[Any]:
    """Every revision, newest first."""
    return [*ScriptDirectory.from_config(migrations.configuration()).walk_revisions()]


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [migrations.HEAD]


def test_history_is_one_line_of_revisions_whose_names_sort() -> None:
    names = [revision.revision for revision in history()]
    assert names == sorted(names, reverse=True)
    assert [revision.down_revision for revision in history()] == [*names[1:], None]


async def test_of_several_upgrades_at_once_one_does_it_and_the_others_wait(connecting: Connecting) -> None:
    found = await asyncio.gather(*(migrations.upgrade(connecting()) for _ in range(4)))
    assert sorted(found) == [State.current] * 3 + [State.empty]
    assert await migrations.state_of(connecting()) == State.current


async def test_an_upgrade_that_fails_midway_leaves_nothing(engine: AsyncEngine) -> None:
    await migrations.upgrade(engine)
    await migrations.downgrade(engine, "base")
    await run(engine, "create table release_file (id integer)")
    before = await schema(engine)
    with pytest.raises(Exception, match="release_file"):
        await migrations.upgrade(engine)
    assert await schema(engine) == before


async def test_a_database_of_somebody_else_is_left_as_it_is(engine: AsyncEngine) -> None:
    await run(engine, "create table release (title varchar(10))")
    before = await schema(engine)
    assert await migrations.state_of(engine) == State.foreign
    assert await migrations.upgrade(engine) == State.foreign
    with pytest.raises(CannotStart, match="not pydotorg's; set PYDOTORG_DATABASE_URL"):
        await preparation.upgrade(engine)
    assert await schema(engine) == before


async def test_a_table_that_is_not_ours_is_foreign_in_a_file_and_none_of_our_business_on_a_server(
    engine: AsyncEngine, engine_name: str
) -> None:
    await run(engine, "create table spatial_ref_sys (id integer)")
    expected = {"sqlite": State.foreign, "postgresql": State.empty}[engine_name]
    assert await migrations.state_of(engine) == expected
    assert await migrations.upgrade(engine) == expected


async def test_a_database_of_a_newer_version_is_left_as_it_is(engine: AsyncEngine) -> None:
    await migrations.upgrade(engine)
    await run(engine, "update alembic_version set version_num = '9999'")
    assert await migrations.state_of(engine) == State.newer
    assert await migrations.upgrade(engine) == State.newer
    with pytest.raises(CannotStart, match="newer version of pydotorg"):
        await preparation.upgrade(engine)
    async with engine.connect() as connection:
        assert (await connection.execute(text("select version_num from alembic_version"))).scalar_one() == "9999"


async def test_looking_at_a_database_changes_nothing(engine: AsyncEngine) -> None:
    await migrations.state_of(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []


async def test_jobs_of_before_get_the_html_of_what_they_say(engine: AsyncEngine) -> None:
    await upgrade_to(engine, "0010")
    category, job, now = uuid4().hex, uuid4().hex, "2026-11-01 12:00:00+00"
    term = f"('{category}', 'Developer', 'developer', 'developer', true, '{now}', '{now}')"
    texts = dict.fromkeys(
        ("slug", "reason", "suspicion", "job_title", "company_name", "company_description", "city", "region", "country",
         "salary_currency", "salary_period", "requirements", "contact", "url", "email", "country_key", "region_key",
         "city_key", "company_key"), "''",
    )  # fmt: skip
    flags = dict.fromkeys(("telecommuting", "agencies", "visa_sponsorship", "relocation", "is_featured"), "false")
    row = texts | flags | {
        "id": f"'{job}'", "status": "'draft'", "description": "'Charm **snakes**.'", "category_id": f"'{category}'",
        "created_at": f"'{now}'", "updated_at": f"'{now}'",
    }  # fmt: skip
    await run(engine, f"insert into job_category values {term}")  # noqa: S608  our own
    await run(engine, f"insert into job ({', '.join(row)}) values ({', '.join(row.values())})")  # noqa: S608  our own
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        made = (await connection.execute(text("select description_html, requirements_html from job"))).one()
    assert tuple(made) == ("<p>Charm <strong>snakes</strong>.</p>\n", "")
