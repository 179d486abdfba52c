"""`/api/v1/files`: the files of all releases."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Caller, Role, anyone, role
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import delete, get, patch, post, put
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created, Text
from pydotorg.releases import queries
from pydotorg.releases.differences import FilesDifference
from pydotorg.releases.file_bodies import AllowEmpty, FileChange, FileSet, NewFile, Replacing
from pydotorg.releases.references import unknown_system
from pydotorg.releases.schemas import (
    File,
    FileFilters,
    FileIdentifier,
    ReleaseIdentifier,
)
from pydotorg.releases.tables import DATASET
from pydotorg.releases.writing import file_sets, files

from .releases import releases_get


@get("/files", by=anyone, shows=DATASET, refers={"os": unknown_system})
async def files_list(db: Database, page: Page, where: FileFilters) -> Listing[File]:
    """List the files of all published releases, newest version first.

    Filters can be combined: a file must pass all of them. With `sha256` alone it says what a downloaded file is.
    """
    return await page.of(db, queries.files(where))


@get("/files/{id:str}", by=anyone, shows=DATASET)
async def files_get(db: Database, id: FileIdentifier, caller: Caller) -> File:
    """Get a file, by id or slug.

    What is known of it: where it is, how large, and what proves that it is genuine.
    """
    return found(await queries.file(db, id, visible_to=caller), f"There is no file {id}.")


@get("/files/release/{id:str}", by=anyone, shows=DATASET)
async def files_of_release(db: Database, id: ReleaseIdentifier, page: Page, caller: Caller) -> Listing[File]:
    """List the files of a release, by its id, version or slug.

    `/releases/{id}/files` is a second address of the same list.
    """
    return await page.of(db, await _files_of(db, id, caller))


# Documented is its other address, `/files/release/{id}`: a document may not hold two templates of which OpenAPI
# leaves open whose an address is, and `/releases/latest/files` would be of this one and of `/releases/latest/{ver}`.
@get("/releases/{id:str}/files", by=anyone, shows=DATASET, documented=False)
async def releases_files(db: Database, id: ReleaseIdentifier, page: Page, caller: Caller) -> Listing[File]:
    """List the files of a release, by its id, version or slug."""
    return await page.of(db, await _files_of(db, id, caller))


@get("/releases/{id:str}/SHA256SUMS", by=anyone, shows=DATASET, documented=False)
async def releases_checksums(db: Database, id: ReleaseIdentifier, caller: Caller) -> Text:
    """Get the SHA-256 sums of a release's files, as `sha256sum --check` reads them."""
    files = await db.all(await _files_of(db, id, caller))
    return Text("".join(f"{file.sha256_sum}  {file.filename}\n" for file in files if file.sha256_sum))


@post("/files", by=role(Role.release_manager), of=files_get)
async def files_create(db: Database, new: NewFile, caller: Caller) -> Created[File]:
    """Add a file to a release.

    What its file name tells need not be said: for what it is, what it is called, of which kind and for which processor.
    """
    file = await files.make(db, new, by=caller)
    return Created(file, f"/api/v1/files/{file.id}")


@patch("/files/{id:str}", by=role(Role.release_manager), of=files_get, needs_match=True)
async def files_change(db: Database, id: FileIdentifier, change: FileChange, caller: Caller) -> File:
    """Change what is said of a file.

    Another address or checksum of a published file needs a `reason`, which stands in the audit log.
    """
    return await files.change(db, id, change, by=caller)


@delete("/files/{id:str}", by=role(Role.release_manager), of=files_get, needs_match=True)
async def files_delete(db: Database, id: FileIdentifier, how: AllowEmpty) -> None:
    """Remove a file from its release.

    The last one of a published release goes with `allow_empty=true` only.
    """
    await files.remove(db, id, allow_empty=how.allow_empty)


@put("/files/release/{id:str}", by=role(Role.release_manager), of=releases_get, needs_match=True)
async def files_replace(db: Database, id: ReleaseIdentifier, files: FileSet, how: Replacing) -> FilesDifference:
    """Replace all files of a release, and publish it if that is wanted: all of it happens, or nothing.

    The answer is the difference; with `dry_run=true` it is that alone. `If-Match` takes the tag of the release, which
    every write to its files moves. `/releases/{id}/files` is a second address of the same operation.
    """
    return await file_sets.replace(db, id, files, how)


# Documented is its other address, as with the list.
@put("/releases/{id:str}/files", by=role(Role.release_manager), of=releases_get, needs_match=True, documented=False)
async def releases_replace_files(
    db: Database, id: ReleaseIdentifier, files: FileSet, how: Replacing
) -> FilesDifference:
    """Replace all files of a release, and publish it if that is wanted: all of it happens, or nothing."""
    return await file_sets.replace(db, id, files, how)


async def _files_of(db: Database, release: str, caller: Caller) -> Rows[File]:
    """The files of a release that exists for this caller."""
    known = found(await queries.release_id(db, release, visible_to=caller), f"There is no release {release}.")
    return queries.files_of(known.id)


routes: tuple[HTTPRouteHandler, ...] = (
    files_list, files_get, files_of_release, releases_files, releases_checksums, files_create, files_change,
    files_delete, files_replace, releases_replace_files,
)  # fmt: skip
