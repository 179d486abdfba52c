"""The three pages as a reader meets them, in a real Chromium."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.browsers import driven
from tests.servers import serving

HERE = Path(__file__).parent
LOCAL, NOT_LOCAL = "127.0.0.1", "api.test"
TOKEN = "a-token-of-nobody"

KNOWN_COMPLAINTS: dict[str, tuple[str, ...]] = {
    "Scalar": (),
    # It takes the underscore of an operation's id in a link for an old way to write a space; the link works.
    "Swagger UI": ("Deprecated: escaping deep link whitespace with `_` is unsupported",),
    "ReDoc": (),
}


class Request(msgspec.Struct):
    url: str
    failure: str | None
    authorization: str | None


class Seen(msgspec.Struct):
    title: str
    complaints: list[str]
    requests: list[Request]
    kept: list[str]


@pytest.fixture(scope="module")
def small_server() -> Iterator[str]:
    """The pages over a small API, under a name that is not local: an interface may do more there."""
    with subprocess.Popen([sys.executable, HERE / "small_server.py"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://{NOT_LOCAL}:{int(process.stdout.readline())}"
        process.terminate()


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service as it ships."""
    with serving(tmp_path_factory.mktemp("server")) as base:
        yield base


@pytest.fixture(scope="module")
def signed_in(running_server: str) -> str:
    """The access token of somebody who has an account there."""
    ada = {"username": "ada", "password": "correct horse battery staple"}
    with httpx.Client(base_url=f"{running_server}/api/auth", trust_env=False) as client:
        client.post("/register", json={**ada, "email": "ada@example.org"}).raise_for_status()
        return str(client.post("/login", json=ada).raise_for_status().json()["access_token"])


@pytest.mark.parametrize("interface", KNOWN_COMPLAINTS)
def test_a_link_to_an_operation_shows_it(running_server: str, interface: str) -> None:
    visit(running_server, interface)


@pytest.mark.parametrize("interface", ["Scalar", "Swagger UI"])
def test_a_request_is_tried_with_a_token_that_no_visit_keeps(small_server: str, interface: str) -> None:
    seen = visit(small_server, interface, "authorise", "send")
    tried = [request for request in seen.requests if "/api/v1/" in request.url]
    assert [request.url for request in tried] == [f"{small_server}/api/v1/releases"], "a filter that nobody chose"
    assert [request.authorization for request in tried] == [f"Bearer {TOKEN}"]
    assert all(TOKEN not in kept for kept in seen.kept)


@pytest.mark.parametrize("interface", ["Scalar", "Swagger UI"])
def test_who_has_signed_in_sees_his_own_account(running_server: str, signed_in: str, interface: str) -> None:
    seen = visit(running_server, interface, "authorise", "send", operation="auth_me", token=signed_in)
    tried = [request for request in seen.requests if request.url.endswith("/api/auth/me")]
    assert [request.authorization for request in tried] == [f"Bearer {signed_in}"]
    assert all(signed_in not in kept for kept in seen.kept)


def test_redoc_finds_an_operation_by_its_words(small_server: str) -> None:
    visit(small_server, "ReDoc", "search")


def visit(origin: str, interface: str, *steps: str, operation: str | None = None, token: str = TOKEN) -> Seen:
    """What is seen on the way to an operation, the first if none is named, and through the steps.

    No visit may end in trouble.
    """
    known = described(origin, operation)
    printed = driven(HERE / "visit.mjs", origin=origin, interface=interface, operation=known, steps=steps, token=token)
    seen = msgspec.json.decode(printed, type=Seen)
    expect_no_trouble(seen, interface, origin)
    return seen


def described(origin: str, id: str | None) -> dict[str, str]:
    """An operation as the document describes it."""
    document = httpx.get(f"{origin.replace(NOT_LOCAL, LOCAL)}/api/openapi.json", trust_env=False).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if id in (None, operation["operationId"]):
                named = {"id": operation["operationId"], "summary": operation["summary"], "tag": operation["tags"][0]}
                return {"method": method.upper(), "path": path, **named}
    raise LookupError(f"there is no operation {id}")


def expect_no_trouble(seen: Seen, interface: str, origin: str) -> None:
    sent = [request.url for request in seen.requests]
    assert seen.title == f"pydotorg API · {interface}"
    assert [line for line in seen.complaints if not line.startswith(KNOWN_COMPLAINTS[interface])] == []
    assert [url for url in sent if not url.startswith((f"{origin}/", "data:", f"blob:{origin}/"))] == []
