"""The job board: jobs, written by whoever has an account, and approved by moderators."""

from typing import Any

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.review.desk import leaving
from pydotorg.settings import Settings

from . import expiring, tables
from .board import Board
from .review import JOBS
from .routes import ROUTES
from .views import VIEWS


def parts(settings: Settings, transactions: Transactions) -> list[Any]:
    """What handlers of jobs ask for by its type."""
    del transactions
    return [Board(settings.job_days)]


domain = Domain(
    name="jobs",
    description="The job board: who looks for whom; written by everybody, approved by moderators.",
    routes=ROUTES,
    tables=(tables.JobCategory, tables.JobType, tables.Job, tables.TypeOfJob),
    parts=parts,
    tasks=(expiring.expire,),
    schedule=expiring.schedule,
    exports={"jobs": VIEWS.exported},
    leaving=leaving(JOBS),
)
