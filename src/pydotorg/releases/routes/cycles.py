"""`/api/v1/release-cycles`."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import get, put
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Stored
from pydotorg.releases import queries
from pydotorg.releases.bodies import CycleDates
from pydotorg.releases.schemas import Cycle, ReleaseCycle
from pydotorg.releases.tables import DATASET
from pydotorg.releases.writing import cycles


@get("/release-cycles", by=anyone, shows=DATASET)
async def release_cycles_list(db: Database, page: Page) -> Listing[ReleaseCycle]:
    """List the release cycles of Python, newest first.

    A cycle is a feature version such as 3.15, from the start of its development to the end of its life.
    """
    return await page.of(db, queries.release_cycles())


@get("/release-cycles/{cycle:str}", by=anyone, shows=DATASET)
async def release_cycles_get(db: Database, cycle: Cycle) -> ReleaseCycle:
    """Get a release cycle, by its version.

    Its status follows from its dates and today: `feature`, `prerelease`, `bugfix`, `security`, `end-of-life`.
    """
    return found(await db.first(queries.release_cycles(cycle)), f"There is no release cycle {cycle}.")


@put("/release-cycles/{cycle:str}", by=role(Role.release_manager), of=release_cycles_get)
async def release_cycles_put(db: Database, cycle: Cycle, dates: CycleDates) -> Stored[ReleaseCycle]:
    """Write down the dates of a release cycle, which is made if it is a new one.

    They replace those that were known. A cycle has one date at least; its status follows from them and today.
    """
    return await cycles.store(db, cycle, dates)


routes: tuple[HTTPRouteHandler, ...] = (release_cycles_list, release_cycles_get, release_cycles_put)
