"""What is asked of the database about jobs: statements as values."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, false, func, literal_column, or_, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.columns import UTCDateTime
from pydotorg.kernel.database.fulltext.matching import counted, matched, newest, oldest, relevance
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.fulltext.words import key_of
from pydotorg.kernel.database.transaction import Database, Rows, remembered
from pydotorg.kernel.http.identifiers import named
from pydotorg.kernel.review.directory import NAMES
from pydotorg.kernel.review.lifecycle import APPROVED, REVIEW

from . import schemas, terms
from .bodies import JobSearch
from .lifecycle import EXPIRED, LIFECYCLE
from .schemas import Chosen, JobFilters, moment_of
from .tables import DATASET, Job, JobCategory, JobType, TypeOfJob

J = TypeVar("J", bound=schemas.Job)
NOW: ColumnElement[Any] = bindparam("now", callable_=clock.asked, type_=UTCDateTime())
#: as a constant: for a parameter, neither database would use the indexes of the board
IS_APPROVED: ColumnElement[bool] = Job.status == literal_column(f"'{APPROVED}'")
IS_PUBLIC = and_(IS_APPROVED, Job.expires_at > NOW)
STATUS = case((and_(IS_APPROVED, Job.expires_at <= NOW), EXPIRED), else_=Job.status)
DERIVED: dict[str, Any] = {"status": STATUS, "owner": func.coalesce(NAMES.c.username, "")}
CATEGORY = schemas.Job.__struct_fields__.index("category")
NEXT_TO_EXPIRE = select(func.min(Job.expires_at)).where(IS_PUBLIC)
OF_TYPES: list[Any] = [TypeOfJob.job_id, JobType.id, JobType.name, JobType.slug]
TYPES = select(*OF_TYPES).join(JobType, JobType.id == TypeOfJob.type_id)


class JobRow(schemas.OwnJob, frozen=True):
    """All that is stored of a job and can be shown to somebody."""

    owner_id: UUID | None
    suspicion: str


class WholeJob(JobRow, frozen=True):
    """All of it, with what is long."""

    company_description_html: str
    description_html: str
    requirements_html: str


def _columns(struct: type[schemas.Job]) -> list[Any]:
    """The columns that a Struct shows; three for the category, none for the types, which are a list."""
    names = [name for name in struct.__struct_fields__ if name not in ("category", "job_types")]
    columns = [DERIVED[name].label(name) if name in DERIVED else getattr(Job, name) for name in names]
    columns[CATEGORY:CATEGORY] = [JobCategory.id, JobCategory.name, JobCategory.slug]
    return columns


def _built(struct: Callable[..., J]) -> Callable[..., J]:
    """What makes a Struct of these columns; the types come later."""
    after = CATEGORY + len(Chosen.__struct_fields__)
    return lambda *row: struct(*row[:CATEGORY], Chosen(*row[CATEGORY:after]), [], *row[after:])


# each has a category: an outer join can be left out where the rows are only counted
ON_THE_BOARD = (
    select(*_columns(schemas.Job))
    .select_from(Job)
    .outerjoin(JobCategory, JobCategory.id == Job.category_id)
    .where(IS_PUBLIC)
)


def _everything(struct: type[JobRow]) -> Select[Any]:
    """All jobs, in whatever state."""
    everything = select(*_columns(struct)).select_from(Job)
    everything = everything.outerjoin(JobCategory, JobCategory.id == Job.category_id)
    return everything.outerjoin(NAMES, NAMES.c.id == Job.owner_id)


EVERYTHING, WHOLE = _everything(JobRow), _everything(WholeJob)
EVERY_ROW = _built(JobRow)


def names_job(identifier: str) -> ColumnElement[bool]:
    """The job with this id or slug."""
    return named(identifier, Job.id, Job.slug)


async def heed_expiry(db: Database) -> None:
    """Let the answer end when the next job expires; to be asked before the jobs are, so that none slips through."""
    ((ends,),) = await db.fetch(NEXT_TO_EXPIRE)
    if ends is not None:
        clock.changes_at(ends)


async def with_types(db: Database, jobs: list[J]) -> list[J]:
    """The same jobs, each with its types."""
    found = await db.fetch(TYPES.where(TypeOfJob.job_id.in_([job.id for job in jobs])).order_by(JobType.name_key))
    types: dict[UUID, list[Chosen]] = {job.id: job.job_types for job in jobs}
    for row in found:
        job, *chosen = tuple(row)
        types[job].append(Chosen(*chosen))
    return jobs


def one(identifier: str, visible: ColumnElement[bool]) -> Rows[WholeJob]:
    """A job by id or slug, if it is visible."""
    return Rows(_built(WholeJob), WHOLE.where(names_job(identifier), visible))


def owned_by(caller: Caller, status: str | None = None) -> Rows[JobRow]:
    """The caller's own jobs, the latest first."""
    own = EVERYTHING.where(Job.owner_id == caller.account)
    own = own if status is None else own.where(STATUS.in_([status]))
    return Rows(EVERY_ROW, own.order_by(Job.created_at.desc(), Job.id.desc()))


