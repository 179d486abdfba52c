"""What is dropped by and by: what has expired, and accounts whose addresses nobody has confirmed."""

from datetime import timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, select

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled

from . import attempts, links
from .tables import Account, ApiToken, Session

UNCONFIRMED_LIFETIME = timedelta(days=7)
EXPIRED_TOKEN_LIFETIME = timedelta(days=30)  # so long its owner can see which one it was
ACCOUNTS_AT_ONCE_MAX = 200


class Tidying(Struct):
    """All of it."""


@task("accounts.tidying", in_transaction=True)
async def tidy_up(db: Database, _: Tidying) -> None:
    """Drop what has expired, but not so much at once that others wait for it."""
    now = clock.now()
    await attempts.forget_past(db)
    await links.forget_expired(db)
    expired = select(ApiToken).where(ApiToken.expires_at <= now - EXPIRED_TOKEN_LIFETIME)
    unconfirmed = (Account.email_verified.is_(False), Account.created_at <= now - UNCONFIRMED_LIFETIME)
    full = [
        await _drop(db, select(Session).where(Session.expires_at <= now), Session.account_id),
        await _drop(db, expired, ApiToken.account_id),
        await _drop(db, select(Account).where(*unconfirmed), Account.id),
    ]
    if any(full):
        await tidy_up.later(db, Tidying())


async def _drop(db: Database, rows: Select[Any], account: Any) -> bool:
    """Drop these rows of accounts that nobody is changing just now; whether there may be more."""
    whose = select(Account.id).where(Account.id.in_(rows.with_only_columns(account))).limit(ACCOUNTS_AT_ONCE_MAX)
    free = await db.fetch(whose.with_for_update(skip_locked=True))
    again = rows.where(account.in_([row[0] for row in free])).execution_options(populate_existing=True)
    for row in (await db.execute(again)).scalars().all():
        await db.delete(row)
    await db.flush()
    return len(free) == ACCOUNTS_AT_ONCE_MAX


schedule = (Scheduled("17 * * * *", tidy_up),)
