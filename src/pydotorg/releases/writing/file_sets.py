"""All files of a release at once: what is not among them goes."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import UNSET

from pydotorg.kernel import clock
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Fault, Invalid, found
from pydotorg.releases import queries
from pydotorg.releases.artefacts import file_slug
from pydotorg.releases.described import filled
from pydotorg.releases.differences import FilesDifference, difference
from pydotorg.releases.file_bodies import MEMBERS, FileSet, NewFileOfRelease, Replacing
from pydotorg.releases.names import is_slug
from pydotorg.releases.tables import DATASET, Release, ReleaseFile

from .file_rows import Columns, FileChanges, carry_out, clashes, demand_files, differing, files_of, reason_missing
from .systems import ids_of

Stored = Mapping[str, ReleaseFile]


async def replace(db: Database, identifier: str, files: FileSet, how: Replacing) -> FilesDifference:
    """Let a release have these files and no others; a dry run is taken back as a whole."""
    await turn_of(db, DATASET)
    release = await db.to_change(queries.rows_of_release(identifier))
    release = found(release, f"There is no release {identifier}.")
    async with db.begin_nested() as step:
        told = await _replace(db, release, files, how)
        if how.dry_run:
            await step.rollback()
    return told


async def _replace(db: Database, release: Release, files: FileSet, how: Replacing) -> FilesDifference:
    shown = queries.files_of(release.id)
    before, publishes = await db.all(shown), files.publish and not release.is_published
    changes = await _changes(db, release, files.files)
    reason = None if files.reason is UNSET else files.reason
    if faults := reason_missing(release, changes, reason):
        raise Invalid(faults)
    any_left = await carry_out(db, release, changes, at=clock.now(), reason=reason)
    if publishes:
        release.is_published, release.updated_at = True, clock.now()
        await db.flush()
    if publishes or changes:
        demand_files(release, there_are_some=any_left, allow_empty=how.allow_empty)
    return difference(before, await db.all(shown), dry_run=how.dry_run, published=publishes)


async def _changes(db: Database, release: Release, files: Sequence[NewFileOfRelease]) -> FileChanges:
    stored = {row.filename: row for row in await files_of(db, release)}
    wanted = {columns["filename"]: columns for columns in await columns_of(db, release, files, stored)}
    both = [(row, differing(row, wanted[name])) for name, row in stored.items() if name in wanted]
    return FileChanges(
        added=[columns for name, columns in wanted.items() if name not in stored],
        changed=[(row, columns) for row, columns in both if columns],
        removed=[row for name, row in stored.items() if name not in wanted],
    )


async def columns_of(
    db: Database, release: Release, files: Sequence[NewFileOfRelease], stored: Stored, path: str = "files.{}."
) -> list[Columns]:
    """The columns of files that are to be; every fault in one 422."""
    systems = await ids_of(db)
    every = [_columns(release, file, systems, stored) for file in files]
    faults = [(index, name, message) for index, columns in enumerate(every) for name, message in _faults(columns)]
    faults += [
        (index, name, f"is that of `files.{first}`, {every[first]['filename']}; only one can have it")
        for name, index, first in clashes(every)
    ]
    if faults:
        raise Invalid([Fault(path.format(index) + name, "body", message) for index, name, message in sorted(faults)])
    return every


def _columns(release: Release, file: NewFileOfRelease, systems: Mapping[str, UUID], stored: Stored) -> Columns:
    columns = filled(said(file, MEMBERS))
    columns["os_id"] = systems.get(columns["os"]) or systems.get(columns["os"].lower()) or columns["os"]
    del columns["os"]
    if file.slug is UNSET:
        known = stored.get(columns["filename"])
        keeps = known is not None and known.name == columns["name"]
        columns["slug"] = known.slug if known is not None and keeps else _slug(release, columns["name"])
    return columns


def _slug(release: Release, name: str) -> str | None:
    """What the name makes; None if nothing of it is left, or more than fits."""
    slug = file_slug(release.slug, name)
    return slug if is_slug(slug) and not slug.endswith("-") else None


def _faults(file: Columns) -> Iterator[tuple[str, str]]:
    """What is wrong with what was not said, but made of something else."""
    if not isinstance(file["os_id"], UUID):
        yield "os", f"{file['filename']} is for `{file['os_id']}`, which is no operating system here"
    if file["slug"] is None:
        yield "slug", "is required: the name makes none"
