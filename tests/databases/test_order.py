"""Order: served by an index, and the same on both databases, whatever the locale of the server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from packaging.version import Version
from sqlalchemy import event, select, text

from pydotorg.app import Application
from pydotorg.kernel.database.engine import create_engine
from pydotorg.releases import tables
from tests.conftest import Postgres, configured, fill, forget

pytestmark = pytest.mark.anyio

Statement = tuple[str, Any]


@contextmanager
def statements_of(app: Application) -> Iterator[list[Statement]]:
    """What is asked of the database meanwhile."""
    seen: list[Statement] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    forget(app)
    for engine in app.transactions.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in app.transactions.engines:
            event.remove(engine, "before_cursor_execute", note)


async def plan_of(app: Application, statement: Statement) -> str:
    engine = app.transactions.reading
    explain = "explain query plan" if engine.dialect.name == "sqlite" else "explain (costs off)"
    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql(f"{explain} {statement[0]}", statement[1])
        return "\n".join(str(row[-1]) for row in rows)


async def plan_of_answer(application: Application, client: httpx.AsyncClient, address: str) -> str:
    """The plan of the first statement behind an answer."""
    with statements_of(application) as seen:
        assert (await client.get(f"/api/v1/{address}")).status_code == 200
    return await plan_of(application, seen[0])


@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("releases?limit=20", "release_in_order"),
        ("releases?limit=20&sort=version", "release_in_order"),
        ("releases?pageSize=20&currentPage=2", "release_in_order"),
        ("releases?limit=20&pre_release=false", "release_in_order"),
        ("releases?limit=20&product=install-manager", "release_in_order"),
        ("releases/latest", "release_of_major"),
        ("releases/latest/3.13", "release_of_cycle"),
    ],
)
async def test_version_order_is_served_by_an_index_and_nothing_is_sorted(
    application: Application, anyone: httpx.AsyncClient, engine_name: str, address: str, index: str
) -> None:
    plan = await plan_of_answer(application, anyone, address)
    assert NAMES_ON.get(engine_name, {}).get(index, index) in plan, plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("releases/3.14.8", "release_version"),
        ("releases/slug/python-3148", "release_slug_key"),
        ("files?filename=python-3.14.8-amd64.exe", "release_file_filename"),
        ("files?sha256=67d9a63eb145a34aa939f02eadbf8c57f21fcdd6decb901ccac578d2d1f01d6f", "release_file_sha256_sum"),
    ],
)
async def test_an_index_finds_what_is_asked_for_by_name(
    application: Application, anyone: httpx.AsyncClient, engine_name: str, address: str, index: str
) -> None:
    plan = await plan_of_answer(application, anyone, address)
    assert NAMES_ON.get(engine_name, {}).get(index, index) in plan, plan


#: what names an engine has for the index that it uses
NAMES_ON = {"sqlite": {"release_slug_key": "sqlite_autoindex_release_"}}


async def test_text_that_is_ordered_is_ordered_by_its_bytes(application: Application, engine_name: str) -> None:
    if engine_name == "sqlite":
        pytest.skip("SQLite has no other order")
    ordered = {
        ("release", "version_key"), ("release_cycle", "cycle_key"), ("release_file", "filename"),
        ("scheduled_release", "version_key"),
    }  # fmt: skip
    found = text("select table_name, column_name from information_schema.columns where collation_name = 'C'")
    async with application.transactions.reading.connect() as connection:
        assert {(row[0], row[1]) for row in await connection.execute(found)} >= ordered


def test_the_order_does_not_depend_on_the_locale_of_the_server(postgres: Postgres) -> None:
    url = f"{postgres.url.rpartition('/')[0]}/pydotorg_test_in_english"
    postgres.drop(url)
    try:
        postgres.run(
            "create database \"pydotorg_test_in_english\" template template0 locale_provider icu icu_locale 'en-US'"
        )
    except asyncpg.PostgresError as error:
        pytest.skip(f"this server knows no ICU locales: {error}")
    try:
        asyncio.run(fill(url))
        versions, names = asyncio.run(in_its_order(url))
    finally:
        postgres.drop(url)
    assert versions == sorted(versions, key=Version)
    assert names == sorted(names)


async def in_its_order(url: str) -> tuple[list[str], list[str]]:
    engine = create_engine(configured(url).database_url, writes=False)
    async with engine.connect() as connection:
        sensitive = (await connection.execute(text("select 'a' < 'B'"))).scalar_one()
        assert sensitive, "this server orders text as people do"
        versions = await connection.execute(select(tables.Release.version).order_by(tables.Release.version_key))
        names = await connection.execute(select(tables.ReleaseFile.filename).order_by(tables.ReleaseFile.filename))
        found = [*versions.scalars()], [*names.scalars()]
    await engine.dispose()
    return found
