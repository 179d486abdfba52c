"""Stored answers from within the connection: no task, no ASGI events, and for a head that came before, no parsing.

Only the plain case leaves from here: a GET over a connection that stays open, nobody signed in, nothing unusual in the
head, the database there, and nothing else under way on the connection. All else is passed on untouched. A whole head
that arrives in one piece and was answered once is known by its bytes; what it means is decided anew each time.
"""

from typing import Any, cast

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS
from pydotorg.kernel.http import headers

from .asgi import UNUSUAL, FrontDoor
from .decide import Decision, Plain, decide, lasting
from .protocol import HEAD_BYTES_MAX, Awaited, Protocol
from .sharing import Sharing

KNOWN_HEADS_MAX = 2048
KNOWN_HEAD_BYTES_MAX = 2048
END = b"\r\n\r\n"
#: beyond this, copying a body behind its head costs more than a second buffer
JOINED_BYTES_MAX = 8192


class FastProtocol(Protocol):
    """A connection that knows the front door."""

    __slots__ = ("begun", "caller", "door", "ended", "ends", "held", "plain", "sharing", "waiting")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.door = cast("FrontDoor", self.app)
        self.sharing = cast("Sharing", self.door.sharing)
        self.caller: str | None = None  # None where every request may be another's: behind a proxy
        self.begun = 0  # messages in this piece of data
        self.plain: Plain | None = None  # the request in it, if it was found plain
        self.held: bytes | None = None  # a known head, until the database has been asked
        self.waiting = b""  # what came behind it
        self.ended = self.ends = False  # meanwhile the client, or the service, wants to end

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        peer = self.client[0] if self.client else None
        callers = self.door.admission.callers
        self.caller = None if callers.is_proxy(peer) else callers.address(peer, b"", b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.held = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.held is not None:
            self._wait(data)
            return
        self.begun, self.plain = 0, None
        between = self.awaited is Awaited.NEXT or self.awaited is Awaited.WORD
        if not between or self.flow.write_paused:
            super().data_received(data)
            return
        known = self.door.heads.get(data)
        if known is None:
            super().data_received(data)
            self._remember(data)
        elif not self.sharing.freshness.ask():
            self._hold(data)
        elif not self._leave(known):
            super().data_received(data)

    def _remember(self, data: bytes) -> None:
        """Know these bytes from now on, if they were the whole head of one plain request, and nothing else."""
        if self.begun == 1 and self.plain is not None and len(data) <= KNOWN_HEAD_BYTES_MAX and data.endswith(END):
            if len(self.door.heads) >= KNOWN_HEADS_MAX:
                self.door.heads.clear()
            self.door.heads[data] = self.plain

    def on_message_begin(self) -> None:
        self.begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        plain = self._plain()
        if plain is not None and plain.key in self.sharing.store.entries:
            self.plain = plain
            if self.begun > 1:
                self.sharing.freshness.forget()  # it may have come after a write that the ones before it did not see
            if self.sharing.freshness.ask() and self._leave(plain):
                return
        super().on_headers_complete()

    def _plain(self) -> Plain | None:
        """What this head says, if it is one of the plain case."""
        parser, given = self.parser, dict(self.headers)
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1" or not self.url.startswith(b"/"):
            return None
        if (
            not parser.should_keep_alive()
            or parser.should_upgrade()
            or self._owes_an_answer()
            or self.flow.write_paused
        ):
            return None
        if self.useless_bytes > HEAD_BYTES_MAX or len(given) != len(self.headers) or not UNUSUAL.isdisjoint(given):
            return None
        if b"host" not in given or b"authorization" in given:
            return None
        return Plain.of(b"%b %b" % (given[b"host"], self.url), given)

    def _leave(self, plain: Plain) -> bool:
        """Answer what is stored, if it still holds and is paid for."""
        now = clock.unix()
        decision = decide(self.sharing.store, plain, now)
        if decision is None or self.sharing.freshness.age() is not None:
            return False
        counted = b""
        limits = self.door.admission.limits
        if limits is not None and not decision.not_modified:
            if not limits.is_immediate:
                return False
            quota = limits.count(self._caller(plain), limits.allowance(ANONYMOUS, decision.entry.tier))
            if quota.is_spent:
                return False  # the refusal is nothing finished
            counted = quota.lines
        self._write(decision, plain, counted, now)
        return True

    def _caller(self, plain: Plain) -> str:
        if self.caller is not None:
            return self.caller
        peer = self.client[0] if self.client else None
        return self.door.admission.callers.address(peer, plain.forwarded_for, plain.forwarded)

    def _write(self, decision: Decision, plain: Plain, counted: bytes, now: float) -> None:
        variant, request_id = decision.variant, headers.identity(plain.request_id)
        head = b"%bcache-control: %b\r\n%bx-request-id: %b\r\n%b\r\n" % (
            variant.not_modified_head if decision.not_modified else variant.head,
            lasting(decision.entry, now), counted, request_id, self.door.lines(self.server_state.default_headers),
        )  # fmt: skip
        if decision.not_modified:
            self.transport.write(head)
        elif len(variant.body) <= JOINED_BYTES_MAX:
            self.transport.write(head + variant.body)
        else:
            self.transport.writelines((head, variant.body))
        self.useless_bytes = 0
        self.server_state.total_requests += 1
        self._await(Awaited.NEXT)
        self.door.record(decision, plain.key, request_id, self.client)

    def _hold(self, data: bytes) -> None:
        """Wait with this request until the database has been asked."""
        self.held = data
        self._await(Awaited.NOTHING)
        self.sharing.freshness.when_answered(self._resume)

    def _wait(self, data: bytes) -> None:
        self.waiting += data
        if len(self.waiting) > HEAD_BYTES_MAX:
            self.flow.pause_reading()

    def _resume(self) -> None:
        """The database has been asked: the request that was held is answered, or goes its normal way."""
        data, self.held = self.held, None
        if data is None or self.transport.is_closing():
            return
        self._await(Awaited.NEXT)
        known = self.door.heads.get(data)
        if known is None or not self._leave(known):
            super().data_received(data)
        waiting, self.waiting = self.waiting, b""
        self.flow.resume_reading()
        if waiting:
            self.data_received(waiting)
        if self.ended and not self.eof_received():
            self.transport.close()
        if self.ends:
            self.shutdown()

    def eof_received(self) -> bool:  # type: ignore[override]
        """As its parent has it, once what is held has been answered."""
        self.ended = self.held is not None
        return self.ended or super().eof_received()

    def shutdown(self) -> None:
        self.ends = self.held is not None
        if not self.ends:
            super().shutdown()
