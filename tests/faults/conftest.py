"""A server in this process, whose limits a test may shorten, and the bare sockets that talk to it."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.access import anyone
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.frontdoor.fast import FastProtocol
from pydotorg.kernel.frontdoor.protocol import Protocol
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.operations import post
from pydotorg.preparation import prepare
from pydotorg.settings import load
from tests.conftest import GENEROUS

Talk = Callable[..., bytes]
FIRST_BYTE_SECONDS = 10


class Words(Body):
    text: str


@post("/test/echo", by=anyone, documented=False)
async def test_echo(words: Words) -> list[str]:
    """Say it again."""
    return [words.text]


class Pause(Body):
    seconds: float


@post("/test/pause", by=anyone, documented=False)
async def test_pause(pause: Pause) -> list[str]:
    """Take one's time."""
    await asyncio.sleep(pause.seconds)
    return []


ECHO = Domain(name="test", description="For tests.", routes=(test_echo, test_pause), tables=())


@contextlib.contextmanager
def serving(folder: Path, **more: str) -> Iterator[int]:
    """The port of a server that runs in a thread, with the protocol that ships."""
    own = {"PYDOTORG_DATABASE_URL": f"sqlite:///{folder}/pydotorg.db", **GENEROUS}
    settings = load(own | {f"PYDOTORG_{name}": value for name, value in more.items()}, file=folder / "none")
    prepare(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        Application(settings, domains=(*DOMAINS, ECHO)),
        http=FastProtocol if settings.store else Protocol,
        ws="none",
        log_config=None,
        proxy_headers=False,
        timeout_keep_alive=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Until something holds; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture(scope="package")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("server")) as number:
        yield number


@pytest.fixture
def talk(port: int) -> Talk:
    """Sends bytes, and gives all that comes back until the server closes or falls silent."""

    def speak(*parts: bytes, pause: float = 0.0, patience: float = 0.3) -> bytes:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            return heard(connection, patience)

    return speak


def heard(connection: socket.socket, patience: float) -> bytes:
    """What comes, until nothing has come for so many seconds; `<closed>` at its end where the server closed."""
    connection.settimeout(FIRST_BYTE_SECONDS)
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
            connection.settimeout(patience)
    except (TimeoutError, ConnectionResetError):
        return answer
    return answer + b"<closed>"
