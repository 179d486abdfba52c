"""How long a server takes until it answers, and what it holds once it has worked: each alone, on all cores."""

import os
import time
from typing import NamedTuple

from .bench import Bench, Target
from .loads import measure
from .plan import LATEST, STARTING, STARTS, VARIANTS, Candidate
from .processes import Memory, memory, wait_for
from .rounds import Spread, answers, load, spread

WORK_SECONDS = 1  # for each request


class Start(NamedTuple):
    """Seconds from the command to the first 200, and the memory of each process after work."""

    name: str
    healthy: Spread
    answering: Spread
    memory: list[Memory]


def starts(bench: Bench) -> list[Start]:
    """Of every candidate for which the environment has what it needs."""
    return [start(bench, each) for each in STARTS if each.needs is None or each.needs in os.environ]


def start(bench: Bench, candidate: Candidate) -> Start:
    """The first start only fills caches, those of the disk and of bytecode; the last one has to work."""
    bench.database(candidate.database)
    bench.tell(f"{STARTING}: {candidate.name}, {bench.rounds} times")
    once(bench, candidate, works=False)
    every = [once(bench, candidate, works=number == bench.rounds) for number in range(1, bench.rounds + 1)]
    return Start(
        candidate.name,
        healthy=spread([healthy for healthy, _, _ in every]),
        answering=spread([answering for _, answering, _ in every]),
        memory=every[-1][2],
    )


def once(bench: Bench, candidate: Candidate, *, works: bool) -> tuple[float, float, list[Memory]]:
    """Seconds to an answer of `/health`, to one of `latest`; and the memory, if it has to work."""
    began = time.perf_counter()
    with bench.serving(candidate, core=None) as (process, port):
        wait_for(process, port, "/health", bench.folder)
        healthy = time.perf_counter() - began
        wait_for(process, port, LATEST, bench.folder)
        answering = time.perf_counter() - began
        if works:
            work(Target(candidate.name, process, {request.name: port for request in VARIANTS}))
        return healthy, answering, memory(process)


def work(target: Target) -> None:
    expected = answers(list(VARIANTS), target, conditional=False)
    for request in VARIANTS:
        measure(load(request, target, expected[request.name]), WORK_SECONDS, core=None)
