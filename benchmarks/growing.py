"""What it takes to compute an answer where there is little to be found, and where there is much."""

import os
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from statistics import median
from typing import NamedTuple

from .answers import ADDRESS, ANSWER_SECONDS_MAX
from .bench import Bench, Target
from .plan import NO_STORE, POSTGRES, Candidate
from .processes import CannotMeasure
from .rounds import Spread, spread

JOBS, EVENTS = "jobs", "events"
#: one after another, for the median of a round
ANSWERS = 20


class Asked(NamedTuple):
    """A request, and within how many milliseconds it is to be answered with the most rows, if that is a goal."""

    name: str
    path: str
    milliseconds_max: float | None = None


def in_days(days: int) -> str:
    """That day, in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86_400))


class Growing(NamedTuple):
    """What there is few of, and then many, and what is asked then."""

    name: str
    title: str
    small: int
    large: int
    asked: tuple[Asked, ...]


GROWING = (
    Growing(
        JOBS, "The job board", 1_000, 100_000,
        (
            Asked("list of 20", "/api/v1/jobs?limit=20", 5),
            Asked("list of 20, of one country", "/api/v1/jobs?limit=20&country=Germany"),
            Asked("list of 20, to be done from elsewhere", "/api/v1/jobs?limit=20&telecommuting=true"),
            Asked("list of 20, of the last three days", f"/api/v1/jobs?limit=20&posted_after={in_days(-3)}"),
            Asked("search, a word of every fifth job", "/api/v1/jobs?limit=20&q=django", 20),
            Asked("search, a word of every thousandth", "/api/v1/jobs?limit=20&q=cobra", 20),
            Asked("search, a word of every job", "/api/v1/jobs?limit=20&q=python"),
            Asked("search, a word of every fifth job, by relevance", "/api/v1/jobs?limit=20&q=django&sort=relevance"),
        ),
    ),
    Growing(
        EVENTS, "Events, a tenth of which recur every week", 1_000, 10_000,
        (
            Asked("upcoming, 100", "/api/v1/events/upcoming", 10),
            Asked("upcoming, 20", "/api/v1/events/upcoming?limit=20"),
            Asked("upcoming, 20, of one country", "/api/v1/events/upcoming?limit=20&country=Germany"),
            Asked("upcoming, 20, a word of every thousandth", "/api/v1/events/upcoming?limit=20&q=cobra"),
            Asked("featured, 20", "/api/v1/events/featured?limit=20"),
            Asked("list of 20", "/api/v1/events?limit=20"),
            Asked("list of 20, of a month", f"/api/v1/events?limit=20&from={in_days(30)}&to={in_days(60)}"),
            Asked("list of 20, a word of every event", "/api/v1/events?limit=20&q=python"),
            Asked(
                "occurrences of a month, 100",
                f"/api/v1/event-occurrences?from={in_days(30)}&to={in_days(60)}",
            ),
        ),
    ),
)  # fmt: skip


class Growth(NamedTuple):
    """Milliseconds for one request on one kind of database, with few rows and with many."""

    database: str
    asked: Asked
    small: Spread
    large: Spread

    @property
    def word(self) -> str:
        """Whether it is as quick as it is to be."""
        bound = self.asked.milliseconds_max
        return "" if bound is None else "met" if self.large.median <= bound else "not met"


def growths(bench: Bench, growing: Growing) -> list[Growth]:
    """On SQLite, and on PostgreSQL where there is one; nothing is stored, so each answer is computed."""
    kinds = ["sqlite", *(["postgresql"] if POSTGRES in os.environ else [])]
    return [growth for kind in kinds for growth in _of(bench, growing, kind)]


def _of(bench: Bench, growing: Growing, kind: str) -> list[Growth]:
    name, numbers = growing.name, (growing.small, growing.large)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                bench.candidate(Candidate(kind, NO_STORE, f"{kind}+{number} {name}"), [name], core=None)
            )
            for number in numbers
        ]
        taken = {(asked, n): list[float]() for asked in growing.asked for n in range(len(servers))}
        for number in range(bench.rounds + 1):  # the first one is to warm up
            bench.tell(f"{name}: {kind}, round {number} of {bench.rounds}")
            for (asked, n), milliseconds in taken.items():
                measured = median(_milliseconds(servers[n], name, asked.path))
                milliseconds.extend([measured] if number else [])
    return [Growth(kind, asked, spread(taken[asked, 0]), spread(taken[asked, 1])) for asked in growing.asked]


def _milliseconds(server: Target, name: str, path: str) -> list[float]:
    connection = HTTPConnection(ADDRESS, server.ports[name], timeout=ANSWER_SECONDS_MAX)
    taken = []
    for _ in range(ANSWERS):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - began) * 1e3)
        if answer.status != 200:  # noqa: PLR2004  as HTTP has it
            raise CannotMeasure(f"{server.name} answers {path} with {answer.status}.")
    connection.close()
    return taken