def queue(suspected_spam: bool | None) -> Rows[JobRow]:  # noqa: FBT001  as declared
    """What waits for review, the oldest first."""
    suspected = [] if suspected_spam is None else [(Job.suspicion != "") if suspected_spam else (Job.suspicion == "")]
    waiting = EVERYTHING.where(Job.status == REVIEW, *suspected)
    return Rows(EVERY_ROW, waiting.order_by(Job.submitted_at, Job.id))


class Sought(JobFilters, frozen=True):
    """What a search with a body demands besides."""

    location: str | None = None


def sought(search: JobSearch) -> Sought:
    """What a body demands, as a query string would say it; what it does not say demands nothing."""
    names = {"query": "q", "location": "location", "country": "country", "category": "category",
             "telecommuting": "telecommuting"}  # fmt: skip
    said = {name: getattr(search, member) for member, name in names.items()}
    types = () if search.job_types is UNSET else tuple(search.job_types)
    given = {name: value for name, value in said.items() if value is not UNSET}
    return Sought(**given, job_type=types, sort=search.sort)


@remembered
def listed(where: JobFilters) -> Rows[schemas.Job]:
    """The jobs on the board that meet these conditions."""
    conditions, question = _demanded(where), _asked(where)
    counting = select(func.count()).select_from(Job).where(IS_PUBLIC, *conditions)
    statement = ON_THE_BOARD.where(*conditions)
    if question is None:
        order: list[Any] = [Job.document.asc() if where.sort == "published_at" else Job.document.desc()]
    else:
        statement, counting = matched(statement, question, Job.document), matched(counting, question, Job.document)
        counting = counting if conditions else counted(question, LIFECYCLE.called, NOW)
        order = [oldest if where.sort == "published_at" else newest]
        order = [relevance(question).desc(), *order] if where.sort == "relevance" else order
    return Rows(_built(schemas.Job), statement.order_by(*order), dataset=DATASET, counting=counting)


def _asked(where: JobFilters) -> Question | None:
    """The words that are looked for, if any are."""
    anywhere = None if where.q is None else Question.of(where.q)
    location = where.location if isinstance(where, Sought) else None
    there = None if location is None else Question.of(location).only_in("places")
    return anywhere & there if anywhere and there else anywhere or there


PLACES = {"country": Job.country_key, "region": Job.region_key, "city": Job.city_key, "company": Job.company_key}


def _demanded(where: JobFilters) -> list[ColumnElement[bool]]:
    """What the parameters demand of a job; what was not given demands nothing."""
    said = ((column, getattr(where, name)) for name, column in PLACES.items())
    keys = ((column, key_of(value)) for column, value in said if value is not None)
    conditions: list[ColumnElement[bool]] = [column == key if key else false() for column, key in keys]
    for name in ("telecommuting", "visa_sponsorship"):
        wanted: bool | None = getattr(where, name)
        conditions += [] if wanted is None else [getattr(Job, name).is_(wanted)]
    if where.category is not None:
        category = select(JobCategory.id).where(terms.CATEGORIES.names(where.category))
        conditions.append(Job.category_id == category.scalar_subquery())
    if where.job_type:
        types = select(JobType.id).where(or_(*map(terms.TYPES.names, where.job_type)))
        conditions.append(exists().where(TypeOfJob.job_id == Job.id, TypeOfJob.type_id.in_(types)))
    if where.posted_after is not None:
        moment = moment_of(where.posted_after)
        conditions.append(false() if moment is None else Job.published_at >= moment)
    return conditions
