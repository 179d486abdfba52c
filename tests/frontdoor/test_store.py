"""The store changes nothing but the cost: same answers, and only what is everybody's is kept."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from pydotorg.app import Application
from tests.conventions.routes import READS, Route, each
from tests.databases.strangers import stranger

from .asking import CODINGS, QUOTA, ask, hits, stored
from .conftest import Make
from .probes import FICKLE, MINE, TEXT, VAULT, Gate

pytestmark = pytest.mark.anyio

API = "/api/v1"
LATEST = f"{API}/releases/latest"
DRAFT = "update release set is_published = false where version = '3.14.8'"


async def demand_the_same(storing: Application, storeless: Application, target: str, **how: Any) -> None:
    """The same from the store, before it was stored and without one, but for what is another one each time."""
    for coding in ("identity", *CODINGS):
        plain = await ask(storeless, target, ("accept-encoding", coding), **how)
        for _ in range(2):
            answer = await ask(storing, target, ("accept-encoding", coding), **how)
            assert (answer.status, answer.lasting, answer.body) == (plain.status, plain.lasting, plain.body)
            assert [name in answer.headers for name in QUOTA] == [name in plain.headers for name in QUOTA]


@each(READS)
async def test_an_answer_is_the_same_with_the_store_and_without(
    storing: Application, storeless: Application, route: Route
) -> None:
    for method in ("GET", "HEAD"):
        await demand_the_same(storing, storeless, route.asked, method=method)
        await demand_the_same(storing, storeless, f"{route.asked.partition('?')[0]}/", method=method)


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [
        ("GET", f"{API}/releases?limit=2&offset=3", None),
        ("GET", f"{API}/releases/?limit=2", None),
        ("GET", f"{API}/releases?currentPage=2&pageSize=7&sort=-release_date", None),
        ("GET", f"{API}/%72eleases/latest", None),
        ("GET", f"{API}/releases/3.14.8", "rita"),
        ("GET", f"{API}/releases?is_published=false", "rita"),
        ("GET", f"{API}/releases?is_published=false", "alice"),
        ("GET", f"{API}/releases?is_published=false", None),
        ("GET", LATEST, "alice"),
        ("GET", LATEST, "nobody"),
        ("GET", MINE, "alice"),
        ("GET", VAULT, "alice"),
        ("GET", f"{API}/releases/0.0.1", None),
        ("GET", f"{API}/releases?limit=0", None),
        ("GET", f"{API}//releases", None),
        ("GET", "/api/openapi.json", None),
        ("GET", "/api/", None),
        ("GET", "/health", None),
        ("OPTIONS", LATEST, None),
        ("DELETE", LATEST, None),
    ],
)
async def test_whatever_is_asked_the_store_changes_nothing(
    storing: Application, storeless: Application, method: str, target: str, name: str | None
) -> None:
    how = {"method": method} | ({"name": name} if name else {})
    await demand_the_same(storing, storeless, target, **how)


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (f"{API}/releases/0.0.1", [None]),
        (f"{API}/releases?page_size=5", [None]),
        (f"{API}/releases?limit=0", [None]),
        (f"{API}/releases/latest/3.14/download?os=windows", [None]),
        (f"{API}/nothing", [None]),
        (f"{API}/releases?is_published=false", [None, "alice", "rita"]),
        (MINE, [None, "alice", "rita"]),
        (VAULT, [None, "alice", "rita"]),
        ("/health", [None]),
        ("/ready", [None]),
        ("/metrics", [None]),
        ("/api/openapi.json", [None]),
    ],
)
async def test_only_what_is_everybodys_is_stored(
    make: Make, database: str, target: str, names: Sequence[str | None]
) -> None:
    app = make(database)
    for _ in range(2):
        for name in names:
            await ask(app, target, name=name)
    assert (stored(app), hits(app)) == (0, 0)


async def test_who_is_signed_in_is_answered_from_the_store_too(make: Make, database: str) -> None:
    app = make(database)
    for name in ("alice", None, "rita", "root"):
        assert (await ask(app, LATEST, name=name)).status == 200
    assert hits(app) == 3
    assert (await ask(app, LATEST, name="nobody")).status == 401
    assert (await ask(app, LATEST, ("authorization", "Bearer alice"), name="rita")).status == 401
    tag = (await ask(app, LATEST)).etag
    assert (await ask(app, LATEST, ("if-none-match", tag), name="nobody")).status == 401


@pytest.mark.parametrize("privileged_first", [True, False])
async def test_what_a_release_manager_sees_reaches_nobody_else(
    make: Make, fresh_database: str, privileged_first: bool
) -> None:
    async with stranger(fresh_database) as writer:
        [(file,)] = [tuple(row) for row in await writer.run(
            "select file.slug from release_file file join release on release.id = release_id"
            " where version = '3.14.8' order by file.slug limit 1"
        )]  # fmt: skip
        await writer.run(DRAFT)
    hidden = ["releases/3.14.8", "releases/slug/python-3148", "releases/3.14.8/files", "files/release/3.14.8"]
    hidden += ["releases/3.14.8/SHA256SUMS", f"files/{file}"]
    app = make(fresh_database)
    for path in hidden:
        for method in ("GET", "HEAD"):
            for name in ("rita", None, "alice", "rita") if privileged_first else (None, "rita", "alice", None):
                answer = await ask(app, f"{API}/{path}", method=method, name=name)
                assert answer.status == (200 if name == "rita" else 404), (path, name)
                if name == "rita":
                    assert answer.headers["cache-control"] == "private, no-store"
    drafts = f"{API}/releases?is_published=false"
    for name, status in [("rita", 200), (None, 401), ("alice", 403)][:: 1 if privileged_first else -1]:
        assert (await ask(app, drafts, name=name)).status == status
    for name in ("rita", None) if privileged_first else (None, "rita"):
        listed = (await ask(app, f"{API}/releases?cycle=3.14&limit=1000", name=name)).json
        assert "3.14.8" not in {each["version"] for each in listed}


async def test_who_waits_for_a_release_manager_gets_an_answer_of_his_own(make: Make, database: str, gate: Gate) -> None:
    app, names = make(database), (None, "alice") * 10
    leader = asyncio.create_task(ask(app, FICKLE, name="rita"))
    await gate.is_reached_by(1)  # to learn who she is may take longer than for others to overtake her
    waiting = [asyncio.create_task(ask(app, FICKLE, name=name)) for name in names]
    await asyncio.sleep(0.05)
    assert gate.reached == 1
    gate.opened.set()
    assert (await leader).json == {"number": 2}
    assert [answer.json for answer in await asyncio.gather(*waiting)] == [{"number": 1}] * len(names)


async def test_who_waits_for_somebody_who_may_not_see_it_sees_it(make: Make, fresh_database: str) -> None:
    async with stranger(fresh_database) as writer:
        await writer.run(DRAFT)
    for names in ((None, "rita"), ("rita", None), ("alice", None, "rita")):
        app = make(fresh_database)
        answers = await asyncio.gather(*(ask(app, f"{API}/releases/3.14.8", name=name) for name in names * 10))
        assert [answer.status for answer in answers] == [200 if name == "rita" else 404 for name in names * 10]


async def test_a_foreign_host_fills_no_store(make: Make, database: str) -> None:
    app = make(database)
    await ask(app, LATEST)
    for host in ("evil.example", "evil.example:8000", "localhost.evil.example", "localhost:8000@evil", "", "[::1"):
        for _ in range(2):
            assert (await ask(app, LATEST, host=host)).status == 400
    assert (await ask(app, LATEST, host=None)).status == 400
    assert (await ask(app, LATEST, ("host", "localhost:8000"))).status == 400
    assert (stored(app), hits(app)) == (1, 0)


async def test_a_host_that_runs_into_the_path_is_still_refused(make: Make, database: str) -> None:
    app = make(database)
    await ask(app, LATEST)
    assert (await ask(app, "/v1/releases/latest", host="localhost:8000/api")).status == 400
    assert (await ask(app, "/releases/latest", host="localhost:8000/api/v1")).status == 400


@pytest.mark.parametrize("first", ["1.0", "1.1"])
async def test_without_a_host_http_1_0_is_served_and_http_1_1_refused_in_either_order(
    make: Make, database: str, first: str
) -> None:
    app = make(database)
    for version in (first, "1.0", "1.1", "1.0", "1.1"):
        answer = await ask(app, LATEST, host=None, http_version=version)
        assert answer.status == (200 if version == "1.0" else 400)


async def test_links_name_the_host_that_was_asked(make: Make, database: str) -> None:
    app = make(database)
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost:8000"):
        answer = await ask(app, f"{API}/releases?limit=1", host=host)
        assert f"<http://{host}/api/v1/releases?" in answer.headers["link"]
    for server, host in (("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000")):
        answer = await ask(app, f"{API}/releases?limit=1", host=None, http_version="1.0", server=server)
        assert f"<http://{host}/api/v1/releases?" in answer.headers["link"]


async def test_a_host_with_many_names_does_not_fill_the_store(make: Make, database: str) -> None:
    app = make(database)
    for port in range(1000, 1100):
        assert (await ask(app, LATEST, host=f"localhost:{port}")).status == 200
    assert stored(app) <= 20
    await ask(app, LATEST, host="localhost:8000")
    already = hits(app)
    await ask(app, LATEST, host="localhost:8000")
    assert hits(app) == already + 1, "the usual host has its place, whatever came before"


async def test_a_host_in_capitals_does_not_fill_the_store(make: Make, database: str) -> None:
    app = make(database)
    name = "localhost"
    for number in range(64):
        letters = (each.upper() if number >> place & 1 else each for place, each in enumerate(name))
        assert (await ask(app, LATEST, host="".join(letters) + ":8000")).status == 200
    assert stored(app) <= 20


async def test_unknown_parameters_fill_no_store(make: Make, database: str) -> None:
    app = make(database)
    for number in range(50):
        assert (await ask(app, f"{LATEST}?utm_{number}=1")).status == 400
        assert (await ask(app, f"{API}/releases?limit={number}&q=")).status == 400
    assert stored(app) == 0


async def test_a_large_answer_is_the_same_when_many_ask_for_it_at_once(make: Make, database: str) -> None:
    app, target = make(database), f"{TEXT}?size=500000"
    for coding in CODINGS:
        answers = await asyncio.gather(*(ask(app, target, ("accept-encoding", coding)) for _ in range(20)))
        assert {answer.headers["content-encoding"] for answer in answers} == {coding}
        assert {answer.plain for answer in answers} == {b"x" * 500_000}
