"""Heads that came before: a plain request whose bytes are known needs no parsing, and its answer little composing.

What such a head asks for never changes; what it is answered is decided anew as soon as the answer does not hold.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from weakref import ref

from pydotorg.kernel.access import ANONYMOUS
from pydotorg.kernel.http import headers
from pydotorg.kernel.http.headers import Headers
from pydotorg.kernel.http.representation import MAX_AGE_SECONDS

from .answers import Finished, Store
from .decide import decide, lasting
from .limits import Allowance, Limits

KNOWN_MAX = 2048
KNOWN_BYTES_MAX = 2048
END = b"\r\n\r\n"


class Plain(NamedTuple):
    """What the head of a plain request says: for which host and target, and what changes the answer."""

    key: bytes
    accept_encoding: bytes
    if_none_match: bytes
    request_id: bytes | None
    forwarded_for: bytes
    forwarded: bytes

    @classmethod
    def of(cls, key: bytes, given: Mapping[bytes, bytes]) -> "Plain":
        """That of a head with these headers."""
        return cls(
            key,
            given.get(b"accept-encoding", b""),
            given.get(b"if-none-match", b""),
            given.get(b"x-request-id"),
            given.get(b"x-forwarded-for", b""),
            given.get(b"forwarded", b""),
        )


class Known:
    """What a head asks for, and what it is answered as long as that holds: all but the numbers of one request.

    It keeps no answer alive that the store has dropped.
    """

    __slots__ = ("allowance", "begins", "finished", "plain", "until")

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.finished: Callable[[], Finished | None] = _nothing
        self.until = 0.0  # Unix time
        self.allowance: Allowance | None = None  # None where nothing is counted
        self.begins = b""  # the answer, up to its numbers

    def answer(self, store: Store, limits: Limits | None, now: float) -> Finished | None:
        """The stored answer to this head, if there is one."""
        finished = self.finished()
        if finished is None or now >= self.until or not finished.entry.generation.current:
            return self._decide(store, limits, now)
        finished.entry.used = True
        return finished

    def _decide(self, store: Store, limits: Limits | None, now: float) -> Finished | None:
        plain = self.plain
        finished = decide(store, plain.key, plain.accept_encoding, plain.if_none_match, now)
        if finished is not None:
            self.finished, entry = ref(finished), finished.entry
            limited = limits is not None and finished.is_counted
            self.allowance = limits.allowance(ANONYMOUS, entry.tier) if limits is not None and limited else None
            counted = self.allowance.head if self.allowance else b""
            self.begins = b"%bcache-control: %b\r\n%b" % (finished.head, lasting(entry, now), counted)
            self.until = max(entry.ends - MAX_AGE_SECONDS, now)  # in its last minute, its age changes all the time
        return finished


def _nothing() -> None:
    """What there is before anything was decided."""


class Heads:
    """The known heads of a process, and what all heads of one second end with."""

    __slots__ = ("_defaults", "_ending", "_resets", "known")

    def __init__(self) -> None:
        self.known: dict[bytes, Known] = {}
        self._defaults: Headers = []
        self._resets, self._ending = 0, b""

    def remember(self, data: bytes, known: Known) -> None:
        """Know these bytes from now on, if they can be one whole head."""
        if len(data) <= KNOWN_BYTES_MAX and data.find(END) == len(data) - len(END):  # no empty lines before it
            if len(self.known) >= KNOWN_MAX:
                self.known.clear()
            self.known[data] = known

    def ending(self, defaults: Headers, resets: int) -> bytes:
        """What follows on the numbers: when they begin anew, the server's own headers, and whose id comes next."""
        if defaults is not self._defaults or resets != self._resets:  # the server makes new ones every second
            self._defaults, self._resets = defaults, resets
            counted = b"\r\nratelimit-reset: %d\r\n" % resets if resets else b""
            self._ending = counted + headers.lines(defaults) + b"x-request-id: "
        return self._ending
