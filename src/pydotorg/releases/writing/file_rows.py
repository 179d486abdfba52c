"""Changes to the files of one release, carried out together: whatever they exchange, and with all rules kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import select

from pydotorg.kernel.database.audit import explain
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault
from pydotorg.releases.described import repeated
from pydotorg.releases.tables import Release, ReleaseFile

from .numbers import next_numbers, retire

Columns: TypeAlias = dict[str, Any]
#: by which files can be in each other's way, and what else is asked of all of them
COMPARED = ("filename", "slug", "os_id", "download_button", "is_source")
#: what those who have a published file rely on
RELIED_ON = frozenset({"url", "md5_sum", "sha256_sum"})


class FileChanges(Struct):
    """What is to become of the files of a release; of those that change, only the columns that do."""

    added: Sequence[Columns] = ()
    changed: Sequence[tuple[ReleaseFile, Columns]] = ()
    removed: Sequence[ReleaseFile] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def relied_on(self) -> list[ReleaseFile]:
        """Those that are no longer what they were for somebody who has them."""
        return [row for row, columns in self.changed if RELIED_ON & columns.keys()]


async def files_of(db: Database, release: Release) -> Sequence[ReleaseFile]:
    """The rows of a release's files."""
    return [*(await db.execute(select(ReleaseFile).where(ReleaseFile.release_id == release.id))).scalars()]


def differing(row: ReleaseFile, columns: Columns) -> Columns:
    """Those columns in which a row differs."""
    return {name: value for name, value in columns.items() if getattr(row, name) != value}


def reason_missing(release: Release, changes: FileChanges, reason: str | None) -> list[Fault]:
    """What is wrong where that changes without a reason what others rely on."""
    relied_on = changes.relied_on() if release.is_published else []
    if not relied_on or reason is not None:
        return []
    names = ", ".join(sorted(row.filename for row in relied_on))
    return [Fault("reason", "body", f"is required for another address or checksum of {names}")]


def demand_files(release: Release, *, there_are_some: bool, allow_empty: bool) -> None:
    """Refuse to show a release with nothing to download, unless that is meant."""
    if release.is_published and not there_are_some and not allow_empty:
        raise Conflict(f"{release.name} would be published without any file; if it shall, say ?allow_empty=true.")


async def carry_out(
    db: Database, release: Release, changes: FileChanges, *, at: datetime, reason: str | None = None
) -> bool:
    """Do it; whether a file is left afterwards."""
    final = _final(await files_of(db, release), changes)
    _demand_one_of_each(release, final)
    await _demand_own_slugs(db, release, final)
    await remove_rows(db, changes.removed)
    await _put_aside(db, changes)
    for row, columns in changes.changed:
        for name, value in {**columns, "updated_at": at}.items():
            setattr(row, name, value)
    if reason is not None and release.is_published:
        for row in changes.relied_on():
            explain(db, row, reason)
    await db.flush()
    numbers = await next_numbers(db, ReleaseFile, len(changes.added)) if changes.added else ()
    for number, columns in zip(numbers, changes.added, strict=True):
        db.add(ReleaseFile(id=new_id(), number=number, release_id=release.id, updated_at=at, **columns))
    if changes:
        release.updated_at = at
        has_binaries = not all(columns["is_source"] for columns in final)
        release.has_binaries = True if release.has_binaries is None and has_binaries else release.has_binaries
    await db.flush()
    return bool(final)


def _final(stored: Sequence[ReleaseFile], changes: FileChanges) -> list[Columns]:
    """What will be there afterwards; what stays as it is comes first."""
    touched = {row.id: columns for row, columns in changes.changed}
    gone = {row.id for row in changes.removed}
    kept = sorted((row for row in stored if row.id not in gone), key=lambda row: row.id in touched)
    rows = [{**{name: getattr(row, name) for name in COMPARED}, **touched.get(row.id, {})} for row in kept]
    return [*rows, *changes.added]


def clashes(files: Sequence[Columns]) -> Iterator[tuple[str, int, int]]:
    """What only one of these files can have: which column, whose is one too many, and who came first."""
    of_systems = [file["os_id"] if file["download_button"] else None for file in files]
    for name, values in (
        ("filename", [file["filename"] for file in files]),
        ("slug", [file["slug"] for file in files]),
        ("download_button", of_systems),
    ):
        yield from ((name, index, first) for index, first in repeated(values))


def _demand_one_of_each(release: Release, files: Sequence[Columns]) -> None:
    for name, _, first in clashes(files):
        owner = files[first]["filename"]
        field, sentence = {
            "filename": ("url", f"{release.name} has a file {owner} already."),
            "slug": ("slug", f"The slug {files[first]['slug']} is that of {owner} of {release.name}."),
            "download_button": (
                "download_button", f"Of {release.name}, {owner} has the download button for this operating system.",
            ),
        }[name]  # fmt: skip
        raise Conflict(sentence, field, filename=owner)


async def _demand_own_slugs(db: Database, release: Release, files: Sequence[Columns]) -> None:
    slugs = [file["slug"] for file in files]
    others = (
        select(ReleaseFile.slug, ReleaseFile.filename, Release.name)
        .join(Release, Release.id == ReleaseFile.release_id)
        .where(ReleaseFile.slug.in_(slugs), ReleaseFile.release_id != release.id)
    )
    for slug, filename, name in await db.execute(others):
        raise Conflict(f"The slug {slug} is that of {filename} of {name}.", "slug", slug=slug, filename=filename)


async def remove_rows(db: Database, rows: Sequence[ReleaseFile]) -> None:
    """Before others take what is theirs."""
    if rows:
        await retire(db, ReleaseFile, [row.number for row in rows])
        for row in rows:
            await db.delete(row)
        await db.flush()


async def _put_aside(db: Database, changes: FileChanges) -> None:
    """What one file gives to another it must give up first, whichever of them is written first."""
    wanted = {columns["slug"] for _, columns in changes.changed if "slug" in columns}
    moved = [(row, columns) for row, columns in changes.changed if columns.keys() & {"os_id", "download_button"}]
    pressed = {
        columns.get("os_id", row.os_id)
        for row, columns in moved
        if columns.get("download_button", row.download_button)
    }  # fmt: skip
    for row, columns in changes.changed:
        if "slug" in columns and row.slug in wanted:
            row.slug = row.id.hex
    for row, columns in moved:
        if row.download_button and row.os_id in pressed:
            columns.setdefault("download_button", True)
            row.download_button = False
    await db.flush()
