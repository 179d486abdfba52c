"""Long work in the event loop, in pieces between which others have their turn."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TypeVar

Piece = TypeVar("Piece")

#: whoever is woken up in one turn of the event loop runs in the next, so others wait for about three of these
TURN_SECONDS = 0.001


async def breathing(pieces: Iterable[Piece]) -> AsyncIterator[Piece]:
    """The same pieces; what it takes to make one, and what is done with it, belongs to the turn."""
    begun = perf_counter()
    for piece in pieces:
        yield piece
        if perf_counter() - begun > TURN_SECONDS:
            await asyncio.sleep(0)
            begun = perf_counter()
