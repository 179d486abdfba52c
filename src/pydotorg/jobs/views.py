"""What of a job is for whom."""

from pydotorg.kernel.review.views import Views

from . import queries, schemas
from .review import JOBS
from .tables import Job

VIEWS: Views[Job, schemas.JobDetail] = Views(
    review=JOBS, detail=schemas.JobDetail, seen=queries.SEEN, everything=queries.EVERYTHING,
    shape=queries.ROW, whole=queries.ALL_OF_IT, whole_shape=queries.WHOLE, status=queries.STATUS,
    complete=queries.with_types,
)  # fmt: skip
