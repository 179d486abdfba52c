"""Work that takes a processor for long: in a thread beside the event loop, one piece after the other.

Several at once would keep the event loop from its turn, and who would have to wait too long is sent away before.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

Result = TypeVar("Result")


class TooManyWait(Exception):
    """So much waits to be done that another piece would wait for very long."""


def no_preparation() -> None:
    """A thread that is as any other."""


class OneThread:
    """Does one piece of work after the other; at most so many wait."""

    def __init__(self, name: str, waiting_max: int, prepare: Callable[[], None] = no_preparation) -> None:
        self.name, self.waiting_max, self.prepare = name, waiting_max, prepare
        self.waiting = 0

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, self.name, initializer=self.prepare)

    async def do(self, work: Callable[..., Result], *arguments: object) -> Result:
        """What this comes to, once it is its turn; or `TooManyWait`."""
        if self.waiting >= self.waiting_max:
            raise TooManyWait
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """End the thread, when what it does is done."""
        self._thread.shutdown(cancel_futures=True)
