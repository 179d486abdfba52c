"""The types and categories of jobs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from pydotorg.kernel.access import Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.taxonomy import Taxonomy

from . import schemas
from .tables import DATASET, Job, JobCategory, JobType, TypeOfJob


async def _number(db: Database, condition: ColumnElement[bool], table: Any) -> int:
    ((number,),) = await db.fetch(select(func.count()).select_from(table).where(condition))
    return int(number)


async def jobs_of_type(db: Database, id: UUID) -> int:
    """How many jobs are of a type, in whatever state."""
    return await _number(db, TypeOfJob.type_id == id, TypeOfJob)


async def jobs_of_category(db: Database, id: UUID) -> int:
    """How many jobs are of a category, in whatever state."""
    return await _number(db, Job.category_id == id, Job)


TYPES = Taxonomy(
    called="job type", path="/job-types", dataset=DATASET, table=JobType, shown=schemas.JobType,
    identifier=schemas.TypeIdentifier, moderators=Role.job_moderator, uses=jobs_of_type,
)  # fmt: skip
CATEGORIES = Taxonomy(
    called="job category", path="/job-categories", dataset=DATASET, table=JobCategory, shown=schemas.JobCategory,
    identifier=schemas.CategoryIdentifier, moderators=Role.job_moderator, uses=jobs_of_category,
)  # fmt: skip


async def unknown_types(db: Database, names: Sequence[str]) -> str | None:
    """What is wrong with the names of types in a query string, if anything is."""
    found = [await TYPES.unknown(db, name) for name in names]
    return next((f"`{name}` {wrong}" for name, wrong in zip(names, found, strict=True) if wrong), None)
