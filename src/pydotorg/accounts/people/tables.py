"""Memberships and user groups, as they are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, bookkeeping, dataset, ordered_text, private

GROUPS = "user-groups"


class Membership(Base):
    """Somebody's membership in the Python Software Foundation."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("kind in ('basic', 'supporting', 'sponsor', 'contributing', 'fellow')", name="kind_is_known"),
        private(),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    legal_name: Mapped[str] = mapped_column(String(200))
    preferred_name: Mapped[str] = mapped_column(String(200))
    email_address: Mapped[str] = mapped_column(String(254))
    city: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str] = mapped_column(String(200))
    psf_code_of_conduct: Mapped[bool | None]
    psf_announcements: Mapped[bool | None]
    votes_affirmed_at: Mapped[datetime | None]  # null: does not vote
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()


class UserGroup(Base):
    """People who meet somewhere to talk about Python."""

    __tablename__ = "user_group"
    __table_args__ = (dataset(GROUPS),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ordered_text(200))
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    location: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    approved: Mapped[bool]
    trusted: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()
