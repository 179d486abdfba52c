"""What somebody has written that others must read or keep is counted, whatever becomes of it."""

from math import ceil
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import delete, func, insert, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, TooManyRequests
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled

from . import Review
from .bounds import DRAFTS, PERIOD, UNPUBLISHED_MAX, UNPUBLISHED_PERIOD, Bound
from .columns import Reviewed
from .lifecycle import DELETE
from .tables import Submission

R = TypeVar("R", bound=Reviewed)


async def count(db: Database, review: Review[R], bound: Bound, caller: Caller) -> None:
    """Count one more; a 429 if it is one too many. Only in the turn of the dataset."""
    now, most = clock.now(), bound.of_moderators if review.is_moderator(caller) else bound.most
    kind = f"{review.called} {bound.what}"
    counted = (Submission.account_id == caller.account, Submission.kind == kind, Submission.moment > now - PERIOD)
    latest = select(Submission.moment).where(*counted).order_by(Submission.moment.desc()).limit(most)
    moments = [moment for (moment,) in await db.fetch(latest)]
    if len(moments) == most:
        seconds = max(ceil((moments[-1] + PERIOD - now).total_seconds()), 1)
        raise TooManyRequests(f"More than {most} {bound.what} a day are not taken; see Retry-After.", seconds)
    row = {"id": new_id(), "account_id": caller.account, "kind": kind, "moment": now}
    await db.execute(insert(Submission), [row])


async def demand_room(db: Database, review: Review[R], caller: Caller) -> None:
    """Count a draft; a 409 for who keeps very many, a 429 for who makes very many. Only in the turn of the dataset."""
    table, since = review.table, clock.now() - UNPUBLISHED_PERIOD
    unpublished = (table.owner_id == caller.account, table.published_at.is_(None), table.created_at > since)
    can_be_deleted = table.status.in_(review.lifecycle.move(DELETE).sources)
    ((number,),) = await db.fetch(select(func.count()).select_from(table).where(*unpublished, can_be_deleted))
    if number >= UNPUBLISHED_MAX:
        raise Conflict(
            f"You have {number} {review.several} of the last {UNPUBLISHED_PERIOD.days} days that were never published; "
            "delete some of them first."
        )
    await count(db, review, DRAFTS, caller)


class Forgetting(Struct):
    """What does not count any more."""


@task("review.forgetting", in_transaction=True)
async def forget_past(db: Database, _: Forgetting) -> None:
    """Drop what was written longer ago than a day."""
    await db.execute(delete(Submission).where(Submission.moment <= clock.now() - PERIOD))


schedule = (Scheduled("53 * * * *", forget_past),)
