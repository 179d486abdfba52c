"""The worker: looks for what is due, does some of it at once, and ends in good order.

It looks as soon as something is queued in its own process, and once a second otherwise; while nothing is due it only
reads. Tasks run beside each other, each with a time limit. What runs outside of a transaction, and may have to wait for
others, has few places: a mail server that hangs leaves room for the rest, and a thousand mails leave requests theirs.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import structlog

from pydotorg.kernel import clock

from .attempting import Attempts, about, is_gone
from .declaring import Equipment, Task
from .queue import Claimed, Queue, Room
from .schedule import Scheduled, Timetable

log = structlog.get_logger(__name__)

#: beside each other; those in a transaction are written one after another, but claimed several at once
OUTSIDE_PLACES, IN_TRANSACTION_PLACES = 4, 10
LOOK_SECONDS = 1.0
#: often enough that one which is late does not cost the lease
BEAT_SECONDS = 3.0
#: for what runs when the end is announced, and at least once it has come
GRACE_SECONDS, GRACE_SECONDS_MIN = 5.0, 0.3
#: for what was cancelled to notice, and for the database to hear what we leave to others
FAREWELL_SECONDS, LAST_WORD_SECONDS = 0.3, 0.8


class Worker:
    """Works the queue off, from `start` to `stop`; `led` if only one of several like it is to do so at a time."""

    def __init__(
        self, equipment: Equipment, known: Mapping[str, Task[Any]], scheduled: Sequence[Scheduled], *, led: bool
    ) -> None:
        self.transactions = equipment.transactions
        self.queue = Queue(equipment.transactions, led=led)
        self.attempts = Attempts(self.queue, known, equipment)
        self.timetable = Timetable(equipment.transactions, scheduled)
        self.inside = frozenset(task.name for task in known.values() if task.in_transaction)
        self.outside = known.keys() - self.inside
        self.running: dict[asyncio.Task[None], Claimed] = {}
        self.bell = asyncio.Event()
        self.ends: float | None = None  # by the monotonic clock, once the end is announced
        self.loops: list[asyncio.Task[None]] = []
        self.is_away = False

    async def start(self) -> None:
        """Begin."""
        self.ends = None
        self.transactions.queued = self.bell.set
        self.loops = [asyncio.create_task(self._look()), asyncio.create_task(self._beat())]

    def announce_end(self) -> None:
        """Begin nothing new; what runs has some seconds from now on. Also for signal handlers."""
        if self.ends is None:
            self.ends = time.monotonic() + GRACE_SECONDS
        for loop in self.loops[:1]:
            loop.get_loop().call_soon_threadsafe(self.bell.set)

    async def stop(self) -> None:
        """End: wait a little for what runs, and leave the rest to others at once."""
        self.announce_end()
        if self.loops:
            await asyncio.wait(self.loops[:1], timeout=GRACE_SECONDS_MIN)  # it may be just claiming something
        if self.running and self.ends is not None:
            await asyncio.wait(self.running, timeout=max(self.ends - time.monotonic(), GRACE_SECONDS_MIN))
        unfinished = list(self.running.values())
        await cancelled([*self.loops, *self.running])
        last_word = asyncio.create_task(self._leave(unfinished))
        await asyncio.wait([last_word], timeout=LAST_WORD_SECONDS)
        last_word.cancel()  # which may take a while: its connection says goodbye to a server that may not answer

    async def _leave(self, unfinished: Sequence[Claimed]) -> None:
        with self._enduring():
            await self.queue.leave(unfinished)

    async def _look(self) -> None:
        while self.ends is None:
            self.bell.clear()
            pause = LOOK_SECONDS
            with self._enduring():
                pause = await self._turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.bell.wait()

    async def _turn(self) -> float:
        """Begin what there is room for; answers for how many seconds there is nothing more to do."""
        planned = await self.timetable.follow()
        room = self._room()
        if not room.places:
            return LOOK_SECONDS
        outlook = await self.queue.look(room)
        self.is_away = False
        if outlook.due is None or outlook.due > clock.now():
            return until(planned, outlook.due)
        if outlook.is_led:
            return LOOK_SECONDS
        claimed = await self.queue.claim(room)
        for each in claimed:
            self._begin(each)
        return 0.0 if claimed else LOOK_SECONDS

    def _room(self) -> Room:
        """For what is quick, none until half of it is free again: then several are claimed at once."""
        outside = sum(claimed.name in self.outside for claimed in self.running.values())
        inside = len(self.running) - outside
        return Room(
            IN_TRANSACTION_PLACES - inside if inside <= IN_TRANSACTION_PLACES // 2 else 0,
            OUTSIDE_PLACES - outside,
            self.inside,
            self.outside,
            [claimed.id for claimed in self.running.values()],
        )

    def _begin(self, claimed: Claimed) -> None:
        attempt = asyncio.create_task(self.attempts(claimed))
        self.running[attempt] = claimed
        attempt.add_done_callback(self._ended)

    def _ended(self, attempt: asyncio.Task[None]) -> None:
        claimed = self.running.pop(attempt)
        if not attempt.cancelled() and (error := attempt.exception()):
            log.error("a task's outcome is lost", **about(claimed), exc_info=error)
        if claimed.name in self.outside or self._room().inside:
            self.bell.set()

    async def _beat(self) -> None:
        """Prolong the claims of what takes longer; what is no longer ours is not worth going on with."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with self._enduring():
                # one that is in its transaction has its row locked: nobody else can claim it
                held = [claimed for claimed in self.running.values() if claimed is not self.attempts.inside]
                lost = await self.queue.prolong(held) if held else ()
                for attempt, claimed in [*self.running.items()]:
                    if claimed.id in lost:
                        attempt.cancel()

    @contextmanager
    def _enduring(self) -> Iterator[None]:
        """A database that is away ends nothing; nor does a fault of ours, which is logged."""
        try:
            yield
        except Exception as error:
            if not is_gone(error):
                log.exception("the worker stumbled")
            elif not self.is_away:
                self.is_away = True
                log.warning("tasks wait, the database is away", reason=str(error.__cause__ or error))


def until(*moments: datetime | None) -> float:
    """Seconds until the first of them, but not longer than we may sleep: others queue something, too."""
    waits = [(moment - clock.now()).total_seconds() for moment in moments if moment]
    return max(0.0, min([LOOK_SECONDS, *waits]))


async def cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End them; who does not listen is not waited for."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=FAREWELL_SECONDS)
