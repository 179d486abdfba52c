"""No such path, 405, 401, 403; only then are query, body and resource looked at: nobody learns more than he may."""

import re

import httpx
import pytest

from pydotorg.app import Application

from .asking import HOST, ask, error_of
from .routes import DOOR, EVERY, STRICT, Route, each
from .workshop import TOOL

pytestmark = pytest.mark.anyio

NOBODY = (("authorization", "Bearer nobody"),)
ALICE = (("authorization", "Bearer alice"),)
RITA = (("authorization", "Bearer rita"),)
JSON = (("content-type", "application/json"),)
BOLT = b'{"name": "M4", "length": 20}'


async def put(
    app: Application, who: tuple[tuple[str, str], ...], body: bytes, *, target: str = TOOL,
    kind: tuple[tuple[str, str], ...] = JSON, method: str = "PUT",
) -> httpx.Response:  # fmt: skip
    return await ask(app, method, target, headers=(*HOST, *who, *kind), body=[body])


async def test_each_refusal_comes_in_its_turn(workshop_application: Application) -> None:
    app = workshop_application
    error_of(await put(app, NOBODY, b"{", target="/api/v1/workshop/nothing?x=1", method="BREW"), 404)
    error_of(await put(app, NOBODY, b"{", target=f"{TOOL}?x=1", method="BREW"), 405)
    error_of(await put(app, NOBODY, b"{", target=f"{TOOL}?x=1"), 401)
    error_of(await put(app, (), b"{", target=f"{TOOL}?x=1"), 401)
    error_of(await put(app, ALICE, b"{", target=f"{TOOL}?x=1"), 403)
    error_of(await put(app, RITA, b"{", target=f"{TOOL}?x=1"), 400)
    error_of(await put(app, RITA, b"{"), 400)
    error_of(await put(app, RITA, BOLT, kind=(("content-type", "text/plain"),)), 415)
    error_of(await put(app, RITA, b"{}"), 422)
    error_of(await put(app, RITA, BOLT), 409)


async def test_a_large_body_of_a_stranger_is_not_read_before_he_is_refused(workshop_application: Application) -> None:
    huge = b" " * (2**20 + 1)
    error_of(await put(workshop_application, NOBODY, huge), 401)
    error_of(await put(workshop_application, (), huge), 401)
    error_of(await put(workshop_application, ALICE, huge), 403)
    error_of(await put(workshop_application, RITA, huge), 413)


async def test_an_unknown_path_is_a_404_whatever_the_method_and_the_token() -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", "TRACE"):
        for who in ((), NOBODY):
            answer = await ask(DOOR, method, "/api/v1/nothing", headers=(*HOST, *who))
            assert answer.status_code == 404, method
            assert "allow" not in answer.headers


@each(EVERY)
async def test_a_wrong_method_is_refused_before_a_bad_token(route: Route) -> None:
    error_of(await ask(DOOR, "BREW", route.address, headers=(*HOST, *NOBODY)), 405)


@each(EVERY)
async def test_a_bad_token_is_refused_before_a_bad_query(route: Route) -> None:
    headers = (*HOST, *NOBODY)
    error_of(await ask(DOOR, route.operation.method, f"{route.address}?nonsense=%FF", headers=headers), 401)


@each(route for route in EVERY if route.operation.path and route in STRICT)
async def test_a_bad_query_is_refused_before_a_missing_row(route: Route, door: httpx.AsyncClient) -> None:
    missing = re.sub(r"{\w+}", "is-not-there", route.path)
    error_of(await door.request(route.operation.method, f"{missing}?nonsense=1"), 400)


async def test_a_foreign_host_learns_nothing_at_all() -> None:
    for target in ("/api/v1/nothing", "/api/v1/releases?x=1", "/health", "/api/v1/releases%2F"):
        for method in ("GET", "BREW", "OPTIONS"):
            headers = (("host", "evil.example"), *NOBODY)
            error_of(await ask(DOOR, method, target, headers=headers), 400)
