"""The connection: uvicorn's HTTP protocol, with our shape for what its parser refuses, and limits to slowness and size.

A slow or endless request must not hold memory or a connection for long: ten seconds, 64 KiB and 100 headers for a head,
thirty seconds for a body. What is no request is answered by the connection itself; a body that breaks is answered by
whoever reads it, so that one request has one answer and one line in the log. What follows a refusal is read and
forgotten, up to 8 MiB, then the connection closes.
"""

from asyncio import Transport
from enum import Enum
from typing import Any, cast

import structlog
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from pydotorg.kernel.http import headers
from pydotorg.kernel.http.errors import ApiError, BadRequest, Fault, render

from .asgi import FrontDoor
from .deadline import Deadline
from .outlet import DRAINED_BYTES_MAX, Outlet

HEAD_SECONDS_MAX = 10
BODY_SECONDS_MAX = 30
HEAD_BYTES_MAX = 65_536
HEADERS_MAX = 100
PIPELINED_MAX = 128

log = structlog.get_logger("request")


class TooSlow(ApiError):
    """A request that did not arrive in time (RFC 9110 15.5.9)."""

    status = 408


class HeadTooLarge(ApiError):
    """A head that does not end (RFC 6585 5)."""

    status = 431


class Awaited(Enum):
    """What the client has to send; each has its time."""

    WORD = "first word"
    HEAD = "head"
    BODY = "body"
    NEXT = "next request"
    NOTHING = "nothing"  # it is our turn


# a look-up in an enumeration costs as much as a call
WORD, HEAD, BODY, NEXT, NOTHING = Awaited


