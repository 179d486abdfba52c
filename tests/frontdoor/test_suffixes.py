"""Addresses that end in a suffix are addresses as all others; what is at them is a file, to whatever program asks."""

from collections.abc import AsyncIterator

import pytest

from pydotorg.app import DOMAINS, Application
from tests.conftest import configured, identify
from tests.databases.strangers import stranger

from .asking import CODINGS, Answer, ask, computed, hits, stored
from .fronts import fronting
from .shelf import CALENDAR, SHELF, WHOLE, shelf

pytestmark = pytest.mark.anyio

ONE, FILE, NAME = f"{SHELF}/source", f"{SHELF}/source.ics", "Source release"


def served(url: str, *, stores: bool = True) -> Application:
    settings = configured(url, PYDOTORG_STORE="true" if stores else "false")
    return Application(settings, domains=(*DOMAINS, shelf), identify=identify)


@pytest.fixture(scope="module", params=[True, False], ids=["storing", "storeless"])
async def app(database: str, request: pytest.FixtureRequest) -> AsyncIterator[Application]:
    """One with a shelf, which keeps its answers or not."""
    app = served(database, stores=request.param)
    yield app
    await app.close()


@pytest.fixture
async def fresh(fresh_database: str) -> AsyncIterator[Application]:
    """One that keeps its answers, on a database that may be written to."""
    app = served(fresh_database)
    yield app
    await app.close()


def faults_of(answer: Answer) -> dict[str, str]:
    assert answer.status == 400
    return {fault["field"]: fault["message"] for fault in answer.json["extra"]["errors"]}


async def test_a_thing_and_its_file_are_side_by_side(app: Application) -> None:
    thing, file = await ask(app, ONE), await ask(app, FILE)
    assert (thing.status, thing.json) == (200, {"name": NAME})
    assert (file.status, file.body) == (200, NAME.encode() * 500)


async def test_a_file_says_its_kind_and_its_name(app: Application) -> None:
    file, whole = await ask(app, FILE), await ask(app, WHOLE)
    assert file.headers["content-type"] == whole.headers["content-type"] == CALENDAR
    assert file.headers["content-disposition"] == 'inline; filename="source.ics"'
    assert "content-disposition" not in whole.headers
    assert file.headers["cache-control"] == "public, max-age=60"
    assert file.headers["surrogate-key"] == "releases"


@pytest.mark.parametrize("coding", [*CODINGS])
async def test_a_file_has_a_strong_tag_in_each_coding(app: Application, coding: str) -> None:
    plain, smaller = await ask(app, FILE), await ask(app, FILE, ("accept-encoding", coding))
    assert smaller.headers["content-encoding"] == coding
    assert (smaller.plain, len(smaller.body) < 500) == (plain.body, True)
    assert smaller.etag == f'{plain.etag[:-1]}-{coding}"'
    again = await ask(app, FILE, ("accept-encoding", coding), ("if-none-match", smaller.etag))
    assert (again.status, again.body, again.etag) == (304, b"", smaller.etag)


@pytest.mark.parametrize(
    "target",
    [
        f"{FILE}/", "/api/v1/shelf/%73ource.ics", f"{SHELF}/source%2Eics", f"{SHELF}/source.%69cs", f"{FILE}?",
        f"{FILE}?utm_source=mail",
    ],
)  # fmt: skip
async def test_an_address_may_be_written_in_other_ways(app: Application, target: str) -> None:
    plain, other = await ask(app, FILE), await ask(app, target)
    assert (other.status, other.body, other.etag) == (200, plain.body, plain.etag)


@pytest.mark.parametrize(
    "target",
    [
        f"{SHELF}/nothing.ics", f"{SHELF}/source.json", f"{SHELF}/source.ICS", f"{SHELF}/source.ics.ics",
        f"{SHELF}/.ics", f"{SHELF}/source.", f"{SHELF}/sourceics", f"{SHELF}/source.ics/more", f"{SHELF}.txt",
        f"{SHELF}/a%2Fb.ics", f"{SHELF}/a/b.ics", f"{SHELF}/%00.ics", f"{SHELF}/%0A.ics", f"{SHELF}/{'a' * 300}.ics",
        f"{SHELF}/source.ics%0A", "/shelf/source.ics", "/api/v1/os/source.ics",
    ],
)  # fmt: skip
async def test_what_only_looks_like_it_is_a_404(app: Application, target: str) -> None:
    answer = await ask(app, target)
    assert (answer.status, answer.json["status_code"]) == (404, 404)


@pytest.mark.parametrize("braces", ["{id:str}", "%7Bid:str%7D", "{id}"])
async def test_how_it_is_declared_is_no_address(app: Application, braces: str) -> None:
    for suffix in ("", ".ics"):
        assert (await ask(app, f"{SHELF}/{braces}{suffix}")).status == 404
        assert (await ask(app, f"{SHELF}/{braces}{suffix}", method="DELETE")).headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("target", [FILE, f"{FILE}/", f"{SHELF}/nothing.ics", WHOLE])
