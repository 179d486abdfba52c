"""Server processes: started, waited for and ended; what they cost, and what they hold."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from .answers import ADDRESS, ask

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15
POLL_SECONDS = 0.002
LOG_LINES_SHOWN = 8


class CannotMeasure(Exception):
    """What is in the way, in one sentence."""


class Memory(NamedTuple):
    """Of one process; a page that n processes share counts for 1/n in `proportional`."""

    resident_bytes: int
    proportional_bytes: int


@contextmanager
def running(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """The id of a process that ends with the block."""
    with (folder / "servers.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def inherited() -> dict[str, str]:
    """The environment of this process, without settings, and with bytecode as a server in service has it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYDOTORG_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def pinned(core: int | None) -> list[str]:
    """How a command begins that keeps to one core."""
    return [] if core is None else ["taskset", "--cpu-list", str(core)]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server((ADDRESS, 0))) for _ in range(count)]
        return [int(listener.getsockname()[1]) for listener in listeners]


def wait_for(process: int, port: int, path: str, folder: Path, *, status: int = 200) -> None:
    """Return once the server answers there as it should."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            if ask(port, path, {}).status == status:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(POLL_SECONDS)
    log = (folder / "servers.log").read_text("utf-8", errors="replace").splitlines()
    raise CannotMeasure("\n".join(["A server did not start. The log ends with:", *log[-LOG_LINES_SHOWN:]]))


def family(process: int) -> list[int]:
    """A process and all that come from it."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [process, *(each for child in children for each in family(child))]


def processor_seconds(process: int) -> float:
    """The time on a processor of all threads of a process and of all that come from it, to the nanosecond."""
    threads = [thread for each in family(process) for thread in Path(f"/proc/{each}/task").glob("*/schedstat")]
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def memory(process: int) -> list[Memory]:
    """What a process and each that comes from it holds."""
    return [_memory(each) for each in family(process)]


def _memory(process: int) -> Memory:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    return Memory(kilobytes["Rss:"] * 1024, kilobytes["Pss:"] * 1024)
