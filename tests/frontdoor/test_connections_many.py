"""Who does not read, and who only holds a connection, costs little."""

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Copy

from .fronts import commanded, memory_of
from .wire import Wire, head_of

LATEST, LARGE, LONG = "/api/v1/releases/latest", "/api/v1/files?limit=1000", "/api/v1/releases?limit=50"
QUOTAS = {"PYDOTORG_RATE_LIMIT_FACTOR": "100000"}
MIB = 2**20
IDLE = 10_000
IDLE_MIN = 1_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, engine_name: str) -> Path:
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="session")
def descriptors() -> int:
    """How many files this process, and a server that it starts, may have open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = IDLE + 2_000
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@pytest.fixture(scope="session")
def port(copy: Copy, folder: Path, descriptors: int) -> Iterator[int]:
    with commanded(folder, copy(), **QUOTAS) as number:
        with Wire(number) as wire:
            for target in (LATEST, LARGE, LONG) * 3:
                wire.ask(target)
        yield number


def growth(folder: Path, before: int) -> float:
    """By how many MiB the server has grown."""
    assert before > 20 * MIB, "it was there"
    return (memory_of(folder) - before) / MIB


def test_who_does_not_read_costs_little_and_gets_everything_later(port: int, folder: Path) -> None:
    with Wire(port) as wire:
        expected = wire.ask(LARGE).body
    before = memory_of(folder)
    with Wire(port, buffer_bytes=8192) as wire:
        wire.send(head_of(LARGE) * 100)
        time.sleep(0.5)
        assert len(expected) * 100 > 40 * MIB
        assert growth(folder, before) < 16
        with Wire(port) as other:
            assert other.ask(LATEST).status == 200
        for _ in range(100):
            assert wire.answer().body == expected
        assert wire.ask(LATEST).status == 200
    assert growth(folder, before) < 16


def test_who_asks_on_and_on_and_does_not_read_costs_little(port: int, folder: Path) -> None:
    before = memory_of(folder)
    with Wire(port, buffer_bytes=8192) as wire, Wire(port) as other:
        wire.socket.setblocking(False)
        sent, end = 0, time.monotonic() + 1
        while time.monotonic() < end and sent < 50 * MIB:
            with contextlib.suppress(BlockingIOError, ConnectionError):
                sent += wire.socket.send(head_of(LONG) * 100)
            assert other.ask(LATEST).status == 200
        assert growth(folder, before) < 16


@pytest.mark.parametrize("name", ["Accept-Encoding", "If-None-Match", "X-Request-ID", "X-Forwarded-For", "X-Other"])
def test_long_headers_are_not_kept(port: int, folder: Path, name: str) -> None:
    before = memory_of(folder)
    with Wire(port) as wire:
        for number in range(600):
            assert wire.ask(LATEST, (name, f"{number}" + ",x" * 30_000)).status == 200
    assert growth(folder, before) < 16


def test_many_large_answers_take_no_more_room_than_the_store_has(port: int, folder: Path) -> None:
    before = memory_of(folder)
    with Wire(port) as wire:
        for offset in range(120):
            for _ in range(3):  # computed, stored, and asked by a known head
                assert wire.ask(f"{LARGE}&offset={offset}").status == 200
        assert len(wire.ask(LARGE).body) * 120 > 64 * MIB
    assert growth(folder, before) < 64


@pytest.mark.parametrize("pause", [0, 0.002])
def test_who_reads_slowly_gets_whole_answers(port: int, pause: float) -> None:
    with Wire(port) as wire:
        expected = wire.ask(LONG).body
    with Wire(port, buffer_bytes=4096) as wire:
        for _ in range(10):
            wire.send(head_of(LONG) * 10)
            for _ in range(10):
                assert wire.answer().body == expected
                time.sleep(pause)


def test_ten_thousand_idle_connections_are_held_and_others_answered(port: int, folder: Path, descriptors: int) -> None:
    number = min(IDLE, descriptors - 500)
    if number < IDLE_MIN:
        pytest.skip(f"a process may have {descriptors} files open here")
    before = memory_of(folder)
    with contextlib.ExitStack() as open_ones:
        began = time.monotonic()
        for place in range(number):
            connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            if place % 10 == 0:
                connection.sendall(head_of(LATEST))
        held = time.monotonic() - began
        with Wire(port) as wire:
            for target in (LATEST, LONG, LATEST, "/api/v1/releases/0.0.1"):
                asked = time.monotonic()
                assert wire.ask(target).status in (200, 404)
                assert time.monotonic() - asked < 1
        assert held < 10, "the first of them are there still"
        assert growth(folder, before) * MIB / number < 16_384
    with Wire(port) as wire:
        assert wire.ask(LATEST).status == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_idle_connections_do_not_hold_up_the_end(copy: Copy, tmp_path: Path, workers: str) -> None:
    wires: list[Wire] = []
    with commanded(tmp_path, copy(), PYDOTORG_WORKERS=workers, **QUOTAS) as port:
        for place in range(100):
            wires.append(Wire(port))
            if place % 2:
                wires[-1].ask(LATEST)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    for wire in wires:
        assert wire.rest() == b""
        wire.close()
