"""The three pages as a reader meets them, in a real Chromium."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.servers import serving

HERE = Path(__file__).parent
PLAYWRIGHT = HERE.parent / "contract" / "node_modules" / "playwright-core" / "package.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
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


def test_redoc_finds_an_operation_by_its_words(small_server: str) -> None:
    visit(small_server, "ReDoc", "search")


def visit(origin: str, interface: str, *steps: str) -> Seen:
    """What is seen on the way to the first operation and through the steps; no visit may end in trouble."""
    plan = {
        "browser": found(next(filter(None, map(shutil.which, BROWSERS)), None), "chromium"),
        "library": found(PLAYWRIGHT if PLAYWRIGHT.is_file() else None, "playwright-core (npm ci in tests/contract)"),
        "origin": origin,
        "interface": interface,
        "operation": first_operation(origin),
        "steps": steps,
        "token": TOKEN,
    }
    node = found(shutil.which("node"), "node")
    done = subprocess.run(
        [node, HERE / "visit.mjs", json.dumps(plan)], capture_output=True, check=False, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    seen = msgspec.json.decode(done.stdout, type=Seen)
    expect_no_trouble(seen, interface, origin)
    return seen


def first_operation(origin: str) -> dict[str, str]:
    document = httpx.get(f"{origin.replace(NOT_LOCAL, LOCAL)}/api/openapi.json", trust_env=False).json()
    path, methods = next(iter(document["paths"].items()))
    method, operation = next(iter(methods.items()))
    tag, *_ = operation["tags"]
    named = {"id": operation["operationId"], "summary": operation["summary"], "tag": tag}
    return {"method": method.upper(), "path": path, **named}


def expect_no_trouble(seen: Seen, interface: str, origin: str) -> None:
    sent = [request.url for request in seen.requests]
    assert seen.title == f"pydotorg API · {interface}"
    assert [line for line in seen.complaints if not line.startswith(KNOWN_COMPLAINTS[interface])] == []
    assert [url for url in sent if not url.startswith((f"{origin}/", "data:", f"blob:{origin}/"))] == []


def found(path: str | Path | None, name: str) -> str:
    """A part of the machine that a developer may lack, and CI may not."""
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{name} is missing")
    if path is None:
        pytest.skip(f"{name} is missing")
    return str(path)
