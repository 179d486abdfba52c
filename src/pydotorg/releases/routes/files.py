"""`/api/v1/files` and `/api/v1/os`: the files of all releases, and what they are for."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Caller, anyone
from pydotorg.kernel.database.transaction import Database, Rows
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import get
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Text
from pydotorg.releases import queries
from pydotorg.releases.references import unknown_system
from pydotorg.releases.schemas import (
    File,
    FileFilters,
    FileIdentifier,
    OperatingSystem,
    ReleaseIdentifier,
    SystemIdentifier,
)
from pydotorg.releases.tables import DATASET


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


@get("/os", by=anyone, shows=DATASET)
async def os_list(db: Database, page: Page) -> Listing[OperatingSystem]:
    """List the operating systems that files are for.

    `source` is one of them: that of the source code.
    """
    return await page.of(db, queries.operating_systems())


@get("/os/{id:str}", by=anyone, shows=DATASET)
async def os_get(db: Database, id: SystemIdentifier) -> OperatingSystem:
    """Get an operating system, by id or slug.

    Its slug is what a file names as its `os`.
    """
    return found(await db.first(queries.operating_system(id)), f"There is no operating system {id}.")


async def _files_of(db: Database, release: str, caller: Caller) -> Rows[File]:
    """The files of a release that exists for this caller."""
    known = found(await queries.release_id(db, release, visible_to=caller), f"There is no release {release}.")
    return queries.files_of(known.id)


routes: tuple[HTTPRouteHandler, ...] = (
    files_list,
    files_get,
    files_of_release,
    releases_files,
    releases_checksums,
    os_list,
    os_get,
)
