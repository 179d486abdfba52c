"""How often somebody may submit something: so often within 24 hours, whatever becomes of it."""

from datetime import timedelta
from math import ceil
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, insert, select

from pydotorg.kernel import clock
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import TooManyRequests
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled

from .tables import Submission

PERIOD = timedelta(hours=24)
A_DAY, A_DAY_FOR_MODERATORS = 5, 100


async def count(db: Database, kind: str, account: UUID, most: int) -> None:
    """Count one more; a 429 if it is one too many. Only where nobody else submits of this kind meanwhile."""
    now = clock.now()
    counted = (Submission.account_id == account, Submission.kind == kind, Submission.moment > now - PERIOD)
    latest = select(Submission.moment).where(*counted).order_by(Submission.moment.desc()).limit(most)
    moments = [moment for (moment,) in await db.fetch(latest)]
    if len(moments) == most:
        seconds = max(ceil((moments[-1] + PERIOD - now).total_seconds()), 1)
        raise TooManyRequests(f"More than {most} submissions a day are not taken; see Retry-After.", seconds)
    await db.execute(insert(Submission), [{"id": new_id(), "account_id": account, "kind": kind, "moment": now}])


class Forgetting(Struct):
    """What does not count any more."""


@task("review.forgetting", in_transaction=True)
async def forget_past(db: Database, _: Forgetting) -> None:
    """Drop what was submitted longer ago than a day."""
    await db.execute(delete(Submission).where(Submission.moment <= clock.now() - PERIOD))


schedule = (Scheduled("53 * * * *", forget_past),)
