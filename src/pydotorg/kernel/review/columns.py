"""What the tables of all that is reviewed share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, String, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, bookkeeping, partial_index

from .lifecycle import APPROVED, REVIEW, Lifecycle

REASON_CHARACTERS_MAX = 10_000
SUSPICION_CHARACTERS_MAX = 500
#: for indexes of what is in a state
IN_REVIEW, IS_APPROVED = (f"status = '{state}'" for state in (REVIEW, APPROVED))


class Reviewed(Base):
    """Somebody's, in one of the states of its kind; `owner_id` is null once he has closed his account."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(String(20))
    #: why it was rejected
    reason: Mapped[str] = mapped_column(String(REASON_CHARACTERS_MAX))
    #: why it may be spam, as moderators see it; empty if nothing says so
    suspicion: Mapped[str] = mapped_column(String(SUSPICION_CHARACTERS_MAX))
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()
    #: its number in the index of words, while it is approved: the later that was, the higher
    document: Mapped[int | None] = bookkeeping(BigInteger)

    def state_at(self, moment: datetime) -> str:
        """The state in which it is then; a domain whose things end by the clock knows better than the column."""
        del moment
        return self.status


def reviewed(table: str, lifecycle: Lifecycle) -> tuple[Any, ...]:
    """The constraints and indexes of such a table: by its owner, and in the queue."""
    return (
        CheckConstraint(lifecycle.constraint(), name="status_is_known"),
        Index(f"{table}_of_owner", "owner_id", "created_at", "id"),
        partial_index(f"{table}_in_queue", "submitted_at", "id", where=IN_REVIEW),
    )


def in_state(table: type[Reviewed], state: str) -> ColumnElement[bool]:
    """That a row is in a state, as a constant: for a parameter, neither database would use the indexes for it."""
    return table.status == literal_column(f"'{state}'")
