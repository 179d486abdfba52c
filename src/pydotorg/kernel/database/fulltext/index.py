"""Puts rows into the index, and takes them out, in the transaction of the write that this follows from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from pydotorg.kernel.batches import batched

from .notation import Texts
from .tables import SearchDocument

#: how many documents one statement puts in
ROWS_AT_ONCE = 500
NUMBERED = insert(SearchDocument).returning(SearchDocument.number, sort_by_parameter_order=True)
AGAIN = (
    update(SearchDocument)
    .where(SearchDocument.kind == bindparam("of_kind"), SearchDocument.row_id == bindparam("of_row"))
    .values(words=bindparam("words"), until=bindparam("until"))
)
UNSEEN = {"synchronize_session": False}  # no session has such rows

Writing = AsyncSession | AsyncConnection


class Indexed(NamedTuple):
    """A row that is to be found by these texts, until it is shown no more."""

    kind: str
    row_id: UUID
    texts: Texts
    until: datetime | None = None


async def index(
    db: Writing, kind: str, row_id: UUID, texts: Texts, *, until: datetime | None = None, anew: bool = False
) -> int:
    """Let a row be found by these texts and by no others; answers the number of its document.

    A document that is new, or indexed `anew` because its row was published again, has a higher number than any before.
    Whoever calls holds the row, so that nobody else indexes it at the same time.
    """
    if anew:
        await forget(db, kind, row_id)
    again = (
        update(SearchDocument)
        .where(SearchDocument.kind == kind, SearchDocument.row_id == row_id)
        .values(words=texts, until=until)
        .returning(SearchDocument.number)
    )
    number: int | None = (await db.execute(again, execution_options=UNSEEN)).scalar_one_or_none()
    if number is None:
        [number] = await index_all(db, [Indexed(kind, row_id, texts, until)])
    return number


async def index_all(db: Writing, rows: Iterable[Indexed | tuple[str, UUID, Texts]]) -> list[int]:
    """The same for rows that are not indexed yet, however many; answers their numbers, which grow."""
    numbers: list[int] = []
    for some in batched((Indexed(*row) for row in rows), ROWS_AT_ONCE):
        documents = [{"kind": row.kind, "row_id": row.row_id, "until": row.until, "words": row.texts} for row in some]
        numbers += (await db.execute(NUMBERED, documents)).scalars()
    return numbers


async def index_again(db: Writing, rows: Iterable[Indexed]) -> None:
    """Let rows that are indexed be found by these texts and by no others; their documents keep their numbers."""
    documents = [{"of_kind": row.kind, "of_row": row.row_id, "until": row.until, "words": row.texts} for row in rows]
    if documents:
        connection = await db.connection() if isinstance(db, AsyncSession) else db
        await connection.execute(AGAIN, documents)


async def forget(db: Writing, kind: str, *row_ids: UUID) -> None:
    """Let these rows be found no more; one that is not indexed is none the worse for it."""
    forgotten = delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.row_id.in_(row_ids))
    await db.execute(forgotten, execution_options=UNSEEN)
