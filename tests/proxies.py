"""A way to a real server that can be cut: what PostgreSQL or Redis look like when they stop, hang and come back."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
CHUNK_BYTES = 65_536


class Proxy:
    """Passes bytes to a server on loopback, from a thread of its own; its port stays the same whatever happens."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.port = 0
        self.passes = asyncio.Event()
        self.listener: asyncio.Server | None = None
        self.connections: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.start()

    def leading_to(self, url: str) -> str:
        """The URL of the same thing, with the same credentials, by this way."""
        parts = urlsplit(url)
        credentials = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{credentials}@{LOOPBACK}:{self.port}").geturl()

    def start(self) -> None:
        """Let everybody through, as at first and after `stop` or `hang`."""
        self._run(self._start())

    def stop(self) -> None:
        """Break every connection and refuse new ones: a server that is not there."""
        self._run(self._stop())

    def hang(self) -> None:
        """Accept connections, and pass nothing on: a server that does not answer."""
        self._run(self._hang())

    def close(self) -> None:
        self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _start(self) -> None:
        self.passes.set()
        if self.listener is None:
            self.listener = await asyncio.start_server(self._accept, LOOPBACK, self.port)
            self.port = self.listener.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        for writer in self.connections:
            writer.transport.abort()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _hang(self) -> None:
        self.passes.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self.server_port)
        except OSError:
            writer.transport.abort()
            return
        for source, target in ((reader, server_writer), (server_reader, writer)):
            self.connections.add(target)
            task = self.loop.create_task(self._pass_on(source, target))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await source.read(CHUNK_BYTES):
                    await self.passes.wait()
                    target.write(data)
                    await target.drain()
        finally:
            self.connections.discard(target)
            target.close()


@contextlib.contextmanager
def proxied(server_port: int) -> Iterator[Proxy]:
    """A proxy for the time of a test."""
    proxy = Proxy(server_port)
    try:
        yield proxy
    finally:
        proxy.close()
