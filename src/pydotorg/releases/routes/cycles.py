"""`/api/v1/release-cycles`."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import anyone
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import get
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.releases import queries
from pydotorg.releases.schemas import Cycle, ReleaseCycle
from pydotorg.releases.tables import DATASET


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


routes: tuple[HTTPRouteHandler, ...] = (release_cycles_list, release_cycles_get)
