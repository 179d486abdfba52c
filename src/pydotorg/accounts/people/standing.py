"""Whether somebody can sign in, and with which roles."""

from collections.abc import Iterable

from sqlalchemy import select

from pydotorg.accounts import changing, links, queries, roles, sessions
from pydotorg.accounts.tables import Account, ApiToken
from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, found

from .directory import to_govern, user
from .profiles import names_user
from .schemas import User


async def deactivate(db: Database, identifier: str, *, by: Caller) -> User:
    """Let somebody in no longer.

    All that lets in ends for good, API tokens too: of whatever was stolen, nothing comes back with the account.
    """
    account = await to_govern(db, identifier, by=by)
    if by.owns(account.id):
        raise Conflict("Nobody deactivates himself; `DELETE /api/auth/me` closes an account.")
    if not account.is_active:
        raise Conflict(f"{account.username} is deactivated already.", is_active=False)
    await changing.demand_another_superuser(db, account)
    await sessions.end(db, account.id)
    for token in (await db.execute(select(ApiToken).where(ApiToken.account_id == account.id))).scalars().all():
        await db.delete(token)
    await links.spend(db, account.id)
    return await _set_active(db, account, is_active=False)


async def reactivate(db: Database, identifier: str, *, by: Caller) -> User:
    """Let somebody in again, with his password and his roles."""
    account = await to_govern(db, identifier, by=by)
    if account.is_active:
        raise Conflict(f"{account.username} is active already.", is_active=True)
    return await _set_active(db, account, is_active=True)


async def _set_active(db: Database, account: Account, *, is_active: bool) -> User:
    account.is_active, account.updated_at = is_active, clock.now()
    await db.flush()
    return await user(db, account.id)


async def set_roles(db: Database, identifier: str, wanted: Iterable[Role], *, by: Caller) -> User:
    """Give an account these roles, and take away all others."""
    account = found(await queries.to_change(db, names_user(identifier)), f"There is no user {identifier}.")
    had, kept = {*await queries.roles_of(db, account.id)}, {*wanted}
    if Role.superuser in had - kept and by.owns(account.id):
        raise Conflict("Nobody takes the role superuser from himself; another superuser can.")
    await roles.take(db, account, had - kept)
    await roles.give(db, account, kept - had)
    if had != kept:
        account.updated_at = clock.now()
        await db.flush()
    return await user(db, account.id)
