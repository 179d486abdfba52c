"""A counter in Redis, exact over all hosts that use it, with a counter of the host's own beside it.

All requests that wait are counted by one question, and there is one question at a time. So a busy worker asks less
often, not more.

The host's counter is told every count. While Redis is slow or gone, it goes on from there, so nobody gains a second
quota; when Redis answers again, it learns what was counted meanwhile. No request fails because of Redis, and only those
that ask when it goes wait for it, for a tenth of a second. It is then tried in the background, once a second.

That tenth is counted in steps, each a sleep of this worker. A worker that is held up takes one step however long it
lasts, and hears an answer that came meanwhile before it takes the next: so its own delays are never taken for Redis's.
"""

import asyncio
from asyncio import Future, Task
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from contextvars import Context

import structlog

from . import Counter

ANSWER_SECONDS_MAX = 0.1
STEPS = 10  # in which this time is counted
RETRY_SECONDS = 1.0
PREFIX = "pydotorg:limit:"
#: for each key: how many requests are new, and how many were known before; lives as long as two windows
SCRIPT = """
local totals = {}
for place, key in ipairs(KEYS) do
  local requests, known = tonumber(ARGV[2 * place - 1]), tonumber(ARGV[2 * place])
  local total = math.max(tonumber(redis.call('GET', key) or 0), known) + requests
  redis.call('SET', key, total, 'EX', 120)
  totals[place] = total
end
return totals
"""

log = structlog.get_logger(__name__)

Batch = dict[tuple[str, int], list[Future[int]]]  # who waits, by key and window


class Redis:
    """Counts one request at a time for those who ask, and many at a time for Redis."""

    def __init__(self, url: str, local: Counter, *, answer_seconds_max: float = ANSWER_SECONDS_MAX) -> None:
        # Who has no Redis does not pay for its library: 0.1 s at every start.
        from redis.asyncio import Redis as Client
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        # A question whose answer is lost may have been counted, so it is not asked again.
        self.client = Client.from_url(url, retry=Retry(NoBackoff(), 0))
        self.local = local
        self.answer_seconds_max = answer_seconds_max
        self.waiting: Batch = {}
        self.steps = 0  # taken in all
        self.deadline = 0  # the step at which the first who waits has waited long enough
        self.is_away = False
        self.asking: Task[None] | None = None
        self.returning: Task[None] | None = None

    async def counted(self, key: str, window: int) -> int:
        """Count one request; how many that makes in this window."""
        if self.is_away:
            return self.local.count(key, window)
        loop = asyncio.get_running_loop()
        waiter: Future[int] = loop.create_future()
        if not self.waiting:
            self.deadline = self.steps + STEPS
        self.waiting.setdefault((key, window), []).append(waiter)
        if self.asking is None:
            # It begins in the next turn of the loop, when all have asked who can. It is nobody's request in the log.
            self.asking = loop.create_task(self._ask(), context=Context())
        return await waiter

    async def close(self) -> None:
        """Answer those who wait, then leave."""
        if self.asking is not None:
            await self.asking
        if self.returning is not None:
            self.returning.cancel()
            with suppress(asyncio.CancelledError):
                await self.returning
        await self.client.aclose()

    async def _ask(self) -> None:
        try:
            while self.waiting:
                batch, self.waiting = self.waiting, {}
                self._answer(batch, await self._totals(batch))
        finally:
            self.asking = None

    async def _totals(self, batch: Batch) -> Sequence[int]:
        """The counts of these keys with those who wait: in Redis, or here if it does not answer in time."""
        if not self.is_away:
            try:
                return await self._patiently(self._totals_in_redis(batch), self.deadline)
            except Exception as error:  # noqa: BLE001 (whatever it is, nobody may wait for ever)
                self._lose(error)
        return [self.local.count(key, window, len(waiters)) for (key, window), waiters in batch.items()]

    async def _totals_in_redis(self, batch: Batch) -> Sequence[int]:
        names = [f"{PREFIX}{window}:{key}" for key, window in batch]
        numbers: list[int] = []
        for (key, window), waiters in batch.items():
            numbers += len(waiters), self.local.count(key, window, 0)
        return await self._run(names, numbers)

    async def _run(self, names: Sequence[str], numbers: Sequence[int]) -> Sequence[int]:
        totals: Sequence[int] = await self.client.eval(SCRIPT, len(names), *names, *numbers)
        return totals

    async def _patiently(self, question: Coroutine[None, None, Sequence[int]], deadline: int) -> Sequence[int]:
        """The answer, if it comes before this step; raises TimeoutError."""
        asking = asyncio.ensure_future(question)
        try:
            while not asking.done() and self.steps < deadline:
                await asyncio.wait({asking}, timeout=self.answer_seconds_max / STEPS)
                self.steps += not asking.done()
            if asking.done():
                return asking.result()
        finally:
            asking.cancel()
        raise TimeoutError

    def _answer(self, batch: Batch, totals: Sequence[int]) -> None:
        for ((key, window), waiters), total in zip(batch.items(), totals, strict=True):
            self.local.count(key, window, 0, total)
            for place, waiter in enumerate(waiters, total - len(waiters) + 1):
                if not waiter.done():  # its request may have been given up
                    waiter.set_result(place)

    def _lose(self, error: Exception) -> None:
        self.is_away = True
        log.warning("redis away, counting goes on here", reason=repr(error))
        self.returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Wait until Redis counts again, as fast as a request needs it; only the connection may take longer."""
        while self.is_away:
            await asyncio.sleep(RETRY_SECONDS)
            with suppress(Exception):
                await self.client.connection_pool.disconnect()  # an answer to an earlier question may be on its way
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._run([f"{PREFIX}probe"], [0, 0])
                await self._patiently(self._run([f"{PREFIX}probe"], [0, 0]), self.steps + STEPS)
                self.is_away = False
        log.info("redis is back")
