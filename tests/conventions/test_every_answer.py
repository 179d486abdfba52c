"""What every answer brings, whatever its status: an id to quote, and the headers that keep browsers safe."""

import re

import httpx
import pytest
from structlog.testing import capture_logs

from pydotorg.app import Application
from tests.conftest import forget

from .asking import HOST, ask
from .routes import DOOR, READS, Route, each

pytestmark = pytest.mark.anyio

NEW = re.compile(r"[0-9a-f]{16}-[0-9a-f]+")
TARGETS = [
    ("GET", "/api/v1"), ("GET", "/health"), ("GET", "/nothing"), ("GET", "/api/v1/releases?limit=0"),
    ("DELETE", "/api/v1/releases"), ("BREW", "/health"), ("OPTIONS", "/api/v1/releases"), ("HEAD", "/api/v1"),
    ("GET", "/api//v1"), ("GET", "/api/openapi.json"),
]  # fmt: skip
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
}


@pytest.mark.parametrize("given", ["1", "a" * 64, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "-", "AbC-123"])
async def test_a_request_id_of_the_caller_comes_back(given: str) -> None:
    for method, target in TARGETS:
        answer = await ask(DOOR, method, target, headers=(*HOST, ("x-request-id", given)))
        assert answer.headers.get_list("x-request-id") == [given]


@pytest.mark.parametrize(
    "given", ["a" * 65, "", " ", "a b", "a_b", "a.b", "é", "a\n", "a;b", '"a"', "\x00", "a" * 9999]
)
async def test_another_request_id_is_replaced_by_a_new_one(given: str) -> None:
    answer = await ask(DOOR, "GET", "/api/v1", headers=(*HOST, ("x-request-id", given)))
    assert NEW.fullmatch(answer.headers["x-request-id"])


async def test_every_request_gets_an_id_of_its_own() -> None:
    answers = [await ask(DOOR, method, target) for method, target in TARGETS * 3]
    identities = {answer.headers["x-request-id"] for answer in answers}
    assert len(identities) == len(answers)
    assert all(NEW.fullmatch(identity) for identity in identities)


@pytest.mark.parametrize(("method", "target"), TARGETS)
async def test_every_answer_keeps_browsers_safe(method: str, target: str) -> None:
    answer = await ask(DOOR, method, target)
    for name, value in SAFE.items():
        assert answer.headers.get_list(name) == [value]
    policies = answer.headers.get_list("content-security-policy")
    assert policies == ["default-src 'none'; frame-ancestors 'none'"]
    assert "server" not in answer.headers
    assert "set-cookie" not in answer.headers


@each(READS)
async def test_every_read_keeps_browsers_safe_too(route: Route, root: httpx.AsyncClient) -> None:
    answer = await root.get(route.asked)
    for name, value in SAFE.items():
        assert answer.headers.get_list(name) == [value]
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/api/", "/api/swagger", "/api/redoc"])
async def test_a_page_has_one_policy_of_its_own(anyone: httpx.AsyncClient, path: str) -> None:
    answer = await anyone.get(path)
    (policy,) = answer.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'; ")
    assert "script-src 'self'" in policy.split("; ")


@each(READS)
async def test_the_log_has_one_line_for_every_request_that_is_not_answered_from_the_store(
    route: Route, root: httpx.AsyncClient, application: Application
) -> None:
    forget(application)
    with capture_logs() as log:
        answer = await root.get(route.asked, headers={"X-Request-ID": "one-line"})
    (line,) = log
    assert (line["event"], line["log_level"]) == ("request", "info")
    assert (line["method"], line["path"], line["status"]) == ("GET", route.address, answer.status_code)
    assert (line["operation"], line["request_id"]) == (route.operation.id, "one-line")
    assert line["milliseconds"] > 0
    assert "root" not in str(line), "credentials stay out of the log"


@pytest.mark.parametrize(("method", "target"), TARGETS)
async def test_the_log_has_one_line_for_every_refusal(method: str, target: str) -> None:
    with capture_logs() as log:
        answer = await ask(DOOR, method, target, headers=(*HOST, ("authorization", "Bearer hunter2")))
    (line,) = log
    assert (line["method"], line["path"]) == (method, target.partition("?")[0])
    assert (line["status"], line["client"]) == (answer.status_code, "127.0.0.1")
    assert "hunter2" not in str(line)


async def test_an_answer_is_json_without_a_charset(anyone: httpx.AsyncClient) -> None:
    for target in ("/api/v1", "/health", "/ready", "/api/v1/releases/latest", "/api/openapi.json"):
        assert (await anyone.get(target)).headers["content-type"] == "application/json"


async def test_a_strange_accept_is_no_obstacle() -> None:
    for accept in ("image/png", "text/html", "*/*;q=0", "application/problem+json", "", ",,,;;;", "\xff"):
        answer = await ask(DOOR, "GET", "/api/v1", headers=(*HOST, ("accept", accept)))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("if-none-match", "nonsense"),
        ("if-match", '"'),
        ("if-modified-since", "yesterday"),
        ("range", "bytes=9-0"),
        ("range", "pages=1"),
        ("accept-encoding", "nonsense;q=x"),
        ("accept-language", "%%"),
        ("accept-charset", "x;q=9"),
        ("content-length", "x"),
        ("content-type", ";;;"),
        ("content-encoding", "nonsense"),
        ("cookie", "=;=;"),
    ],
)
async def test_malformed_headers_about_conditions_codings_and_ranges_are_ignored(name: str, value: str) -> None:
    answer = await ask(DOOR, "GET", "/api/v1", headers=(*HOST, (name, value)))
    assert answer.status_code == 200
    assert answer.json()["documentation"] == "http://localhost:8000/api/"


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
async def test_a_long_error_is_compressed_like_any_answer(coding: str) -> None:
    target = "/api/v1/releases?" + "&".join(f"unknown{number}=1" for number in range(50))
    plain = await ask(DOOR, "GET", target)
    asked = (*HOST, ("accept-encoding", coding))
    whole, head = [await ask(DOOR, method, target, headers=asked) for method in ("GET", "HEAD")]
    assert (plain.status_code, whole.status_code, head.status_code) == (400, 400, 400)
    assert whole.headers.get_list("content-encoding") == [coding]
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == whole.headers["vary"] == "Accept-Encoding"
    assert whole.json() == plain.json(), "the client has decoded it"
    assert int(whole.headers["content-length"]) < len(plain.content)
    assert (head.content, head.headers["content-length"]) == (b"", whole.headers["content-length"])


async def test_a_short_error_is_not_compressed() -> None:
    answer = await ask(DOOR, "GET", "/api/v1/nothing", headers=(*HOST, ("accept-encoding", "gzip")))
    assert "content-encoding" not in answer.headers
