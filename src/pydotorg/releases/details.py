"""Releases with what belongs to them: their files, and their text as HTML."""

from typing import Any
from uuid import UUID

import msgspec

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.text.markdown import html_of

from . import queries
from .schemas import File, Release, ReleaseSummary


async def release(db: Database, identifier: str | UUID, *, visible_to: Caller) -> Release:
    """One release by id, version or slug, or a 404."""
    known = await queries.release(db, str(identifier), visible_to=visible_to)
    return await detail(db, found(known, f"There is no release {identifier}."))


async def with_files(db: Database, releases: list[ReleaseSummary]) -> list[ReleaseSummary]:
    """The same releases, each with its files."""
    files: dict[Any, list[File]] = {release.id: [] for release in releases}
    for file in await db.all(queries.files_of(*files)):
        files[file.release_id].append(file)
    return [msgspec.structs.replace(release, files=files[release.id]) for release in releases]


async def detail(db: Database, release: queries.ReleaseWithContent) -> Release:
    """All that is shown of a release."""
    files = await db.all(queries.files_of(release.id))
    return Release(**msgspec.structs.asdict(release), content_html=await html_of(release.content), files=files)
