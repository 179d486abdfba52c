"""How an account comes to be, by the API or by the command line."""

from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid

from . import queries, schemas
from .mails import confirm_address
from .names import USERNAME_MESSAGE, is_username, key_of
from .passwords import demand_good
from .tables import Account


class Confirmation(Struct, frozen=True):
    """Whether addresses must be confirmed by their owners: where the service can send mail."""

    is_needed: bool


def demand_usable(new: schemas.Registration) -> None:
    """Refuse a name that nobody can have, and a password that is not good enough."""
    if not is_username(new.username):
        raise Invalid([Fault("username", "body", USERNAME_MESSAGE + ", no UUID, and no word of an address")])
    demand_good(new.password, new.username, new.email)


async def register(
    db: Database, new: schemas.Registration, password_hash: str, confirmation: Confirmation
) -> schemas.Account:
    """Make the account.

    While its address is not confirmed it may be that of another account: to refuse it would tell of that one.
    """
    if await queries.is_taken(db, Account.username_key == key_of(new.username)):
        raise Conflict(f"The username {new.username} is taken.")
    if not confirmation.is_needed and await queries.is_taken(db, queries.called(new.email)):
        raise Conflict(f"There is an account with the address {new.email} already.")
    account = made(new.username, new.email, password_hash, email_verified=not confirmation.is_needed)
    db.add(account)
    await db.flush()
    if confirmation.is_needed:
        await confirm_address(db, account, account.email)
    return queries.shown(account, [])


def made(username: str, email: str, password_hash: str, *, email_verified: bool) -> Account:
    """The row of a new account."""
    now = clock.now()
    return Account(
        id=new_id(), username=username, username_key=key_of(username), email=email, email_key=key_of(email),
        email_verified=email_verified, new_email="", password_hash=password_hash, first_name="", last_name="", bio="",
        is_active=True, public_profile=True, email_privacy="never", created_at=now, updated_at=now, last_login_at=None,
    )  # fmt: skip
