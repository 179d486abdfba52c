"""What comes of a fetch: the body and what is said of it, that nothing has changed, or why there is none."""

import gzip

import pytest

from pydotorg import __version__
from pydotorg.kernel.fetching import Fetched, Fetcher

from .hosts import hosted, moved, ok, said, why_not

pytestmark = pytest.mark.anyio

HERE = Fetcher(loopback=True)
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
PACKED = gzip.compress(CALENDAR)
MONDAY = "Mon, 05 Jan 2026 10:00:00 GMT"


async def test_a_body_comes_with_what_is_said_of_it() -> None:
    answer = ok(
        CALENDAR,
        "Content-Type: Text/Calendar; method=PUBLISH; charset=UTF-8",
        'ETag: W/"1"',
        f"Last-Modified: {MONDAY}",
    )
    async with hosted(answer) as server:
        found = await HERE.fetch(f"{server.address}?key=1#part")
    assert found == Fetched(
        address=f"{server.address}?key=1#part", body=CALENDAR, content_type="text/calendar", charset="utf-8",
        etag='W/"1"', last_modified=MONDAY,
    )  # fmt: skip
    assert server.asked[0].startswith("GET /calendar.ics?key=1 HTTP/1.1\r\n")


async def test_what_a_server_does_not_say_is_empty() -> None:
    async with hosted(said("200 OK") + CALENDAR) as server:
        assert await HERE.fetch(server.address) == Fetched(address=server.address, body=CALENDAR)


@pytest.mark.parametrize("value", ["", ";", "calendar", "text/calendar; charset", "x" * 5000, 'a/b; charset="\xe4"'])
async def test_a_strange_content_type_does_no_harm(value: str) -> None:
    async with hosted(ok(CALENDAR, f"Content-Type: {value}")) as server:
        assert (await HERE.fetch(server.address)).body == CALENDAR


async def test_nothing_is_told_about_us_but_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with hosted(said("302 Found", "Location: /b", "Set-Cookie: a=b", "Content-Length: 0"), ok(b"b")) as server:
        found = await HERE.fetch(server.address, accept="text/calendar")
    assert found.body == b"b"
    for path, asked in zip(["/calendar.ics", "/b"], server.asked, strict=True):
        assert asked.splitlines()[:-1] == [
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"User-Agent: pydotorg/{__version__}",
            "Accept: text/calendar", "Accept-Encoding: gzip", "Connection: close",
        ]  # fmt: skip


async def test_what_has_not_changed_is_not_sent_again() -> None:
    async with hosted(said("304 Not Modified")) as server:
        found = await HERE.fetch(server.address, etag='"1"', last_modified=MONDAY)
    assert found == Fetched(address=server.address, unchanged=True, etag='"1"', last_modified=MONDAY)
    assert 'If-None-Match: "1"' in server.asked[0]
    assert f"If-Modified-Since: {MONDAY}" in server.asked[0]


async def test_a_304_may_bring_a_new_tag() -> None:
    async with hosted(said("304 Not Modified", 'ETag: "2"')) as server:
        found = await HERE.fetch(server.address, last_modified=MONDAY)
    assert (found.unchanged, found.etag, found.last_modified) == (True, '"2"', MONDAY)


async def test_a_304_that_nobody_asked_for_is_no_answer() -> None:
    async with hosted(said("304 Not Modified")) as server:
        assert await why_not(HERE, server.address) == "127.0.0.1 answered 304 Not Modified."


@pytest.mark.parametrize("value", ['"' + "x" * 500 + '"', '"\xe4"', '"\x01"'])
async def test_a_tag_that_could_not_be_kept_is_none(value: str) -> None:
    async with hosted(ok(CALENDAR, f"ETag: {value}")) as server:
        assert (await HERE.fetch(server.address)).etag == ""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_to_what_is_there(status: int) -> None:
    async with hosted(moved("../b/./c?d#e", f"{status} Moved"), ok(b"moved")) as server:
        found = await HERE.fetch(f"http://127.0.0.1:{server.port}/a/a")
    assert (found.body, found.address) == (b"moved", f"http://127.0.0.1:{server.port}/b/c?d#e")
    assert server.asked[1].startswith("GET /b/c?d HTTP/1.1\r\n")


