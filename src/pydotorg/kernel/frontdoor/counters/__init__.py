"""Counters of requests: how many a key has had in a window. Each says how widely its count is exact.

All follow one rule, so that they can continue each other: a count becomes the highest that is known, plus the new
requests. A number that one counter has told can then be handed to another without being counted twice.
"""

from typing import Protocol, runtime_checkable


class Counter(Protocol):
    """A counter that answers at once."""

    def count(self, key: str, window: int, requests: int = 1, known: int = 0) -> int:
        """Count requests; how many that makes in this window, if there were at least the known ones before."""
        ...


@runtime_checkable
class RemoteCounter(Protocol):
    """A counter for whose answer one waits."""

    async def counted(self, key: str, window: int) -> int:
        """Count one request; how many that makes in this window."""
        ...
