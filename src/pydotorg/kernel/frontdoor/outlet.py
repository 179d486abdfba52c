"""The way out of a connection: nobody holds it, or memory, for long without reading, and the last answer arrives.

Closed at once, a connection with input that nobody has read is reset, and a reset destroys what the other side has not
read yet. So it is closed in two steps (RFC 9112 9.6): no more is written, what comes is forgotten; then it ends.
"""

import fcntl
import struct
import termios
from asyncio import AbstractEventLoop, Transport
from math import inf

from .deadline import Deadline

WRITE_SECONDS_MAX = 30  # without a byte taken
LINGER_SECONDS_MAX = 5
HURRIED_SECONDS_MAX = 2  # instead of the first, when the service ends
DRAINED_BYTES_MAX = 8 * 2**20
UNTAKEN_BYTES_MAX = 256 * 2**20  # of all connections of a process, beyond what the system takes for each


class Untaken:
    """What all connections of a process hold for clients that have not taken it yet."""

    def __init__(self) -> None:
        self.held: dict[Outlet, int] = {}  # the longest held first
        self.total = 0

    def hold(self, outlet: "Outlet", size: int) -> None:
        """Hold so much for this client; if that makes too much, whoever has taken longest has taken too long."""
        self.total += size - self.held.get(outlet, 0)
        self.held[outlet] = size
        while self.total > UNTAKEN_BYTES_MAX:
            longest = next(iter(self.held))
            self.let_go(longest)
            longest.transport.abort()

    def let_go(self, outlet: "Outlet") -> None:
        """Nothing is held for it any more."""
        self.total -= self.held.pop(outlet, 0)


untaken = Untaken()


class Outlet:
    """A transport as an answer sees it, of which only `close` differs."""

    __slots__ = (
        "forgotten",
        "heard_all",
        "hurried",
        "is_closing",
        "leaving",
        "patience",
        "transport",
        "unsent",
        "write",
    )

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self.transport, self.write, self.is_closing = transport, transport.write, transport.is_closing
        self.patience = Deadline(loop, self._look)
        self.unsent: float = inf  # when it was looked at last
        self.heard_all = self.leaving = self.hurried = False
        self.forgotten = 0

    def close(self) -> None:
        """Close so that the last answer arrives."""
        if self.leaving or self.transport.is_closing():
            return
        self.leaving = True
        if self.heard_all or not self.transport.can_write_eof():
            self.end()
        else:
            self.transport.write_eof()
            self.transport.resume_reading()
            self._linger()

    def end(self) -> None:
        """Close as soon as everything is written."""
        self.transport.close()
        self.watch()

    def forget(self, data: bytes) -> None:
        """What nobody wants to hear."""
        self.forgotten += len(data)
        if self.forgotten > DRAINED_BYTES_MAX:
            self.end()

    def watch(self) -> None:
        """There is something to write that is not taken; it must not stay so."""
        untaken.hold(self, self.transport.get_write_buffer_size())
        self.unsent = self._not_taken()
        self.patience.within(HURRIED_SECONDS_MAX if self.hurried else WRITE_SECONDS_MAX)

    def rest(self) -> None:
        """It is taken."""
        untaken.let_go(self)
        if self.leaving:
            self._linger()
        else:
            self.patience.never()

    def hurry(self) -> None:
        """The service ends."""
        self.hurried = True
        if self.transport.get_write_buffer_size():
            self.watch()

    def lost(self) -> None:
        untaken.let_go(self)
        self.patience.cancel()

    def _linger(self) -> None:
        self.unsent = inf
        self.patience.within(LINGER_SECONDS_MAX)

    def _look(self) -> None:
        unsent = self._not_taken()
        if unsent >= self.unsent or (self.leaving and not unsent):
            self.transport.abort()
        elif unsent:
            self.watch()

    def _not_taken(self) -> int:
        """How many bytes the client has not taken; Linux tells of its own buffer, which may hold megabytes, too."""
        buffered = self.transport.get_write_buffer_size()
        try:
            (queued,) = struct.unpack(
                "i", fcntl.ioctl(self.transport.get_extra_info("socket"), termios.TIOCOUTQ, bytes(4))
            )
        except OSError:
            queued = 0
        return buffered + int(queued)
