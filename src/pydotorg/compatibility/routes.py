"""`/api/v1/downloads` and `/api/v2/downloads`: the same handlers for every resource of both editions."""

from collections.abc import Iterator
from typing import Any

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Caller, Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.operations import Site, Submission, delete, get, patch, post, put
from pydotorg.kernel.http.query import Heeds, Verbatim
from pydotorg.kernel.http.results import Encoded
from pydotorg.releases.tables import DATASET

from . import reading, writes
from .dialects import CREDENTIALS, OF_EDITION, refuse_credentials
from .editions import RESOURCES, V1, V2, Edition, Resource, marks
from .filters import IGNORED_IN_V2, IN_V2
from .forms import submitted
from .rows import SOURCES

MANAGERS = role(Role.release_manager)


def routes_of(edition: Edition, resource: Resource) -> Iterator[HTTPRouteHandler]:
    """All that can be done with a resource; PUT and PATCH are of v2 alone."""
    one, every = reads_of(edition, resource)
    yield from (every, one, creation_of(edition, resource), *removals_of(edition, resource, one, every))
    if edition is V2:
        yield from changes_of(resource, one)


def declared(edition: Edition, resource: Resource) -> tuple[str, dict[str, Any]]:
    """The path of a resource, and what all operations on it declare."""
    return f"/{edition.name}/downloads/{resource.name}", {"dialect": OF_EDITION[edition.name], "documented": False}


def reads_of(edition: Edition, resource: Resource) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """A row and the list of all; release managers see drafts in both."""
    path, common = declared(edition, resource)
    more_for = Role.release_manager if SOURCES[resource.name].has_drafts else None
    common |= {"by": anyone, "shows": DATASET, "more_for": more_for}
    rows_of = reading.one_page if edition is V1 else reading.all_rows

    @get(path, id=id_of(edition, resource, "list"), heeds=heeded(edition, resource), **common)
    async def list_rows(db: Database, asked: Verbatim, caller: Caller, site: Site) -> Encoded:
        """List the rows of a resource, by their numbers."""
        return await rows_of(db, resource, asked, caller, site.base)

    @get(f"{path}/{{number:str}}", id=id_of(edition, resource, "get"), heeds=CREDENTIALS.__contains__, **common)
    async def get_row(db: Database, number: str, asked: Verbatim, caller: Caller, site: Site) -> Encoded:
        """Get a row of a resource, by its number."""
        return await reading.one_row(db, edition, resource, number, asked, caller, site.base)

    return get_row, list_rows


def heeded(edition: Edition, resource: Resource) -> Heeds:
    """Which parameters the answer of a list depends on."""
    if edition is V1:
        return None  # a page tells where the others are, with all that was said
    if resource.name == "release_file":
        return lambda name: name not in IGNORED_IN_V2  # all others are errors
    return (IN_V2[resource.name].keys() | CREDENTIALS).__contains__


def creation_of(edition: Edition, resource: Resource) -> HTTPRouteHandler:
    """POST: v2 answers the row, v1 only where it is."""
    path, common = declared(edition, resource)

    @post(path, by=MANAGERS, id=id_of(edition, resource, "create"), repeatable=True, **common)
    async def create_row(db: Database, asked: Verbatim, submission: Submission, caller: Caller, site: Site) -> Encoded:
        """Make a row of a resource."""
        refuse_credentials(asked)
        number = await writes.create(db, resource.name, submitted(submission, edition), caller)
        location = {"Location": f"{site.base}{edition.path}/{resource.name}/{number}/"}
        row = await reading.one_row(db, edition, resource, str(number), asked, caller, site.base)
        headers = {**row.headers, **location}
        return Encoded(b"", 201, headers, "text/html") if edition is V1 else Encoded(row.body, 201, headers)

    return create_row


def changes_of(resource: Resource, one: HTTPRouteHandler) -> Iterator[HTTPRouteHandler]:
    """PUT says all of a row, PATCH some of it."""
    path, common = declared(V2, resource)

    def changing(whole: bool) -> Any:  # noqa: FBT001  it is what tells the two
        async def change_row(
            db: Database, number: str, asked: Verbatim, submission: Submission, caller: Caller, site: Site
        ) -> Encoded:
            """Change a row of a resource, as a whole or in parts."""
            refuse_credentials(asked)
            given = submitted(submission, V2)
            await writes.change(db, resource.name, number, given, caller, whole=whole)
            return await reading.one_row(db, V2, resource, number, asked, caller, site.base)

        return change_row

    address = f"{path}/{{number:str}}"
    yield put(address, by=MANAGERS, of=one, id=id_of(V2, resource, "replace"), **common)(changing(whole=True))
    yield patch(address, by=MANAGERS, of=one, id=id_of(V2, resource, "change"), **common)(changing(whole=False))


def removals_of(
    edition: Edition, resource: Resource, one: HTTPRouteHandler, every: HTTPRouteHandler
) -> Iterator[HTTPRouteHandler]:
    """DELETE of a row, and of all files of a release."""
    path, common = declared(edition, resource)

    @delete(f"{path}/{{number:str}}", by=MANAGERS, of=one, id=id_of(edition, resource, "delete"), **common)
    async def delete_row(db: Database, number: str, asked: Verbatim, site: Site) -> Encoded:
        """Remove a row of a resource."""
        refuse_credentials(asked)
        await writes.remove(db, resource.name, number)
        return Encoded(b"", 204, marks(site.base, resource.successor))

    yield delete_row
    if resource.name == "release_file":
        place = path if edition is V1 else f"{path}/delete_by_release"

        @delete(place, by=MANAGERS, of=every, id=id_of(edition, resource, "delete_by_release"), **common)
        async def delete_files(db: Database, asked: Verbatim, site: Site) -> Encoded:
            """Remove all files of one release."""
            refuse_credentials(asked)
            await writes.remove_files(db, asked)
            return Encoded(b"", 204, marks(site.base, resource.successor))

        yield delete_files


def id_of(edition: Edition, resource: Resource, verb: str) -> str:
    """The id of an operation, as the audit log and the metrics have it."""
    return f"{edition.name}_{resource.name}_{verb}"


routes: tuple[HTTPRouteHandler, ...] = tuple(
    route for edition in (V1, V2) for resource in RESOURCES.values() for route in routes_of(edition, resource)
)
