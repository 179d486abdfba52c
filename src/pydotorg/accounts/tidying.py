"""What is dropped by and by: what has expired, and accounts whose addresses nobody has confirmed."""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled

from . import attempts, links
from .tables import Account, ApiToken, Session

UNCONFIRMED_LIFETIME = timedelta(days=7)
EXPIRED_TOKEN_LIFETIME = timedelta(days=30)  # so long its owner can see which one it was
AT_ONCE_MAX = 500


class Tidying(Struct):
    """All of it."""


@task("accounts.tidying", in_transaction=True)
async def tidy_up(db: Database, _: Tidying) -> None:
    """Drop what has expired, but not so much at once that others wait for it."""
    now = clock.now()
    await attempts.forget_past(db)
    await links.forget_expired(db)
    for statement in (
        select(Session).where(Session.expires_at <= now),
        select(ApiToken).where(ApiToken.expires_at <= now - EXPIRED_TOKEN_LIFETIME),
        select(Account).where(Account.email_verified.is_(False), Account.created_at <= now - UNCONFIRMED_LIFETIME),
    ):
        for row in (await db.execute(statement.limit(AT_ONCE_MAX))).scalars().all():
            await db.delete(row)


schedule = (Scheduled("17 * * * *", tidy_up),)
