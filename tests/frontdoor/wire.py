"""Connections to a server, on which a test sends what it likes and reads answer by answer."""

import asyncio
import socket
from types import TracebackType
from typing import Self

from .asking import Answer, answer_of

SECONDS_MAX = 10


def head_of(target: str, *headers: tuple[str, str], method: str = "GET", version: str = "1.1") -> bytes:
    """A head as it leaves a client; it names a host if no other is given."""
    given = headers if version == "1.0" or any(name.lower() == "host" for name, _ in headers) else (HOST, *headers)
    lines = [f"{method} {target} HTTP/{version}", *(f"{name}: {value}" for name, value in given), "", ""]
    return "\r\n".join(lines).encode("latin-1")


HOST = ("Host", "localhost")


def read_head(head: bytes) -> tuple[int, list[tuple[bytes, bytes]], int]:
    """Status, headers, and how long the body is."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    version, status, _ = first.split(b" ", 2)
    assert version == b"HTTP/1.1"
    pairs = [line.split(b": ", 1) for line in lines]
    headers = [(name, value) for name, value in pairs]
    return int(status), headers, int(dict(headers).get(b"content-length", b"0"))


class Wire:
    """One connection, for a test that waits."""

    def __init__(self, port: int, address: str = "127.0.0.1", *, buffer_bytes: int = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if buffer_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self.socket.settimeout(SECONDS_MAX)
        self.socket.connect((address, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def says_no_more(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self, *, to_head: bool = False) -> Answer:
        """The next answer."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.file.readline()
            assert line, f"closed after {head!r}"
            head += line
        status, headers, length = read_head(head)
        return answer_of(status, headers, b"" if to_head or status == 304 else self.file.read(length))

    def ask(self, target: str, *headers: tuple[str, str], method: str = "GET", version: str = "1.1") -> Answer:
        self.send(head_of(target, *headers, method=method, version=version))
        return self.answer(to_head=method == "HEAD")

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        return self.file.read()


class Line:
    """One connection, for a test with many."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, target: str, *headers: tuple[str, str], method: str = "GET") -> Answer:
        async with asyncio.timeout(SECONDS_MAX):
            self.writer.write(head_of(target, *headers, method=method))
            status, pairs, length = read_head(await self.reader.readuntil(b"\r\n\r\n"))
            body = b"" if method == "HEAD" or status == 304 else await self.reader.readexactly(length)
            return answer_of(status, pairs, body)

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()
