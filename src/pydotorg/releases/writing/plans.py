"""Planned releases of Python, until they are published."""

from datetime import date

from sqlalchemy import select, true

from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, NotFound, found
from pydotorg.kernel.http.results import Stored
from pydotorg.releases import queries, schemas
from pydotorg.releases.names import misspelt
from pydotorg.releases.tables import DATASET, Release, ScheduledRelease
from pydotorg.releases.version import cycle_of, version_key

from . import cycles

MISSING = "There is no planned release {}."


async def store(db: Database, version: str, day: date) -> Stored[schemas.ScheduledRelease]:
    """Plan a release for a day, or move its day."""
    if fault := misspelt(version):
        raise NotFound(f"{version} is no version: it {fault}.")
    await turn_of(db, DATASET)
    key, cycle = version_key(version), cycle_of(version)
    row = await db.to_change(select(ScheduledRelease).where(ScheduledRelease.version_key == key))
    if row is not None and row.version != version:
        raise Conflict(f"{version} is planned already, as {row.version}.", version=row.version)
    await _demand_unpublished(db, key)
    is_new = row is None
    if row is None:
        await cycles.known(db, "python", cycle)
        row = ScheduledRelease(version=version, version_key=key, cycle=cycle, date=day)
        db.add(row)
    row.date = day
    await db.flush()
    return Stored(found(await db.first(queries.scheduled_releases(version)), MISSING.format(version)), is_new)


async def _demand_unpublished(db: Database, key: str) -> None:
    same = select(Release.version).where(
        Release.product == "python", Release.version_key == key, Release.is_published == true()
    )
    if published := (await db.execute(same)).scalar_one_or_none():
        raise Conflict(f"Python {published} is published already.", version=published)


async def withdraw(db: Database, version: str) -> None:
    """Plan a release no more."""
    await turn_of(db, DATASET)
    found(await db.first(queries.scheduled_releases(version)), MISSING.format(version))
    row = await db.to_change(select(ScheduledRelease).where(ScheduledRelease.version == version))
    await db.delete(row)
