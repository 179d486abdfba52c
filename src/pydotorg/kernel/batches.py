"""Many things, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


def batched(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """All of them, in order, so many at a time; the last are what remains."""
    remaining = iter(things)
    while some := [*islice(remaining, size)]:
        yield some