class Protocol(HttpToolsProtocol):
    """One connection. A request is read as *head*, then *body*; between two requests the next one is awaited."""

    # beside uvicorn's own attributes, too many for a dict that instances share: it would be a kilobyte a connection
    __slots__ = (
        "always", "awaited", "deaf", "drained_bytes", "fault", "outlet", "patience", "running", "timed",
        "useless_bytes",
    )  # fmt: skip

    outlet: Outlet

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.always = self.app.edge.always if isinstance(self.app, FrontDoor) else headers.ALWAYS
        self.patience = Deadline(self.loop, self._too_slow)
        self.awaited: Awaited = NOTHING
        self.timed: Awaited | None = None  # what the time that runs is for
        self.fault: ApiError | None = None  # what a callback of the parser has against the request
        self.useless_bytes = 0  # that came since something last came of them
        self.drained_bytes = 0
        self.deaf = False
        self.running: RequestResponseCycle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.outlet = Outlet(transport, self.loop)
        self._await(WORD)

    def connection_lost(self, exc: Exception | None) -> None:
        self.patience.cancel()
        self.outlet.lost()
        if self.running is not None:
            self.running.disconnected = True
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.deaf or self.outlet.leaving:
            self.outlet.forget(data)
            return
        self.useless_bytes += len(data)
        try:
            self._parse(data)
        except HttpParserError as error:
            self.refuse(self.fault or unreadable(), told=str(error.__context__ or error))
        if self.useless_bytes > HEAD_BYTES_MAX:
            self.refuse(head_too_large())
        if self.timed is not self.awaited:
            self._await(self.awaited)

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            if self.parser.get_method() == b"CONNECT":
                self._hear_no_more()  # what follows is no HTTP
            else:
                head = self._head_without_offer()
                self.parser = HttpRequestParser(self)  # the first one may have ended with a `Connection: close`
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
                self._parse(head + data[upgrade.args[0] :])

    def _head_without_offer(self) -> bytes:
        """The head that offers to speak something else (RFC 9110 7.8), as if it did not."""
        version = self.parser.get_http_version().encode()
        kept = headers.lines([header for header in self.headers if header[0] != b"upgrade"])
        return b"".join([self.parser.get_method(), b" ", self.url, b" HTTP/", version, b"\r\n", kept, b"\r\n"])

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.awaited = HEAD
        self.timed = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """As uvicorn has it, for the head; a trailer must not pass for it."""
        if self.awaited is HEAD:
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))
            if len(self.headers) > HEADERS_MAX:
                self.fault = HeadTooLarge(f"The request has more than {HEADERS_MAX} headers.")
                raise self.fault

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            return  # `_parse` has it read again
        if self.useless_bytes > HEAD_BYTES_MAX:
            self.fault = self._fault_of_size()
        if len(self.pipeline) >= PIPELINED_MAX:
            self.fault = HeadTooLarge(f"More than {PIPELINED_MAX} requests wait for an answer.")
        if self.fault:
            raise self.fault
        if not self.url.startswith(b"/"):
            self._heed_target()
        super().on_headers_complete()
        self.cycle.transport = cast("Transport", self.outlet)
        self.useless_bytes = self.drained_bytes = 0
        self.awaited = BODY

    def _heed_target(self) -> None:
        """`GET http://host/path`: the host of the target counts, whatever the Host header says (RFC 9112 3.2.2)."""
        target = parse_url(self.url)
        if target.host:
            name = b"[%b]" % target.host if b":" in target.host else target.host
            host = name + (b":%d" % target.port if target.port else b"")
            self.headers[:] = [header for header in self.headers if header[0] != b"host"] + [(b"host", host)]

    def _fault_of_size(self) -> ApiError | None:
        length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        return head_too_large() if length > HEAD_BYTES_MAX else None

    def on_body(self, body: bytes) -> None:
        self.useless_bytes = 0
        if self.cycle.response_complete:
            self.drained_bytes += len(body)
            if self.drained_bytes > DRAINED_BYTES_MAX:
                self.outlet.end()
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.awaited is not BODY:
            return  # it offers to speak something else
        self.useless_bytes = 0
        self.awaited = NEXT if self.cycle.response_complete else NOTHING
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """As uvicorn has it, but for the timer."""
        self.server_state.total_requests += 1
        if self.outlet.leaving or self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self.awaited is NOTHING:
            self._await(NEXT)

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client will send no more; whether the connection stays open for an answer."""
        if self.outlet.leaving:
            return False
        self.outlet.heard_all = True
        if self.awaited in (HEAD, BODY):
            part = self.awaited.value
            fault = Fault("", "body" if part == "body" else "request", "ended too early")
            self.refuse(BadRequest([fault], f"The {part} of the request ended too early."))
        else:
            self._hear_no_more()
        return self._owes_an_answer()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.outlet.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.outlet.rest()

    def shutdown(self) -> None:
        super().shutdown()
        self.outlet.hurry()

    def refuse(self, error: ApiError, told: str = "") -> None:
        """Read no further: answer in our shape and close; answers to earlier requests leave first."""
        if self.deaf or self.outlet.leaving:
            return
        part = self.awaited
        self._hear_no_more()
        if not self._owes_an_answer():
            if part is not BODY:  # a refused body has been answered
                self._answer(error, told, dict(self.headers) if part is HEAD else {})
            self.outlet.close()
        elif part is BODY:
            cast("dict[str, Any]", self.cycle.scope)["fault"] = error
            self.cycle.message_event.set()

    def _hear_no_more(self) -> None:
        """The last answer that is on its way closes the connection."""
        self.deaf = True
        self._await(NOTHING)
        if self._owes_an_answer():
            self.cycle.keep_alive = False

    def _owes_an_answer(self) -> bool:
        return self.running is not None and not self.running.response_complete

    def _answer(self, error: ApiError, told: str, given: dict[bytes, bytes]) -> None:
        request_id = headers.request_id(given.get(b"x-request-id"))
        answer = render(error, given.get(b"accept", b"").decode("latin-1"), request_id.decode())
        own = [*headers.own(answer), (b"connection", b"close")]
        sent = [*self.server_state.default_headers, *headers.finished(own, always=self.always, request_id=request_id)]
        self.transport.write(b"".join([STATUS_LINE[answer.status], headers.lines(sent), b"\r\n", answer.body]))
        client = self.client[0] if self.client else None
        reason = told or error.detail
        log.info("request", status=answer.status, reason=reason, request_id=request_id.decode(), client=client)

    def _await(self, awaited: Awaited) -> None:
        """Give the client his time for this; while data are parsed, `awaited` runs ahead of it."""
        self.awaited = self.timed = awaited
        if awaited is NOTHING:
            self.patience.never()
        elif awaited is BODY:
            self.patience.within(BODY_SECONDS_MAX)
        elif awaited is NEXT:
            self.patience.within(self.timeout_keep_alive)
        else:
            self.patience.within(HEAD_SECONDS_MAX)

    def _too_slow(self) -> None:
        if self.flow.read_paused:
            self._await(self.awaited)  # it is not the client who is slow
        elif self.awaited is HEAD:
            self.refuse(TooSlow(f"The head of the request did not arrive within {HEAD_SECONDS_MAX} seconds."))
        elif self.awaited is BODY:
            self.refuse(TooSlow(f"The body of the request did not arrive within {BODY_SECONDS_MAX} seconds."))
        else:
            self.outlet.end()


def unreadable() -> ApiError:
    """What the parser makes nothing of."""
    message = "is not HTTP/1.1: a method that it does not have, an address that is not percent-encoded, or worse"
    return BadRequest([Fault("", "request", message)], "The request cannot be read.")


def head_too_large() -> ApiError:
    """A head beyond the limit in bytes."""
    return HeadTooLarge(f"The head of the request is larger than {HEAD_BYTES_MAX} bytes.")
