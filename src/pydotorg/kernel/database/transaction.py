"""The unit of work: one transaction a request, begun when first used, ended once, before the answer leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlalchemy import Select, func
from sqlalchemy.ext.asyncio import AsyncSession

from .engine import DatabaseAway, create_engine

T = TypeVar("T", bound=Struct)


class Rows(Struct, Generic[T], frozen=True):
    """A query as a value: a statement, and the Struct that each of its rows is (columns in the order of its fields).

    The statement says where its rows come from (`select_from`), so that they can be counted without their columns.
    """

    struct: type[T]
    statement: Select[Any]


class Database(AsyncSession):
    """This request's transaction. Nobody commits: `Transactions` does when the handler returns, or rolls back."""

    async def execute(self, *arguments: Any, **options: Any) -> Any:
        """As SQLAlchemy's; a statement that takes too long, or loses its connection, is a `DatabaseAway`."""
        try:
            return await super().execute(*arguments, **options)
        except OSError as error:  # TimeoutError is one
            raise DatabaseAway("no answer") from error

    async def all(self, rows: Rows[T]) -> list[T]:
        """Every row, as Structs."""
        return [rows.struct(*row) for row in await self.execute(rows.statement)]

    async def first(self, rows: Rows[T]) -> T | None:
        """The first row, or None."""
        row = (await self.execute(rows.statement.limit(1))).first()
        return None if row is None else rows.struct(*row)

    async def count(self, rows: Rows[T]) -> int:
        """How many rows there are in all."""
        counted = await self.execute(rows.statement.with_only_columns(func.count()).order_by(None))
        total: int = counted.scalar_one()
        return total


class Transactions:
    """Where units of work come from."""

    def __init__(self, url: str) -> None:
        self.reading = create_engine(url, writes=False)
        self.writing = create_engine(url, writes=True)

    async def dispose(self) -> None:
        """Close every connection."""
        await self.reading.dispose()
        await self.writing.dispose()

    @asynccontextmanager
    async def begin(self, *, writes: bool) -> AsyncIterator[Database]:
        """Commits when the block ends normally, if it may write; any exception rolls back.

        Nothing is asked of the database before the block does.
        """
        engine = self.writing if writes else self.reading
        async with Database(engine, expire_on_commit=False) as db:
            yield db
            if writes:
                await db.commit()
