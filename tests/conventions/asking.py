"""Asking as no well-behaved client would, and reading what errors say."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import httpx

from pydotorg.app import Application

HOST = (("host", "localhost:8000"),)
Headers = Iterable[tuple[str, str]]


async def ask(
    app: Application,
    method: str,
    target: str | bytes,
    *,
    headers: Headers = HOST,
    body: Iterable[bytes] = (b"",),
    http_version: str = "1.1",
    server: tuple[str, int] = ("127.0.0.1", 8000),
) -> httpx.Response:
    """The answer to exactly these bytes: no client corrects the target, adds a Host or measures the body."""
    raw_path, _, query = (target.encode("latin-1") if isinstance(target, str) else target).partition(b"?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": http_version,
        "method": method, "scheme": "http", "path": unquote(raw_path.decode("latin-1")), "raw_path": raw_path,
        "query_string": query, "root_path": "", "server": server, "client": ("127.0.0.1", 50_000),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }  # fmt: skip
    parts = [*body]
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in messages[1:])
    return httpx.Response(messages[0]["status"], headers=messages[0]["headers"], content=content)


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error, once it is sure that it has the one shape which all have."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    assert set(told) == {"detail", "status_code", "extra"}
    assert told["status_code"] == status
    assert isinstance(told["extra"], dict)
    assert told["detail"].endswith("."), "a sentence for a person"
    return told


def faults_of(answer: httpx.Response, status: int = 400, source: str = "query") -> dict[str, str]:
    """What is wrong, by field, in an answer that says so in the one shape for it."""
    extra = error_of(answer, status)["extra"]
    assert set(extra) == {"errors"}
    for fault in extra["errors"]:
        assert set(fault) == {"field", "source", "message"}
        assert fault["source"] == source
        assert fault["message"]
    faults = {fault["field"]: fault["message"] for fault in extra["errors"]}
    assert len(faults) == len(extra["errors"]), "one fault for each field"
    return faults
