"""Giving roles to accounts, and taking them away: by superusers, and by who runs the service."""

from collections.abc import Iterable

from sqlalchemy import select

from pydotorg.kernel.access import Role
from pydotorg.kernel.database.transaction import Database

from . import changing, queries
from .tables import Account, AccountRole


async def give(db: Database, account: Account, roles: Iterable[Role]) -> list[Role]:
    """Give these roles; all that the account has now, the least first."""
    had = await queries.roles_of(db, account.id)
    db.add_all(AccountRole(account_id=account.id, role=role) for role in set(roles) - set(had))
    await db.flush()
    return await queries.roles_of(db, account.id)


async def take(db: Database, account: Account, roles: Iterable[Role]) -> list[Role]:
    """Take these roles away, but never the last superuser's; those that the account still has, the least first."""
    taken = set(roles)
    if Role.superuser in taken:
        await changing.demand_another_superuser(db, account)
    given = select(AccountRole).where(AccountRole.account_id == account.id, AccountRole.role.in_(taken))
    for row in (await db.execute(given)).scalars().all():
        await db.delete(row)
    await db.flush()
    return await queries.roles_of(db, account.id)
