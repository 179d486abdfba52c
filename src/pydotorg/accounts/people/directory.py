"""All accounts: staff find them here, and change what is in them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select

from pydotorg.accounts import changing, queries
from pydotorg.accounts.tables import Account, AccountRole
from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.columns import UTCDateTime
from pydotorg.kernel.database.rows import Rows, remembered
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, Forbidden, found
from pydotorg.kernel.http.paging import Listing, Page, ordered

from .profiles import names_user
from .schemas import User, UserChange, UserFilters

#: the row behind a user
Stored = msgspec.defstruct(
    "Stored", [name for name in User.__struct_fields__ if name not in queries.DERIVED], frozen=True
)
COLUMNS = [getattr(Account, name) for name in Stored.__struct_fields__]
NEVER = literal(datetime.min.replace(tzinfo=UTC), UTCDateTime())
SORT_KEYS: dict[str, ColumnElement[Any]] = {
    "username": Account.username_key.expression,
    "created_at": Account.created_at.expression,
    "last_login_at": func.coalesce(Account.last_login_at, NEVER),  # null is first on one database, last on the other
}
SEARCHED = (Account.username, Account.email, Account.first_name, Account.last_name)


async def listed(db: Database, page: Page, where: UserFilters) -> Listing[User]:
    """A page of all accounts."""
    listing = await page.of(db, _stored(where))
    roles: dict[UUID, list[str]] = {row.id: [] for row in listing.items}
    given: Select[Any] = select(AccountRole.__table__).where(AccountRole.account_id.in_(roles))
    for row in await db.fetch(given):
        roles[row.account_id].append(row.role)
    items = [_shown(row, [role for role in Role if role in roles[row.id]]) for row in listing.items]
    return Listing(items, listing.total, page)


@remembered
def _stored(where: UserFilters) -> Rows[Any]:
    conditions = []
    if where.q is not None:
        conditions.append(or_(*(column.icontains(where.q, autoescape=True) for column in SEARCHED)))
    if where.role is not None:
        conditions.append(exists().where(AccountRole.account_id == Account.id, AccountRole.role == where.role))
    if where.is_active is not None:
        conditions.append(Account.is_active == where.is_active)
    if where.email_verified is not None:
        conditions.append(Account.email_verified == where.email_verified)
    statement = select(*COLUMNS).select_from(Account).where(*conditions)
    return Rows(Stored, statement.order_by(*ordered(where.sort, SORT_KEYS, Account.id)))


async def user(db: Database, id: UUID) -> User:
    """One account."""
    ((*row,),) = await db.fetch(select(*COLUMNS).where(Account.id == id))
    return _shown(Stored(*row), await queries.roles_of(db, id))


def _shown(row: Any, roles: list[Role]) -> User:
    account = msgspec.structs.asdict(queries.shown(row, roles))
    return User(**account, is_active=row.is_active, updated_at=row.updated_at)


async def to_govern(db: Database, identifier: str, *, by: Caller) -> Account:
    """The account that staff are about to change: superusers are changed by superusers only."""
    account = found(await queries.to_change(db, names_user(identifier)), f"There is no user {identifier}.")
    if Role.superuser in await queries.roles_of(db, account.id) and not by.has(Role.superuser):
        raise Forbidden("Superusers are changed by superusers only.")
    return account


async def change(db: Database, identifier: str, change: UserChange, *, by: Caller) -> User:
    """What staff change of an account."""
    account = await to_govern(db, identifier, by=by)
    for name, value in said(change, changing.PLAIN).items():
        setattr(account, name, value)
    if change.username is not UNSET:
        await changing.rename(db, account, change.username)
    if change.email is not UNSET:
        await _readdress(db, account, change.email, by)
    account.updated_at = clock.now()
    await db.flush()
    return await user(db, account.id)


async def _readdress(db: Database, account: Account, email: str, by: Caller) -> None:
    """Staff vouch for an address, so it is confirmed."""
    if not by.is_in_person():
        raise Forbidden("An API token changes no e-mail address; sign in to do it.")
    if by.owns(account.id):
        raise Forbidden("Change your own address by `PATCH /api/auth/me`, with your password.")
    if await queries.is_taken(db, queries.called(email) & (Account.id != account.id)):
        raise Conflict(f"There is an account with the address {email} already.")
    await changing.confirm(db, account, email)
