"""All accounts and all API tokens, as who runs the service sees them."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database

from .tables import Account, AccountRole, ApiToken


class ListedAccount(Struct, frozen=True):
    """An account, with what others need not see."""

    id: UUID
    username: str
    email: str
    email_verified: bool
    is_active: bool
    roles: list[Role]
    created_at: datetime
    last_login_at: datetime | None


class ListedToken(Struct, frozen=True):
    """An API token, and whose it is."""

    id: UUID
    username: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


async def accounts(db: Database) -> list[ListedAccount]:
    """All of them, by name."""
    given: dict[UUID, set[str]] = defaultdict(set)
    for row in await db.fetch(select(AccountRole.__table__)):
        given[row.account_id].add(row.role)
    every = await db.fetch(select(Account.__table__).order_by(Account.username_key))
    plain = [name for name in ListedAccount.__struct_fields__ if name != "roles"]
    return [
        ListedAccount(
            **{name: getattr(row, name) for name in plain}, roles=[role for role in Role if role in given[row.id]]
        )
        for row in every
    ]


async def tokens(db: Database, of: ColumnElement[bool] | None = None) -> list[ListedToken]:
    """Those of all accounts or of one, expired ones too, by the names of their owners, the newest first."""
    own = [name for name in ListedToken.__struct_fields__ if name not in ("id", "username")]
    columns: list[Any] = [ApiToken.id, Account.username, *(getattr(ApiToken, name) for name in own)]
    every = select(*columns).select_from(ApiToken).join(Account, ApiToken.account_id == Account.id)
    every = every.order_by(Account.username_key, ApiToken.created_at.desc(), ApiToken.id)
    return await db.all(Rows(ListedToken, every if of is None else every.where(of)))
