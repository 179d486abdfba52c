"""What surrounds the router, for every request: whose host, which id, OPTIONS and HEAD, CORS, security, the log line.

Plain ASGI around the application. It hands on, in the scope: `base` (the public address without a path), `asked_path`
(the path as asked, for links), `given` (the headers by name), `request_id`, and `render`, by which a dialect answers
errors. It finds there `fault`, an error, once a request is refused or its body cannot be read on, and `quota`, whose
`headers` an answer has that was counted. PURGE is answered here: it is a method of every address, whatever is there.
"""

import re
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog

from pydotorg.kernel.metrics import Tallies

from . import headers
from .codings import coded
from .dialects import Dialect, spoken_at
from .errors import Answer, ApiError, BadRequest, Fault, NotFound, render

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
#: drops what is stored of an address, if this caller may have that
Purge = Callable[[Scope], Awaitable[None]]

log = structlog.get_logger("request")

UNROUTABLE = re.compile(r"//|\\|%2f|%5c", re.IGNORECASE)

ALLOW_HEADERS = b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"
PREFLIGHT = [(b"access-control-allow-headers", ALLOW_HEADERS), (b"access-control-max-age", b"86400")]


async def ignore(scope: Scope) -> None:
    """What PURGE does where nothing is stored."""
    del scope


class Edge:
    """The application as servers see it."""

    def __init__(
        self, router: Application, hosts: frozenset[str], public_url: str | None, tallies: Tallies, *,
        dialects: Iterable[Dialect] = (), purge: Purge = ignore,
    ) -> None:  # fmt: skip
        self.router, self.hosts, self.public_url, self.tallies = router, hosts, public_url, tallies
        self.dialects, self.purge = tuple(dialects), purge
        self.always = headers.common(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).run()
        else:
            await self.router(scope, receive, send)

    def base(self, scope: Scope, hosts: list[bytes]) -> str:
        """The public address that this request was sent to, without a path; refuses hosts that are not ours."""
        if len(hosts) > 1:
            raise refused("There must be one Host header, not several.")
        if hosts:
            host = hosts[0].decode("latin-1").lower()
            if host not in self.hosts and re.sub(r":[0-9]{1,5}$", "", host) not in self.hosts:
                raise refused(f"The host {host[:100]!r} is not served here; see PYDOTORG_ALLOWED_HOSTS.")
        elif scope["http_version"] == "1.0":
            name, port = scope["server"] or ("localhost", 80)
            host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        else:
            raise refused("There must be a Host header.")  # RFC 9112 3.2
        return self.public_url or f"{scope['scheme']}://{host}"


class Exchange:
    """One request and its answer."""

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self.edge, self.scope, self.receive, self.send = edge, scope, receive, send
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        self.given: dict[bytes, bytes] = scope.setdefault("given", headers.received(scope["headers"]))
        self.status = 0
        self.held: Message | None = None
        self.body_was_read = False
        self.request_id = headers.request_id(self.given.get(b"x-request-id"))

    async def run(self) -> None:
        """Answer, and leave one line in the log."""
        scope = self.scope
        scope["request_id"], scope["asked_path"] = self.request_id.decode(), scope["path"]
        dialect = spoken_at(scope["path"], self.edge.dialects)
        scope["render"] = None if dialect is None else partial(dialect.render, scope)
        try:
            self.demand_readable()
            scope["base"] = self.edge.base(scope, [value for name, value in scope["headers"] if name == b"host"])
            scope["path"] = scope["path"].rstrip("/") or "/"
            if self.method == "PURGE":
                await self.edge.purge(scope)
                await self.answer(Answer(200, {"Cache-Control": "no-store"}, b""))
                return
            demand_routable(scope["raw_path"])
            if self.method == "OPTIONS":
                scope["method"] = "ALLOWED?"  # Litestar's own OPTIONS knows one handler of a path, its 405 knows all
            await self.edge.router(scope, self.read, self.leave)
        except Exception as error:
            if self.status:
                raise  # half of an answer has left: the connection must break
            accept = self.given.get(b"accept", b"").decode("latin-1")
            await self.answer(render(error, accept, self.request_id.decode(), scope["render"]))
        finally:
            self.edge.tallies.answered(scope.get("operation"), self.status)
            self.log()

    async def read(self) -> Message:
        self.body_was_read = True
        message = await self.receive()
        self.demand_readable()
        if message["type"] == "http.disconnect":
            raise BadRequest([Fault("", "body", "ended too early")], "The connection closed within the body.")
        return message

    def demand_readable(self) -> None:
        """Refuse what the connection found broken while, or before, it was read here."""
        if "fault" in self.scope:
            raise self.scope["fault"]

    async def answer(self, answer: Answer) -> None:
        start = {"type": "http.response.start", "status": answer.status, "headers": headers.own(answer)}
        await self.leave(start)
        await self.leave({"type": "http.response.body", "body": answer.body})

    async def leave(self, message: Message) -> None:
        """What the router answers, as it goes out."""
        if message["type"] == "http.response.start":
            self.held = message  # its headers depend on the body
            return
        if self.held is not None:
            start, self.held = self.held, None
            start["headers"], message["body"] = await coded(start["headers"], message.get("body", b""), self.given)
            self.begin(start)
            await self.send(start)
        if self.method == "HEAD" or self.status == HTTPStatus.NO_CONTENT:
            message["body"] = b""
        await self.send(message)

    def begin(self, message: Message) -> None:
        """Complete the status and the headers of an answer."""
        own = [(name.lower(), value) for name, value in message["headers"]]
        allow = next((allowed(value) for name, value in own if name == b"allow"), b"")
        if self.scope["method"] == "ALLOWED?" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
            message["status"] = HTTPStatus.NO_CONTENT.value
            own = [(b"allow", allow), *self.preflight(allow)]
        elif allow:
            own = [(name, allow if name == b"allow" else value) for name, value in own]
        if self.given.get(b"expect") and not self.body_was_read:
            own.append((b"connection", b"close"))  # RFC 9110 10.1.1: the body may never come
        self.status = message["status"]
        if "quota" in self.scope:
            own += self.scope["quota"].headers
        message["headers"] = headers.finished(own, always=self.edge.always, request_id=self.request_id)

    def preflight(self, allow: bytes) -> headers.Headers:
        if b"access-control-request-method" not in self.given:
            return []
        return [(b"access-control-allow-methods", allow), *PREFLIGHT]

    def log(self) -> None:
        milliseconds = round((time.perf_counter() - self.started) * 1000, 1)
        client = self.scope.get("client")
        log.info(
            "request", method=self.method, path=self.scope["asked_path"], status=self.status, milliseconds=milliseconds,
            operation=self.scope.get("operation"), request_id=self.request_id.decode(), client=client and client[0],
        )  # fmt: skip


def allowed(methods: bytes) -> bytes:
    """The methods of an `Allow` header in a fixed order, with the OPTIONS that every address has."""
    known = {method.strip() for method in methods.split(b",")} | {b"OPTIONS"}
    return b", ".join(sorted(known - {b"ALLOWED?"}))


def demand_routable(raw_path: bytes) -> None:
    """Refuse what the router would take for another address: empty segments, encoded slashes."""
    if UNROUTABLE.search(raw_path.decode("latin-1")):
        raise NotFound("There is nothing at this address.")


def refused(reason: str) -> ApiError:
    """A request that is not for us."""
    return BadRequest([Fault("host", "request", reason)], reason)
