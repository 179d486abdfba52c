"""Operating systems: few, each with a name that no other has."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, found
from pydotorg.kernel.text.slugs import slug_of
from pydotorg.releases import queries, schemas
from pydotorg.releases.bodies import NewOperatingSystem, OperatingSystemChange
from pydotorg.releases.filters import names_system
from pydotorg.releases.names import is_slug
from pydotorg.releases.tables import DATASET, OperatingSystem, ReleaseFile

from .numbers import next_numbers, retire

MISSING = "There is no operating system {}."


async def make(db: Database, new: NewOperatingSystem) -> schemas.OperatingSystem:
    """Make an operating system."""
    await turn_of(db, DATASET)
    slug = new.slug or slug_of(new.name)
    if not is_slug(slug):
        raise Invalid([Fault("slug", "body", "is required: the name makes none")])
    others = await _all(db)
    _demand_other_name(new.name, others)
    if taken := next((other for other in others if other.slug.lower() == slug.lower()), None):
        raise Conflict(f"The slug {taken.slug} is that of {taken.name}.", "slug", slug=taken.slug)
    (number,) = await next_numbers(db, OperatingSystem)
    row = OperatingSystem(id=new_id(), number=number, name=new.name, slug=slug)
    db.add(row)
    await db.flush()
    return await _shown(db, row)


async def change(db: Database, identifier: str, change: OperatingSystemChange) -> schemas.OperatingSystem:
    """Call an operating system otherwise."""
    await turn_of(db, DATASET)
    row = await _to_change(db, identifier)
    if change.name:
        _demand_other_name(change.name, [other for other in await _all(db) if other is not row])
        row.name = change.name
        await db.flush()
    return await _shown(db, row)


async def remove(db: Database, identifier: str) -> None:
    """Remove an operating system that nothing is for."""
    await turn_of(db, DATASET)
    row = await _to_change(db, identifier)
    files = await db.scalar(select(func.count()).select_from(ReleaseFile).where(ReleaseFile.os_id == row.id))
    if files:
        raise Conflict(f"There are files for {row.name}: {files}.", files=files)
    await retire(db, OperatingSystem, [row.number])
    await db.delete(row)


async def ids_of(db: Database) -> dict[str, UUID]:
    """The id of every operating system, by all that names it."""
    rows = await _all(db)
    return {name: row.id for row in rows for name in (row.slug, str(row.id))}


async def _all(db: Database) -> Sequence[OperatingSystem]:
    return [*(await db.execute(select(OperatingSystem))).scalars()]


async def _to_change(db: Database, identifier: str) -> OperatingSystem:
    row = await db.to_change(select(OperatingSystem).where(names_system(identifier)))
    return found(row, MISSING.format(identifier))


async def _shown(db: Database, row: OperatingSystem) -> schemas.OperatingSystem:
    return found(await db.first(queries.operating_system(str(row.id))), MISSING.format(row.slug))


def _demand_other_name(name: str, others: Sequence[OperatingSystem]) -> None:
    """Names differ in more than their case."""
    if taken := next((other for other in others if other.name.casefold() == name.casefold()), None):
        raise Conflict(f"There is an operating system {taken.name} already.", "name", slug=taken.slug)
