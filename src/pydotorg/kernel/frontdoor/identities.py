"""Whose credentials are whose: remembered, so that who is signed in is known for the price of a look-up.

What is remembered belongs to a generation of the revision `identities`, like a stored answer to that of its data: that
moves when anything is taken from anybody (a session ends, a role changes), never when somebody signs in. So who asks
after a logout is never taken for what he was before it, on whichever worker.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS, IDENTITIES, Identity

from .answers import Generation
from .sharing import Sharing

REMEMBERED_MAX = 10_000
REMEMBERED_BYTES_MAX = 1024  # longer than any that we give; a header may have spaces


class Identified(NamedTuple):
    """Who somebody is, and until when that may be remembered, in Unix time."""

    identity: Identity
    until: float


#: whose credentials these are, as the header has them; None if they do not hold
Identify = Callable[[str], Awaitable[Identified | None]]


class Identities:
    """Tells who asks. Without a `sharing` nothing is remembered."""

    __slots__ = ("_known", "generation", "identify", "sharing")

    def __init__(self, identify: Identify, sharing: Sharing | None) -> None:
        self.identify, self.sharing = identify, sharing
        self.generation: Generation | None = None
        self._known: dict[bytes, Identified] = {}

    def remembered(self, credentials: bytes) -> Identity | None:
        """Whose they are, if that is known; only for who has just learned of every write."""
        if self.generation is None or not self.generation.current:
            return None
        known = self._known.get(credentials)
        return known.identity if known is not None and clock.unix() < known.until else None

    async def of(self, headers: Iterable[tuple[bytes, bytes]]) -> Identity | None:
        """The account that a request names, or nobody in particular; None if its credentials do not hold."""
        credentials = [value for name, value in headers if name == b"authorization"]
        if not credentials:
            return ANONYMOUS
        return await self._of(credentials[0]) if len(credentials) == 1 else None

    async def _of(self, credentials: bytes) -> Identity | None:
        sure = self.sharing is not None and await self.sharing.is_sure()
        known = self.remembered(credentials) if sure else None
        if known is not None:
            return known
        memory = self._memory() if sure else {}  # that of now: what is read from here on is as new, or newer
        found = await self.identify(credentials.decode("latin-1"))
        if found is None:
            return None
        if len(credentials) <= REMEMBERED_BYTES_MAX:
            if len(memory) >= REMEMBERED_MAX:
                memory.clear()
            memory[credentials] = found
        return found.identity

    def _memory(self) -> dict[bytes, Identified]:
        if self.sharing is not None and (self.generation is None or not self.generation.current):
            self.generation, self._known = self.sharing.generation((IDENTITIES,)), {}
        return self._known
