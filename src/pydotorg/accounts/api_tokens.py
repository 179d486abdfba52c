"""API tokens: long-lived credentials for programs, made and revoked by their owners, or by who runs the service."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import func, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import API_TOKEN_DAYS_MAX, Scope, expanded, scopes_of
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid

from . import queries
from .credentials import digest, new_api_token
from .schemas import NewToken, Token, TokenOrder
from .tables import Account, ApiToken

LIFETIME_MAX = timedelta(days=API_TOKEN_DAYS_MAX)
TOKENS_MAX = 100  # of one account


def of(account: UUID) -> Rows[Token]:
    """The tokens of an account, expired ones too, the newest first."""
    columns: list[Any] = [getattr(ApiToken, name) for name in Token.__struct_fields__]
    mine = select(*columns).select_from(ApiToken).where(ApiToken.account_id == account)
    return Rows(Token, mine.order_by(ApiToken.created_at.desc(), ApiToken.id.desc()))


async def make(db: Database, order: TokenOrder, account: UUID) -> NewToken:
    """A new token of this account; the answer alone holds its secret."""
    await queries.mine(db, account)
    scopes, now, secret = await _scopes(db, order, account), clock.now(), new_api_token()
    expires = now + LIFETIME_MAX if order.expires_at is UNSET else order.expires_at
    if not now < expires <= now + LIFETIME_MAX:
        raise Invalid([Fault("expires_at", "body", "must be in the future, and at most a year away")])
    mine = select(func.count()).select_from(ApiToken).where(ApiToken.account_id == account)
    if (await db.fetch(mine))[0][0] >= TOKENS_MAX:
        raise Conflict(f"There are {TOKENS_MAX} tokens already; revoke one first.")
    token = ApiToken(
        id=new_id(), account_id=account, name=order.name, digest=digest(secret),
        scopes=list(scopes), created_at=now, expires_at=expires, last_used_at=None,
    )  # fmt: skip
    db.add(token)
    await db.flush()
    return NewToken(token.id, token.name, scopes, now, expires, None, secret)


async def _scopes(db: Database, order: TokenOrder, account: UUID) -> list[Scope]:
    """Those that were asked for, or all that the owner may give; in one order."""
    allowed = scopes_of(expanded(await queries.roles_of(db, account)))
    asked = allowed if order.scopes is UNSET else order.scopes
    faults = [
        Fault(f"scopes.{index}", "body", f"`{scope}` needs a role that this account does not have")
        for index, scope in enumerate(asked)
        if scope not in allowed
    ]
    if faults:
        raise Invalid(faults)
    return [scope for scope in Scope if scope in asked]


async def revoke(db: Database, id: UUID, *, of: UUID) -> bool:
    """End a token of this account; whether there was one."""
    await queries.to_change(db, Account.id == of)
    statement = select(ApiToken).where(ApiToken.id == id, ApiToken.account_id == of)
    token = (await db.execute(statement)).scalar_one_or_none()
    if token is None:
        return False
    await db.delete(token)
    return True
