"""What changes of an account, and what follows from it."""

from typing import Any, cast
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import Table, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Leavings
from pydotorg.kernel.http import idempotency
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid

from . import links, mails, queries, schemas, sessions
from .names import USERNAME_MESSAGE, is_username, key_of
from .passwords import demand_good
from .registering import Confirmation
from .tables import Account

PLAIN = ("first_name", "last_name", "bio", "public_profile", "email_privacy")


async def change(
    db: Database, id: UUID, change: schemas.AccountChange, confirmation: Confirmation, proved: str | None
) -> None:
    """What its owner changes; a new address only with the password that he has proved."""
    account = await queries.mine(db, id, proved)
    for name, value in said(change, PLAIN).items():
        setattr(account, name, value)
    if change.username is not UNSET:
        await rename(db, account, change.username)
    if change.email is not UNSET:
        await _readdress(db, account, change.email, confirmation)
    account.updated_at = clock.now()
    await db.flush()


async def rename(db: Database, account: Account, username: str) -> None:
    """Give an account another username."""
    if not is_username(username):
        raise Invalid([Fault("username", "body", USERNAME_MESSAGE + ", no UUID, and no word of an address")])
    if key_of(username) != account.username_key and await queries.is_taken(db, queries.called(username)):
        raise Conflict(f"The username {username} is taken.")
    account.username, account.username_key = username, key_of(username)


async def _readdress(db: Database, account: Account, email: str, confirmation: Confirmation) -> None:
    """The new address counts at once only where nobody can be asked whether it is his; the latest one is meant."""
    account.new_email = ""
    if key_of(email) == account.email_key:
        account.email = email
        return
    if confirmation.is_needed:
        account.new_email = email
        await mails.confirm_address(db, account, email)
        return
    if await queries.is_taken(db, queries.called(email)):
        raise Conflict(f"There is an account with the address {email} already.")
    await mails.tell_of_new_address(db, account, account.email)
    await links.spend(db, account.id)  # who reads the old address may have some
    account.email, account.email_key = email, key_of(email)


async def confirm(db: Database, account: Account, email: str) -> None:
    """The owner of this address has said that it is his: that of a new account, or the new one of an account."""
    if await queries.is_taken(db, queries.called(email) & (Account.id != account.id)):
        raise Conflict("This address has been confirmed for another account meanwhile.")
    old = account.email
    if key_of(old) != key_of(email):
        await links.spend(db, account.id)  # who reads the old address may have some
        if account.email_verified:
            await mails.tell_of_new_address(db, account, old)
    account.email, account.email_key, account.email_verified = email, key_of(email), True
    account.new_email = ""
    account.updated_at = clock.now()


async def change_password(
    db: Database, id: UUID, password: str, password_hash: str, proved: str, but: UUID | None
) -> None:  # fmt: skip
    """Keep a new password of whoever is signed in and has proved the old one, in the session where he stays so."""
    account = await queries.mine(db, id, proved)
    demand_good(password, account.username, account.email)
    await set_password(db, account, password_hash, but=but)


async def set_password(db: Database, account: Account, password_hash: str, *, but: UUID | None = None) -> None:
    """Keep a new password: who is signed in must do so anew, but for one session, and the owner is told."""
    account.password_hash, account.updated_at = password_hash, clock.now()
    await sessions.end(db, account.id, but=but)
    await links.spend(db, account.id)
    await mails.tell_of_new_password(db, account)


async def close(db: Database, id: UUID, proved: str, leavings: Leavings) -> None:
    """Delete an account and all that is its alone, if the password that was proved still holds."""
    account = await queries.mine(db, id, proved)
    await demand_another_superuser(db, account)
    for leave in leavings.of:
        await leave(db, account.id)
    for belonging in await belongings(db, account):
        await db.delete(belonging)
    await db.flush()
    await idempotency.forget(db, account.id)
    await db.delete(account)


async def belongings(db: Database, account: Account) -> list[Any]:
    """What goes with an account: each row, so that the audit log tells of it, and not only of the account."""
    found: list[Any] = []
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        table = cast("Table", mapper.local_table)
        for key in table.foreign_keys:
            if key.column.table is Account.__table__ and key.ondelete == "CASCADE" and table.info.get("audited", True):
                found += (await db.execute(select(mapper.class_).where(key.parent == account.id))).scalars().all()
    return found


async def demand_another_superuser(db: Database, account: Account) -> None:
    """Refuse to take away the last one who can give roles."""
    if Role.superuser in await queries.roles_of(db, account.id) and not await queries.other_superusers(db, account.id):
        raise Conflict("This is the last superuser; give somebody else that role first.")
