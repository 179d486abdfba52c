"""What is asked of the database about jobs: statements as values."""

from typing import Any, TypeVar

from msgspec import UNSET, Struct
from sqlalchemy import ColumnElement, Select, and_, case, false, func, select

from pydotorg.kernel.database.fulltext.matching import counted, matched, newest, oldest, relevance, same_text
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.now import NOW
from pydotorg.kernel.database.rows import Rows, remembered
from pydotorg.kernel.database.shapes import Inner, Shape
from pydotorg.kernel.review.columns import in_state
from pydotorg.kernel.review.directory import OWNER
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.taxonomy.chosen import Chosen
from pydotorg.kernel.text.moments import moment_of

from . import schemas, terms
from .bodies import JobSearch
from .lifecycle import EXPIRED, LIFECYCLE
from .schemas import JobFilters
from .tables import DATASET, Job, JobCategory

T = TypeVar("T", bound=Struct)
IS_APPROVED = in_state(Job, APPROVED)
IS_PUBLIC = and_(IS_APPROVED, Job.expires_at > NOW)
STATUS = case((and_(IS_APPROVED, Job.expires_at <= NOW), EXPIRED), else_=Job.status)
CATEGORY = Inner(Chosen, (JobCategory.id, JobCategory.name, JobCategory.slug))
NEXT_TO_EXPIRE = select(func.min(Job.expires_at)).where(IS_PUBLIC)


def shaped(struct: type[T]) -> Shape[T]:
    """How rows become Structs with what jobs have."""
    derived = {"status": STATUS, "owner": OWNER}
    return Shape(struct, Job, derived=derived, inside={"category": CATEGORY}, lists=("job_types",))


def everything(shape: Shape[Any]) -> Select[Any]:
    """All jobs, in whatever state."""
    # each has a category: an outer join can be left out where the rows are only counted
    return select(*shape.columns).select_from(Job).outerjoin(JobCategory, JobCategory.id == Job.category_id)


PUBLIC = shaped(schemas.Job)
ON_THE_BOARD = everything(PUBLIC).where(IS_PUBLIC)


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
    return Rows(PUBLIC, statement.order_by(*order), dataset=DATASET, counting=counting)


def _asked(where: JobFilters) -> Question | None:
    """The words that are looked for, if any are."""
    anywhere = None if where.q is None else Question.of(where.q)
    location = where.location if isinstance(where, Sought) else None
    there = None if location is None else Question.of(location).only_in("places")
    return anywhere & there if anywhere and there else anywhere or there


PLACES = {"country": Job.country_key, "region": Job.region_key, "city": Job.city_key, "company": Job.company_key}


def _demanded(where: JobFilters) -> list[ColumnElement[bool]]:
    """What the parameters demand of a job; what was not given demands nothing."""
    said = ((key, getattr(where, name)) for name, key in PLACES.items())
    conditions = [same_text(key, text) for key, text in said if text is not None]
    for name in ("telecommuting", "visa_sponsorship"):
        wanted: bool | None = getattr(where, name)
        conditions += [] if wanted is None else [getattr(Job, name).is_(wanted)]
    if where.category is not None:
        conditions.append(Job.category_id == terms.CATEGORIES.id_of(where.category))
    if where.job_type:
        conditions.append(terms.OF_JOBS.has_any(Job.id, where.job_type))
    if where.posted_after is not None:
        moment = moment_of(where.posted_after)
        conditions.append(false() if moment is None else Job.published_at >= moment)
    return conditions
