"""Nothing is fetched from what is not public: however it is written, resolved or redirected to."""

import pytest

from pydotorg.kernel.fetching import Fetcher

from .hosts import Names, hosted, moved, ok, why_not

pytestmark = pytest.mark.anyio

EVERYWHERE = Fetcher(loopback=False)
HERE = Fetcher(loopback=True)
NOT_PUBLIC = "has no address, or one that is not public, so nothing is fetched from it."
NO_ADDRESS = "Nothing can be fetched: an address must begin with http:// or https:// and a host"
NO_PORT = "Nothing can be fetched: the port must be 80, 443 or one from 1024 to 65535."


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0x7f.0.0.0x1", "0",
        "0.0.0.0", "localhost", "localhost.", "LOCALHOST", "10.0.0.1", "169.254.169.254", "100.100.100.200",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]", "[fe80::1%25lo]",
        "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[fd00:ec2::254]", "127。0。0。1",
    ],
)  # fmt: skip
async def test_a_host_of_ours_is_refused_however_it_is_written(host: str) -> None:
    async with hosted(ok(b"secret")) as server:
        assert NOT_PUBLIC in await why_not(EVERYWHERE, f"http://{host}:{server.port}/")
    assert server.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://good@127.0.0.1/", "http://good.example:x@127.0.0.1/", "http://good.example\\@127.0.0.1/",
        "https://user:password@calendar.example/", "http://１２７.０.０.１/", "http://0177.0.0.1/", "http://①②⑦.⓪.⓪.①/",
        "http://127.0.0.256/", "http://[127.0.0.1]/", "http://[::1/", "http://[v1.x]/", "http://a.example:port/",
        "http:///calendar.ics", "http://", "http:calendar.example", "//calendar.example/", "/etc/passwd", "", " ",
        "calendar.example/x", "webcal://calendar.example/", "file:///etc/passwd", "ftp://calendar.example/x",
        "gopher://127.0.0.1:6379/_FLUSHALL", "data:text/calendar,x", "javascript:0", "http://a.example/\r\nX: y",
        "http://a.example/\0", "http://a.example/\ud800", "http://" + "a" * 2000,
    ],
)  # fmt: skip
async def test_what_is_no_address_of_a_host_is_refused(address: str) -> None:
    assert (await why_not(EVERYWHERE, address)).startswith(NO_ADDRESS)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 79, 81, 442, 444, 993, 1023, 65_536, 99_999_999, -1])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_ports_of_other_services_are_refused(scheme: str, port: int) -> None:
    assert await why_not(EVERYWHERE, f"{scheme}://calendar.example:{port}/") == NO_PORT


@pytest.mark.parametrize(("port", "at"), [(":80", 80), (":443", 443), (":1024", 1024), (":65535", 65_535), ("", 80)])
async def test_other_ports_are_asked(port: str, at: int) -> None:
    nobody = Fetcher(loopback=True, resolve=Names(calendar=[["127.9.9.9"]]))
    assert await why_not(nobody, f"http://calendar.example{port}/") == (
        f"calendar.example cannot be reached on port {at}."
    )


async def test_whether_anybody_listens_or_a_name_exists_inside_is_not_told() -> None:
    async with hosted(ok(b"secret")) as server:
        listening = await why_not(EVERYWHERE, f"http://127.0.0.1:{server.port}/")
    closed = await why_not(EVERYWHERE, f"http://127.0.0.1:{server.port}/")
    assert listening == closed == f"127.0.0.1 {NOT_PUBLIC}"
    names = Fetcher(loopback=False, resolve=Names(there=[["10.0.0.1"]], missing=[[]]))
    assert await why_not(names, "http://there.internal/") == f"there.internal {NOT_PUBLIC}"
    assert await why_not(names, "https://missing.internal/") == f"missing.internal {NOT_PUBLIC}"


