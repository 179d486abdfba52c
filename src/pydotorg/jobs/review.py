"""How jobs are reviewed, and what follows from it: what is on the board can be found by its words."""

from collections.abc import Iterable, Sequence
from html import escape

from sqlalchemy import select

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.fulltext.index import forget, index
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.lifecycle import APPROVED

from . import queries
from .lifecycle import LIFECYCLE
from .tables import DATASET, Job, TypeOfJob


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
    """Let a job be found by what it says now, if it is on the board; one that is there anew is the newest."""
    if job.status == APPROVED:
        job.document = await index(
            db, LIFECYCLE.called, job.id, texts_of(job), until=job.expires_at, anew=anew
        )  # fmt: skip
    elif job.document is not None:
        await forget(db, LIFECYCLE.called, job.id)
        job.document = None
    await db.flush()


async def rows_of_types(db: Database, job: Job) -> Sequence[TypeOfJob]:
    """Of which types a job is, as rows to write."""
    wanted = select(TypeOfJob).where(TypeOfJob.job_id == job.id).order_by(TypeOfJob.type_id)
    return [*(await db.execute(wanted)).scalars()]


async def discard(db: Database, job: Job) -> None:
    """Delete what belongs to a job: each of its types, so that the audit log tells of it, and its words."""
    await forget(db, LIFECYCLE.called, job.id)
    for row in await rows_of_types(db, job):
        await db.delete(row)
    await db.flush()


def disown(job: Job) -> None:
    """Take out how moderators reached its owner."""
    job.email = ""


JOBS = Review(
    lifecycle=LIFECYCLE, table=Job, dataset=DATASET, path="/jobs", moderators=Role.job_moderator,
    scope=Scope.jobs_write, names=queries.names_job, is_public=queries.IS_PUBLIC,
    title=lambda job: f"{job.job_title} at {job.company_name}", markup=markup_of, settle=settle, discard=discard,
    disown=disown,
)  # fmt: skip
