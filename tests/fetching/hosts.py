"""Hosts that answer what they are told to, byte for byte, and a name server that changes its mind."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from pydotorg.kernel.fetching import CannotFetch, Fetcher

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def ok(body: bytes = b"", *fields: str) -> bytes:
    """A 200 that ends as it says."""
    return said("200 OK", *fields, f"Content-Length: {len(body)}") + body


def said(status: str, *fields: str) -> bytes:
    """The head of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode()


def moved(location: str, status: str = "302 Found") -> bytes:
    return said(status, f"Location: {location}", "Content-Length: 0")


class Host:
    """Gives its answers one after the other, a connection each; the last for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = [*answers]
        #: the heads of the requests that came
        self.asked: list[str] = []
        self.connections = 0
        self.port = 0
        self.tasks: set[asyncio.Task[None] | None] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/calendar.ics"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        self.connections += 1
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def hosted(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Host]:
    """A host on loopback, on a free port."""
    host = Host(*answers)
    async with await asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=tls) as server:
        host.port = server.sockets[0].getsockname()[1]
        yield host
        for task in filter(None, host.tasks):
            task.cancel()


class Names:
    """A name server; what it says of a name at the first, second, … time, the last for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answers = self.answers[host.partition(".")[0]]
        return answers.pop(0) if len(answers) > 1 else answers[0]


async def why_not(fetcher: Fetcher, address: str) -> str:
    """The sentence by which a fetch is refused."""
    with pytest.raises(CannotFetch) as refused:
        await fetcher.fetch(address)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence
