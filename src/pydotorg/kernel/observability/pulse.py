"""What happens twice a second in each process: the event loop's delay is measured, and what was counted is shared."""

import asyncio
import time
from contextlib import suppress

from .ledger import Ledger

BEAT_SECONDS = 0.5
BEATS_A_WRITE = 2


class Pulse:
    """A task of the event loop, from the start of the application to its end."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.task = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """End, and leave the last word to the fellows."""
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
        self.ledger.write()

    async def _beat(self) -> None:
        while True:
            self.ledger.write()
            for _ in range(BEATS_A_WRITE):
                planned = time.perf_counter() + BEAT_SECONDS
                await asyncio.sleep(BEAT_SECONDS)
                self.ledger.tallies.delayed(max(0.0, time.perf_counter() - planned))