async def test_it_has_the_methods_of_a_read(app: Application, target: str) -> None:
    for method in ("POST", "DELETE", "BREW"):
        refused = await ask(app, target, method=method)
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    options = await ask(app, target, ("authorization", "Bearer nobody"), method="OPTIONS")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("target", [FILE, WHOLE, f"{SHELF}/nothing.ics"])
async def test_head_has_the_headers_of_get(app: Application, target: str) -> None:
    whole, head = await ask(app, target), await ask(app, target, method="HEAD")
    assert (head.status, head.lasting, head.body) == (whole.status, whole.lasting, b"")


async def test_who_may_not_is_refused_before_the_thing_is_looked_for(app: Application) -> None:
    for name, status in ((None, 401), ("nobody", 401), ("alice", 403), ("rita", 200)):
        assert (await ask(app, f"{SHELF}/source.txt", name=name)).status == status
    assert (await ask(app, f"{SHELF}/{{id:str}}.txt")).status == 401
    assert (await ask(app, f"{SHELF}/{{id:str}}.txt", name="rita")).status == 404


async def test_what_it_does_not_know_is_ignored(app: Application) -> None:
    for target in (FILE, WHOLE):
        plain = await ask(app, target)
        for query in ("utm_source=mail", "page_size=5&=&x=", "limit=1", "x=1&x=2", "x%00=%00"):
            answer = await ask(app, f"{target}?{query}")
            assert (answer.status, answer.body, answer.etag) == (200, plain.body, plain.etag)


async def test_what_it_knows_must_be_right(app: Application) -> None:
    assert (await ask(app, f"{WHOLE}?most=1&utm_source=mail")).body == (await ask(app, f"{WHOLE}?most=1")).body
    assert faults_of(await ask(app, f"{WHOLE}?most=x&utm_source=mail")) == {"most": "must be an integer"}
    assert faults_of(await ask(app, f"{WHOLE}?most=")) == {"most": "must not be empty; leave it out instead"}


async def test_what_is_stored_does_not_hide_what_is_refused(app: Application) -> None:
    for target in (f"{WHOLE}?most=2", f"{WHOLE}?most=1"):
        assert (await ask(app, target)).status == 200
    for tracker in ("", "&x=1"):
        assert faults_of(await ask(app, f"{WHOLE}?most=2&most=1{tracker}")) == {"most": "may be given only once"}


async def test_all_values_of_a_repeated_parameter_count(app: Application) -> None:
    assert (await ask(app, f"{WHOLE}?x=1&name=Source+release")).body.decode() == NAME
    both = await ask(app, f"{WHOLE}?x=1&name=Windows&name=Source+release")
    assert sorted(both.body.decode().split("\n")) == [NAME, "Windows"]


async def test_the_store_keeps_it_once_whatever_is_added_to_the_address(fresh: Application) -> None:
    for target, operation in ((FILE, "shelf_file"), (f"{WHOLE}?most=2", "shelf_whole")):
        plain = await ask(fresh, target)
        kept = stored(fresh)
        for number in range(20):
            answer = await ask(fresh, f"{target}{'&' if '?' in target else '?'}utm_source={number}")
            assert (answer.status, answer.body, answer.etag) == (200, plain.body, plain.etag)
        assert (computed(fresh, operation), stored(fresh)) == (1, kept)
        left = hits(fresh)
        assert (await ask(fresh, target, ("if-none-match", plain.etag))).status == 304
        assert hits(fresh) == left + 1


async def test_a_write_is_seen(fresh: Application, fresh_database: str) -> None:
    before = await ask(fresh, FILE)
    async with stranger(fresh_database) as someone:
        await someone.run("update operating_system set name = 'Sauce' where slug = 'source'")
    after = await ask(fresh, FILE)
    assert (after.status, after.body, after.etag != before.etag) == (200, b"Sauce" * 500, True)


async def test_purge_knows_what_it_shows(app: Application) -> None:
    assert (await ask(app, FILE, method="PURGE")).status == 200
    for path in (FILE, f"{SHELF}/nothing.ics", WHOLE):
        assert app.shown_at(path) == ("releases",)
    assert app.shown_at(f"{SHELF}/source.ics/more") == ()


def test_it_leaves_from_the_connection_as_any_stored_answer(database: str) -> None:
    with fronting(served(database)) as front, front.wire() as wire:
        first = wire.ask(FILE)
        before = hits(front.app)
        for _ in range(5):
            again = wire.ask(FILE)
            assert (again.status, again.lasting, again.body) == (200, first.lasting, first.body)
        assert wire.ask(FILE, ("If-None-Match", first.etag)).status == 304
        assert hits(front.app) == before + 6
