"""Public profiles: who sees whom, and what of him."""

from typing import Any

from sqlalchemy import ColumnElement, select

from pydotorg.accounts.names import key_of
from pydotorg.accounts.tables import Account
from pydotorg.kernel.access import Caller, Role, Scope
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.identifiers import named

from .schemas import Profile


def names_user(identifier: str) -> ColumnElement[bool]:
    """The account with this id or username."""
    return named(key_of(identifier), Account.id, Account.username_key)


async def profile(db: Database, identifier: str, *, visible_to: Caller) -> Profile | None:
    """What somebody shows of himself to this caller, if he shows himself to him at all."""
    rows = await db.fetch(select(Account.__table__).where(names_user(identifier)))
    if not rows or not shows_himself(rows[0], visible_to):
        return None
    row, email = rows[0], rows[0].email if shows_email(rows[0], visible_to) else ""
    return Profile(row.id, row.username, row.first_name, row.last_name, row.bio, email, row.created_at)


def shows_himself(account: Any, to: Caller) -> bool:
    """Whether this caller sees the profile of an account."""
    if account.public_profile and account.is_active and account.email_verified:
        return True
    return to.has(Role.staff) or (to.owns(account.id) and to.may(Scope.account_read))


def shows_email(account: Any, to: Caller) -> bool:
    """Whether the profile has the address; for its owner it is as for others, so that he sees what they see."""
    return account.email_privacy == "public" or (account.email_privacy == "members" and to.is_signed_in())
