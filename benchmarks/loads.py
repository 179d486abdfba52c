"""One load: wrk on a core of its own, and what the server spent on it."""

import re
import subprocess
from typing import NamedTuple

from .answers import ADDRESS, ask
from .processes import CannotMeasure, pinned, processor_seconds

CONNECTIONS = 64
ANSWER_SECONDS_MAX = 10
SPARE_SECONDS = 30
DONE = re.compile(r"(\d+) requests in ")
PER_SECOND = re.compile(r"Requests/sec: +([\d.]+)")
WRONG = re.compile(r"(?:Socket errors|Non-2xx).*")


class Load(NamedTuple):
    """A request of one target, and the status that each answer must have."""

    target: str
    process: int
    port: int
    path: str
    headers: dict[str, str]
    status: int


class Sample(NamedTuple):
    """What one load gave."""

    per_second: float
    processor_microseconds: float  # for a request


def measure(load: Load, seconds: int, *, core: int | None) -> Sample:
    """Ask as fast as answers come; raises unless every answer is the right one."""
    if (status := ask(load.port, load.path, load.headers).status) != load.status:
        raise CannotMeasure(f"{load.target} answers {load.path} with {status} instead of {load.status}.")
    before = processor_seconds(load.process)
    output = _wrk(load, seconds, core)
    spent = processor_seconds(load.process) - before
    done, per_second, wrong = DONE.search(output), PER_SECOND.search(output), WRONG.search(output)
    if wrong or not done or not per_second or not int(done[1]):
        raise CannotMeasure(f"{load.target}, {load.path}: {wrong[0] if wrong else output.strip()}")
    return Sample(float(per_second[1]), spent / int(done[1]) * 1e6)


def _wrk(load: Load, seconds: int, core: int | None) -> str:
    headers = [f"--header={name}: {value}" for name, value in load.headers.items()]
    command = [
        *(*pinned(core), "wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s"),
        *(f"--timeout={ANSWER_SECONDS_MAX}s", *headers, f"http://{ADDRESS}:{load.port}{load.path}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS, check=False)
    if done.returncode:
        raise CannotMeasure(f"wrk ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
