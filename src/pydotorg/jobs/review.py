"""How jobs are reviewed, and what follows from it: what is on the board can be found by its words."""

from collections.abc import Iterable
from html import escape

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.finding import keep_findable

from . import queries, terms
from .lifecycle import LIFECYCLE
from .tables import DATASET, Job


def texts_of(job: Job) -> Texts:
    """By what a job is found."""
    return Texts(
        title=job.job_title, names=job.company_name, places=f"{job.city} {job.region} {job.country}",
        prose=f"{job.description}\n\n{job.requirements}\n\n{job.company_description}",
    )  # fmt: skip


def markup_of(job: Job) -> Iterable[str]:
    """Where links can stand in a job, as HTML."""
    lines = (job.job_title, job.company_name, job.city, job.region, job.country, job.contact, job.url)
    return (*map(escape, lines), job.description_html, job.requirements_html, job.company_description_html)


async def settle(db: Database, job: Job, *, anew: bool) -> None:
    """Let a job be found by what it says now, if it is on the board."""
    await keep_findable(db, LIFECYCLE.called, job, texts_of(job), anew=anew, until=job.expires_at)


def disown(job: Job) -> None:
    """Take out how moderators reached its owner."""
    job.email = ""


JOBS = Review(
    lifecycle=LIFECYCLE, table=Job, dataset=DATASET, path="/jobs", moderators=Role.job_moderator,
    scope=Scope.jobs_write, is_public=queries.IS_PUBLIC,
    title=lambda job: f"{job.job_title} at {job.company_name}", markup=markup_of, settle=settle,
    tagging=terms.OF_JOBS, disown=disown,
)  # fmt: skip
