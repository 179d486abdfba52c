"""Whoever does not read the answer: it costs neither memory nor a connection for long, nor a good end."""

import contextlib
import socket
import time
from functools import partial
from pathlib import Path

import pytest

from pydotorg.kernel.frontdoor import outlet
from pydotorg.kernel.frontdoor.outlet import Outlet

from .conftest import heard, serving, wait_for
from .test_raw_sockets import GET, HOST, status

LARGE = b"GET /api/v1/releases?limit=1000&include=files HTTP/1.1\r\n" + HOST


@pytest.fixture
def outlets(monkeypatch: pytest.MonkeyPatch) -> list[Outlet]:
    """Of the connections that are lost while a test runs."""
    lost: list[Outlet] = []
    before = Outlet.lost

    def remember(self: Outlet) -> None:
        lost.append(self)
        before(self)

    monkeypatch.setattr(Outlet, "lost", remember)
    return lost


def connected(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    return connection


def are_held_or_lost(outlets: list[Outlet], number: int) -> bool:
    return len(outlet.untaken.held) + len(outlets) == number


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
def test_who_does_not_read_loses_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch, outlets: list[Outlet], more: bytes
) -> None:
    monkeypatch.setattr(outlet, "WRITE_SECONDS_MAX", 0.5)
    monkeypatch.setattr(outlet, "LINGER_SECONDS_MAX", 0.2)
    with connected(port) as connection:
        connection.sendall((LARGE + more + b"\r\n") * 3)
        wait_for(lambda: len(outlets) > 0)


def test_who_says_no_more_and_does_not_read_loses_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch, outlets: list[Outlet]
) -> None:
    monkeypatch.setattr(outlet, "WRITE_SECONDS_MAX", 0.5)
    with connected(port) as connection:
        connection.sendall(LARGE + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        wait_for(lambda: len(outlets) > 0)


def test_all_who_do_not_read_hold_no_more_than_there_is_for_them(
    port: int, monkeypatch: pytest.MonkeyPatch, outlets: list[Outlet]
) -> None:
    with contextlib.ExitStack() as connections:
        for number in range(1, 6):
            connections.enter_context(connected(port)).sendall(LARGE + b"\r\n")
            wait_for(partial(are_held_or_lost, outlets, number))
            if number == 1:
                monkeypatch.setattr(outlet, "UNTAKEN_BYTES_MAX", 3 * outlet.untaken.total)
            assert 0 < outlet.untaken.total <= outlet.UNTAKEN_BYTES_MAX
        assert 0 < len(outlets) < 5
        assert len(outlet.untaken.held) == 5 - len(outlets)
    wait_for(lambda: len(outlets) == 5)
    assert (outlet.untaken.total, outlet.untaken.held) == (0, {})


def test_who_does_not_read_is_cut_off_for_another_only_if_it_has_held_longest(
    port: int, monkeypatch: pytest.MonkeyPatch, outlets: list[Outlet]
) -> None:
    with connected(port) as longest, connected(port) as other:
        for number, connection in enumerate((longest, other), 1):
            connection.sendall(LARGE + b"\r\n")
            wait_for(partial(are_held_or_lost, outlets, number))
        first, second = outlet.untaken.held
        monkeypatch.setattr(outlet, "UNTAKEN_BYTES_MAX", outlet.untaken.total)
        with connected(port) as newcomer:
            newcomer.sendall(LARGE + b"\r\n")
            wait_for(lambda: len(outlets) > 0)
            assert outlets == [first]
            assert second in outlet.untaken.held
            other.shutdown(socket.SHUT_RD)


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
def test_who_reads_slowly_gets_everything(port: int, monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    monkeypatch.setattr(outlet, "WRITE_SECONDS_MAX", 1)
    monkeypatch.setattr(outlet, "LINGER_SECONDS_MAX", 1)
    with connected(port) as connection:
        connection.sendall(LARGE + more + b"\r\n")
        answer, end = b"", time.monotonic() + 4
        while time.monotonic() < end:
            answer += connection.recv(20_000)
            time.sleep(0.05)
        answer += heard(connection, 1)
    head, _, body = answer.removesuffix(b"<closed>").partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}\r\n".encode() in head + b"\r\n"


def test_who_does_not_leave_after_the_last_answer_is_left(
    port: int, monkeypatch: pytest.MonkeyPatch, outlets: list[Outlet]
) -> None:
    monkeypatch.setattr(outlet, "LINGER_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(GET + b"Connection: close\r\n\r\n")
        answer = heard(connection, 1)
        assert (status(answer), answer.endswith(b"<closed>")) == (200, True)
        wait_for(lambda: len(outlets) > 0)


def test_who_does_not_read_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "HURRIED_SECONDS_MAX", 0.3)
    with serving(tmp_path) as port:
        connection = connected(port)
        connection.sendall((LARGE + b"\r\n") * 3)
        time.sleep(1)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    connection.close()
