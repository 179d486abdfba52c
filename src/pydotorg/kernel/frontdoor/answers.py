"""Finished answers, kept as the bytes that leave: bounded in number, in bytes and in the hosts they were asked at.

Only what is the same for everybody is kept, under the host and the target that were asked, once the edge has let that
host pass; an answer holds as long as its generation (see `sharing`), and as the clock leaves it true.
"""

from collections.abc import Iterable
from http import HTTPStatus

from pydotorg.kernel.http.codings import IDENTITY
from pydotorg.kernel.http.headers import Headers, lines, steady
from pydotorg.kernel.http.representation import Coded, Representation
from pydotorg.kernel.http.signatures import Operation
from pydotorg.kernel.metrics import Outcome

ANSWERS_MAX = 10_000
BYTES_MAX = 32 * 2**20
#: hosts beyond those that are configured, or at which we listen: `localhost` stands for 65,535 of them
OTHER_HOSTS_MAX = 16
#: a longer host and target is nobody's habit
KEY_BYTES_MAX = 2048
#: what an answer takes beside its text, about
OVERHEAD_BYTES = 2000


class Generation:
    """One state of some datasets, as long as it is `current`: what was computed from it belongs to it."""

    __slots__ = ("current", "revisions")

    def __init__(self, revisions: tuple[int, ...]) -> None:
        self.revisions, self.current = revisions, True


class Finished:
    """An answer that leaves as it is, but for what changes with every request; both as headers and as written."""

    __slots__ = ("__weakref__", "body", "entry", "head", "headers", "is_counted", "outcome", "status")

    def __init__(self, entry: "Entry", status: HTTPStatus, headers: Headers, body: bytes) -> None:
        self.entry, self.status, self.headers, self.body = entry, status.value, headers, body
        self.head = b"HTTP/1.1 %d %b\r\n%b" % (status, status.phrase.encode(), lines(headers))
        self.is_counted = status is HTTPStatus.OK  # who revalidates is never throttled
        self.outcome: Outcome = "hit" if self.is_counted else "revalidated"


class Variant:
    """An answer in one coding: all of it, and that it is the one that the client has."""

    __slots__ = ("etag", "not_modified", "whole")

    def __init__(self, entry: "Entry", coded: Coded, always: Headers) -> None:
        self.etag = coded.etag
        self.whole = Finished(entry, HTTPStatus.OK, steady(coded.headers, always), coded.body)
        self.not_modified = Finished(entry, HTTPStatus.NOT_MODIFIED, steady(coded.not_modified, always), b"")


class Entry:
    """A stored answer, and what must be known of it to give it to somebody."""

    __slots__ = (
        "ends", "generation", "is_public_for", "operation", "representation", "size", "tier", "used", "variants",
    )  # fmt: skip

    def __init__(
        self, key: bytes, generation: Generation, operation: Operation, representation: Representation
    ) -> None:
        self.generation, self.representation, self.ends = generation, representation, representation.ends
        self.operation, self.tier, self.is_public_for = operation.id, operation.tier, operation.is_public_for
        self.variants: dict[bytes, Variant] = {}
        #: in bytes: of the answer, and of its head, as the representation has it in one coding at least
        self.size = OVERHEAD_BYTES + len(key) + len(representation.body) + len(lines(representation.shared))
        self.used = False

    def holds(self, now: float) -> bool:
        """Whether it is still true, as far as is known."""
        return self.generation.current and now < self.ends


class Store:
    """The finished answers of a process."""

    def __init__(self, *, always: Headers, hosts: Iterable[str]) -> None:
        self.always = always
        self.expected_hosts = frozenset(host.encode("latin-1") for host in hosts)
        self.other_hosts: dict[bytes, None] = {}  # in the order in which they were last stored for
        self.entries: dict[bytes, Entry] = {}  # about in the order of their last use
        self.bytes = 0

    def find(self, key: bytes, now: float) -> Entry | None:
        """The answer under this key, if it still holds."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if not entry.holds(now):
            self._drop(key)
            return None
        entry.used = True
        return entry

    def variant(self, entry: Entry, coding: bytes) -> Variant | None:
        """The answer in this coding, if anybody has asked for it before: compressing is not done here."""
        known = entry.variants.get(coding)
        if known is None and (coded := entry.representation.codings.get(coding)):
            known = entry.variants[coding] = Variant(entry, coded, self.always)
            compressed = 0 if coded is entry.representation.codings[IDENTITY] else len(coded.body)
            grown = compressed + 2 * (
                len(known.whole.head) + len(known.not_modified.head)
            )  # as headers, and as written
            entry.size += grown
            self.bytes += grown
            self._make_room()
        return known

    async def prepare(self, key: bytes, coding: bytes) -> None:
        """Have the answer under this key in this coding, from now on."""
        entry = self.entries.get(key)
        if entry is not None and coding not in entry.variants:
            await entry.representation.coded(coding)

    def put(self, key: bytes, host: bytes, entry: Entry, *, listening_at: int) -> None:
        """Keep an answer, unless it is of the past already, or its address is longer than any that comes again."""
        if entry.generation.current and len(key) <= KEY_BYTES_MAX:
            self._heed_host(host, listening_at)
            self._drop(key)
            self.entries[key] = entry
            self.bytes += entry.size
            self._make_room()

    def clear(self) -> None:
        """Drop everything."""
        for key in list(self.entries):
            self._drop(key)

    def _heed_host(self, host: bytes, listening_at: int) -> None:
        """Of hosts that nobody expects, only the latest have answers: anybody can think of more."""
        usual = host.endswith(b":%d" % listening_at) and host == host.lower()  # `localhost` has 512 spellings, too
        if usual or host in self.expected_hosts:
            return
        self.other_hosts.pop(host, None)
        self.other_hosts[host] = None
        if len(self.other_hosts) > OTHER_HOSTS_MAX:
            oldest = next(iter(self.other_hosts))
            del self.other_hosts[oldest]
            for key in [key for key in self.entries if key.startswith(oldest + b" ")]:
                self._drop(key)

    def _make_room(self) -> None:
        """Drop the least used: the oldest first, but one that was used since it was looked at last may stay."""
        while len(self.entries) > ANSWERS_MAX or self.bytes > BYTES_MAX:
            key = next(iter(self.entries))
            entry = self.entries[key]
            if entry.used and entry.generation.current:
                entry.used = False
                self.entries[key] = self.entries.pop(key)
            else:
                self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.size
            entry.variants.clear()  # they name it: it would wait for the garbage collector
