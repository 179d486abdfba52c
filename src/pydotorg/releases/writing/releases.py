"""Releases: made, changed, published, yanked and removed."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import and_, func, or_, select

from pydotorg.kernel import clock
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, found
from pydotorg.releases import queries
from pydotorg.releases.addresses import page_of
from pydotorg.releases.artefacts import file_slug
from pydotorg.releases.bodies import NewRelease, ReleaseChange
from pydotorg.releases.names import is_slug
from pydotorg.releases.renaming import Columns, facts_of, faults_of, names_after, yanking_after
from pydotorg.releases.tables import DATASET, Release, ReleaseFile

from . import cycles
from .file_rows import FileChanges, carry_out, demand_files, files_of, remove_rows
from .file_sets import columns_of
from .numbers import next_numbers, retire

MISSING = "There is no release {}."
#: by which addresses find it
NAMES = ("version", "slug")
#: what a change says, and nothing follows from
PLAIN = (
    "release_date", "release_notes_url", "release_page_url", "show_on_download_page", "has_binaries", "content",
    "is_published",
)  # fmt: skip


async def make(db: Database, new: NewRelease, *, allow_empty: bool) -> UUID:
    """Make a release with its files."""
    await turn_of(db, DATASET)
    product, version, name, slug = new.identity
    now, (number,) = clock.now(), await next_numbers(db, Release)
    release = Release(
        id=new_id(), number=number, product=product, name=name, slug=slug, **facts_of(version),
        is_published=new.is_published, release_date=now.date() if new.release_date is UNSET else new.release_date,
        yanked=False, yanked_reason="", release_notes_url=new.release_notes_url,
        release_page_url=page_of(slug) if new.release_page_url is UNSET else new.release_page_url,
        show_on_download_page=new.show_on_download_page, has_binaries=new.has_binaries, content=new.content,
        created_at=now, updated_at=now,
    )  # fmt: skip
    await _demand_free(db, release, facts_of(version) | {"slug": slug})
    demand_files(release, there_are_some=bool(new.files), allow_empty=allow_empty)
    files = await columns_of(db, release, new.files, stored={})
    if release.has_binaries is None and not all(file["is_source"] for file in files):
        release.has_binaries = True
    await cycles.known(db, product, release.cycle)
    db.add(release)
    await db.flush()
    await carry_out(db, release, FileChanges(added=files), at=now)
    return release.id


async def change(db: Database, identifier: str, change: ReleaseChange, *, allow_empty: bool) -> UUID:
    """Change a release; to publish and to yank it are changes, too."""
    await turn_of(db, DATASET)
    release = await _to_change(db, identifier)
    if faults := [Fault(name, "body", message) for name, message in faults_of(release, change)]:
        raise Invalid(faults)
    after = {**said(change, PLAIN), **names_after(release, change), **yanking_after(release, change)}
    columns = {name: value for name, value in after.items() if getattr(release, name) != value}
    if not columns:
        return release.id
    _demand_draft(release, columns)
    if columns.keys() & NAMES:
        await _demand_free(db, release, after)
    await cycles.known(db, release.product, after["cycle"])
    now, files = clock.now(), FileChanges(changed=_moved(release, after["slug"], await files_of(db, release)))
    for name, value in {**columns, "updated_at": now}.items():
        setattr(release, name, value)
    any_files = await carry_out(db, release, files, at=now)
    if columns.get("is_published"):
        demand_files(release, there_are_some=any_files, allow_empty=allow_empty)
    return release.id


async def remove(db: Database, identifier: str) -> None:
    """Remove a release with its files."""
    await turn_of(db, DATASET)
    release = await _to_change(db, identifier)
    await remove_rows(db, await files_of(db, release))
    await retire(db, Release, [release.number])
    await db.delete(release)


async def _to_change(db: Database, identifier: str) -> Release:
    return found(await db.to_change(queries.rows_of_release(identifier)), MISSING.format(identifier))


def _demand_draft(release: Release, columns: Columns) -> None:
    """Addresses lead to what is published by its version and its slug."""
    fixed = [name for name in NAMES if name in columns]
    if fixed and release.is_published:
        names = " and ".join(fixed)
        sentence = f"{release.name} is published, and addresses have its {names}: only those of a draft change."
        raise Conflict(sentence, *fixed)


async def _demand_free(db: Database, release: Release, names: Columns) -> None:
    """Refuse a version that is equal to that of another release, and a slug that another has, if in other case."""
    same = and_(Release.product == release.product, Release.version_key == names["version_key"])
    alike = func.lower(Release.slug) == names["slug"].lower()
    taken = select(Release).where(or_(same, alike), Release.id != release.id)
    for other in (await db.execute(taken)).scalars():
        if (other.product, other.version_key) == (release.product, names["version_key"]):
            state = "" if other.is_published else ", a draft"
            sentence = f"There is a {other.name} already{state}."
            raise Conflict(sentence, "version", id=other.id, version=other.version)
        raise Conflict(f"The slug {other.slug} is that of {other.name}.", "slug", id=other.id, slug=other.slug)


def _moved(release: Release, slug: str, files: Sequence[ReleaseFile]) -> list[tuple[ReleaseFile, Columns]]:
    """The files of which the slug was made of the release's."""
    if slug == release.slug:
        return []
    made = [(file, file_slug(slug, file.name)) for file in files if file.slug == file_slug(release.slug, file.name)]
    return [(file, {"slug": new}) for file, new in made if is_slug(new)]
