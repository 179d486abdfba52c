"""What is kept about reviews of all kinds of things: who submitted how often, and what was said."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, private

COMMENT_CHARACTERS_MAX = 10_000


class Submission(Base):
    """That somebody submitted something: counted, whatever has become of it."""

    __tablename__ = "submission"
    __table_args__ = (Index("submission_of_account", "account_id", "kind", "moment"), private(audited=False))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    moment: Mapped[datetime]


class ReviewComment(Base):
    """What the owner of something and its moderators say to each other."""

    __tablename__ = "review_comment"
    __table_args__ = (Index("review_comment_of_row", "kind", "row_id", "created_at", "id"), private())

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[UUID]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    by_moderator: Mapped[bool]
    text: Mapped[str] = mapped_column(String(COMMENT_CHARACTERS_MAX))
    created_at: Mapped[datetime]
