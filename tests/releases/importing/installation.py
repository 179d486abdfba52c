"""A pydotorg of our own, into which tests import."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pydotorg import migrations
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.engine import create_engine
from pydotorg.releases import importing, tables
from pydotorg.releases.importing.reading import Patience
from pydotorg.snapshot.loading import load
from tests.conftest import configured

Row = dict[str, Any]

HASTE = Patience(pause_seconds=0.01, pause_seconds_max=0.05, try_seconds_max=5)


class Installation:
    """Its database, as a test sees it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: AsyncEngine = create_engine(configured(url).database_url, writes=True)

    async def empty(self) -> None:
        """All tables, and no public row."""
        await migrations.upgrade(self.engine)
        async with self.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                if "dataset" in table.info:
                    await connection.execute(delete(table))

    async def seed(self) -> dict[str, int]:
        return await load(self.engine)

    async def take_over(self, base: str, *, dry_run: bool = False) -> list[str]:
        """Import, and give the report."""
        plan = await importing.import_from(
            self.engine, base, dry_run=dry_run, patience=HASTE, progress=lambda *_: None, tell=lambda _: None
        )
        return list(importing.lines(plan, dry_run=dry_run))

    async def rows(self, table: type[Base], *, key: str = "slug") -> dict[Any, Row]:
        """All rows of a table by a column."""
        async with self.engine.connect() as connection:
            rows = (await connection.execute(select(*table.__table__.columns))).mappings()
            return {row[key]: dict(row) for row in rows}

    async def release(self, slug: str) -> Row:
        return (await self.rows(tables.Release))[slug]

    async def file(self, slug: str) -> Row:
        return (await self.rows(tables.ReleaseFile))[slug]

    async def everything(self) -> list[dict[Any, Row]]:
        """All that an import may touch."""
        by_number = [
            await self.rows(table, key="number")
            for table in (tables.OperatingSystem, tables.Release, tables.ReleaseFile)
        ]
        return [*by_number, await self.rows(tables.ReleaseCycle, key="cycle")]

    async def change(self, statement: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(statement)
