"""A job with all that this caller may know of it."""

from typing import Any

from msgspec import structs

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.review.fields import waiting_seconds

from . import queries, schemas
from .bodies import MARKDOWN
from .queries import JobRow
from .review import JOBS

FOR_EVERYBODY = schemas.Job.__struct_fields__
HTML = tuple(f"{name}_html" for name in MARKDOWN)
FOR_THE_OWNER = tuple(name for name in schemas.OwnJob.__struct_fields__ if name not in FOR_EVERYBODY)


async def job(db: Database, identifier: str, caller: Caller) -> schemas.JobDetail:
    """One job by id or slug, or a 404."""
    visible = JOBS.visible_to(caller)
    row = found(await db.first(queries.one(identifier, visible)), JOBS.missing.format(identifier))
    await queries.with_types(db, [row])
    is_moderator = JOBS.is_moderator(caller)
    is_owner = JOBS.is_owner(caller, row)
    shown: dict[str, Any] = {name: getattr(row, name) for name in FOR_EVERYBODY}
    shown |= {name: getattr(row, name) for name in HTML}
    if is_owner or is_moderator:
        shown |= {name: getattr(row, name) for name in FOR_THE_OWNER}
    if is_moderator:
        shown |= {"suspected_spam": bool(row.suspicion), "suspicion": row.suspicion}
    return schemas.JobDetail(**shown)


def as_owner_sees(row: JobRow) -> schemas.OwnJob:
    """One's own job, in a list."""
    return schemas.OwnJob(*(getattr(row, name) for name in schemas.OwnJob.__struct_fields__))


async def as_owned(db: Database, rows: list[JobRow]) -> list[schemas.OwnJob]:
    """One's own jobs, in a list."""
    return [as_owner_sees(row) for row in await queries.with_types(db, rows)]


async def as_queued(db: Database, rows: list[JobRow]) -> list[schemas.QueuedJob]:
    """Jobs in the queue."""
    return [in_queue(row) for row in await queries.with_types(db, rows)]


def in_queue(row: JobRow) -> schemas.QueuedJob:
    """A job in the queue."""
    return schemas.QueuedJob(
        **structs.asdict(as_owner_sees(row)), suspected_spam=bool(row.suspicion), suspicion=row.suspicion,
        waiting_seconds=waiting_seconds(row.submitted_at),
    )  # fmt: skip
