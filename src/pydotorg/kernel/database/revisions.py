"""The revision of each dataset: a number that moves in the transaction of every write to one of its tables.

Triggers move it (`migrations/revising.py`), so that whatever writes counts: this service, a script, somebody at psql.
Who computes something from a dataset and keeps it under the revision read before can never show it after a write.
"""

from collections.abc import Iterable

from sqlalchemy import BigInteger, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base, private

#: where PostgreSQL tells those who listen which dataset was revised
CHANNEL = "pydotorg_revision"
#: every revision at once: it costs as much as one
QUESTION = "select dataset, number from revision"


class Revision(Base):
    """One row a dataset; only triggers write it. What `number` is means nothing, except that it differs."""

    __tablename__ = "revision"
    __table_args__ = (private(audited=False),)

    dataset: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


async def revise(session: AsyncSession, datasets: Iterable[str]) -> None:
    """Let what was computed from these datasets hold no longer, though nothing is written to them."""
    for dataset in sorted(datasets):
        moved = update(Revision).where(Revision.dataset == dataset).values(number=Revision.number + 1)
        await session.execute(moved.execution_options(synchronize_session=False))
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(select(func.pg_notify(CHANNEL, dataset)))


async def turn_of(session: AsyncSession, dataset: str) -> None:
    """Wait until nobody else writes to this dataset, and keep it so until this transaction ends.

    For rules over several of its rows. Whoever writes waits for it at his first write anyway, since triggers move the
    same row; SQLite, which has one writer at a time, takes no such lock.
    """
    await session.execute(select(Revision.number).where(Revision.dataset == dataset).with_for_update())
