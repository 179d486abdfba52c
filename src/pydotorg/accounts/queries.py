"""What is asked of the tables of accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from pydotorg.kernel.access import OF_STAFF, Role, expanded
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import SENTENCES, Unauthenticated

from . import schemas
from .names import key_of
from .tables import Account, AccountRole

ACCOUNT = select(Account.__table__).where(Account.id == bindparam("account"))
ROLES = select(AccountRole.role).where(AccountRole.account_id == bindparam("account"))


async def mine(db: Database, id: UUID, proved: str | None = None) -> Account:
    """The row of the caller's account, to change; a 401 if it is gone, or no longer has the password that he proved."""
    found = await to_change(db, (Account.id == id) & Account.is_active)
    if found is None or proved not in (None, found.password_hash):
        raise Unauthenticated(SENTENCES[401])
    return found


async def known(db: Database, id: UUID) -> schemas.Account:
    """The caller's account, as he sees it; a 401 if it is gone."""
    found = await account(db, id)
    if found is None:
        raise Unauthenticated(SENTENCES[401])
    return found


async def account(db: Database, id: UUID) -> schemas.Account | None:
    """An account, as its owner sees it."""
    rows = await db.fetch(ACCOUNT, {"account": id})
    return shown(rows[0], await roles_of(db, id)) if rows else None


async def roles_of(db: Database, account: UUID) -> list[Role]:
    """The roles that were given to an account, the least first."""
    given = {row[0] for row in await db.fetch(ROLES, {"account": account})}
    return [role for role in Role if role in given]


def shown(row: Any, roles: list[Role]) -> schemas.Account:
    """An account as its owner sees it."""
    all_roles = expanded(roles)
    fields = {name: getattr(row, name) for name in schemas.Account.__struct_fields__ if name not in DERIVED}
    return schemas.Account(
        **fields, roles=roles, is_staff=all_roles >= OF_STAFF, is_superuser=Role.superuser in all_roles
    )


DERIVED = frozenset({"roles", "is_staff", "is_superuser"})


async def to_change(db: Database, where: ColumnElement[bool]) -> Account | None:
    """The row of an account, which nobody else changes until this transaction ends.

    Whoever changes what belongs to an account (sessions, tokens, links) takes its row first: in any other order, two
    would wait for each other.
    """
    return await db.to_change(select(Account).where(where))


def called(name: str) -> ColumnElement[bool]:
    """The account with this username, or with this address, if it is confirmed: only the latter has an @."""
    if "@" in name:
        return (Account.email_key == key_of(name)) & Account.email_verified
    return Account.username_key == key_of(name)


async def is_taken(db: Database, where: ColumnElement[bool]) -> bool:
    """Whether there is such an account."""
    return bool((await db.fetch(select(exists().where(where))))[0][0])


async def other_superusers(db: Database, account: UUID) -> int:
    """How many others are superusers and can sign in; of two that would be fewer at once, one waits here."""
    superusers = select(AccountRole.account_id).where(AccountRole.role == Role.superuser)
    await db.fetch(superusers.order_by(AccountRole.account_id).with_for_update())
    others = select(func.count()).select_from(AccountRole).join(Account)
    others = others.where(AccountRole.role == Role.superuser, Account.is_active, Account.id != account)
    return int((await db.fetch(others))[0][0])
