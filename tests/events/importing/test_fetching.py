"""Calendars at addresses: asked for politely, and never at an address that only this service can reach."""

import gzip
import zlib

import httpx
import pytest

from tests.accounts.people import Person, person, service
from tests.conftest import configured
from tests.fetching.hosts import hosted, moved, ok, said
from tests.releases.writing.desk import faults_in
from tests.review.desks import Desk, Json
from tests.working import on_sqlite

from .elsewhere import NOTHING, attempted, event, file, found_in, imported

pytestmark = [pytest.mark.anyio, on_sqlite]

FIRST, SECOND = file(event("a@example.org")).encode(), file(event("b@example.org")).encode()
MIB = 1024**2


async def test_a_calendar_that_is_as_it_was_is_not_read_again(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    answers = (
        ok(FIRST, 'ETag: "1"', "Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT"), said("304 Not Modified"),
        ok(SECOND, 'ETag: "2"'), said("304 Not Modified"),
    )  # fmt: skip
    async with hosted(*answers) as host:
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"created": 1}
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"unmodified": True}
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"created": 1, "cancelled": 1}
        answer = await moderator.client.post(f"/api/v1/calendars/{calendar['id']}/import", json={})
        assert answer.json() == NOTHING | {"unmodified": True}, "it is where it was last"
    heads = [head.lower() for head in host.asked]
    assert ["if-none-match" in head for head in heads] == [False, True, True, True]
    assert ['"1"' in head for head in heads] == [False, True, True, False]
    assert 'if-none-match: "2"' in heads[-1]
    assert "accept: text/calendar" in heads[0]
    assert {*await found_in(public, calendar)} == {"b@example.org"}


async def test_another_address_is_asked_without_the_tag_of_the_first(moderator: Person, calendar: Json) -> None:
    async with hosted(ok(FIRST, 'ETag: "1"')) as first, hosted(ok(FIRST, 'ETag: "1"')) as second:
        for host in (first, second):
            await imported(moderator, calendar, url=host.address)
    assert "if-none-match" not in second.asked[0].lower()


async def test_what_could_not_be_read_is_asked_for_anew(moderator: Person, calendar: Json) -> None:
    async with hosted(ok(b"<html>", 'ETag: "1"'), ok(FIRST, 'ETag: "1"')) as host:
        assert faults_in(await attempted(moderator, calendar, url=host.address)) == {
            "url": "The file is a web page or XML; an iCalendar file is needed."
        }
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"created": 1}
    assert "if-none-match" not in host.asked[1].lower()


async def test_redirects_are_followed_and_the_first_address_is_kept(moderator: Person, calendar: Json) -> None:
    async with hosted(ok(FIRST)) as target, hosted(moved(target.address, "301 Moved Permanently")) as host:
        await imported(moderator, calendar, url=host.address)
        await moderator.client.post(f"/api/v1/calendars/{calendar['id']}/import", json={})
    assert (len(host.asked), len(target.asked)) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (moved("http://10.0.0.1/x.ics"), "10.0.0.1 has no address, or one that is not public"),
        (moved("http://169.254.169.254/latest/meta-data"), "169.254.169.254 has no address, or one that is not public"),
        (moved("file:///etc/passwd"), "redirects to where nothing can be fetched"),
        (said("404 Not Found", "Content-Length: 0"), "answered 404 Not Found."),
        (ok(bytes(5 * MIB + 1)), "answers more than 5 MiB."),
        (ok(b""), "The file is empty; an iCalendar file is needed."),
        (ok(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "The file is a web page or XML"),
    ],
    ids=["private", "metadata", "file", "404", "large", "empty", "entities"],
)
async def test_what_cannot_be_fetched_is_a_fault_of_the_address(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, answer: bytes, sentence: str
) -> None:
    await imported(moderator, calendar, event("a@example.org"))
    async with hosted(answer) as host:
        assert sentence in faults_in(await attempted(moderator, calendar, url=host.address))["url"]
    assert {*await found_in(public, calendar)} == {"a@example.org"}, "nothing is cancelled"


async def test_a_hundred_megabytes_in_a_few_kilobytes_are_too_much(moderator: Person, calendar: Json) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = gzip.compress(b"")[:10] + block * 100
    assert len(bomb) < 200_000
    async with hosted(ok(bomb, "Content-Encoding: gzip")) as host:
        faults = faults_in(await attempted(moderator, calendar, url=host.address))
    assert faults == {"url": "127.0.0.1 answers more than 5 MiB."}


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/x.ics", "//example.org", "x", "http://", "javascript:alert(1)",
     "http://user:secret@example.org/x.ics", "webcal:", "http://example.org:22/"],
)  # fmt: skip
async def test_only_the_web_is_asked(moderator: Person, calendar: Json, address: str) -> None:
    faults = faults_in(await attempted(moderator, calendar, url=address))
    assert faults["url"].startswith("Nothing can be fetched: ")
    assert "secret" not in faults["url"]


async def test_this_machine_is_not_asked_unless_a_setting_says_so(
    own_database: str, desk: Desk, calendar: Json
) -> None:
    assert not configured(own_database).fetch_loopback
    async with service(own_database) as app, hosted(ok(FIRST)) as host:
        moderator = await person(app, desk.review.moderators)
        for address in (host.address, host.address.replace("127.0.0.1", "localhost")):
            faults = faults_in(await attempted(moderator, calendar, url=address))
            assert "has no address, or one that is not public" in faults["url"]
    assert host.asked == []
