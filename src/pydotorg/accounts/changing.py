"""What changes of an account, and what follows from it."""

from uuid import UUID

from msgspec import UNSET

from pydotorg.kernel import clock
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, found

from . import links, mails, queries, schemas, sessions
from .names import USERNAME_MESSAGE, is_username, key_of
from .registering import Confirmation
from .tables import Account

GONE = "This account has been closed."
PLAIN = ("first_name", "last_name", "bio", "public_profile", "email_privacy")


async def change(db: Database, id: UUID, change: schemas.AccountChange, confirmation: Confirmation) -> None:
    """What its owner changes; a new address only after he has proved who he is."""
    account = found(await queries.to_change(db, Account.id == id), GONE)
    for name in PLAIN:
        if getattr(change, name) is not UNSET:
            setattr(account, name, getattr(change, name))
    if change.username is not UNSET:
        await rename(db, account, change.username)
    if change.email is not UNSET and change.email != account.email:
        await _readdress(db, account, change.email, confirmation)
    account.updated_at = clock.now()
    await db.flush()


async def rename(db: Database, account: Account, username: str) -> None:
    """Give an account another username."""
    if not is_username(username):
        raise Invalid([Fault("username", "body", USERNAME_MESSAGE + ", and no UUID")])
    if key_of(username) != account.username_key and await queries.is_taken(db, queries.called(username)):
        raise Conflict(f"The username {username} is taken.")
    account.username, account.username_key = username, key_of(username)


async def _readdress(db: Database, account: Account, email: str, confirmation: Confirmation) -> None:
    """The new address counts at once only where nobody can be asked whether it is his."""
    if confirmation.is_needed:
        await mails.confirm_address(db, account, email)
        return
    if key_of(email) != account.email_key and await queries.is_taken(db, queries.called(email)):
        raise Conflict(f"There is an account with the address {email} already.")
    await mails.tell_of_new_address(db, account, account.email)
    account.email, account.email_key = email, key_of(email)


async def confirm(db: Database, account: Account, email: str) -> None:
    """The owner of this address has said that it is his: that of a new account, or the new one of an account."""
    if await queries.is_taken(db, queries.called(email) & (Account.id != account.id)):
        raise Conflict("This address has been confirmed for another account meanwhile.")
    old = account.email
    if account.email_verified and key_of(old) != key_of(email):
        await mails.tell_of_new_address(db, account, old)
    account.email, account.email_key, account.email_verified = email, key_of(email), True
    account.updated_at = clock.now()


async def change_password(db: Database, id: UUID, password_hash: str, but: UUID | None) -> None:
    """Keep a new password of whoever is signed in, in the session where he stays so."""
    await set_password(db, found(await queries.to_change(db, Account.id == id), GONE), password_hash, but=but)


async def set_password(db: Database, account: Account, password_hash: str, *, but: UUID | None = None) -> None:
    """Keep a new password: who is signed in must do so anew, but for one session, and the owner is told."""
    account.password_hash, account.updated_at = password_hash, clock.now()
    await sessions.end(db, account.id, but=but)
    await links.forget(db, account.id)
    await mails.tell_of_new_password(db, account)


async def close(db: Database, id: UUID) -> None:
    """Delete an account and all that is its alone."""
    account = found(await queries.to_change(db, Account.id == id), GONE)
    await demand_another_superuser(db, account)
    await db.delete(account)


async def demand_another_superuser(db: Database, account: Account) -> None:
    """Refuse to take away the last one who can give roles."""
    if Role.superuser in await queries.roles_of(db, account.id) and not await queries.other_superusers(db, account.id):
        raise Conflict("This is the last superuser; give somebody else that role first.")
