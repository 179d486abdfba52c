"""Whoever answers too much, too slowly or without end keeps us no longer than a moment, and no more than a little."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pydotorg.kernel import fetching
from pydotorg.kernel.fetching import Fetcher
from pydotorg.kernel.fetching.bodies import BODY_BYTES_MAX

from .hosts import hosted, moved, ok, said, why_not

pytestmark = pytest.mark.anyio

HERE = Fetcher(loopback=True)
HURRIED = Fetcher(loopback=True, seconds_max=0.3)
MIB = 1024**2
TOO_MUCH = "127.0.0.1 answers more than 5 MiB."
TOO_SLOW = "127.0.0.1 did not finish within 0.3 seconds."


@contextmanager
def at_most(bytes_max: int) -> Iterator[None]:
    """What is held in memory meanwhile, server and all."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < bytes_max
    finally:
        tracemalloc.stop()


def bomb(size: int) -> bytes:
    """Gzip of so many MiB of zeros, the same block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * size


def test_the_limits_are_those_that_are_promised() -> None:
    assert (BODY_BYTES_MAX, fetching.WHOLE_SECONDS_MAX, fetching.REDIRECTS_MAX) == (5 * MIB, 10, 5)
    assert HERE.seconds_max == 10


@pytest.mark.parametrize("packed", [False, True])
async def test_five_mebibytes_are_not_too_much_and_one_byte_more_is(packed: bool) -> None:
    fields = ["Content-Encoding: gzip"] if packed else []
    body = bytes(BODY_BYTES_MAX)
    async with hosted(ok(gzip.compress(body) if packed else body, *fields)) as server:
        assert (await HERE.fetch(server.address)).body == body
    body += b"\0"
    async with hosted(ok(gzip.compress(body) if packed else body, *fields)) as server:
        assert await why_not(HERE, server.address) == TOO_MUCH


async def test_a_gibibyte_in_a_mebibyte_takes_no_more_memory_than_what_is_allowed() -> None:
    packed = bomb(1024)
    assert len(packed) < 1.1 * MIB
    async with hosted(ok(packed, "Content-Encoding: gzip")) as server:
        with at_most(9 * MIB):
            assert await why_not(HERE, server.address) == TOO_MUCH


async def test_a_body_without_end_is_cut() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(said("200 OK"))
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async with hosted(endless) as server:
        with at_most(9 * MIB):
            assert await why_not(HERE, server.address) == TOO_MUCH


async def test_gzip_that_never_becomes_anything_is_cut_too() -> None:
    async def hollow(writer: asyncio.StreamWriter) -> None:
        writer.write(said("200 OK", "Content-Encoding: gzip") + gzip.compress(b"")[:10])
        while True:
            writer.write(b"\0\0\0\xff\xff" * 13_000)  # RFC 1951 3.2.4: a block that holds nothing
            await writer.drain()

    async with hosted(hollow) as server:
        assert await why_not(HERE, server.address) == TOO_MUCH


async def test_a_head_without_end_is_cut() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Field: value\r\n" * 1000)
            await writer.drain()

    async with hosted(endless) as server:
        with at_most(2 * MIB):
            assert "did not answer as HTTP demands" in await why_not(HERE, server.address)


async def silent(writer: asyncio.StreamWriter) -> None:
    del writer
    await asyncio.sleep(60)


async def dripping_head(writer: asyncio.StreamWriter) -> None:
    for byte in said("200 OK", "X-Field: " + "x" * 1000):
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)


async def dripping_body(writer: asyncio.StreamWriter) -> None:
    writer.write(said("200 OK"))
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.02)


async def only_beginnings(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(said("103 Early Hints"))
        await asyncio.sleep(0.02)


async def slow_redirect(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.1)
    writer.write(moved("/again"))


@pytest.mark.parametrize("slow", [silent, dripping_head, dripping_body, only_beginnings, slow_redirect])
async def test_all_of_a_fetch_has_one_deadline(slow: object) -> None:
    assert callable(slow)
    async with hosted(slow) as server:
        began = time.monotonic()
        assert await why_not(HURRIED, server.address) == TOO_SLOW
    assert 0.3 <= time.monotonic() - began < 3


async def test_who_never_speaks_tls_has_the_same_deadline() -> None:
    async with hosted(silent) as server:
        assert await why_not(HURRIED, f"https://127.0.0.1:{server.port}/") == TOO_SLOW


async def test_so_has_a_name_server_that_does_not_answer() -> None:
    async def never(host: str) -> list[str]:
        await asyncio.sleep(60)
        return [host]

    fetcher = Fetcher(loopback=True, resolve=never, seconds_max=0.1)
    assert await why_not(fetcher, "http://127.0.0.1/") == "127.0.0.1 did not finish within 0.1 seconds."


async def test_many_small_pieces_leave_others_their_turn() -> None:
    turns, pieces = 0, 20_000

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    async with hosted(said("200 OK", "Transfer-Encoding: chunked") + b"1\r\nx\r\n" * pieces + b"0\r\n\r\n") as server:
        found = await HERE.fetch(server.address)
    waiting.cancel()
    assert len(found.body) == pieces
    assert turns >= pieces
