"""What becomes of jobs whose time is over: nobody sees them from then on, and this tidies up behind the clock."""

from msgspec import Struct
from sqlalchemy import select

from pydotorg.kernel.database.now import NOW
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.directory import Directory
from pydotorg.kernel.review.mails import tell
from pydotorg.kernel.tasks.declaring import Work, task
from pydotorg.kernel.tasks.schedule import Scheduled

from .lifecycle import EXPIRE, LIFECYCLE
from .queries import IS_APPROVED
from .review import JOBS, settle
from .tables import DATASET, Job

#: how many at a time: others wait to write meanwhile
JOBS_AT_ONCE = 100


class Expiring(Struct):
    """What has expired."""


@task("jobs.expiring")
async def expire(work: Work, _: Expiring) -> None:
    """Mark what has expired, have its words forgotten, and tell its owner."""
    directory, move = work.part(Directory), LIFECYCLE.move(EXPIRE)

    async def some(db: Database) -> int:
        await turn_of(db, DATASET)
        over = select(Job).where(IS_APPROVED, Job.expires_at <= NOW).order_by(Job.expires_at)
        rows = (await db.execute(over.limit(JOBS_AT_ONCE).with_for_update())).scalars().all()
        for job in rows:
            job.status = move.target or job.status
            await settle(db, job, anew=False)
            await tell(db, directory, JOBS, job, done=move.done, moderators=False)
        return len(rows)

    while await work.transactions.write(some) == JOBS_AT_ONCE:
        pass


schedule = (Scheduled("17 * * * *", expire),)
