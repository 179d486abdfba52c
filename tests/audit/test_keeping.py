"""The database itself keeps entries as they are, and finds them by an index."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.app import Application
from pydotorg.audit import queries
from pydotorg.audit.schemas import AuditFilters
from pydotorg.kernel import clock
from tests.accounts.people import account
from tests.databases.strangers import Stranger, stranger

pytestmark = pytest.mark.anyio

REFUSED = "entries of the audit log stay as they are"


@pytest.fixture
async def somebody(app: Application, own_database: str, name: str) -> AsyncIterator[Stranger]:
    """A connection that knows nothing of our code, where there is an entry."""
    await account(app, name)
    async with stranger(own_database) as connection:
        yield connection


CHANGES = [
    "update audit_entry set username = 'somebody else'",
    "update audit_entry set id = id",
    "delete from audit_entry",
    "delete from audit_entry where id = (select max(id) from audit_entry)",
    "insert into audit_entry select * from audit_entry where true on conflict (id) do update set username = 'x'",
]
OF_SQLITE = ["insert or replace into audit_entry select * from audit_entry", "update or ignore audit_entry set id = ''"]
OF_POSTGRESQL = ["truncate audit_entry", "truncate audit_entry cascade"]


async def test_the_database_refuses_to_change_an_entry(somebody: Stranger, engine_name: str) -> None:
    before = await somebody.run("select * from audit_entry order by id")
    assert before
    for change in [*CHANGES, *(OF_SQLITE if engine_name == "sqlite" else OF_POSTGRESQL)]:
        # max() of UUIDs is something that only newer servers have
        written = change.replace("max(id)", "max(cast(id as text))").replace(
            "where id = (", "where cast(id as text) = ("
        )
        with pytest.raises(Exception, match=REFUSED):
            await somebody.run(written)
    assert await somebody.run("select * from audit_entry order by id") == before


async def test_sqlite_gives_entries_no_hidden_number_by_which_they_could_be_replaced(
    somebody: Stranger, engine_name: str
) -> None:
    if engine_name == "postgresql":
        pytest.skip("PostgreSQL has no hidden numbers")
    with pytest.raises(Exception, match="no such column: rowid"):
        await somebody.run("select rowid from audit_entry")


ROWS = 20_000
COLUMNS = (
    "id, moment, account_id, username, username_key, actor_kind, action, change, resource, resource_id, request_id,"
    " reason, flagged"
)
MANY = {
    "sqlite": f"""
        insert into audit_entry ({COLUMNS})
        with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})
        select printf('%032x', i), strftime('%Y-%m-%d %H:%M:%f000', 1e9 + i, 'unixepoch'), printf('%032x', i % 10),
               'u' || i % 10, 'u' || i % 10, 'account', 'a' || i % 10, 'change', 'r' || i % 10, i % 10,
               '', '', i % 100 = 0
        from n""",  # noqa: S608  names and numbers of ours
    "postgresql": f"""
        insert into audit_entry ({COLUMNS})
        select lpad(to_hex(i), 32, '0')::uuid, to_timestamp(1e9 + i), lpad(to_hex(i % 10), 32, '0')::uuid,
               'u' || i % 10, 'u' || i % 10, 'account', 'a' || i % 10, 'change', 'r' || i % 10, i % 10,
               '', '', i % 100 = 0
        from generate_series(1, {ROWS}) i""",  # noqa: S608  as above
}


@pytest.fixture(scope="module")
async def many(app: Application) -> None:
    """So many entries that a planner cares."""
    engine = app.transactions.writing
    async with engine.begin() as connection:
        await connection.execute(text(MANY[engine.dialect.name]))
        await connection.execute(text("analyze audit_entry"))


async def plan_of(connection: AsyncConnection, where: AuditFilters) -> str:
    seen: list[tuple[str, Any]] = []
    engine: Engine = connection.engine.sync_engine

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        await connection.execute(queries.entries(where).page, {"rows_max": 100, "rows_passed": 0})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    explain = "explain query plan" if engine.dialect.name == "sqlite" else "explain (costs off)"
    rows = await connection.exec_driver_sql(f"{explain} {seen[-1][0]}", seen[-1][1])
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (AuditFilters(), "audit_entry_moment"),
        (AuditFilters(actor="u7"), "audit_entry_username_key"),
        (AuditFilters(actor=str(UUID(int=7))), "audit_entry_account_id"),
        (AuditFilters(resource="r7"), "audit_entry_resource"),
        (AuditFilters(id="7"), "audit_entry_resource_id"),
        (AuditFilters(action="a7"), "audit_entry_action"),
        (AuditFilters(flagged=True), "audit_entry_flagged"),
        (AuditFilters(since=clock.now(), until=clock.now()), "audit_entry_moment"),
    ],
)
async def test_every_filter_has_an_index_that_gives_its_order(
    app: Application, many: None, where: AuditFilters, index: str
) -> None:
    async with app.transactions.reading.connect() as connection:
        plan = await plan_of(connection, where)
    assert index in plan.replace("(", " ").split(), plan
    assert "sort" not in plan.lower(), plan
    assert "temp b-tree" not in plan.lower(), plan