async def test_five_redirects_are_followed_and_no_more() -> None:
    async with hosted(*[moved("/")] * 5, ok(b"there")) as server:
        assert (await HERE.fetch(server.address)).body == b"there"
    async with hosted(moved("/")) as server:
        assert await why_not(HERE, server.address) == "127.0.0.1 redirects more than 5 times."
    assert server.connections == 6


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("404 Nothing <b>here</b>", "404 Not Found"), ("500 Oops", "500 Internal Server Error"),
        ("204 No Content", "204 No Content"), ("206 Partial Content", "206 Partial Content"), ("599 ?", "599"),
        ("302 Found", "302 Found"), ("300 Multiple Choices", "300 Multiple Choices"), ("418 I am", "418 I'm a Teapot"),
    ],
)  # fmt: skip
async def test_any_other_answer_is_told_in_our_own_words(status: str, shown: str) -> None:
    async with hosted(said(status, "Content-Length: 0")) as server:
        assert await why_not(HERE, server.address) == f"127.0.0.1 answered {shown}."


async def test_a_sentence_has_no_more_of_an_address_than_its_host() -> None:
    async with hosted(moved("/?secret=2"), said("404 Not Found")) as server:
        assert "secret" not in await why_not(HERE, f"http://127.0.0.1:{server.port}/secret?secret=1")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
async def test_gzip_is_undone(coding: str) -> None:
    body = b"".join(b"%d\r\n" % number for number in range(100_000))
    async with hosted(ok(gzip.compress(body), f"Content-Encoding: {coding}")) as server:
        assert (await HERE.fetch(server.address)).body == body


async def test_members_of_gzip_that_follow_each_other_are_one_body() -> None:
    packed = gzip.compress(b"a" * 70_000) + gzip.compress(b"") + gzip.compress(b"b")
    async with hosted(ok(packed, "Content-Encoding: gzip")) as server:
        assert (await HERE.fetch(server.address)).body == b"a" * 70_000 + b"b"


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "gzip, identity", "x", "identity, gzip"])
async def test_a_coding_that_nobody_asked_for_is_refused(coding: str) -> None:
    async with hosted(ok(gzip.compress(CALENDAR), f"Content-Encoding: {coding}")) as server:
        assert await why_not(HERE, server.address) == (
            "127.0.0.1 compresses its answer in a way that it was not asked for."
        )


async def test_two_fields_that_name_codings_are_two_codings() -> None:
    twice = gzip.compress(gzip.compress(CALENDAR))
    async with hosted(ok(twice, "Content-Encoding: gzip", "Content-Encoding: gzip")) as server:
        assert "in a way that it was not asked for" in await why_not(HERE, server.address)


@pytest.mark.parametrize(
    "packed",
    [CALENDAR, PACKED[:-9], PACKED[:-1], PACKED + b"x", b""],
    ids=["plain", "without its end", "a byte short", "a byte long", "nothing"],
)
async def test_gzip_that_is_none_or_not_whole_is_refused(packed: bytes) -> None:
    async with hosted(ok(packed, "Content-Encoding: gzip")) as server:
        assert await why_not(HERE, server.address) == "127.0.0.1 says that its answer is gzip, and it is not."


@pytest.mark.parametrize(
    "answer",
    [
        said("200 OK", "Content-Length: 10") + b"short",
        said("200 OK", "Transfer-Encoding: chunked") + b"5\r\nshort\r\n",
        said("200 OK", "Transfer-Encoding: chunked") + b"no number\r\n",
        said("200 OK", "Content-Length: 1", "Content-Length: 2") + b"xx",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200",
        said("101 Switching Protocols"),
        b"",
    ],
)
async def test_what_breaks_off_or_is_no_http_is_refused(answer: bytes) -> None:
    async with hosted(answer) as server:
        assert await why_not(HERE, server.address) == "127.0.0.1 did not answer as HTTP demands, or broke off."
