"""`/api/v1/os`: what files are for."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import delete, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created
from pydotorg.releases import queries
from pydotorg.releases.bodies import NewOperatingSystem, OperatingSystemChange
from pydotorg.releases.schemas import OperatingSystem, SystemIdentifier
from pydotorg.releases.tables import DATASET
from pydotorg.releases.writing import systems


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
    return found(await db.first(queries.operating_system(id)), systems.MISSING.format(id))


@post("/os", by=role(Role.release_manager), of=os_get)
async def os_create(db: Database, new: NewOperatingSystem) -> Created[OperatingSystem]:
    """Make an operating system; a name is enough.

    A slug that is not given is made of the name.
    """
    system = await systems.make(db, new)
    return Created(system, f"/api/v1/os/{system.id}")


@patch("/os/{id:str}", by=role(Role.release_manager), of=os_get)
async def os_change(db: Database, id: SystemIdentifier, change: OperatingSystemChange) -> OperatingSystem:
    """Change the name of an operating system.

    Its slug stays: addresses lead to it, and files name it.
    """
    return await systems.change(db, id, change)


@delete("/os/{id:str}", by=role(Role.release_manager), of=os_get)
async def os_delete(db: Database, id: SystemIdentifier) -> None:
    """Remove an operating system for which there is no file.

    As long as there are files for it, it stays.
    """
    await systems.remove(db, id)


routes: tuple[HTTPRouteHandler, ...] = (os_list, os_get, os_create, os_change, os_delete)
