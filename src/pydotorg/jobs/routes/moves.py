"""How long a job stays on the board: the two moves that say so."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.jobs.board import Board
from pydotorg.jobs.bodies import Approval
from pydotorg.jobs.lifecycle import APPROVE, RENEW
from pydotorg.jobs.review import JOBS
from pydotorg.jobs.schemas import JobDetail, JobIdentifier
from pydotorg.jobs.views import VIEWS
from pydotorg.kernel.access import Caller, Role, Scope, role, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden
from pydotorg.kernel.http.operations import post
from pydotorg.kernel.review.desk import Desk

from .jobs import jobs_get


@post("/jobs/{id:str}/approve", by=role(Role.job_moderator), of=jobs_get)
async def jobs_approve(
    db: Database, id: JobIdentifier, approval: Approval | None, caller: Caller, desk: Desk, board: Board
) -> JobDetail:
    """Approve a job: from now on it is on the board.

    It expires after the usual time, 90 days unless this service is set otherwise, or when the body says; a body is not
    needed.
    """
    job = await desk.carry_out(db, JOBS, APPROVE, id, caller, effect=board.approving(approval))
    return await VIEWS.one(db, str(job.id), caller)


@post("/jobs/{id:str}/renew", by=signed_in(Scope.jobs_write), of=jobs_get, raises=(Forbidden,))
async def jobs_renew(db: Database, id: JobIdentifier, caller: Caller, desk: Desk, board: Board) -> JobDetail:
    """Renew a job in its last 30 days on the board.

    It has the usual time from now on.
    """
    job = await desk.carry_out(db, JOBS, RENEW, id, caller, effect=board.renew)
    return await VIEWS.one(db, str(job.id), caller)


routes: tuple[HTTPRouteHandler, ...] = (jobs_approve, jobs_renew)
