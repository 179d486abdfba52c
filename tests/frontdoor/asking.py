"""Asking the front door in this process, and reading its answers to the byte: nothing decodes, follows or corrects."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

import brotli
import zstandard

from pydotorg.app import Application

#: what is another one each time, and never stored with an answer
QUOTA = ("ratelimit-policy", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
OWN = {"x-request-id", "date", *QUOTA}
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body, max_output_size=2**24),
    "br": lambda body: bytes(brotli.decompress(body)),
    "gzip": gzip.decompress,
}


class Answer(NamedTuple):
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.plain)

    @property
    def plain(self) -> bytes:
        """The body without its coding."""
        coding = self.headers.get("content-encoding")
        return CODINGS[coding](self.body) if coding else self.body

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    @property
    def remaining(self) -> int:
        return int(self.headers["ratelimit-remaining"])

    @property
    def lasting(self) -> dict[str, str]:
        """The headers that the next answer has, too."""
        return {name: value for name, value in self.headers.items() if name not in OWN}


def answer_of(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> Answer:
    """An answer whose headers come once each."""
    told = {name.decode(): value.decode("latin-1") for name, value in headers}
    assert len(told) == len(headers), headers
    return Answer(status, told, body)


async def ask(
    app: Application, target: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"",
    name: str | None = None, client: str = "127.0.0.1", host: str | None = "localhost:8000", http_version: str = "1.1",
    server: str = "127.0.0.1",
) -> Answer:  # fmt: skip
    """The answer to a request with exactly these headers; `name` is of the cast of `tests/conftest.py`."""
    path, _, query = target.partition("?")
    given = [*([("host", host)] if host is not None else []), *headers]
    if name is not None:
        given.append(("authorization", f"Bearer {name}"))
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": http_version,
        "method": method, "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "server": (server, 8000), "client": (client, 50_000),
        "headers": [(key.encode(), value.encode("latin-1")) for key, value in given],
    }  # fmt: skip
    parts: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]
    messages: list[Any] = []

    async def receive() -> Any:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        messages.append(message)

    await asyncio.sleep(0)  # it arrives in a turn of the loop of its own, as from a socket
    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in messages[1:])
    return answer_of(messages[0]["status"], messages[0]["headers"], content)


def hits(app: Application) -> int:
    """How many answers have left from the store."""
    return app.tallies.outcomes["hit"] + app.tallies.outcomes["revalidated"]


def computed(app: Application, operation: str) -> int:
    """How often an operation has made an answer."""
    made = app.tallies.computing.get(operation)
    return sum(made.buckets) if made else 0


def stored(app: Application) -> int:
    """How many answers are in the store."""
    return 0 if app.sharing is None else len(app.sharing.store.entries)
