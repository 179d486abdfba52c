"""What the job board takes to compute an answer, with a thousand jobs and with a hundred thousand."""

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

GROWING = "jobs"
SMALL, LARGE = 1_000, 100_000
#: one after another, for the median of a round
ANSWERS = 20


class Asked(NamedTuple):
    """A request, and within how many milliseconds it is to be answered with the most jobs, if that is a goal."""

    name: str
    path: str
    milliseconds_max: float | None = None


def three_days_ago() -> str:
    """That day, in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86_400))


ASKED = (
    Asked("list of 20", "/api/v1/jobs?limit=20", 5),
    Asked("list of 20, of one country", "/api/v1/jobs?limit=20&country=Germany"),
    Asked("list of 20, to be done from elsewhere", "/api/v1/jobs?limit=20&telecommuting=true"),
    Asked("list of 20, of the last three days", f"/api/v1/jobs?limit=20&posted_after={three_days_ago()}"),
    Asked("search, a word of every fifth job", "/api/v1/jobs?limit=20&q=django", 20),
    Asked("search, a word of every thousandth", "/api/v1/jobs?limit=20&q=cobra", 20),
    Asked("search, a word of every job", "/api/v1/jobs?limit=20&q=python"),
    Asked("search, a word of every fifth job, by relevance", "/api/v1/jobs?limit=20&q=django&sort=relevance"),
)


class Growth(NamedTuple):
    """Milliseconds for one request on one kind of database, with few jobs and with many."""

    database: str
    asked: Asked
    small: Spread
    large: Spread

    @property
    def word(self) -> str:
        """Whether it is as quick as it is to be."""
        bound = self.asked.milliseconds_max
        return "" if bound is None else "met" if self.large.median <= bound else "not met"


def growths(bench: Bench) -> list[Growth]:
    """On SQLite, and on PostgreSQL where there is one; nothing is stored, so each answer is computed."""
    kinds = ["sqlite", *(["postgresql"] if POSTGRES in os.environ else [])]
    return [growth for kind in kinds for growth in _of(bench, kind)]


def _of(bench: Bench, kind: str) -> list[Growth]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(bench.candidate(Candidate(kind, NO_STORE, f"{kind}+{number}"), ["jobs"], core=None))
            for number in (SMALL, LARGE)
        ]
        taken: dict[tuple[Asked, int], list[float]] = {(asked, n): [] for asked in ASKED for n in range(len(servers))}
        for number in range(bench.rounds + 1):  # the first one is to warm up
            bench.tell(f"{GROWING}: {kind}, round {number} of {bench.rounds}")
            for (asked, n), milliseconds in taken.items():
                measured = median(_milliseconds(servers[n], asked.path))
                milliseconds.extend([measured] if number else [])
    return [Growth(kind, asked, spread(taken[asked, 0]), spread(taken[asked, 1])) for asked in ASKED]


def _milliseconds(server: Target, path: str) -> list[float]:
    connection = HTTPConnection(ADDRESS, server.ports["jobs"], timeout=ANSWER_SECONDS_MAX)
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
