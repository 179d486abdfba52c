"""A plan, written: what changes is first put aside, so that rows can exchange numbers, slugs and versions."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.engine import learn
from pydotorg.kernel.database.revisions import Revision
from pydotorg.releases import tables
from pydotorg.releases.importing.merging import Merge, Row
from pydotorg.releases.importing.planning import Here, Plan


async def read_here(connection: AsyncConnection) -> Here:
    """All rows that an import may change, without the texts of releases, of which it says nothing.

    Nobody else writes to them until the transaction ends: what is planned from them would undo it.
    """
    await connection.execute(select(Revision.number).where(Revision.dataset == tables.DATASET).with_for_update())
    return Here(
        systems=await _rows(connection, tables.OperatingSystem),
        cycles=await _rows(connection, tables.ReleaseCycle),
        releases=await _rows(connection, tables.Release, without="content"),
        files=await _rows(connection, tables.ReleaseFile),
    )


async def _rows(connection: AsyncConnection, table: type[Base], *, without: str = "") -> list[Row]:
    columns = [column for column in table.__table__.columns if column.name != without]
    return [dict(row) for row in (await connection.execute(select(*columns))).mappings()]


async def write(connection: AsyncConnection, plan: Plan) -> None:
    """Every table after those that it refers to."""
    await _write(connection, tables.OperatingSystem, plan.systems)
    await _insert(connection, tables.ReleaseCycle, plan.cycles)
    await _write(connection, tables.Release, plan.releases)
    await _write(connection, tables.ReleaseFile, plan.files)
    await learn(connection, (table.__tablename__ for table in (tables.Release, tables.ReleaseFile)))


async def _write(connection: AsyncConnection, table: type[Base], merge: Merge) -> None:
    if changed := merge.changed:
        by_id = update(table).where(table.__table__.columns["id"] == bindparam("row_id"))
        for rows in ([_aside(before) for before, _ in changed], [after for _, after in changed]):
            await connection.execute(by_id, [_by_id(row) for row in rows])
    await _insert(connection, table, merge.added)


def _aside(row: Row) -> Row:
    """What no row has, in those of its columns that are unique."""
    nobody = row["id"].hex
    nothing = {
        "number": -row["number"], "slug": nobody, "name": nobody, "version_key": nobody, "filename": nobody,
        "download_button": False,
    }  # fmt: skip
    return {"id": row["id"], **{name: value for name, value in nothing.items() if name in row}}


def _by_id(row: Row) -> Row:
    return {"row_id" if name == "id" else name: value for name, value in row.items()}


async def _insert(connection: AsyncConnection, table: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        await connection.execute(insert(table), rows)
