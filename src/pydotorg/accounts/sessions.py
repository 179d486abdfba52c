"""Sessions: where somebody is signed in, and the tokens that he gets there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.database.audit import has_proved_to_be
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.operations import Sender

from . import queries, schemas
from .credentials import RefreshToken, digest
from .tables import Account, Session

LIFETIME = timedelta(days=30)  # from the last refresh
SESSIONS_MAX = 50  # of one account; beyond that the one that was used longest ago ends


def of(account: UUID, current: UUID | None) -> Rows[schemas.Session]:
    """The sessions of an account that have not ended, what was used last first."""
    columns: list[Any] = [getattr(Session, name) for name in schemas.Session.__struct_fields__ if name != "is_current"]
    mine = select(*columns, (Session.id == current).label("is_current")).select_from(Session)
    mine = mine.where(Session.account_id == account, Session.expires_at > clock.now())
    return Rows(schemas.Session, mine.order_by(Session.last_used_at.desc(), Session.id.desc()))


async def begin(db: Database, account: Account, sender: Sender) -> tuple[UUID, RefreshToken]:
    """Sign an account in: a new session, and its first refresh token."""
    token, now = RefreshToken.new(), clock.now()
    session = Session(
        id=new_id(), account_id=account.id, name_digest=digest(token.name), refresh_digest=digest(token.rest),
        created_at=now, last_used_at=now, expires_at=now + LIFETIME, address=sender.network[:45],
        user_agent=plain(sender.user_agent)[:200],
    )  # fmt: skip
    await _make_room(db, account.id)
    db.add(session)
    account.last_login_at = now
    await db.flush()
    return session.id, token


async def refresh(db: Database, token: RefreshToken) -> tuple[UUID, UUID, RefreshToken] | None:
    """Spend a token: account, session and the next token; None if it is not good for it.

    One that was spent before has been stolen, or its successor has: nobody knows from whom, so the session ends. Its
    first half is enough for that: none but who had a token of the session knows it.
    """
    named = select(Session).where(Session.name_digest == digest(token.name))
    whose = await db.fetch(named.with_only_columns(Session.account_id))
    account = await queries.to_change(db, (Account.id == whose[0][0]) & Account.is_active) if whose else None
    session: Session | None = (await db.execute(named.with_for_update())).scalar_one_or_none()
    if account is None or session is None:
        return None
    now = clock.now()
    if session.refresh_digest != digest(token.rest) or session.expires_at <= now:
        await db.delete(session)
        return None
    has_proved_to_be(account.id, account.username)
    following = RefreshToken.new(token.name)
    session.refresh_digest, session.last_used_at, session.expires_at = digest(following.rest), now, now + LIFETIME
    return session.account_id, session.id, following


async def end(db: Database, account: UUID, *, but: UUID | None = None, only: UUID | None = None) -> int:
    """End the sessions of an account: all, all but one, or only one; how many that were."""
    await queries.to_change(db, Account.id == account)
    statement = select(Session).where(Session.account_id == account).order_by(Session.id).with_for_update()
    if but is not None:
        statement = statement.where(Session.id != but)
    if only is not None:
        statement = statement.where(Session.id == only)
    ended = (await db.execute(statement)).scalars().all()
    for session in ended:
        await db.delete(session)
    return len(ended)


async def _make_room(db: Database, account: UUID) -> None:
    latest = select(Session).where(Session.account_id == account).order_by(Session.last_used_at.desc(), Session.id)
    for session in (await db.execute(latest.offset(SESSIONS_MAX - 1))).scalars().all():
        await db.delete(session)


def plain(text: str) -> str:
    """What a program calls itself, without what no text of ours has."""
    return "".join(character for character in text if character.isprintable())
