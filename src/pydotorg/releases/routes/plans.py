"""`/api/v1/releases/scheduled`."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import delete, get, put
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Stored
from pydotorg.releases import queries
from pydotorg.releases.bodies import PlannedDay, PlannedVersion
from pydotorg.releases.schemas import ScheduledRelease
from pydotorg.releases.tables import DATASET
from pydotorg.releases.writing import plans


@get("/releases/scheduled", by=anyone, shows=DATASET)
async def releases_scheduled(db: Database, page: Page) -> Listing[ScheduledRelease]:
    """List planned releases, soonest first.

    A release is listed until it is published, or its plan withdrawn; one whose day has passed is overdue.
    """
    return await page.of(db, queries.scheduled_releases())


@get("/releases/scheduled/{version:str}", by=anyone, shows=DATASET)
async def releases_scheduled_get(db: Database, version: PlannedVersion) -> ScheduledRelease:
    """Get the plan of a release, by its version.

    It is there until the release is published.
    """
    return found(await db.first(queries.scheduled_releases(version)), plans.MISSING.format(version))


@put("/releases/scheduled/{version:str}", by=role(Role.release_manager), of=releases_scheduled_get)
async def releases_schedule(db: Database, version: PlannedVersion, plan: PlannedDay) -> Stored[ScheduledRelease]:
    """Plan a release for a day, or move the day of one.

    Its cycle follows from its version, and is made if it is a new one.
    """
    return await plans.store(db, version, plan.date)


@delete("/releases/scheduled/{version:str}", by=role(Role.release_manager), of=releases_scheduled_get)
async def releases_unschedule(db: Database, version: PlannedVersion) -> None:
    """Withdraw the plan of a release.

    To publish a release needs no such thing: its plan is shown no more.
    """
    await plans.withdraw(db, version)


routes: tuple[HTTPRouteHandler, ...] = (
    releases_scheduled, releases_scheduled_get, releases_schedule, releases_unschedule,
)  # fmt: skip
