"""Methods: what an address does not support it says so, HEAD and OPTIONS everywhere, and CORS for every origin."""

from collections import defaultdict

import httpx
import pytest

from pydotorg.app import Application

from .asking import HOST, ask, error_of
from .routes import DOOR, EVERY, READS, Route, each

pytestmark = pytest.mark.anyio

PLAIN = ["/health", "/ready", "/api/", "/api/openapi.json", "/api/openapi.yaml", "/api/swagger", "/api/redoc"]
METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "BREW",
    "PROPFIND",
    "TRACE",
    "CONNECT",
    "LINK",
    "get",
    "QUERY",
]
ORIGIN = ("origin", "https://example.com")
PLAINLY = {"Accept-Encoding": "identity"}
VOLATILE = {"x-request-id", "date", "ratelimit-remaining", "ratelimit-reset"}

ALLOWED: dict[str, set[str]] = defaultdict(lambda: {"OPTIONS"})
for found in EVERY:
    ALLOWED[found.address] |= {found.operation.method} | ({"HEAD"} if found.operation.reads else set())
for page in PLAIN:
    ALLOWED[page] |= {"GET", "HEAD"}
ADDRESSES = pytest.mark.parametrize("address", sorted(ALLOWED))


def allowed_by(answer: httpx.Response) -> set[str]:
    methods = answer.headers["allow"].split(", ")
    assert len(methods) == len(set(methods))
    return set(methods)


@ADDRESSES
async def test_a_method_that_is_not_there_is_a_405_with_those_that_are(address: str) -> None:
    for method in METHODS:
        if method not in ALLOWED[address]:
            for target in (address, f"{address.rstrip('/')}/"):
                answer = await ask(DOOR, method, target)
                if method == "HEAD":
                    assert (answer.status_code, answer.content) == (405, b"")
                else:
                    error_of(answer, 405)
                assert allowed_by(answer) == ALLOWED[address], method


@ADDRESSES
async def test_options_says_what_is_there(address: str) -> None:
    answer = await ask(DOOR, "OPTIONS", address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert allowed_by(answer) == ALLOWED[address]
    assert {"content-type", "content-length", "access-control-allow-methods"}.isdisjoint(answer.headers)


@ADDRESSES
async def test_options_is_open_to_everybody(address: str) -> None:
    answer = await ask(DOOR, "OPTIONS", f"{address}?x=1", headers=(*HOST, ("authorization", "Bearer nobody")))
    assert answer.status_code == 204


@ADDRESSES
async def test_a_preflight_is_granted_to_every_origin_and_kept_for_a_day(address: str) -> None:
    asked = (("access-control-request-method", "GET"), ("access-control-request-headers", "authorization"))
    answer = await ask(DOOR, "OPTIONS", address, headers=(*HOST, ORIGIN, *asked))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-max-age"] == "86400"
    assert set(answer.headers["access-control-allow-methods"].split(", ")) == ALLOWED[address]
    assert set(answer.headers["access-control-allow-headers"].split(", ")) == {
        "Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key",
    }  # fmt: skip
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(("address", "method"), [("benches", "POST"), ("tools/hammer", "PUT"), ("tidy", "POST")])
async def test_what_cannot_be_read_has_no_head(workshop_application: Application, address: str, method: str) -> None:
    for wrong in ("GET", "HEAD", "DELETE", "BREW"):
        answer = await ask(workshop_application, wrong, f"/api/v1/workshop/{address}")
        assert answer.status_code == 405
        assert allowed_by(answer) == {method, "OPTIONS"}
    asked = ("access-control-request-method", method)
    granted = await ask(workshop_application, "OPTIONS", f"/api/v1/workshop/{address}", headers=(*HOST, ORIGIN, asked))
    assert granted.headers["access-control-allow-methods"] == f"OPTIONS, {method}"


async def test_there_are_no_options_where_nothing_is() -> None:
    asked = ("access-control-request-method", "GET")
    error_of(await ask(DOOR, "OPTIONS", "/api/v1/nothing", headers=(*HOST, ORIGIN, asked)), 404)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/v1/releases?limit=0"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v1"),
        ("DELETE", "/api/v1/releases"),
        ("GET", "/health"),
    ],
)
async def test_a_page_of_another_origin_may_read_every_answer(method: str, target: str) -> None:
    for origin in ((), (ORIGIN,)):
        answer = await ask(DOOR, method, target, headers=(*HOST, *origin))
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert "access-control-allow-credentials" not in answer.headers
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert exposed == {
            "ETag", "Link", "Location", "X-Total-Count", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining",
            "RateLimit-Reset", "Retry-After", "X-Request-ID",
        }  # fmt: skip


@each(READS)
async def test_head_has_the_headers_of_get_and_no_body(route: Route, root: httpx.AsyncClient) -> None:
    whole, head = await root.get(route.asked, headers=PLAINLY), await root.head(route.asked, headers=PLAINLY)
    assert head.status_code == whole.status_code
    assert head.content == b""
    assert without_volatile(head) == without_volatile(whole)
    assert head.headers["content-length"] == str(len(whole.content))


@each(READS)
async def test_head_of_an_error_has_its_headers_too(route: Route) -> None:
    headers = (*HOST, ("authorization", "Bearer nobody"))
    whole, head = [await ask(DOOR, method, route.asked, headers=headers) for method in ("GET", "HEAD")]
    assert (head.status_code, head.content) == (401, b"")
    assert without_volatile(head) == without_volatile(whole)
    assert whole.content


@pytest.mark.parametrize("page", PLAIN)
async def test_head_works_for_what_is_no_resource(anyone: httpx.AsyncClient, page: str) -> None:
    whole, head = await anyone.get(page), await anyone.head(page)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert without_volatile(head) == without_volatile(whole)


def without_volatile(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers.multi_items() if name not in VOLATILE)


@each(READS)
async def test_a_body_that_nobody_asked_for_changes_nothing(route: Route, root: httpx.AsyncClient) -> None:
    plain = await root.get(route.asked)
    loaded = await root.request("GET", route.asked, content=b'{"limit": 1}', headers={"Content-Type": "text/xml"})
    assert (loaded.status_code, loaded.content) == (plain.status_code, plain.content)
