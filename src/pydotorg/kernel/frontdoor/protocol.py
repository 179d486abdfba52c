"""The connection: uvicorn's HTTP protocol, with our shape for what its parser refuses, and limits to slowness and size.

A slow or endless request must not hold memory or a connection for long: ten seconds and 64 KiB for a head, thirty
seconds for a body; what follows a refusal is read and forgotten, up to 8 MiB, then the connection closes.
"""

from asyncio import TimerHandle
from typing import Any
from uuid import uuid4

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from pydotorg.kernel.http.edge import ALWAYS, CONTENT_SECURITY_POLICY
from pydotorg.kernel.http.errors import ApiError, BadRequest, Fault, render

HEAD_SECONDS_MAX = 10
BODY_SECONDS_MAX = 30
HEAD_BYTES_MAX = 65_536
DRAINED_BYTES_MAX = 8 * 2**20

log = structlog.get_logger("request")


class TooSlow(ApiError):
    """A request that did not arrive in time (RFC 9110 15.5.9)."""

    status = 408


class HeadTooLarge(ApiError):
    """A head that does not end (RFC 6585 5)."""

    status = 431


class Protocol(HttpToolsProtocol):
    """One connection. A request is read as *head*, then *body*; between two requests the next head is awaited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline: TimerHandle | None = None
        self.in_body = False
        self.head_bytes = 0  # of the head that is being read, as far as it is known
        self.heads = 0
        self.drained_bytes = 0
        self.refused = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_within(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        if not self.in_body and self.deadline is None:
            self._expect_within(HEAD_SECONDS_MAX)
        heads = self.heads
        super().data_received(data)
        if self.heads == heads and not self.in_body:  # all of it belongs to a head that goes on
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_BYTES_MAX and not self.refused:
                self.refuse(HeadTooLarge(f"The head of the request is larger than {HEAD_BYTES_MAX} bytes."))

    def on_headers_complete(self) -> None:
        length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if length > HEAD_BYTES_MAX:
            self.head_bytes = length
            raise ValueError("head too large")  # stops the parser, which calls `send_400_response`
        super().on_headers_complete()
        self.in_body = True
        self.heads += 1
        self.head_bytes = self.drained_bytes = 0
        self._expect_within(BODY_SECONDS_MAX)

    def on_body(self, body: bytes) -> None:
        if self.cycle.response_complete:
            self.drained_bytes += len(body)
            if self.drained_bytes > DRAINED_BYTES_MAX:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.in_body = False
        self._expect_nothing()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.in_body:
            self._unset_keepalive_if_required()  # the rest of a refused body has its own deadline

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls for a request that its parser cannot read."""
        if self.head_bytes > HEAD_BYTES_MAX:
            self.refuse(HeadTooLarge(f"The head of the request is larger than {HEAD_BYTES_MAX} bytes."))
        else:
            self.refuse(BadRequest([Fault("", "request", "is not HTTP/1.1")], "The request cannot be read."), told=msg)

    def refuse(self, error: ApiError, told: str = "") -> None:
        """Read no further: answer in our shape and close; answers to earlier requests leave first."""
        self.refused = True
        self._expect_nothing()
        busy = self.heads > 0 and not self.cycle.response_complete
        if busy and not self.in_body:
            self.cycle.keep_alive = False  # the last answer that is on its way closes the connection
            return
        begun = self.in_body and (bool(self.pipeline) or self.cycle.response_started)
        if not begun:
            self._write(error, told)
        self.transport.close()

    def _write(self, error: ApiError, told: str) -> None:
        accept = next((value for name, value in self.headers or () if name == b"accept"), b"")
        request_id = uuid4().hex
        answer = render(error, accept.decode("latin-1"))
        headers = {
            **ALWAYS, "Content-Security-Policy": CONTENT_SECURITY_POLICY, **answer.headers,
            "Content-Length": str(len(answer.body)), "X-Request-ID": request_id, "Connection": "close",
        }  # fmt: skip
        named = [f"{name.lower()}: {value}\r\n".encode("latin-1") for name, value in headers.items()]
        dated = [name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status], *dated, *named, b"\r\n", answer.body]))
        client = self.client[0] if self.client else None
        log.info("request", status=answer.status, reason=told or error.detail, request_id=request_id, client=client)

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self.deadline = self.loop.call_later(seconds, self._too_slow)

    def _expect_nothing(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _too_slow(self) -> None:
        self.deadline = None
        if self.transport.is_closing():
            return
        if self.heads == 0 and self.head_bytes == 0:  # connected, and never said a word
            self.transport.close()
            return
        part, seconds = ("body", BODY_SECONDS_MAX) if self.in_body else ("head", HEAD_SECONDS_MAX)
        self.refuse(TooSlow(f"The {part} of the request did not arrive within {seconds} seconds."))
