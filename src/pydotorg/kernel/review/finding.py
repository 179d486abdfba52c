"""What is public can be found by its words, and what is not cannot."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydotorg.kernel.database.fulltext.index import Indexed, forget, index, index_again, index_all
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database

from .columns import Reviewed
from .lifecycle import APPROVED


async def keep_findable(
    db: Database, kind: str, row: Reviewed, texts: Texts, *, anew: bool, until: datetime | None = None,
    public: Collection[str] = (APPROVED,),
) -> None:  # fmt: skip
    """Let a row be found by these texts while it is public, until some time; one that is so anew is the newest."""
    if row.status in public:
        row.document = await index(db, kind, row.id, texts, until=until, anew=anew)
    elif row.document is not None:
        await forget(db, kind, row.id)
        row.document = None
    await db.flush()


async def keep_all_findable(
    db: Database, kind: str, rows: Sequence[tuple[Reviewed, Texts]], *, public: Collection[str] = (APPROVED,)
) -> None:  # fmt: skip
    """The same for several rows, each with its texts; one that was not public is the newest."""
    shown = [(row, Indexed(kind, row.id, texts)) for row, texts in rows if row.status in public]
    await index_again(db, [indexed for row, indexed in shown if row.document is not None])
    anew = [(row, indexed) for row, indexed in shown if row.document is None]
    gone = [row for row, _ in rows if row.status not in public and row.document is not None]
    # what has the same id wherever it is made may have left a document behind, if somebody deleted it past the service
    if forgotten := [row.id for row in (*gone, *(row for row, _ in anew))]:
        await forget(db, kind, *forgotten)
    numbers = await index_all(db, [indexed for _, indexed in anew])
    for (row, _), number in zip(anew, numbers, strict=True):
        row.document = number
    for row in gone:
        row.document = None
