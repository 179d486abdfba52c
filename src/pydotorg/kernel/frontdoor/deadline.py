"""A point in time that moves with every request, watched by a timer that seldom does."""

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from math import inf


class Deadline:
    """Calls `passed` when its time has come. To move it costs next to nothing: its timer looks again when it wakes."""

    __slots__ = ("at", "loop", "passed", "timer", "wakes_at")

    def __init__(self, loop: AbstractEventLoop, passed: Callable[[], None]) -> None:
        self.loop, self.passed = loop, passed
        self.at = self.wakes_at = inf
        self.timer: TimerHandle | None = None

    def within(self, seconds: float) -> None:
        self.at = self.loop.time() + seconds
        if self.at < self.wakes_at:
            self._wake_at(self.at)

    def never(self) -> None:
        self.at = inf

    def cancel(self) -> None:
        """For good: nothing refers to anything any more."""
        self.at, self.passed = inf, _nothing
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _wake_at(self, when: float) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.wakes_at = when
        self.timer = self.loop.call_at(when, self._look)

    def _look(self) -> None:
        self.timer, self.wakes_at = None, inf
        if self.at <= self.loop.time():
            self.at = inf
            self.passed()
        elif self.at < inf:
            self._wake_at(self.at)


def _nothing() -> None:
    pass
