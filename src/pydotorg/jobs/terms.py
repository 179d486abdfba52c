"""The types and categories of jobs."""

from pydotorg.kernel.access import Role
from pydotorg.kernel.taxonomy import Taxonomy
from pydotorg.kernel.taxonomy.tagging import Tagging, uses_in

from . import schemas
from .tables import DATASET, Job, JobCategory, JobType, TypeOfJob

TYPES = Taxonomy(
    called="job type", path="/job-types", dataset=DATASET, table=JobType, shown=schemas.JobType,
    identifier=schemas.TypeIdentifier, moderators=Role.job_moderator, uses=uses_in(TypeOfJob.type_id),
)  # fmt: skip
CATEGORIES = Taxonomy(
    called="job category", path="/job-categories", dataset=DATASET, table=JobCategory, shown=schemas.JobCategory,
    identifier=schemas.CategoryIdentifier, moderators=Role.job_moderator, uses=uses_in(Job.category_id),
)  # fmt: skip
OF_JOBS = Tagging(TYPES, TypeOfJob, thing=TypeOfJob.job_id, term=TypeOfJob.type_id, member="job_types")
