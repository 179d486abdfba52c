"""Mailed links: each is good for one thing, for one address, once, within an hour."""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.database.engine import take_turn_for
from pydotorg.kernel.database.transaction import Database

from . import queries
from .credentials import digest
from .names import key_of
from .tables import Account, MailedLink

LIFETIME = timedelta(hours=1)
MAILS_MAX = 5  # to one address in this time, whoever asks for them: nobody's mailbox is filled by others


class Purpose(StrEnum):
    """What a link is good for; also the page that it leads to."""

    verify_email = "verify-email"
    reset_password = "reset-password"  # noqa: S105  a name
    nothing = "nothing"  # a mail that only tells, and counts like the others


async def make(db: Database, key: str, task: UUID, account: UUID, purpose: Purpose, email: str) -> str | None:
    """The secret of the link that this task mails, the same in each try; None if it is spent, or one too many."""
    secret = secret_of(key, task, purpose)
    link = await db.get(MailedLink, digest(secret))
    if link is None:
        await take_turn_for(db, key_of(email))  # they are counted one by one
        to_it = (MailedLink.email_key == key_of(email), MailedLink.expires_at > clock.now())
        if (await db.fetch(select(func.count()).select_from(MailedLink).where(*to_it)))[0][0] >= MAILS_MAX:
            return None
        link = MailedLink(
            digest=digest(secret), account_id=account, task_id=task, purpose=purpose, email=email,
            email_key=key_of(email), spent=False,
        )  # fmt: skip
        db.add(link)
    link.expires_at = clock.now() + LIFETIME
    return None if link.spent else secret


def is_awaited(account: Account, email: str) -> bool:
    """Whether this is the address that an account wants to have confirmed: of several changes, the latest."""
    return key_of(email) == (key_of(account.new_email) if account.email_verified else account.email_key)


def secret_of(key: str, task: UUID, purpose: Purpose) -> str:
    """Derived, so that no secret need lie in the queue, nor another one be made when a mail is tried again."""
    digested = hmac.digest(key.encode(), f"{purpose} {task}".encode(), "sha256")
    return urlsafe_b64encode(digested).decode().rstrip("=")


async def use(db: Database, secret: str, purpose: Purpose) -> tuple[Account, str] | None:
    """Spend a link, and with it all others of the account for the same thing: whose it is, and the address.

    None if it is not good for it.
    """
    named = (MailedLink.digest == digest(secret), MailedLink.purpose == purpose, MailedLink.spent.is_(False))
    good = (*named, MailedLink.expires_at > clock.now())
    whose = await db.fetch(select(MailedLink.account_id).where(*good))
    account = await queries.to_change(db, (Account.id == whose[0][0]) & Account.is_active) if whose else None
    email = await db.scalar(select(MailedLink.email).where(*good).with_for_update())  # it may have been spent meanwhile
    if account is None or email is None:
        return None
    await spend(db, account.id, purpose)
    return account, email


async def spend(db: Database, account: UUID, *purposes: Purpose) -> None:
    """Make links that were mailed for an account good for nothing, whoever asked for them: those for this, or all."""
    mine = update(MailedLink).where(MailedLink.account_id == account, MailedLink.spent.is_(False))
    await db.execute((mine.where(MailedLink.purpose.in_(purposes)) if purposes else mine).values(spent=True))


async def forget(db: Database, task: UUID) -> None:
    """Drop what this task would have mailed: it does not count as a mail."""
    await db.execute(delete(MailedLink).where(MailedLink.task_id == task))


async def forget_expired(db: Database) -> None:
    """Drop links that are good for nothing any more."""
    await db.execute(delete(MailedLink).where(MailedLink.expires_at <= clock.now()))
