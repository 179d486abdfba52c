"""What caches are told: how long, of whom, and by which keys a CDN forgets."""

from datetime import UTC, datetime

import pytest

from pydotorg.app import Application
from pydotorg.kernel.http.operations import PRIVATE
from tests.conventions.routes import READS, Route, each

from .asking import ask, computed, hits
from .conftest import Make, Time
from .probes import MINE, VAULT, WORDS

pytestmark = pytest.mark.anyio

API = "/api/v1"
MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC).timestamp()
#: whose answers have a status or an overdue
DATED = [
    "/releases", "/releases/3.14.8", "/releases/slug/python-3148", "/releases/latest", "/releases/latest/3.13",
    "/releases?status=bugfix&limit=1", "/release-cycles", "/release-cycles/3.14", "/releases/scheduled",
]  # fmt: skip
UNDATED = ["/os", "/os/source", "/files?limit=5", "/releases/3.14.8/files", "/releases/3.14.8/SHA256SUMS", ""]


@each([route for route in READS if route.operation.shows != PRIVATE])
async def test_public_answers_may_be_kept_for_a_minute(served: Application, route: Route, time: Time) -> None:
    for _ in range(2):
        answer = await ask(served, route.asked)
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert "authorization" not in answer.headers.get("vary", "").lower()


@pytest.mark.parametrize("path", DATED)
async def test_what_midnight_changes_may_be_kept_until_then(make: Make, database: str, path: str, time: Time) -> None:
    for store in ("true", "false"):
        app = make(database, PYDOTORG_STORE=store)
        for left, told in ((61, 60), (60, 60), (59.5, 59), (30, 30), (1.2, 1), (0.2, 0), (0, 60)):
            time.moment = MIDNIGHT - left
            for coding in ("identity", "br"):
                answer = await ask(app, API + path, ("accept-encoding", coding))
                assert answer.headers["cache-control"] == f"public, max-age={told}", (store, left, coding)
                unchanged = await ask(app, API + path, ("accept-encoding", coding), ("if-none-match", answer.etag))
                assert unchanged.status == 304
                assert unchanged.headers["cache-control"] == answer.headers["cache-control"]


@pytest.mark.parametrize("path", UNDATED)
async def test_what_midnight_does_not_change_may_be_kept_beyond(served: Application, path: str, time: Time) -> None:
    time.moment = MIDNIGHT - 10
    assert (await ask(served, API + path)).headers["cache-control"] == "public, max-age=60"


async def test_midnight_changes_a_stored_answer_though_nobody_writes(make: Make, database: str, time: Time) -> None:
    app, target = make(database), f"{API}/releases/scheduled"
    planned = (await ask(app, target)).json
    day = datetime.fromisoformat(next(each["date"] for each in planned if not each["overdue"])).replace(tzinfo=UTC)
    time.moment = day.timestamp() + 86_399.9
    before = await ask(app, target)
    already = hits(app)
    again = await ask(app, target)
    assert hits(app) == already + 1
    assert again.body == before.body
    time.moment += 0.2
    after = await ask(app, target, ("if-none-match", before.etag))
    assert after.status == 200
    due = {each["version"] for each in after.json if each["overdue"]}
    assert due > {each["version"] for each in before.json if each["overdue"]}


async def test_an_answer_that_midnight_ends_is_computed_once_on_the_next_day(
    make: Make, database: str, time: Time
) -> None:
    app = make(database)
    for moment in (MIDNIGHT - 1, MIDNIGHT - 0.5, MIDNIGHT, MIDNIGHT + 0.5):
        time.moment = moment
        await ask(app, f"{API}/releases/latest")
    assert computed(app, "releases_latest") == 2


@pytest.mark.parametrize("path", ["/releases/3.14.8", "/releases/python-3148", "/releases/slug/python-3148"])
async def test_a_cdn_forgets_a_release_by_its_id(served: Application, path: str) -> None:
    for _ in range(2):
        answer = await ask(served, API + path)
        assert answer.headers["surrogate-key"].split() == ["releases", f"release:{answer.json['id']}"]
        unchanged = await ask(served, API + path, ("if-none-match", answer.etag))
        assert unchanged.headers["surrogate-key"] == answer.headers["surrogate-key"]


@each([route for route in READS if route.operation.datasets])
async def test_a_cdn_forgets_every_answer_by_its_dataset(served: Application, route: Route) -> None:
    for method in ("GET", "HEAD"):
        answer = await ask(served, route.asked, method=method)
        assert set(route.operation.datasets) <= set(answer.headers["surrogate-key"].split())


@pytest.mark.parametrize(
    ("method", "target", "name", "expected"),
    [
        ("GET", f"{API}/releases?nothing=1", None, 400),
        ("GET", f"{API}/releases", "nobody", 401),
        ("GET", VAULT, None, 401),
        ("GET", VAULT, "alice", 403),
        ("GET", f"{API}/releases?is_published=false", None, 401),
        ("GET", f"{API}/releases/0.0.1", None, 404),
        ("GET", f"{API}/releases/latest/3.14/download?os=macos&kind=embeddable", None, 404),
        ("GET", f"{API}/nothing", None, 404),
        ("POST", f"{API}/release-cycles", None, 405),
        ("POST", WORDS, None, 415),
    ],
)
async def test_errors_are_never_kept(
    served: Application, method: str, target: str, name: str | None, expected: int
) -> None:
    for _ in range(2):
        answer = await ask(served, target, method=method, name=name)
        assert answer.status == expected
        assert answer.headers["cache-control"] == "no-store"
        assert not {"etag", "surrogate-key", "age"} & answer.headers.keys()


async def test_what_is_one_callers_alone_is_kept_by_nobody(served: Application) -> None:
    for coding in ("identity", "br"):
        answer = await ask(served, MINE, ("accept-encoding", coding), name="alice")
        unchanged = await ask(served, MINE, ("accept-encoding", coding), ("if-none-match", answer.etag), name="alice")
        assert (answer.status, unchanged.status) == (200, 304)
        for each_ in (answer, unchanged):
            assert each_.headers["cache-control"] == "private, no-store"
            assert set(each_.headers["vary"].lower().split(", ")) == {"authorization", "accept-encoding"}
            assert "surrogate-key" not in each_.headers


async def test_a_redirect_may_be_kept_and_leaves_from_no_store(storing: Application) -> None:
    target = f"{API}/releases/latest/3.14/download?os=windows"
    already = hits(storing)
    for _ in range(2):
        answer = await ask(storing, target)
        assert answer.status == 302
        assert answer.headers["location"].startswith("https://www.python.org/ftp/python/3.14.")
        assert answer.headers["cache-control"] == "public, max-age=60"
    assert hits(storing) == already


async def test_no_answer_has_the_id_of_another(served: Application) -> None:
    target = f"{API}/releases/latest"
    for given in ("mine-1", "mine-2"):
        assert (await ask(served, target, ("x-request-id", given))).headers["x-request-id"] == given
    for bad in ("", "a b", "x" * 65, "a\tb", "\xe4", "a\r\nset-cookie: b"):
        assert (await ask(served, target, ("x-request-id", bad))).headers["x-request-id"] != bad
    unnamed = {(await ask(served, target)).headers["x-request-id"] for _ in range(50)}
    assert len(unnamed) == 50
