"""The addresses of jobs, and of their types and categories."""

from pydotorg.jobs import terms
from pydotorg.jobs.lifecycle import APPROVE, RENEW
from pydotorg.jobs.schemas import JobIdentifier
from pydotorg.jobs.views import VIEWS
from pydotorg.kernel.review.routes import routes_of
from pydotorg.kernel.taxonomy.routes import routes_of as routes_of_terms

from . import jobs, moves

ROUTES = (
    *jobs.routes,
    *moves.routes,
    *routes_of(VIEWS, jobs.jobs_get, JobIdentifier, own=(APPROVE, RENEW)),
    *routes_of_terms(terms.TYPES),
    *routes_of_terms(terms.CATEGORIES),
)
