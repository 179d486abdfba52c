"""What a process counts while it serves; `observability` shows it to Prometheus.

Counting is always on because it costs next to nothing: an increment, without a library, and without a lock, since only
the event loop's thread counts. Tallies of several processes can be added up, and written to a file.
"""

import time
from bisect import bisect_left
from collections.abc import Hashable
from typing import Annotated, Literal, TypeVar, get_args

from msgspec import Meta, Struct, field

Key = TypeVar("Key", bound=Hashable)

#: how an answer that may be stored came about: 200 from the store, computed, computed by a request that came before
#: it and runs still, 304 from the store
Outcome = Literal["hit", "miss", "shared", "revalidated"]

#: upper bounds of the buckets of every histogram, in seconds; one more holds what lies above
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
BUCKETS = len(BOUNDS) + 1
NO_OPERATION = "none"


class Histogram(Struct):
    """How long something took, each time."""

    buckets: Annotated[list[int], Meta(min_length=BUCKETS, max_length=BUCKETS)] = field(
        default_factory=lambda: [0] * BUCKETS
    )
    seconds: float = 0.0

    def took(self, seconds: float) -> None:
        """It took so long once more; a bound belongs to the bucket below it."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def add(self, other: "Histogram") -> None:
        """Count what another has counted."""
        self.buckets = [mine + others for mine, others in zip(self.buckets, other.buckets, strict=True)]
        self.seconds += other.seconds


class Readings(Struct, frozen=True):
    """What other parts of the process know, and are asked for only when somebody looks."""

    questions: int = 0  # asked of the database for its revision, since the start
    stored_answers: int = 0
    stored_bytes: int = 0
    database_away: bool = False
    counting_in_memory: bool = False  # because Redis is away
    tasks_waiting: int = 0  # in the whole database, as are those that are dead: each process tells the same
    tasks_dead: int = 0

    def __add__(self, other: "Readings") -> "Readings":
        """Of two processes: sums, whether it is so for one of them, and of what both see the greater number."""
        return Readings(
            questions=self.questions + other.questions,
            stored_answers=self.stored_answers + other.stored_answers,
            stored_bytes=self.stored_bytes + other.stored_bytes,
            database_away=self.database_away or other.database_away,
            counting_in_memory=self.counting_in_memory or other.counting_in_memory,
            tasks_waiting=max(self.tasks_waiting, other.tasks_waiting),
            tasks_dead=max(self.tasks_dead, other.tasks_dead),
        )

    def afterwards(self) -> "Readings":
        """What remains when the process has ended: what it counted, not what it held."""
        return Readings(questions=self.questions)


class Tallies(Struct):
    """What one process has counted since it started, or several together since the first of them did."""

    started: float = field(default_factory=time.time)
    requests: dict[tuple[str, int], int] = field(default_factory=dict)
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(get_args(Outcome), 0))
    computing: dict[str, Histogram] = field(default_factory=dict)
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    flagged: dict[str, int] = field(default_factory=dict)
    delays: Histogram = field(default_factory=Histogram)
    readings: Readings = field(default_factory=Readings)

    def answered(self, operation: str | None, status: int) -> None:
        """A request was answered, by an operation or by what is none; status 0 if nobody was left to answer."""
        key = (operation or NO_OPERATION, status)
        self.requests[key] = self.requests.get(key, 0) + 1

    def left(self, operation: str, status: int, outcome: Outcome) -> None:
        """A stored answer has left."""
        self.answered(operation, status)
        self.looked_up(outcome)

    def looked_up(self, outcome: Outcome) -> None:
        """An answer was looked for in the store."""
        self.outcomes[outcome] += 1

    def computed(self, operation: str, seconds: float) -> None:
        """An operation made an answer, and took so long."""
        if operation not in self.computing:
            self.computing[operation] = Histogram()
        self.computing[operation].took(seconds)

    def refused(self, tier: str, rank: str) -> None:
        """A caller of this rank had used up the quota of this tier."""
        key = (tier, rank)
        self.refusals[key] = self.refusals.get(key, 0) + 1

    def changed_for_a_reason(self, resource: str) -> None:
        """Something was changed that must not change without a reason."""
        self.flagged[resource] = self.flagged.get(resource, 0) + 1

    def delayed(self, seconds: float) -> None:
        """The event loop came so much later to something than it was to."""
        self.delays.took(seconds)

    def add(self, other: "Tallies") -> None:
        """Count what another process has counted."""
        self.started = min(self.started, other.started)
        _add(self.requests, other.requests)
        _add(self.outcomes, other.outcomes)
        _add(self.refusals, other.refusals)
        _add(self.flagged, other.flagged)
        for operation, histogram in other.computing.items():
            self.computing.setdefault(operation, Histogram()).add(histogram)
        self.delays.add(other.delays)
        self.readings += other.readings


def _add(counts: dict[Key, int], others: dict[Key, int]) -> None:
    for key, count in others.items():
        counts[key] = counts.get(key, 0) + count
