"""Memberships in the Python Software Foundation: one a person, its own for itself, all for staff."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from pydotorg.accounts import queries
from pydotorg.accounts.tables import Account
from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, Forbidden, NotFound, found
from pydotorg.kernel.http.identifiers import UUID_TEXT
from pydotorg.kernel.http.paging import ordered

from . import schemas
from .profiles import names_user
from .schemas import MembershipChange, MembershipFilters, NewMembership
from .tables import Membership

AFFIRMED_DAYS_MAX = 366
MISSING = "There is no membership {}."
WRITTEN = (
    "kind", "legal_name", "preferred_name", "email_address", "city", "region", "country", "postal_code",
    "psf_code_of_conduct", "psf_announcements",
)  # fmt: skip
SORT_KEYS: dict[str, ColumnElement[Any]] = {
    "created_at": Membership.created_at.expression,
    "updated_at": Membership.updated_at.expression,
}


def listed(where: MembershipFilters, *, visible_to: Caller) -> Rows[schemas.Membership]:
    """Those that this caller sees: his own; of staff, all."""
    conditions = [_visible(visible_to)]
    if where.user is not None:
        conditions.append(names_user(where.user))
    if where.kind is not None:
        conditions.append(Membership.kind == where.kind)
    if where.may_vote is not None:
        conditions.append(_may_vote() if where.may_vote else ~_may_vote())
    if where.q is not None:
        names = (Membership.legal_name, Membership.preferred_name, Account.username)
        conditions.append(or_(*(name.icontains(where.q, autoescape=True) for name in names)))
    order = ordered(where.sort, SORT_KEYS, Membership.id)
    return Rows(schemas.Membership, _shown().where(*conditions).order_by(*order))


def of(account: UUID) -> Rows[schemas.Membership]:
    """The membership of an account."""
    return Rows(schemas.Membership, _shown().where(Membership.account_id == account))


async def one(db: Database, identifier: str, *, visible_to: Caller) -> schemas.Membership:
    """One of those that this caller sees."""
    shown = _shown().where(_named(identifier, visible_to))
    return found(await db.first(Rows(schemas.Membership, shown)), MISSING.format(identifier))


def _shown() -> Select[Any]:
    wants = Membership.votes_affirmed_at.is_not(None)
    derived = {"user_id": Membership.account_id, "username": Account.username, "votes": wants, "may_vote": _may_vote()}
    names: Sequence[str] = schemas.Membership.__struct_fields__
    columns = [derived[name].label(name) if name in derived else getattr(Membership, name) for name in names]
    return select(*columns).select_from(Membership).join(Account, Account.id == Membership.account_id)


def _may_vote() -> ColumnElement[bool]:
    since = clock.now() - timedelta(days=AFFIRMED_DAYS_MAX)
    return and_(Membership.votes_affirmed_at.is_not(None), Membership.votes_affirmed_at > since)


def _visible(to: Caller) -> ColumnElement[bool]:
    return true() if to.has(Role.staff) else Membership.account_id == to.account


def _named(identifier: str, to: Caller) -> ColumnElement[bool]:
    if not UUID_TEXT.fullmatch(identifier):
        raise NotFound(MISSING.format(identifier))
    return and_(Membership.id == UUID(identifier), _visible(to))


async def _to_change(db: Database, identifier: str, by: Caller) -> Membership:
    """The row of one that this caller sees, which nobody else changes until this transaction ends."""
    row = await db.to_change(select(Membership).where(_named(identifier, by)))
    return found(row, MISSING.format(identifier))


async def make(db: Database, new: NewMembership, account: UUID) -> schemas.Membership:
    """Make the membership of an account: a basic one."""
    await queries.mine(db, account)
    if await db.first(of(account)) is not None:
        raise Conflict("There is a membership already; change that one.")
    now, given = clock.now(), {name: getattr(new, name) for name in WRITTEN if name != "kind"}
    row = Membership(
        id=new_id(), account_id=account, kind="basic", **given, votes_affirmed_at=now if new.votes else None,
        created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    return found(await db.first(of(row.account_id)), MISSING.format(row.id))


async def change(db: Database, identifier: str, change: MembershipChange, *, by: Caller) -> schemas.Membership:
    """What the member changes, or staff."""
    row = await _to_change(db, identifier, by)
    if change.kind is not UNSET and not by.has(Role.staff):
        raise Forbidden("The kind of a membership is set by staff.")
    if change.votes is not UNSET and not by.owns(row.account_id):
        raise Forbidden("Whether he votes, only the member says.")
    now = clock.now()
    for name, value in said(change, WRITTEN).items():
        setattr(row, name, value)
    if change.votes is not UNSET:
        row.votes_affirmed_at = now if change.votes else None
    row.updated_at = now
    await db.flush()
    return found(await db.first(of(row.account_id)), MISSING.format(row.id))


async def end(db: Database, identifier: str, *, by: Caller) -> None:
    """End one's own membership."""
    row = await _to_change(db, identifier, by)
    if not by.owns(row.account_id):
        raise Forbidden("A membership is ended by its member only.")
    await db.delete(row)
