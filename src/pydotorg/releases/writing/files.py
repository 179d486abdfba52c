"""Single files. What is written to one counts as written to its release."""

from msgspec import UNSET
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Fault, Invalid, found
from pydotorg.releases import queries, schemas
from pydotorg.releases.artefacts import SIDECARS
from pydotorg.releases.described import changed, disagreements
from pydotorg.releases.file_bodies import MEMBERS, FileChange, NewFile
from pydotorg.releases.tables import DATASET, Release, ReleaseFile

from .file_rows import Columns, FileChanges, carry_out, demand_files, differing, reason_missing
from .file_sets import columns_of
from .systems import ids_of

MISSING = "There is no file {}."


async def make(db: Database, new: NewFile, *, by: Caller) -> schemas.File:
    """Add a file to a release."""
    await turn_of(db, DATASET)
    release = await db.to_change(queries.rows_of_release(new.release))
    if release is None:  # gone since the body was read
        raise Invalid([Fault("release", "body", "names no release")])
    added = await columns_of(db, release, [new], {}, path="")
    await carry_out(db, release, FileChanges(added=added), at=clock.now())
    return await _shown(db, added[0]["slug"], by)


async def change(db: Database, identifier: str, change: FileChange, *, by: Caller) -> schemas.File:
    """Change what is said of a file."""
    await turn_of(db, DATASET)
    row, release = await _to_change(db, identifier)
    after, faults = await _changed(db, row, change)
    columns = differing(row, after)
    changes = FileChanges(changed=[(row, columns)] if columns else [])
    reason = None if change.reason is UNSET else change.reason
    if faults := [*faults, *reason_missing(release, changes, reason)]:
        raise Invalid(faults)
    await carry_out(db, release, changes, at=clock.now(), reason=reason)
    return await _shown(db, str(row.id), by)


async def remove(db: Database, identifier: str, *, allow_empty: bool) -> None:
    """Remove a file from its release."""
    await turn_of(db, DATASET)
    row, release = await _to_change(db, identifier)
    any_left = await carry_out(db, release, FileChanges(removed=[row]), at=clock.now())
    demand_files(release, there_are_some=any_left, allow_empty=allow_empty)


async def _to_change(db: Database, identifier: str) -> tuple[ReleaseFile, Release]:
    row = await db.to_change(queries.rows_of_file(identifier))
    row = found(row, MISSING.format(identifier))
    release = await db.to_change(select(Release).where(Release.id == row.release_id))
    return row, found(release, MISSING.format(identifier))


async def _changed(db: Database, row: ReleaseFile, change: FileChange) -> tuple[Columns, list[Fault]]:
    """The columns of a file as it is to be, and what cannot be."""
    given = said(change, MEMBERS)
    before = {name: getattr(row, name) for name in ("url", "filename", "kind", *SIDECARS)}
    columns = changed(before, given)
    faults = [Fault(name, "body", message) for name, message in disagreements(given, columns)]
    if system := columns.pop("os", None):
        ids = await ids_of(db)
        if (system_id := ids.get(system) or ids.get(system.lower())) is None:  # gone since the body was read
            faults.append(Fault("os", "body", "names no operating system"))
        else:
            columns["os_id"] = system_id
    return columns, faults


async def _shown(db: Database, identifier: str, to: Caller) -> schemas.File:
    return found(await queries.file(db, identifier, visible_to=to), MISSING.format(identifier))
