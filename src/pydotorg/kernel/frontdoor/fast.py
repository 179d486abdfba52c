"""Stored answers from within the connection: no task, no ASGI events, and for a known head no parsing either.

Only the plain case leaves from here: a GET over a connection that stays open, credentials that are remembered or none,
nothing unusual in the head, the database there, counters that answer at once, and nothing else under way on the
connection. All else is passed on untouched.
"""

from typing import Any, cast

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS
from pydotorg.kernel.http import headers

from .answers import Finished
from .asgi import UNUSUAL, FrontDoor
from .decide import key_of
from .heads import END, Known, Plain, written
from .protocol import HEAD_BYTES_MAX, NEXT, NOTHING, WORD, Protocol
from .sharing import Sharing

#: so many connections may be heard in one turn of the event loop before it looks again for what has come
CROWD = 900
#: beyond this, copying a body behind its head costs more than a second buffer
JOINED_BYTES_MAX = 16_384


class FastProtocol(Protocol):
    """A connection that knows the front door."""

    __slots__ = (
        "begun", "caller", "door", "ended", "ends", "freshness", "heads", "held", "identities", "is_tried", "limits",
        "plain", "store", "waiting",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.door = cast("FrontDoor", self.app)
        sharing = cast("Sharing", self.door.sharing)
        self.heads, self.store, self.freshness = self.door.heads, sharing.store, sharing.freshness
        self.limits, self.identities = self.door.admission.limits, self.door.admission.identities
        self.caller: str | None = None  # None where every request may be another's: behind a proxy
        self.is_tried = False  # this piece of data has been here before
        self.begun = 0  # messages in this piece of data
        self.plain: Known[bytes] | None = None  # the request in it, if it is of the plain case
        self.held: Known[bytes] | None = None  # a request that waits until the database has been asked
        self.waiting = b""  # its bytes, and what came behind it
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
        awaited = self.awaited
        if (awaited is NEXT or awaited is WORD) and not self.flow.write_paused:
            known = self.heads.known.get(data)
            if known is not None:
                self._serve(known, data)
                return
            self.begun, self.plain = 0, None
            super().data_received(data)
            self._remember(data)
        else:
            self.begun = 1  # the end of one may come with the next one
            super().data_received(data)

    def _serve(self, known: Known[bytes], data: bytes) -> None:
        """What a known head is answered, at once or when the database has been asked."""
        if self.freshness.away:
            self._pass_on(data)
        elif not self._ask():
            self.held, self.waiting = known, data
            self._await(NOTHING)
            self.freshness.when_answered(self._resume)
        elif not self._leave(known):
            self._pass_on(data)

    def _ask(self) -> bool:
        """Whether every write before this request is known, or the database is away."""
        if len(self.connections) > CROWD:
            self.freshness.forget()  # in one turn libuv may look twice for what has come, and what it finds then is new
        return self.freshness.ask()

    def _pass_on(self, data: bytes) -> None:
        """Have it parsed and go its normal way; it has been tried here."""
        self.begun, self.is_tried = 0, True
        super().data_received(data)
        self.is_tried = False

    def _remember(self, data: bytes) -> None:
        """Know these bytes from now on, if they were one plain request and nothing else."""
        if self.begun == 1 and self.plain is not None:
            self.heads.remember(data, self.plain)

    def on_message_begin(self) -> None:
        self.begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        plain = None if self.is_tried or self.freshness.away else self._plain()
        if plain is not None and plain.key in self.store.entries:
            known = self.plain = Known(plain, written)
            if self.begun > 1:
                self.freshness.forget()  # it may have come after a write that the ones before it did not see
            if self._ask() and self._leave(known):
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
        if b"host" not in given:
            return None
        return Plain.of(key_of(given[b"host"], self.url), given)

    def _leave(self, known: Known[bytes]) -> bool:
        """Answer what is stored, if it still holds and is paid for."""
        if self.freshness.away:
            return False
        credentials = known.plain.authorization
        identity = ANONYMOUS if credentials is None else self.identities.remembered(credentials)
        if identity is None:
            return False
        finished = known.answer(self.store, self.limits, clock.unix(), identity)
        if finished is None or not (credentials is None or finished.entry.is_public_for(identity)):
            return False
        number, resets, allowance = b"", 0, known.allowance
        if allowance is not None and self.limits is not None:
            if not self.limits.is_immediate:
                return False
            quota = self.limits.count(identity.key or self.caller or self._caller(known.plain), allowance)
            remaining = allowance.limit - quota.used
            if remaining < 0:
                return False  # a refusal is nothing finished
            number, resets = b"%d" % remaining, quota.resets
        self._write(finished, known, number, self.heads.ending(self.server_state.default_headers, resets))
        return True

    def _write(self, finished: Finished, known: Known[bytes], number: bytes, ending: bytes) -> None:
        request_id = headers.request_id(known.plain.request_id)
        if len(finished.body) <= JOINED_BYTES_MAX:
            self.transport.write(b"".join((known.begins, number, ending, request_id, END, finished.body)))
        else:
            self.transport.writelines((b"".join((known.begins, number, ending, request_id, END)), finished.body))
        self.useless_bytes = 0
        self.awaited = NEXT
        self.patience.within(self.timeout_keep_alive)
        self.door.record(finished, known.plain.key, request_id, self.client)

    def _caller(self, plain: Plain) -> str:
        peer = self.client[0] if self.client else None
        return self.door.admission.callers.address(peer, plain.forwarded_for, plain.forwarded)

    def _wait(self, data: bytes) -> None:
        self.waiting += data
        self.flow.pause_reading()

    def _resume(self) -> None:
        """The database has been asked: the request that was held is answered, or goes its normal way."""
        known, self.held = self.held, None
        waiting, self.waiting = self.waiting, b""
        if known is None or self.transport.is_closing():
            return
        self._await(NEXT)
        self.flow.resume_reading()
        if self._leave(known):
            waiting = waiting[waiting.index(END) + len(END) :]
            if waiting:
                self.data_received(waiting)
        else:
            self._pass_on(waiting)
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
