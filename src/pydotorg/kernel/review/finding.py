"""What is public can be found by its words, and what is not cannot."""

from datetime import datetime

from pydotorg.kernel.database.fulltext.index import forget, index
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database

from .columns import Reviewed
from .lifecycle import APPROVED


async def keep_findable(
    db: Database, kind: str, row: Reviewed, texts: Texts, *, anew: bool, until: datetime | None = None
) -> None:  # fmt: skip
    """Let a row be found by these texts if it is approved, until some time; one that is so anew is the newest."""
    if row.status == APPROVED:
        row.document = await index(db, kind, row.id, texts, until=until, anew=anew)
    elif row.document is not None:
        await forget(db, kind, row.id)
        row.document = None
    await db.flush()
