"""The addresses of jobs, and of their types and categories."""

from pydotorg.jobs import details, queries, terms
from pydotorg.jobs.lifecycle import APPROVE, RENEW
from pydotorg.jobs.review import JOBS
from pydotorg.jobs.schemas import JobIdentifier, OwnJob, QueuedJob
from pydotorg.jobs.tables import Job
from pydotorg.kernel import taxonomy
from pydotorg.kernel.review.routes import routes_of
from pydotorg.kernel.review.views import Views

from . import jobs, moves

VIEWS: Views[Job] = Views(
    one=jobs.jobs_get, identifier=JobIdentifier, detail=details.job, own=OwnJob, queued=QueuedJob,
    owned_by=queries.owned_by, waiting=queries.queue, as_owned=details.as_owned, as_queued=details.as_queued,
)  # fmt: skip
ROUTES = (
    *jobs.routes,
    *moves.routes,
    *routes_of(JOBS, VIEWS, own=(APPROVE, RENEW)),
    *taxonomy.routes_of(terms.TYPES),
    *taxonomy.routes_of(terms.CATEGORIES),
)