@pytest.mark.parametrize("name", ["no-such-name.invalid", "a..b", "a" * 64 + ".example", "127%2e0%2e0%2e1", "xn--a"])
async def test_what_cannot_be_resolved_is_refused(name: str) -> None:
    assert await why_not(EVERYWHERE, f"http://{name}/") == f"{name} {NOT_PUBLIC}"


@pytest.mark.parametrize("other", ["10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0"])
@pytest.mark.parametrize("turned", [False, True])
async def test_one_address_that_is_not_public_refuses_the_name(other: str, turned: bool) -> None:
    addresses = ["8.8.8.8", other]
    names = Names(calendar=[addresses[::-1] if turned else addresses])
    assert await why_not(Fetcher(loopback=False, resolve=names), "https://calendar.example/") == (
        f"calendar.example {NOT_PUBLIC}"
    )


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0", "[::ffff:127.0.0.1]"])
async def test_the_setting_for_tests_opens_loopback_only(host: str) -> None:
    assert NOT_PUBLIC in await why_not(HERE, f"http://{host}/")


async def test_a_name_is_resolved_once_for_a_connection() -> None:
    names = Names(calendar=[["127.0.0.1"], ["10.0.0.1"]])
    async with hosted(ok(b"BEGIN:VCALENDAR")) as server:
        address = f"http://calendar.example:{server.port}/"
        found = await Fetcher(loopback=True, resolve=names).fetch(address)
    assert found.body == b"BEGIN:VCALENDAR"
    assert names.asked == ["calendar.example"]
    assert f"Host: calendar.example:{server.port}" in server.asked[0], "the host has its name, not its address"


async def test_a_name_that_means_something_else_after_a_redirect_is_refused() -> None:
    names = Names(calendar=[["127.0.0.1"], ["10.0.0.1"]])
    async with hosted(moved("/elsewhere"), ok(b"secret")) as server:
        fetcher = Fetcher(loopback=True, resolve=names)
        assert NOT_PUBLIC in await why_not(fetcher, f"http://calendar.example:{server.port}/")
    assert server.connections == 1


async def test_the_next_address_is_tried_if_one_does_not_answer() -> None:
    names = Names(calendar=[["127.9.9.9", "::1", "127.0.0.1"]])
    async with hosted(ok(b"here")) as server:
        found = await Fetcher(loopback=True, resolve=names).fetch(f"http://calendar.example:{server.port}/")
    assert found.body == b"here"


async def test_no_more_than_four_addresses_are_tried() -> None:
    names = Names(calendar=[["127.9.9.1", "127.9.9.2", "127.9.9.3", "127.9.9.4", "127.0.0.1"]])
    async with hosted(ok(b"here")) as server:
        fetcher = Fetcher(loopback=True, resolve=names)
        assert "cannot be reached" in await why_not(fetcher, f"http://calendar.example:{server.port}/")
    assert server.connections == 0


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://10.0.0.1/", f"10.0.0.1 {NOT_PUBLIC}"),
        ("//169.254.169.254/latest/meta-data/", f"169.254.169.254 {NOT_PUBLIC}"),
        ("http://[::ffff:127.0.0.1]/", f"::ffff:127.0.0.1 {NOT_PUBLIC}"),
        ("file:///etc/passwd", "127.0.0.1 redirects to where nothing can be fetched: an address must begin with"),
        ("http://user@127.0.0.1/", "127.0.0.1 redirects to where nothing can be fetched: an address must begin with"),
        ("http://127.0.0.1:25/", "127.0.0.1 redirects to where nothing can be fetched: the port must be"),
        ("http://[::1", "127.0.0.1 redirects to where nothing can be fetched: "),
        ("/" + "x" * 2000, "127.0.0.1 redirects to where nothing can be fetched: an address must begin with"),
    ],
)
async def test_a_redirect_is_checked_like_any_address(location: str, why: str) -> None:
    async with hosted(moved(location)) as server:
        assert (await why_not(HERE, server.address)).startswith(why)
    assert server.connections == 1
