"""User groups: those that are approved are everybody's to see."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.rows import Rows, remembered
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, found, refusal
from pydotorg.kernel.http.identifiers import means_another, named
from pydotorg.kernel.http.paging import ordered
from pydotorg.kernel.text.slugs import slug_of

from . import schemas
from .schemas import GroupFilters, NewUserGroup, UserGroupChange
from .tables import UserGroup

SORT_KEYS: dict[str, ColumnElement[Any]] = {
    "name": func.lower(UserGroup.name),
    "created_at": UserGroup.created_at.expression,
    "updated_at": UserGroup.updated_at.expression,
}
WRITTEN = ("name", "location", "url", "approved", "trusted")
GROUPS = select(*(getattr(UserGroup, name) for name in schemas.UserGroup.__struct_fields__)).select_from(UserGroup)
IS_APPROVED = UserGroup.approved == true()


def listed(where: GroupFilters, *, visible_to: Caller) -> Rows[schemas.UserGroup]:
    """The groups of a list: the same for everybody, unless somebody who may see others asks for them."""
    if not where.approved and not visible_to.has(Role.staff):
        raise refusal(visible_to, "User groups that are not approved are shown to staff only.")
    return _listed(where)


@remembered
def _listed(where: GroupFilters) -> Rows[schemas.UserGroup]:
    conditions = [IS_APPROVED if where.approved else ~IS_APPROVED]
    if where.q is not None:
        conditions.append(
            or_(*(column.icontains(where.q, autoescape=True) for column in (UserGroup.name, UserGroup.location)))
        )
    if where.trusted is not None:
        conditions.append(UserGroup.trusted == where.trusted)
    return _rows(GROUPS.where(*conditions).order_by(*ordered(where.sort, SORT_KEYS, UserGroup.id)))


async def one(db: Database, identifier: str, *, visible_to: Caller) -> schemas.UserGroup | None:
    """One group by id or slug; only where none is approved, the caller is asked."""
    wanted = GROUPS.where(_named(identifier))
    approved = await db.first(_rows(wanted.where(IS_APPROVED)))
    return approved or (await db.first(_rows(wanted)) if visible_to.has(Role.staff) else None)


def _rows(statement: Select[Any]) -> Rows[schemas.UserGroup]:
    return Rows(schemas.UserGroup, statement)


def _named(identifier: str) -> ColumnElement[bool]:
    return named(identifier, UserGroup.id, UserGroup.slug)


async def make(db: Database, new: NewUserGroup) -> schemas.UserGroup:
    """Make a user group."""
    id, now = new_id(), clock.now()
    slug = slug_for(new.name, id)
    if await db.fetch(select(UserGroup.id).where(UserGroup.slug == slug)):
        raise Conflict(f"There is a user group with the slug {slug} already; give this one another name.")
    given = {name: getattr(new, name) for name in WRITTEN}
    db.add(UserGroup(id=id, slug=slug, **given, created_at=now, updated_at=now))
    await db.flush()
    return await _again(db, id)


def slug_for(name: str, id: UUID) -> str:
    """The slug of a group: never one that an address could mean otherwise, never none."""
    slug = slug_of(name)
    return slug if slug and not means_another(slug) else f"group-{slug or id.hex[-12:]}"


async def change(db: Database, identifier: str, change: UserGroupChange) -> schemas.UserGroup:
    """What staff change of a user group; its address stays."""
    row = await _to_change(db, identifier)
    for name, value in said(change, WRITTEN).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    await db.flush()
    return await _again(db, row.id)


async def remove(db: Database, identifier: str) -> None:
    """Remove a user group."""
    await db.delete(await _to_change(db, identifier))


async def _to_change(db: Database, identifier: str) -> UserGroup:
    row = await db.to_change(select(UserGroup).where(_named(identifier)))
    return found(row, f"There is no user group {identifier}.")


async def _again(db: Database, id: UUID) -> schemas.UserGroup:
    return found(await db.first(_rows(GROUPS.where(UserGroup.id == id))), "It is gone.")
