"""`/api/v1/jobs`: the board, for everybody, and how jobs are written."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.jobs import queries, terms
from pydotorg.jobs.bodies import JobChange, JobSearch, NewJob
from pydotorg.jobs.schemas import Job, JobDetail, JobFilters, JobIdentifier
from pydotorg.jobs.tables import DATASET
from pydotorg.jobs.views import VIEWS
from pydotorg.jobs.writing import AUTHORING
from pydotorg.kernel.access import Caller, Scope, Tier, anyone, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden, TooManyRequests
from pydotorg.kernel.http.operations import PRIVATE, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created, Found
from pydotorg.kernel.http.signatures import Refers
from pydotorg.kernel.review.desk import Desk

REFERS: Refers = {"category": terms.CATEGORIES.unknown, "job_type": terms.OF_JOBS.unknown}


@get("/jobs", by=anyone, shows=DATASET, refers=REFERS)
async def jobs_list(db: Database, page: Page, where: JobFilters) -> Listing[Job]:
    """List the jobs on the board, newest first.

    Those that moderators have approved and that have not expired. Filters can be combined: a job must pass all of them.
    Places and companies are compared as a whole, without regard to case and accents; `q` looks for words.
    """
    await db.heed(queries.NEXT_TO_EXPIRE)
    listing = await page.of(db, queries.listed(where))
    await terms.OF_JOBS.complete(db, listing.items)
    return listing


@post("/jobs/search", by=anyone, tier=Tier.medium, safe=True)
async def jobs_search(db: Database, search: JobSearch) -> Found[Job]:
    """Search the jobs on the board.

    The same rows as those of `GET /jobs`, in the same order; `query` means what `q` means there, and `location` looks
    for words in the city, the region and the country.
    """
    await db.heed(queries.NEXT_TO_EXPIRE)
    rows = queries.listed(queries.sought(search))
    items = await db.some(rows, at_most=search.limit, after=search.offset)
    return Found(await terms.OF_JOBS.complete(db, items), await db.count(rows))


@get("/jobs/{id:str}", by=anyone, shows=PRIVATE)
async def jobs_get(db: Database, id: JobIdentifier, caller: Caller) -> JobDetail:
    """Get a job, by id or slug.

    One that is not on the board is there for its owner and for moderators only, and so are some members of all others.
    """
    return await VIEWS.one(db, id, caller)


@post("/jobs", by=signed_in(Scope.jobs_write), of=jobs_get, raises=(TooManyRequests,))
async def jobs_create(db: Database, new: NewJob, caller: Caller) -> Created[JobDetail]:
    """Write a job.

    It is a draft, which its owner and moderators alone see, until it is submitted and approved.
    """
    id = await AUTHORING.make(db, new, caller)
    return Created(await VIEWS.one(db, str(id), caller), f"/api/v1/jobs/{id}")


@patch("/jobs/{id:str}", by=signed_in(Scope.jobs_write), of=jobs_get, raises=(Forbidden, TooManyRequests))
async def jobs_change(db: Database, id: JobIdentifier, change: JobChange, caller: Caller, desk: Desk) -> JobDetail:
    """Change a job.

    Its owner changes it while it is a draft, in review, rejected, approved or expired. Whatever he changes of an
    approved one but `contact`, `url` and `email` sends it back to review; what moderators change does not.
    """
    changed = await AUTHORING.change(db, desk, id, change, caller)
    return await VIEWS.one(db, str(changed), caller)


routes: tuple[HTTPRouteHandler, ...] = (jobs_list, jobs_search, jobs_get, jobs_create, jobs_change)
