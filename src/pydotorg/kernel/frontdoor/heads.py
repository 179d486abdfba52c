"""Requests that came before: of one that is known nothing need be decided, and little of its answer composed.

What it asks for never changes; what it is answered is decided anew as soon as the answer does not hold. The connection
knows plain requests by all the bytes of their heads, and need not even parse them; the ASGI layer knows them by what
changes the answer.
"""

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar
from weakref import ref

from pydotorg.kernel.access import ANONYMOUS, Identity
from pydotorg.kernel.http import headers
from pydotorg.kernel.http.headers import Headers
from pydotorg.kernel.http.representation import MAX_AGE_SECONDS

from .answers import Finished, Store
from .decide import decide, lasting
from .limits import Allowance, Limits

KNOWN_MAX = 2048
KNOWN_BYTES_MAX = 2048
END = b"\r\n\r\n"
Begin = TypeVar("Begin", bytes, Headers)
#: host, path, query, and the headers `Accept-Encoding` and `If-None-Match`, empty where they are absent
Asked = tuple[bytes, bytes, bytes, bytes, bytes]


class Plain(NamedTuple):
    """What the head of a plain request says: for which host and target, and what changes the answer."""

    key: bytes
    accept_encoding: bytes
    if_none_match: bytes
    request_id: bytes | None = None
    forwarded_for: bytes = b""
    forwarded: bytes = b""
    authorization: bytes | None = None

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
            given.get(b"authorization"),
        )


def written(finished: Finished, lasting: bytes, allowance: Allowance | None) -> bytes:
    """The head of an answer, up to the numbers of one request."""
    return b"%bcache-control: %b\r\n%b" % (finished.head, lasting, allowance.head if allowance else b"")


def listed(finished: Finished, lasting: bytes, _allowance: Allowance | None) -> Headers:
    """The same as headers, which those of any caller's quota follow."""
    return [*finished.headers, (b"cache-control", lasting)]


class Known(Generic[Begin]):
    """What a request asks for, and what it is answered as long as that holds: all but the numbers of one request.

    It keeps no answer alive that the store has dropped.
    """

    __slots__ = ("allowance", "begin", "begins", "finished", "identity", "plain", "until")

    def __init__(self, plain: Plain, begin: Callable[[Finished, bytes, Allowance | None], Begin]) -> None:
        self.plain = plain
        self.begin: Callable[[Finished, bytes, Allowance | None], Begin] = begin
        self.finished: Callable[[], Finished | None] = _nothing
        self.until = 0.0  # Unix time
        self.identity = ANONYMOUS
        self.allowance: Allowance | None = None  # of this identity; None where nothing is counted
        self.begins: Begin  # once there is an answer

    def answer(
        self, store: Store, limits: Limits | None, now: float, identity: Identity = ANONYMOUS
    ) -> Finished | None:
        """The stored answer to this request, if there is one; what may be said with it of quotas is this identity's."""
        finished = self.finished()
        if (
            finished is None
            or now >= self.until
            or not finished.entry.generation.current
            or identity is not self.identity
        ):
            self.identity = identity
            return self._decide(store, limits, now)
        finished.entry.used = True
        return finished

    def _decide(self, store: Store, limits: Limits | None, now: float) -> Finished | None:
        plain = self.plain
        finished = decide(store, plain.key, plain.accept_encoding, plain.if_none_match, now)
        if finished is not None:
            self.finished, entry = ref(finished), finished.entry
            limited = limits is not None and finished.is_counted
            self.allowance = limits.allowance(self.identity, entry.tier) if limits is not None and limited else None
            self.begins = self.begin(finished, lasting(entry, now), self.allowance)
            self.until = max(entry.ends - MAX_AGE_SECONDS, now)  # in its last minute, its age changes all the time
        return finished


def _nothing() -> None:
    """What there is before anything was decided."""


class Heads:
    """The known requests of a process, and what all heads of one second end with."""

    __slots__ = ("_defaults", "_ending", "_resets", "asked", "known")

    def __init__(self) -> None:
        self.known: dict[bytes, Known[bytes]] = {}  # by their whole heads
        self.asked: dict[Asked, Known[Headers]] = {}
        self._defaults: Headers = []
        self._resets, self._ending = 0, b""

    def keep(self, asked: Asked, key: bytes) -> Known[Headers]:
        """Know this request from now on, under whose key an answer is stored."""
        known = Known(Plain(key, asked[3], asked[4]), listed)
        if sum(map(len, asked)) <= KNOWN_BYTES_MAX:
            if len(self.asked) >= KNOWN_MAX:
                self.asked.clear()
            self.asked[asked] = known
        return known

    def remember(self, data: bytes, known: Known[bytes]) -> None:
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
