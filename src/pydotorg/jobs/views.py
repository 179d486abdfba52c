"""What of a job is for whom."""

from pydotorg.kernel.review.views import Views

from . import queries, schemas
from .review import JOBS
from .tables import Job

VIEWS: Views[Job, schemas.JobDetail] = Views(
    review=JOBS, listed=schemas.Job, detail=schemas.JobDetail, shaped=queries.shaped, everything=queries.everything,
    status=queries.STATUS,
)  # fmt: skip
