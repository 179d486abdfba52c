"""Mailed links: each is good for one thing, for one address, once, within an hour."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database

from .credentials import digest, new_link_secret
from .tables import MailedLink

LIFETIME = timedelta(hours=1)
UNUSED_MAX = 3  # of one account for one thing: nobody's mailbox is filled by others


class Purpose(StrEnum):
    """What a link is good for; also the page that it leads to."""

    verify_email = "verify-email"
    reset_password = "reset-password"  # noqa: S105  a name


async def make(db: Database, task: UUID, account: UUID, purpose: Purpose, email: str) -> str | None:
    """The secret of a new link, instead of one that this task made before; None if there are enough already."""
    await db.execute(delete(MailedLink).where(MailedLink.task_id == task))
    mine = (MailedLink.account_id == account, MailedLink.purpose == purpose, MailedLink.expires_at > clock.now())
    if (await db.fetch(select(func.count()).select_from(MailedLink).where(*mine)))[0][0] >= UNUSED_MAX:
        return None
    secret = new_link_secret()
    db.add(
        MailedLink(
            digest=digest(secret),
            account_id=account,
            task_id=task,
            purpose=purpose,
            email=email,
            expires_at=clock.now() + LIFETIME,
        )
    )
    return secret


async def use(db: Database, secret: str, purpose: Purpose) -> MailedLink | None:
    """Spend a link, and with it all others of the account for the same thing; None if it is not good for it."""
    statement = select(MailedLink).where(MailedLink.digest == digest(secret)).with_for_update()
    link: MailedLink | None = (await db.execute(statement)).scalar_one_or_none()
    if link is None or link.purpose != purpose or link.expires_at <= clock.now():
        return None
    await db.execute(delete(MailedLink).where(MailedLink.account_id == link.account_id, MailedLink.purpose == purpose))
    return link


async def forget(db: Database, account: UUID) -> None:
    """Drop all that were mailed for an account: whoever asked for them may be somebody else."""
    await db.execute(delete(MailedLink).where(MailedLink.account_id == account))


async def forget_expired(db: Database) -> None:
    """Drop links that are good for nothing any more."""
    await db.execute(delete(MailedLink).where(MailedLink.expires_at <= clock.now()))
