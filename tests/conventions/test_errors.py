"""Errors have one shape, for every status and every path, and a second one (RFC 9457) for who asks for it."""

from typing import Any, NamedTuple

import httpx
import pytest
from structlog.testing import capture_logs

from pydotorg.app import Application
from tests.conftest import client_of

from .asking import HOST, ask, error_of, faults_of
from .routes import DOOR, EVERY, Route, each
from .workshop import SECRET, TOOL

pytestmark = pytest.mark.anyio

JSON = ("content-type", "application/json")
RITA = ("authorization", "Bearer rita")
BENCHES = "/api/v1/workshop/benches"


class Refused(NamedTuple):
    """A request that ends with this status."""

    status: int
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    host: str = "localhost:8000"

    async def ask(self, app: Application, *more: tuple[str, str]) -> httpx.Response:
        headers = (("host", self.host), *self.headers, *more)
        return await ask(app, self.method, self.target, headers=headers, body=[self.body])


REFUSED = {
    "a bad parameter": Refused(400, "GET", "/api/v1/releases?limit=0"),
    "a query that is no text": Refused(400, "GET", "/api/v1/releases?q=%FF"),
    "a body that is no JSON": Refused(400, "POST", BENCHES, (JSON,), b"{"),
    "a foreign host": Refused(400, "GET", "/api/v1/releases", host="evil.example"),
    "a foreign host elsewhere": Refused(400, "GET", "/elsewhere", host="evil.example"),
    "no credentials": Refused(401, "GET", "/api/v1/workshop/drawer"),
    "bad credentials": Refused(401, "GET", "/api/v1/releases", (("authorization", "Bearer nobody"),)),
    "too low a role": Refused(403, "PUT", TOOL, (("authorization", "Bearer alice"),)),
    "what cannot be an identifier": Refused(404, "GET", "/api/v1/releases/~"),
    "no such path": Refused(404, "GET", "/api/v1/nothing"),
    "no such path below /api": Refused(404, "GET", "/api/nothing"),
    "no such path elsewhere": Refused(404, "GET", "/elsewhere"),
    "an encoded slash": Refused(404, "GET", "/api/v1/releases%2Flatest"),
    "a wrong method": Refused(405, "DELETE", "/api/v1/releases"),
    "a wrong method elsewhere": Refused(405, "POST", "/health"),
    "an unknown method": Refused(405, "BREW", "/api/v1/releases/latest"),
    "too large a body": Refused(413, "POST", BENCHES, (JSON, ("content-length", "1048577")), b"[" * 1_048_577),
    "another format": Refused(415, "POST", BENCHES, (("content-type", "text/xml"),), b"<bench/>"),
    "a body that breaks the schema": Refused(422, "POST", BENCHES, (JSON,), b"{}"),
    "our fault": Refused(500, "GET", "/api/v1/workshop/broken"),
}
ALL = pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)


@ALL
async def test_every_error_has_the_same_members(workshop_application: Application, refused: Refused) -> None:
    answer = await refused.ask(workshop_application)
    told = error_of(answer, refused.status)
    assert set(told["extra"]) == {400: {"errors"}, 422: {"errors"}, 500: {"id"}}.get(refused.status, set())
    assert answer.headers["content-length"] == str(len(answer.content))


@ALL
@pytest.mark.parametrize(
    "accept",
    [
        "application/problem+json",
        "Application/Problem+JSON; q=0.9, */*;q=0.1",
        "text/html, application/problem+json, application/json",
    ],
)
async def test_who_asks_for_a_problem_gets_the_same_error_as_one(
    workshop_application: Application, refused: Refused, accept: str
) -> None:
    plain = (await refused.ask(workshop_application)).json()
    answer = await refused.ask(workshop_application, ("accept", accept))
    assert answer.status_code == refused.status
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", *plain["extra"]}
    assert problem["type"] == "about:blank"
    assert (problem["title"], problem["status"]) == (TITLES[refused.status], refused.status)
    if refused.status != 500:  # the id in it is another one each time
        assert problem["detail"] == plain["detail"]
        assert {name: problem[name] for name in plain["extra"]} == plain["extra"]


TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    413: "Request Entity Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Entity",
    500: "Internal Server Error",
}  # fmt: skip


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html", "image/png;q=0.1", "", "nonsense", "a" * 999]
)
async def test_who_asks_for_anything_else_gets_json(accept: str) -> None:
    headers = (*HOST, ("accept", accept))
    error_of(await ask(DOOR, "GET", "/api/v1/releases/9.9.9?x=1", headers=headers), 400)


@each(EVERY)
async def test_a_bad_token_is_refused_wherever_it_is_shown(route: Route) -> None:
    for credentials in (
        "Bearer nobody",
        "Bearer",
        "bearer  alice",
        "Token x",
        "Basic YWxpY2U6eA==",
        "",
        "\xff",
        "alice",
    ):
        headers = (*HOST, ("authorization", credentials))
        answer = await ask(DOOR, route.operation.method, route.asked, headers=headers)
        error_of(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer, Token"


async def test_a_missing_row_is_named(anyone: httpx.AsyncClient) -> None:
    for path, sentence in (
        ("releases/9.9.9", "There is no release 9.9.9."),
        ("releases/slug/python-999", "There is no release python-999."),
        ("releases/9.9.9/files", "There is no release 9.9.9."),
        ("files/python-999-installer", "There is no file python-999-installer."),
        ("os/beos", "There is no operating system beos."),
        ("release-cycles/9.9", "There is no release cycle 9.9."),
        ("releases/latest/9", "There is no stable release of Python 9."),
    ):
        assert error_of(await anyone.get(f"/api/v1/{path}"), 404)["detail"] == sentence


async def test_a_fault_of_ours_says_nothing_of_the_inside(workshop_application: Application) -> None:
    async with client_of(workshop_application) as client:
        with capture_logs() as log:
            answer = await client.get("/api/v1/workshop/broken")
        identity = error_of(answer, 500)["extra"]["id"]
        assert identity in answer.json()["detail"]
        for inside in (SECRET, "hunter2", "RuntimeError", "workshop_broken", "Traceback", ".py"):
            assert inside not in answer.text
            assert inside not in str(answer.headers)
        again = await client.get("/api/v1/workshop/broken")
        assert again.json()["extra"]["id"] != identity
    found = [line for line in log if line.get("error_id") == identity]
    assert len(found) == 1
    assert found[0]["log_level"] == "error"
    assert isinstance(found[0]["exc_info"], RuntimeError)


async def test_a_fault_of_ours_is_found_in_the_log_by_the_request_id(workshop_application: Application) -> None:
    async with client_of(workshop_application) as client:
        with capture_logs() as log:
            await client.get("/api/v1/workshop/broken", headers={"X-Request-ID": "find-me"})
    line = next(line for line in log if line["event"] == "request")
    assert (line["request_id"], line["status"], line["operation"]) == ("find-me", 500, "workshop_broken")


async def test_a_refusal_names_the_parameter_in_both_shapes(anyone: httpx.AsyncClient) -> None:
    plain = faults_of(await anyone.get("/api/v1/releases?limit=0&page_size=5"))
    problem = await anyone.get("/api/v1/releases?limit=0&page_size=5", headers={"Accept": "application/problem+json"})
    assert {fault["field"]: fault["message"] for fault in problem.json()["errors"]} == plain
    assert set(plain) == {"limit", "page_size"}
