"""What is done at planned times: at each of them, a task is queued once, over all processes and hosts.

Who finds that a moment has come moves the row of the schedule on and queues the task, in one transaction; of several
only one finds the row as he knew it. Of moments that nobody was there for, only the last one counts.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cronsim import CronSim, CronSimError
from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.database.engine import is_duplicate
from pydotorg.kernel.database.transaction import Database, Transactions

from . import statements
from .declaring import Task
from .queue import changed, horizon


class Scheduled(Struct, frozen=True):
    """A task and when it is queued: a cron expression (minute, hour, day, month, day of the week), in UTC.

    Its order is the one that needs no arguments.
    """

    cron: str
    task: Task[Any]

    def __post_init__(self) -> None:
        try:
            CronSim(self.cron, clock.now())
        except CronSimError as error:
            raise ValueError(f"{self.cron} is no cron expression: {error}") from error
        self.task.order()

    def last(self, now: datetime) -> datetime:
        """The last planned moment up to now."""
        return next(CronSim(self.cron, now.replace(microsecond=1), reverse=True))

    def next(self, after: datetime) -> datetime:
        """The first planned moment after another."""
        return next(CronSim(self.cron, after))


class Timetable:
    """All that is scheduled, as one worker follows it."""

    def __init__(self, transactions: Transactions, scheduled: Sequence[Scheduled]) -> None:
        self.transactions, self.scheduled = transactions, scheduled
        #: by name, when the next one is planned; what is not there has not been asked for yet
        self.planned: dict[str, datetime] = {}
        self.followed = datetime.min.replace(tzinfo=UTC)

    async def follow(self) -> datetime | None:
        """Queue what is planned by now; answers the next planned moment. Reads and writes only if one has come."""
        now = clock.now()
        if now < self.followed:  # the clock was set back; what it has made us plan may be years away
            self.planned.clear()
        self.followed = now
        come = [each for each in self.scheduled if self.planned.get(each.task.name, now) <= now]
        if come:
            rows = await self.transactions.read(lambda db: db.fetch(statements.MOMENTS))
            known = {row.name: row.moment for row in rows}
            for each in come:
                await self._follow(each, known.get(each.task.name), now)
        return min(self.planned.values(), default=None)

    async def _follow(self, each: Scheduled, known: datetime | None, now: datetime) -> None:
        if known is None:
            await self._begin(each, now)
        elif known > horizon(now):  # noted by a clock that was wrong
            await self.transactions.write(lambda db: moved(db, each, known, now))
        elif known < each.last(now):
            await self.transactions.write(lambda db: move(db, each, known, now))
        self.planned[each.task.name] = each.next(now)

    async def _begin(self, each: Scheduled, now: datetime) -> None:
        """A new one is first done at its next planned time."""
        row = {"name": each.task.name, "moment": now}
        try:
            await self.transactions.write(lambda db: db.execute(statements.BEGIN, row))
        except Exception as error:
            if not is_duplicate(error):  # else another worker was quicker
                raise


async def move(db: Database, each: Scheduled, known: datetime, now: datetime) -> None:
    """Move on to the last planned moment and queue its task, unless somebody else just did."""
    if await moved(db, each, known, each.last(now)):
        await each.task.later(db, each.task.order())


async def moved(db: Database, each: Scheduled, known: datetime, moment: datetime) -> bool:
    """Whether it was us who moved on from the known moment to this one."""
    return await changed(
        db, statements.MOVE_ON, {"its_name": each.task.name, "known": known, "new_moment": moment}
    )  # fmt: skip
