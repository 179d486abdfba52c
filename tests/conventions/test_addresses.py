"""Addresses: with and without the last slash, and nothing that only looks like one of ours."""

import re

import httpx
import pytest

from pydotorg.kernel.http.identifiers import RESERVED
from pydotorg.kernel.http.results import Redirect

from .asking import ask, error_of
from .routes import DOOR, EVERY, READS, Route, each

pytestmark = pytest.mark.anyio

LATEST = "/api/v1/releases/latest"
PLAIN = ["/health", "/ready", "/api/openapi.json", "/api/openapi.yaml", "/api/swagger", "/api/redoc", "/favicon.ico"]


@each(READS)
async def test_every_read_answers_at_its_documented_example(route: Route, root: httpx.AsyncClient) -> None:
    answer = await root.get(route.asked)
    assert answer.status_code == (302 if route.operation.result is Redirect else 200), answer.text


@each(READS)
async def test_the_last_slash_makes_no_difference(route: Route, root: httpx.AsyncClient) -> None:
    without = await root.get(route.asked)
    with_it = await root.get(route.asked.replace(route.address, f"{route.address}/"))
    assert with_it.status_code == without.status_code
    assert with_it.content == without.content
    assert with_it.headers.get("location") == without.headers.get("location")
    assert with_it.headers.get("etag") == without.headers.get("etag")


@pytest.mark.parametrize("path", PLAIN)
async def test_the_last_slash_makes_no_difference_to_what_is_no_resource(anyone: httpx.AsyncClient, path: str) -> None:
    without, with_it = await anyone.get(path), await anyone.get(f"{path}/")
    assert (without.status_code, with_it.status_code) == (200, 200)
    assert with_it.content == without.content


@pytest.mark.parametrize("path", ["/api", "/api/"])
async def test_the_documentation_is_there_with_and_without_its_slash(anyone: httpx.AsyncClient, path: str) -> None:
    answer = await anyone.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/nothing",
        "/api/v2",
        "/api/v1/Releases",
        "/API/v1/releases",
        "/api/v1/releases/3.14.8/nothing",
        "/api/v1/releases/3.14.8/sha256sums",
        "/api/v1/releases/latest/3/download/it",
        "/api/v1/releases/slug",
        "/api/v1/files/release",
        "/elsewhere",
        "/healthy",
        "/health/database",
        "/.env",
        "/api/v1/releases;jsessionid=1",
        "*",
    ],
)
async def test_there_is_nothing_at_an_unknown_address(target: str) -> None:
    assert "no" in error_of(await ask(DOOR, "GET", target), 404)["detail"].lower()


@pytest.mark.parametrize(
    "target",
    [
        "//api/v1/releases/latest",
        "/api//v1/releases/latest",
        "/api/v1//releases/latest",
        "/api/v1/releases//latest",
        "/api/v1/releases/latest//",
        "//",
        "///api/v1/releases/latest",
        "/api/v1/releases%2Flatest",
        "/api/v1/releases%2flatest",
        "/api/v1/releases/latest%2F",
        "/api%2Fv1%2Freleases%2Flatest",
        "/%2Fapi/v1/releases/latest",
        "/api/v1/releases/3.14.8%2Ffiles",
        "/api/v1/releases/latest%252F3",
        "/api/v1/releases%5Clatest",
        "/api/v1/releases\\latest",
        "/api/v1/releases/../releases/latest",
        "/api/v1/./releases/latest",
        "/api/v1/releases/latest/..",
        "/api/v1/releases/latest/.",
        "/api/v1/..",
        "/../api/v1/releases/latest",
        "/api/v1/releases/%2e%2e/releases/latest",
        "/api/v1/releases/%2E%2E",
        "/api/v1/releases/..%2Flatest",
        "/api/assets/../openapi.json",
        "/api/assets/..%2f..%2f..%2fsettings.py",
    ],
)
async def test_no_address_is_taken_for_another_one(target: str) -> None:
    error_of(await ask(DOOR, "GET", target), 404)


NO_IDENTIFIERS = [
    "%00", "3.14.8%00", "%0A", "3.14.8%0A", "%0D%0A", "%20", "3.14.8%20", "%FF", "%C3%28", "%ED%A0%80", "%C3%A9", "-",
    ".", "..", "'", "%27%20or%201=1--", "%22", "3.14.8'", "{id}", "%7B", "<script>", "a" * 201, "a" * 5000, "%zz", "%",
    "%F0%9F%90%8D", "%E2%80%AE", "~", "@", ":", "3.14.8%3F", "%23",
]  # fmt: skip
NAMES_OF_NOTHING = [
    "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "0199985398007a4c8d33b3adba5eab68",
    "01999853-9800-7a4c-8d33", "9" * 40, "9" * 200, "1e999", "0x10", "none-such", "3.99.0rc1", "1%2B1", "latest.json",
]  # fmt: skip


@each(route for route in READS if route.operation.path)
async def test_what_cannot_be_an_identifier_names_nothing(route: Route) -> None:
    for identifier in NO_IDENTIFIERS:
        target = re.sub(r"{\w+}", identifier, route.path) + "?" + route.asked.partition("?")[2]
        error_of(await ask(DOOR, "GET", target), 404)


@each(route for route in READS if route.operation.path)
async def test_an_identifier_of_nothing_is_a_404(route: Route, root: httpx.AsyncClient) -> None:
    for identifier in NAMES_OF_NOTHING:
        target = re.sub(r"{\w+}", identifier, route.path)
        error_of(await root.get(f"{target}?{route.asked.partition('?')[2]}"), 404)


async def test_a_percent_encoded_letter_is_the_letter(anyone: httpx.AsyncClient) -> None:
    plain = await anyone.get("/api/v1/releases/3.14.8")
    encoded = await anyone.get("/api/v1/rele%61ses/%33%2E14.8")
    assert (plain.status_code, encoded.status_code) == (200, 200)
    assert encoded.content == plain.content


def test_words_that_are_paths_cannot_be_slugs() -> None:
    """Wherever a path has a word where another has an identifier, the word is taken."""
    paths = [route.path.split("/") for route in EVERY]
    words = {
        own[depth]
        for own in paths
        for other in paths
        for depth in range(min(len(own), len(other)))
        if other[depth].startswith("{") and not own[depth].startswith("{") and other[:depth] == own[:depth]
    }
    assert words >= {"latest", "scheduled", "slug", "release"}
    assert words <= RESERVED


async def test_a_reserved_word_names_no_row(anyone: httpx.AsyncClient) -> None:
    for word in RESERVED:
        for path in ("releases/slug", "files/release", "os"):
            error_of(await anyone.get(f"/api/v1/{path}/{word}"), 404)
