"""Whose credentials are whose: what the front door asks when it does not remember."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Identity, Role, Scope
from pydotorg.kernel.database.columns import UTCDateTime
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.frontdoor.identities import Identified

from .credentials import AccessTokens, digest, is_api_token
from .last_use import LastUse
from .tables import Account, AccountRole, ApiToken, Session

#: so long an API token is remembered: about once a minute its use is seen here, and noted
TOKEN_SECONDS = 60
NOW = bindparam("now", type_=UTCDateTime())


def _of_account(*columns: Any) -> Select[Any]:
    """A row for each of its roles, one with null if it has none."""
    return select(Account.id, Account.username, AccountRole.role, *columns).select_from(Account).outerjoin(AccountRole)


BY_SESSION = (
    _of_account()
    .join(Session, Session.account_id == Account.id)
    .where(Session.id == bindparam("session"), Account.id == bindparam("account"), Session.expires_at > NOW)
    .where(Account.is_active)
)
BY_TOKEN = (
    _of_account(ApiToken.id, ApiToken.scopes, ApiToken.expires_at)
    .join(ApiToken, ApiToken.account_id == Account.id)
    .where(ApiToken.digest == bindparam("digest"), ApiToken.expires_at > NOW)
    .where(Account.is_active)
)
BY_REFRESH_TOKEN = (
    _of_account()
    .join(Session, Session.account_id == Account.id)
    .where(Session.name_digest == bindparam("name"), Session.expires_at > NOW)
    .where(Account.is_active)
)


class Identification:
    """Reads credentials as they stand in `Authorization`, and looks up whose they are."""

    def __init__(self, transactions: Transactions, tokens: AccessTokens, last_use: LastUse) -> None:
        self.transactions, self.tokens, self.last_use = transactions, tokens, last_use

    async def __call__(self, authorization: str) -> Identified | None:
        scheme, _, text = authorization.partition(" ")
        scheme = scheme.lower()
        owner, _, text = text.partition(":") if scheme == "apikey" else ("", "", text)
        if scheme in ("bearer", "token", "apikey") and is_api_token(text):
            return await self._by_token(text, scheme, owner)
        return await self._by_session(text) if scheme == "bearer" else None

    async def by_refresh_token(self, name: str) -> Identity | None:
        """Whose session this half of a refresh token names, spent or not."""
        rows = await self._rows(BY_REFRESH_TOKEN, name=digest(name))
        return _identity(rows) if rows else None

    async def _by_session(self, text: str) -> Identified | None:
        claims = self.tokens.read(text)
        if claims is None:
            return None
        rows = await self._rows(BY_SESSION, session=claims.session, account=claims.account)
        return Identified(_identity(rows, claims.session), claims.expires) if rows else None

    async def _by_token(self, text: str, scheme: str, owner: str) -> Identified | None:
        rows = await self._rows(BY_TOKEN, digest=digest(text))
        if not rows:
            return None
        account, username, _, token, scopes, expires = rows[0]
        if scheme == "apikey" and username.lower() != owner.lower():
            return None
        self.last_use.note(token)
        identity = Identity.of_token(token, map(Scope, scopes), account, username, _roles(rows), scheme=scheme)
        return Identified(identity, min(expires.timestamp(), clock.unix() + TOKEN_SECONDS))

    async def _rows(self, statement: Select[Any], **values: Any) -> Sequence[Any]:
        return await self.transactions.read(partial(_fetch, statement, {**values, "now": clock.now()}))


async def _fetch(statement: Select[Any], values: dict[str, Any], db: Database) -> Sequence[Any]:
    return await db.fetch(statement, values)


def _identity(rows: Sequence[Any], session: UUID | None = None) -> Identity:
    account, username, _ = rows[0]
    return Identity.of(account, username, _roles(rows), session=session)


def _roles(rows: Sequence[Any]) -> list[Role]:
    return [Role(row[2]) for row in rows if row[2] is not None]
