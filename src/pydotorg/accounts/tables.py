"""Accounts and what belongs to them, as they are stored: nothing here is shown by an answer that is kept for others.

The answers about accounts are private, so no dataset of public data is revised. The revision of `identities` moves when
something is taken away from somebody, or given: a session ends, a token is revoked, an account is deactivated or gets
another role. It does not move when somebody signs in.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.access import IDENTITIES
from pydotorg.kernel.database.columns import Base, Words, bookkeeping, ordered_text, private, secret

DIGEST = String(64)  # SHA-256, in hexadecimal


class Account(Base):
    """Somebody who can sign in."""

    __tablename__ = "account"
    __table_args__ = (
        # only a confirmed address is somebody's: anyone may claim one that is not his
        Index(
            "account_email", "email_key", unique=True,
            sqlite_where=text("email_verified = 1"), postgresql_where=text("email_verified"),
        ),
        Index("account_email_key", "email_key"),
        CheckConstraint("email_privacy in ('public', 'members', 'never')", name="email_privacy_is_known"),
        private(moves=IDENTITIES, when=("delete", "update of username, is_active")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(150))
    username_key: Mapped[str] = mapped_column(ordered_text(150), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    email_verified: Mapped[bool]
    new_email: Mapped[str] = mapped_column(String(254))  # that counts once it is confirmed; none if empty
    password_hash: Mapped[str] = secret(String(200))
    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    bio: Mapped[str]
    is_active: Mapped[bool]
    public_profile: Mapped[bool]
    email_privacy: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()
    last_login_at: Mapped[datetime | None] = bookkeeping()


class AccountRole(Base):
    """A role that an account has."""

    __tablename__ = "account_role"
    __table_args__ = (private(moves=IDENTITIES, when=("insert", "delete")),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)


class Session(Base):
    """A place where somebody is signed in, until he signs out there or does not come back for 30 days.

    A refresh token has two halves: the first names the session as long as it lasts, the second is spent by its use.
    """

    __tablename__ = "session"
    __table_args__ = (private(moves=IDENTITIES, when=("delete",)),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name_digest: Mapped[str] = secret(DIGEST, unique=True)
    refresh_digest: Mapped[str] = secret(DIGEST, bookkeeping=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = bookkeeping()
    expires_at: Mapped[datetime] = bookkeeping(index=True)
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))


class ApiToken(Base):
    """A long-lived credential for a program of the account's."""

    __tablename__ = "api_token"
    __table_args__ = (private(moves=IDENTITIES, when=("delete",)),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = secret(DIGEST, unique=True)
    scopes: Mapped[list[str]] = mapped_column(Words(500))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = bookkeeping()


class MailedLink(Base):
    """A link that was mailed to an address, and works once."""

    __tablename__ = "mailed_link"
    __table_args__ = (private(audited=False),)

    digest: Mapped[str] = secret(DIGEST, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[UUID]  # that mails it
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent: Mapped[bool]


class FailedLogins(Base):
    """How often signing in has failed from one network, for one account, in a quarter of an hour."""

    __tablename__ = "failed_logins"
    __table_args__ = (private(audited=False),)

    whom: Mapped[str] = mapped_column(DIGEST, primary_key=True)  # an account's id, or a digest of a name nobody has
    network: Mapped[str] = mapped_column(String(50), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)  # quarters of an hour since 1970
    failures: Mapped[int]
