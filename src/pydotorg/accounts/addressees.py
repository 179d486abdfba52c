"""To whom mails about other things than the account itself go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pydotorg.kernel.access import Role
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.directory import Addressee, Directory

from .tables import Account, AccountRole

COLUMNS: list[Any] = [Account.id, Account.username, Account.email]
PEOPLE = select(*COLUMNS).select_from(Account).where(Account.is_active)
#: who stands in where nobody has a role of his own
STAND_INS = (Role.staff, Role.superuser)


async def of_account(db: Database, account: UUID) -> Addressee | None:
    """Whose account this is, as long as he can sign in."""
    return await db.first(Rows(Addressee, PEOPLE.where(Account.id == account)))


async def of_role(db: Database, role: Role) -> Sequence[Addressee]:
    """Those who were given this role; without any, staff, and without any of them, superusers."""
    for given in (role, *STAND_INS):
        having = select(AccountRole.account_id).where(AccountRole.role == given)
        found = await db.all(Rows(Addressee, PEOPLE.where(Account.id.in_(having)).order_by(Account.username_key)))
        if found:
            return found
    return ()


DIRECTORY = Directory(of_account, of_role)
