"""What tests of limits share: a time that stands still, a Redis, and processes that ask at the same time."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from pydotorg.kernel import clock
from pydotorg.kernel.frontdoor.counters import shared

HAMMER = Path(__file__).with_name("hammer.py")

Hammer = Callable[..., subprocess.Popen[bytes]]


class Time:
    """What the clock says: the begin of a window, until a test moves it."""

    def __init__(self) -> None:
        self.moment = 1_735_689_600.0

    def unix(self) -> float:
        return self.moment


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A time that stands still."""
    still = Time()
    monkeypatch.setattr(clock, "unix", still.unix)
    return still


@pytest.fixture
def caller() -> str:
    """Somebody whom nobody has counted."""
    return uuid4().hex


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The file in which workers count."""
    path = tmp_path / "limits"
    shared.create(path)
    return path


@pytest.fixture
def hammer() -> Iterator[Hammer]:
    """Starts a process that counts; it is ready, and waits to be told to begin."""
    processes = []

    def start(where: str, caller: str, *, requests: int, factor: float = 1) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(HAMMER), where, caller, str(requests), str(factor)]
        process = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            process.kill()


def passed(processes: list[subprocess.Popen[bytes]]) -> int:
    """How many requests passed in all, when all have begun together and ended."""
    begin(processes)
    return sum(process.communicate()[0].count(b".") for process in processes)


def begin(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
