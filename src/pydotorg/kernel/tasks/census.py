"""How many tasks wait and how many are dead letters, counted now and then, for the metrics."""

import asyncio
from contextlib import suppress

from pydotorg.kernel.database.transaction import Transactions

from . import statements
from .tables import DEAD, WAITING

COUNT_SECONDS = 15.0
#: for a count that is cut off: its connection may not answer any more
FAREWELL_SECONDS = 0.3


class Census:
    """Counts all of the database, whoever works on it, from `start` to `stop`."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions = transactions
        self.counts: dict[str, int] = {}
        self.loop: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Tasks that are to be done, those that run included."""
        return self.counts.get(WAITING, 0)

    @property
    def dead(self) -> int:
        """Tasks that somebody has to look at."""
        return self.counts.get(DEAD, 0)

    async def start(self) -> None:
        self.loop = asyncio.create_task(self._count())

    async def stop(self) -> None:
        if self.loop is not None:
            self.loop.cancel()
            await asyncio.wait([self.loop], timeout=FAREWELL_SECONDS)

    async def _count(self) -> None:
        while True:
            with suppress(Exception):  # the database is away, which others tell; the last known numbers stay
                rows = await self.transactions.read(lambda db: db.fetch(statements.COUNTS))
                self.counts = {row.state: row.tasks for row in rows}
            await asyncio.sleep(COUNT_SECONDS)
