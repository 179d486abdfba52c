"""What comes by https comes from whom the name says."""

import asyncio
import ssl

import pytest

from pydotorg.kernel.fetching import Fetcher

from .hosts import Names, hosted, moved, ok, why_not

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_is_checked_for_the_name_and_not_for_its_address(tls: ssl.SSLContext) -> None:
    seen: list[str | None] = []
    tls.sni_callback = lambda _, name, __: seen.append(name)
    names = Names(localhost=[["127.0.0.1"]])
    async with hosted(ok(b"safe"), tls=tls) as server:
        found = await Fetcher(loopback=True, resolve=names).fetch(f"https://localhost:{server.port}/")
    assert found.body == b"safe"
    assert seen == ["localhost"]
    assert f"Host: localhost:{server.port}" in server.asked[0]


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_of_another_name_is_refused(tls: ssl.SSLContext) -> None:
    names = Names(calendar=[["127.0.0.1"]])
    async with hosted(ok(b"other"), tls=tls) as server:
        why = await why_not(Fetcher(loopback=True, resolve=names), f"https://calendar.example:{server.port}/")
    assert why == (
        "The certificate of calendar.example is not trusted: "
        "Hostname mismatch, certificate is not valid for 'calendar.example'."
    )
    assert server.asked == []


async def test_a_certificate_that_somebody_made_himself_is_refused(tls: ssl.SSLContext) -> None:
    async with hosted(ok(b"anybody"), tls=tls) as server:
        why = await why_not(Fetcher(loopback=True), f"https://localhost:{server.port}/")
    assert why.lower().replace("-", " ") == "the certificate of localhost is not trusted: self signed certificate."
    assert server.asked == []


async def test_who_speaks_no_tls_cannot_be_reached() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        why = await why_not(Fetcher(loopback=True), f"https://127.0.0.1:{port}/")
    assert why == f"127.0.0.1 cannot be reached on port {port}."


@pytest.mark.usefixtures("trusted")
async def test_https_does_not_lead_to_http(tls: ssl.SSLContext) -> None:
    async with hosted(ok(b"plain")) as plain, hosted(moved(plain.address), tls=tls) as server:
        why = await why_not(Fetcher(loopback=True), f"https://localhost:{server.port}/")
    assert why == "localhost redirects from https to http, where others could change what it says."
    assert plain.connections == 0


@pytest.mark.usefixtures("trusted")
async def test_http_may_lead_to_https(tls: ssl.SSLContext) -> None:
    async with hosted(ok(b"safe"), tls=tls) as safe, hosted(moved(f"https://localhost:{safe.port}/")) as server:
        found = await Fetcher(loopback=True).fetch(server.address)
    assert (found.body, found.address) == (b"safe", f"https://localhost:{safe.port}/")
