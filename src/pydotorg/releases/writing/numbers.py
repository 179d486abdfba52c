"""The integers by which clients of python.org's download API know rows: each is given once, whatever comes of its row.

Those that we give begin far above python.org's own and those of the bundled snapshot, so that rows which come from
there later find theirs free.
"""

from collections.abc import Iterable

from sqlalchemy import func, select

from pydotorg.kernel.database.transaction import Database
from pydotorg.releases.tables import Numbering, OperatingSystem, Release, ReleaseFile

FIRST_GIVEN = 2_000_000
Numbered = type[OperatingSystem] | type[Release] | type[ReleaseFile]


async def next_numbers(db: Database, table: Numbered, count: int = 1) -> range:
    """So many numbers that no row of this table has or has had."""
    highest = (await db.execute(select(func.max(table.number)))).scalar_one()
    numbering = await _numbering(db, table)
    first = max(numbering.last, highest or 0) + 1
    numbering.last = first + count - 1
    await db.flush()
    return range(first, first + count)


async def retire(db: Database, table: Numbered, numbers: Iterable[int]) -> None:
    """Never give these again: their rows are about to go."""
    numbering = await _numbering(db, table)
    numbering.last = max([numbering.last, *numbers])


async def _numbering(db: Database, table: Numbered) -> Numbering:
    numbering = await db.get(Numbering, table.__tablename__)
    if numbering is None:
        numbering = Numbering(resource=table.__tablename__, last=FIRST_GIVEN - 1)
        db.add(numbering)
    return numbering
