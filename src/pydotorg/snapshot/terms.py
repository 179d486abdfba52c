"""Types, categories and calendars: what has a name, and a slug that is made of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel import clock
from pydotorg.kernel.taxonomy import Term, key_of
from pydotorg.releases.identity import BEGINNING, stable_id

from .records import TermRecord


async def rows_of_terms(
    connection: AsyncConnection, table: type[Term], kind: str, records: Sequence[TermRecord]
) -> list[dict[str, Any]]:  # fmt: skip
    """The rows of those that are missing by slug and by name."""
    known = {*(await connection.execute(select(table.slug))).scalars()}
    known |= {*(await connection.execute(select(table.name_key))).scalars()}
    now = clock.now()
    return [
        {
            "id": stable_id(BEGINNING, f"{kind}-{record.slug}"), "name": record.name, "name_key": key_of(record.name),
            "slug": record.slug, "active": True, "created_at": now, "updated_at": now,
        }
        for record in records
        if record.slug not in known and key_of(record.name) not in known
    ]  # fmt: skip
