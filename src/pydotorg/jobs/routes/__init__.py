"""The addresses of jobs, and of their types and categories."""

from pydotorg.jobs import details, terms
from pydotorg.jobs.lifecycle import APPROVE, RENEW
from pydotorg.jobs.review import JOBS
from pydotorg.jobs.schemas import JobIdentifier
from pydotorg.kernel import taxonomy
from pydotorg.kernel.review.routes import routes_of

from . import jobs, owners

ROUTES = (
    *jobs.routes,
    *owners.routes,
    *routes_of(JOBS, one=jobs.jobs_get, identifier=JobIdentifier, shown=details.job, own=(APPROVE, RENEW)),
    *taxonomy.routes_of(terms.TYPES),
    *taxonomy.routes_of(terms.CATEGORIES),
)
