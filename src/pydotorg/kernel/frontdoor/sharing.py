"""What is computed, and for whom: one computation for all who ask the same of the same data at the same time.

A request learns the generation of the data before it reads them: what it computes can only be as new or newer. A new
revision begins a new generation, so what a computation leaves that began before a write is never found after it, and
who asks after the write never waits for that computation.
"""

import asyncio
from asyncio import Future
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pydotorg.kernel import clock
from pydotorg.kernel.database.engine import DatabaseAway, is_away
from pydotorg.kernel.http.answering import Compute
from pydotorg.kernel.http.query import heeded
from pydotorg.kernel.http.representation import Representation
from pydotorg.kernel.http.results import Result
from pydotorg.kernel.http.signatures import Operation
from pydotorg.kernel.metrics import Tallies

from .answers import Entry, Generation, Store
from .freshness import Freshness


class Target(NamedTuple):
    """What is asked, and where."""

    key: bytes
    host: bytes
    server: tuple[str, int]

    def heeded_by(self, operation: Operation) -> "Target":
        """The same without what this operation ignores: anybody can think of more of that, and nothing is made anew."""
        place, mark, query = self.key.partition(b"?")
        if not mark or operation.heeds is None:
            return self
        try:
            rest = heeded(query.decode("ascii"), operation.heeds)
        except ValueError:
            return self  # which is an error
        return self._replace(key=b"%b?%b" % (place, rest.encode()) if rest else place)


#: what a computation gives to who waits for it: an answer for everybody, that the database is away, or nothing
Gain = Representation | Exception | None
#: begins to watch the revisions, and tells of every change
Opening = Callable[[Callable[[Mapping[str, int]], None]], Freshness]


class Sharing:
    """The computations of a process."""

    def __init__(self, store: Store, open_freshness: Opening, tallies: Tallies, *, stale_seconds_max: int) -> None:
        self.store, self.tallies, self.stale_seconds_max = store, tallies, stale_seconds_max
        self.revisions: Mapping[str, int] = {}
        self.generations: dict[tuple[str, ...], Generation] = {}
        self.running: dict[tuple[Generation, bytes], Future[Gain]] = {}
        self.freshness = open_freshness(self.moved)

    def moved(self, revisions: Mapping[str, int]) -> None:
        """Heed that data have changed; these are the revisions now."""
        self.revisions = revisions
        for datasets, generation in list(self.generations.items()):
            if generation.revisions != self._revisions_of(datasets):
                generation.current = False
                del self.generations[datasets]

    def is_trusted(self) -> bool:
        """Whether stored answers may serve: not when the database has been away for too long."""
        age = self.freshness.age()
        return age is None or age < self.stale_seconds_max

    async def is_sure(self) -> bool:
        """Learn of every write before this call, and answer whether stored answers may serve."""
        if not self.freshness.ask(of_task=True):
            await self.freshness.wait()
        return self.is_trusted()

    async def share(self, target: Target, operation: Operation, compute: Compute) -> Result:
        """The answer of this generation: what is stored, what is being computed, or what this request computes."""
        if not await self.is_sure():
            return await compute()
        generation, target = self.generation(operation.datasets), target.heeded_by(operation)
        stored = self.store.find(target.key, clock.unix())
        if stored is not None:
            self.tallies.looked_up("hit")
            return stored.representation
        running = self.running.get((generation, target.key))
        if running is None:
            return await self._lead(generation, target, operation, compute)
        gain = await asyncio.shield(running)
        if isinstance(gain, Exception):
            raise DatabaseAway("no answer") from gain
        if gain is None or gain.ends <= clock.unix():
            return await compute()
        self.tallies.looked_up("shared")
        return gain

    async def _lead(self, generation: Generation, target: Target, operation: Operation, compute: Compute) -> Result:
        gain: Gain = None
        place = generation, target.key
        running = self.running[place] = asyncio.get_running_loop().create_future()
        try:
            result = await compute()
            if isinstance(result, Representation) and not result.private:
                gain = result
                self.tallies.looked_up("miss")
                entry = Entry(target.key, generation, operation, result)
                self.store.put(target.key, target.host, entry, listening_at=target.server[1])
        except Exception as error:
            gain = error if is_away(error) else None  # what is wrong with one request may be right in another
            raise
        else:
            return result
        finally:
            del self.running[place]
            running.set_result(gain)

    def generation(self, datasets: tuple[str, ...]) -> Generation:
        """The state of these datasets, as far as it is known; only for who has just learned of every write."""
        known = self.generations.get(datasets)
        if known is None:
            known = self.generations[datasets] = Generation(self._revisions_of(datasets))
        return known

    def _revisions_of(self, datasets: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self.revisions.get(dataset, 0) for dataset in datasets)
