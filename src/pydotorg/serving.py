"""`pydotorg serve`: listens, brings the database up to date, serves, and ends when it is told to."""

import contextlib
import errno
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import click
import uvicorn
from uvicorn.supervisors import Multiprocess

from . import __version__, preparation
from .app import COUNTERS, Application, from_environment, reached_at
from .kernel.frontdoor.counters import shared as counters
from .kernel.frontdoor.fast import FastProtocol
from .kernel.frontdoor.protocol import Protocol
from .kernel.http.pages import documentation
from .kernel.observability.log import configure_log
from .preparation import CannotStart
from .settings import Settings

LOOPBACK = ("127.0.0.1", "::1")
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 10
GRACE_SECONDS = 8  # of the ten in which a server must be gone
PORT_TRIES_MAX = 20
MEMORY = Path("/dev/shm")  # noqa: S108  the folder in it has a name that nobody can guess


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; raises CannotStart with one sentence that says what to do."""
    settings.check_for_serving()
    configure_log(settings.log_level, settings.log_format)
    documentation()  # its bundles come in packages of their own, which a hand-made environment may lack
    sockets = listen(settings.host, settings.port)
    preparation.prepare(settings)
    port = sockets[0].getsockname()[1]
    os.environ["PYDOTORG_PORT"] = str(port)  # for the workers: without a public URL, mailed links name it
    announce(settings, port)
    if settings.workers > 1:
        with shared_folder() as shared:
            Workers(configuration(settings, shared), sockets).run()
    else:
        Server(configuration(settings, None)).run(sockets)


@contextlib.contextmanager
def shared_folder() -> Iterator[Path]:
    """Where the workers of this host count together, in memory where that can be, as long as they run."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="pydotorg-", dir=place, ignore_cleanup_errors=True) as folder:
        counters.create(Path(folder) / COUNTERS)
        yield Path(folder)


def configuration(settings: Settings, shared: Path | None) -> uvicorn.Config:
    """How uvicorn serves the application: everything that is ours to say is said by us, not by its defaults."""
    return uvicorn.Config(
        partial(worker, shared),
        factory=True,
        workers=settings.workers,
        http=FastProtocol if settings.fast_path and settings.store else Protocol,
        ws="none",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def worker(shared: Path | None) -> Application:
    """The application of one process; one of several ends when nobody watches over it any more."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), name="watch the parent", daemon=True).start()
    application = from_environment(shared)
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn tells of the end only once the last connection is closed
        signal.signal(number, partial(_also, application.worker.announce_end, signal.getsignal(number)))
    return application


def _also(first: Callable[[], None], then: Any, number: int, frame: FrameType | None) -> None:
    first()
    then(number, frame)


def _end_after(parent: BaseProcess) -> None:
    """End as if told to, when the parent is gone: after a SIGKILL, say, when it could tell nobody."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class Server(uvicorn.Server):
    """A server for which being told to end is no failure: exit status 0 after SIGINT and SIGTERM."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn, do not raise the signal once more after everything has ended well."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Workers(Multiprocess):
    """Several servers on the same sockets."""

    def terminate_all(self) -> None:
        """End them all; nobody is let in any more whom none of them would answer."""
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of the host; `localhost` is both loopback addresses."""
    addresses = _addresses(host)
    for _ in range(PORT_TRIES_MAX if port == 0 else 1):
        try:
            return _listen_on(addresses, port, optional=host == "localhost")
        except PortTaken:
            if port != 0:
                raise
    raise CannotStart(f"No port is free on all addresses of {host}; set PYDOTORG_PORT to one that is.")


class PortTaken(CannotStart):
    """Another process listens there."""


def _listen_on(addresses: list[str], port: int, *, optional: bool) -> list[socket.socket]:
    with contextlib.ExitStack() as undo:
        sockets: list[socket.socket] = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                listener = socket.socket(family, socket.SOCK_STREAM)
                undo.callback(listener.close)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind((address, port))
                listener.listen(BACKLOG)
            except OSError as error:
                if optional and sockets and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue  # a machine without IPv6
                raise _cannot_listen(error, address, port) from error
            listener.setblocking(False)  # noqa: FBT003  that is its only parameter
            sockets.append(listener)
            port = listener.getsockname()[1]
        undo.pop_all()
        return sockets


def _addresses(host: str) -> list[str]:
    if host == "localhost":
        return list(LOOPBACK)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotStart(f"There is no host {host}; set PYDOTORG_HOST to an address of this machine.") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _cannot_listen(error: OSError, address: str, port: int) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(f"Port {port} on {address} is taken; stop what uses it, or set PYDOTORG_PORT to another.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotStart(f"Port {port} needs more rights than this user has; set PYDOTORG_PORT to one above 1023.")
    if error.errno == errno.EADDRNOTAVAIL:
        return CannotStart(f"{address} is no address of this machine; set PYDOTORG_HOST to one.")
    return CannotStart(f"Cannot listen on {address} port {port}: {error.strerror or error}.")


def announce(settings: Settings, port: int) -> None:
    """Say where everything is."""
    base = reached_at(settings, port)
    click.echo(
        f"pydotorg {__version__} serves\n\n"
        f"  the API             {base}/api/v1\n"
        f"  its documentation   {base}/api/          Scalar\n"
        f"                      {base}/api/swagger   Swagger UI\n"
        f"                      {base}/api/redoc     ReDoc\n\n"
        f"Try:   curl {base}/api/v1/releases/latest\n"
        "Stop:  Ctrl-C\n"
    )
    sys.stdout.flush()
