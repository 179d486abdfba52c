"""One try to do one claimed task, and what follows from how it went."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog

from pydotorg.kernel.attempts import Hopeless, NotNow, Unanswered
from pydotorg.kernel.database.audit import Actor, acting
from pydotorg.kernel.database.engine import is_away

from .declaring import Equipment, Task, Work
from .queue import Claimed, Queue, struck_off, written

log = structlog.get_logger(__name__)

#: the pauses between them, doubling and then as long as the longest, add up to some 27 hours
TRIES_MAX = 18
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 2.0, 6 * 3600.0
#: an outside task whose outcome was unknown so often is not tried again by itself: a mail comes twice at most
UNANSWERED_MAX = 2
MAY_BE_DONE = "it may have been done, but nobody has said so"
#: while the database is away, and cannot be told how a task went
AWAY_SECONDS = 0.5


class Attempts:
    """Does claimed tasks, one try at a time."""

    def __init__(self, queue: Queue, known: Mapping[str, Task[Any]], equipment: Equipment) -> None:
        self.queue, self.known, self.equipment = queue, known, equipment
        self.writing = asyncio.Semaphore()  # one task at a time: requests want to write, too
        #: the one that is in its transaction now
        self.inside: Claimed | None = None

    async def __call__(self, claimed: Claimed) -> None:
        """Try it, and say in the queue how it went; only a cancellation passes through."""
        try:
            with acting(Actor("task", claimed.name)):
                await self._do(claimed)
        except Hopeless as error:
            await self._bury(claimed, str(error))
        except Unanswered as error:
            await self._again(claimed, str(error), claimed.unanswered + 1)
        except NotNow as error:
            await self._again(claimed, str(error), claimed.unanswered)
        except TimeoutError:
            await self._again(claimed, "it took too long")
        except Exception as error:
            if is_away(error):
                await self._again(claimed, "the database was away")
                return
            log.exception("task failed", **about(claimed))
            # its words may be about anything; those who run the service have the log
            await self._again(claimed, f"{type(error).__name__}: see the log")

    async def _do(self, claimed: Claimed) -> None:
        if claimed.attempt > TRIES_MAX:
            raise Hopeless("its workers died of it, or lost the database")
        if claimed.unanswered >= UNANSWERED_MAX:
            raise Hopeless(f"it was handed over {claimed.unanswered} times; {MAY_BE_DONE}")
        task = self.known.get(claimed.name)
        if task is None:
            raise Hopeless(f"there is no task {claimed.name}")
        order = task.read(claimed.payload)
        if task.in_transaction:
            await self._do_in_transaction(task, claimed, order)
        else:
            async with asyncio.timeout(task.seconds_max):
                hand_over = partial(self._hand_over, claimed)
                await task.handler(Work(claimed.id, claimed.attempt, self.equipment, hand_over), order)
            await insisting(lambda: self.queue.finish(claimed))

    async def _hand_over(self, claimed: Claimed) -> None:
        """Whatever ends this try from now on, without a word of how it went, leaves it counted."""
        try:
            ours = await self.queue.hand_over(claimed)
        except Exception as error:
            if not is_gone(error):
                raise
            raise NotNow("the database was away") from error
        if not ours:
            raise NotNow("it is another worker's by now")

    async def _do_in_transaction(self, task: Task[Any], claimed: Claimed, order: Any) -> None:
        """What it writes and its end are one transaction: both, or neither."""

        async def strike_off_and_do(db: Any) -> None:
            if await struck_off(db, claimed):
                await task.handler(db, order)

        async with self.writing, asyncio.timeout(task.seconds_max):
            self.inside = claimed
            try:
                await self.queue.transactions.write(strike_off_and_do)
            finally:
                self.inside = None

    async def _again(self, claimed: Claimed, reason: str, unanswered: int | None = None) -> None:
        if unanswered is not None and unanswered >= UNANSWERED_MAX:
            await self._bury(claimed, f"{reason}; {MAY_BE_DONE}")
        elif claimed.attempt >= TRIES_MAX:
            await self._bury(claimed, f"{reason}; tried {claimed.attempt} times")
        else:
            seconds = pause_after(claimed.attempt)
            kept = await insisting(lambda: self.queue.postpone(claimed, reason, seconds, unanswered=unanswered))
            if kept:  # else it is somebody else's task by now, and so is the news
                log.warning("task postponed", **about(claimed), reason=written(reason))

    async def _bury(self, claimed: Claimed, reason: str) -> None:
        if await insisting(lambda: self.queue.bury(claimed, reason)):
            log.error("dead letter", **about(claimed), reason=written(reason))


def about(claimed: Claimed) -> dict[str, Any]:
    """What the log says of a task; never its order, which may be private."""
    return {"task": str(claimed.id), "name": claimed.name, "attempt": claimed.attempt}


def pause_after(attempt: int) -> float:
    """How many seconds to wait after so many tries; not quite the same for two that failed together."""
    doubled = min(PAUSE_SECONDS_MIN * 2.0 ** (attempt - 1), PAUSE_SECONDS_MAX)
    return doubled * random.uniform(0.75, 1.25)  # noqa: S311  no secret follows from it


async def insisting(say: Callable[[], Awaitable[bool]]) -> bool:
    """Say it until the database has heard it: what is done must not be done again only because that was away."""
    while True:
        try:
            return await say()
        except Exception as error:
            if not is_gone(error):
                raise
        await asyncio.sleep(AWAY_SECONDS)


def is_gone(error: Exception) -> bool:
    """Whether the database did not hear a statement of ours: a commit, too, can lose its connection or its time."""
    return is_away(error) or isinstance(error, OSError)
