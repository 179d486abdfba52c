"""What is queued, who works it off, and up to when the schedule has been followed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, partial_index, private

NAME_CHARACTERS_MAX = 100
ERROR_CHARACTERS_MAX = 500
WAITING, DEAD = "waiting", "dead"
CLAIMED = "claim is not null"


class Task(Base):
    """One thing to do. The row goes when it is done.

    `due` is when it may be begun; once somebody has claimed it, it is when that claim ends. `claim` is what he shows
    when he says how it went: without it, or with an older one, his word counts for nothing.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'dead')", name="state_is_known"),
        Index("task_due", "state", "due"),
        partial_index("task_claimed", "due", where=CLAIMED),
        private(audited=False),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS_MAX))
    payload: Mapped[str]  # the order, as JSON
    state: Mapped[str] = mapped_column(String(10))
    due: Mapped[datetime]
    claim: Mapped[UUID | None]
    tries: Mapped[int]
    unanswered: Mapped[int]  # tries of which nobody knows whether they did it; one that may be under way included
    error: Mapped[str] = mapped_column(String(ERROR_CHARACTERS_MAX))
    created_at: Mapped[datetime]


class Lease(Base):
    """Which server works tasks off, and until when he need not say so again."""

    __tablename__ = "lease"
    __table_args__ = (private(audited=False),)

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[UUID]
    until: Mapped[datetime]


class Schedule(Base):
    """The last planned moment for which each scheduled task was queued, or when it was first heard of."""

    __tablename__ = "schedule"
    __table_args__ = (private(audited=False),)

    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS_MAX), primary_key=True)
    moment: Mapped[datetime]
