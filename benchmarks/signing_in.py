"""How long a stored answer takes while many sign in."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import NamedTuple

from .accounts import log_in, registered
from .answers import ADDRESS, ANSWER_SECONDS_MAX
from .bench import CHECKOUT, Bench
from .plan import LATEST, Candidate
from .processes import CannotMeasure

SIGNING_IN = "logins"
LOGINS = 40
PAUSE_SECONDS = 0.001
ALONE_SECONDS = 2.0


class Latencies(NamedTuple):
    """Of one answer, again and again, in milliseconds."""

    name: str
    answers: int
    median: float
    p99: float
    most: float


def beside_logins(bench: Bench, candidate: Candidate) -> list[Latencies]:
    """A stored answer, asked for a thousand times a second: alone, and while forty at a time sign in."""
    bench.tell(f"{SIGNING_IN}: {candidate.name}")
    with bench.candidate(candidate, ["latest"], core=None) as target:
        port = target.ports["latest"]
        name = registered(port)
        command = [sys.executable, "-m", "benchmarks.signing_in", str(port), name, str(bench.rounds)]
        asked(port, Sleep(ALONE_SECONDS / 4).poll)
        alone = asked(port, Sleep(ALONE_SECONDS).poll)
        with subprocess.Popen(command, cwd=CHECKOUT) as logins:  # another process: threads of this one would slow it
            beside = asked(port, logins.poll)
        if logins.returncode:
            raise CannotMeasure("Not everybody could sign in.")
    return [latencies("alone", alone), latencies(f"beside {LOGINS} logins at a time", beside)]


class Sleep:
    """Something that ends after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def poll(self) -> int | None:
        return 0 if time.monotonic() >= self.end else None


def log_in_together(port: int, name: str, times: int) -> None:
    with ThreadPoolExecutor(LOGINS) as pool:
        for _ in range(times):
            list(pool.map(lambda _: log_in(port, name), range(LOGINS)))


def asked(port: int, ended: Callable[[], int | None]) -> list[float]:
    """How many milliseconds each answer took, until that has ended which is done meanwhile."""
    taken: list[float] = []
    connection = HTTPConnection(ADDRESS, port, timeout=ANSWER_SECONDS_MAX)
    while ended() is None:
        began = time.perf_counter()
        connection.request("GET", LATEST)
        connection.getresponse().read()
        taken.append((time.perf_counter() - began) * 1e3)
        time.sleep(PAUSE_SECONDS)
    connection.close()
    return taken


def latencies(name: str, taken: list[float]) -> Latencies:
    return Latencies(name, len(taken), median(taken), quantiles(taken, n=100)[98], max(taken))


if __name__ == "__main__":
    log_in_together(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
