"""Servers: one in a thread of this process, that a test can reach into, and the command in a process of its own."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import uvicorn

from pydotorg.app import Application
from pydotorg.kernel.frontdoor.fast import FastProtocol
from pydotorg.kernel.frontdoor.protocol import Protocol
from tests.servers import serving

from .wire import Wire

KEEP_ALIVE_SECONDS = 1
SECRET_KEY = "0123456789abcdef0123456789abcdef"


class Front(NamedTuple):
    """A server in a thread."""

    port: int
    app: Application
    server: uvicorn.Server

    def wire(self) -> Wire:
        return Wire(self.port)


@contextlib.contextmanager
def fronting(app: Application, *, fast: bool = True) -> Iterator[Front]:
    """This application on a port, with the protocol that ships; connections may idle for a second."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=FastProtocol if fast else Protocol, ws="none", log_config=None, proxy_headers=False,
        server_header=False, timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield Front(listener.getsockname()[1], app, server)
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()
        assert not thread.is_alive(), "it must end when it is told to"


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Until something holds; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@contextlib.contextmanager
def commanded(folder: Path, database: str, **settings: str) -> Iterator[int]:
    """The port of `pydotorg serve` on this database; its quotas are the real ones."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"PYDOTORG_DATABASE_URL": database, "PYDOTORG_PORT": str(port), "PYDOTORG_HOST": "127.0.0.1"}
    own |= {"PYDOTORG_PUBLIC_URL": f"http://127.0.0.1:{port}", "PYDOTORG_SECRET_KEY": SECRET_KEY}
    folder.mkdir(exist_ok=True)
    with serving(folder, **own, **settings):
        yield port


def memory_of(folder: Path) -> int:
    """The bytes that the processes which run in this folder hold."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder:
                total += int((process / "statm").read_text().split()[1]) * 4096
    return total
