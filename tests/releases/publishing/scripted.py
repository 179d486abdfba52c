"""A server on loopback that answers what it is told to, as servers in trouble do, and remembers what it was asked."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An answer; one with the status 0 is none: the connection closes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


class Request(NamedTuple):
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Scripted:
    """Its next answers, and what it was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.answers: deque[Answer] = deque()
        self.asked: list[Request] = []


def error(status: int, detail: str = "Why.", *, headers: dict[str, str] | None = None, **extra: Any) -> Answer:
    """An error of a pydotorg."""
    body = json.dumps({"detail": detail, "status_code": status, "extra": extra}).encode()
    return Answer(status, body, headers or {})


def success(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), headers)


class Handler(BaseHTTPRequestHandler):
    """One connection to it."""

    scripted: Scripted
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Request(self.command, self.path, headers, json.loads(body) if body else None)
        self.scripted.asked.append(asked)
        answer = self.scripted.answers.popleft()
        self.close_connection = True
        if answer.status:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Any:
        """The standard library looks for `do_GET` and its like."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_: Any) -> None:
        """Not on the terminal of the tests."""


@contextmanager
def running() -> Iterator[Scripted]:
    scripted = Scripted()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"scripted": scripted}))
    scripted.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield scripted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
