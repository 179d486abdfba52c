"""The job board: jobs, written by whoever has an account, and approved by moderators."""

from typing import Any
from uuid import UUID

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.review import desk
from pydotorg.settings import Settings

from . import details, expiring, queries, schemas, tables
from .board import Board
from .review import JOBS
from .routes import ROUTES


def parts(settings: Settings, transactions: Transactions) -> list[Any]:
    """What handlers of jobs ask for by its type."""
    del transactions
    return [Board(settings.job_days)]


async def exported(db: Database, of: Caller) -> list[schemas.OwnJob]:
    """The jobs of an account."""
    return await details.as_owned(db, await db.all(queries.owned_by(of)))


async def leaving(db: Database, account: UUID) -> None:
    """Let somebody go, and his jobs with him, but for those on the board."""
    await desk.leave(db, JOBS, account)


domain = Domain(
    name="jobs",
    description="The job board: who looks for whom; written by everybody, approved by moderators.",
    routes=ROUTES,
    tables=(tables.JobCategory, tables.JobType, tables.Job, tables.TypeOfJob),
    parts=parts,
    tasks=(expiring.expire,),
    schedule=expiring.schedule,
    exports={"jobs": exported},
    leaving=leaving,
)
