"""A comparison, measured: in each round every load once, so that what disturbs one disturbs its neighbours too."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

from .answers import Answer, Request, ask
from .bench import Bench, Target
from .loads import Load, Sample, measure
from .plan import BARE, NGINX, Comparison
from .processes import CannotMeasure

WARM_UP_SECONDS = 1
SETTLE_SECONDS = 0.1
Key = tuple[str, str]  # a request and a target, by their names


class Spread(NamedTuple):
    """The median of the rounds, and how far they lie apart."""

    median: float
    least: float
    most: float


class Figures(NamedTuple):
    """What a comparison gave, round by round, and what there is to say about it."""

    comparison: Comparison
    samples: dict[Key, list[Sample]]
    notes: list[str]

    def spread(self, key: Key, value: Callable[[Sample], float]) -> Spread:
        return spread([value(sample) for sample in self.samples[key]])

    def ratio(self, request: str, target: str, reference: str, *, by_processor: bool) -> Spread:
        """How many times as good as the reference a target is, taken within each round."""
        pairs = zip(self.samples[request, target], self.samples[request, reference], strict=True)
        if by_processor:
            return spread([other.processor_microseconds / own.processor_microseconds for own, other in pairs])
        return spread([own.per_second / other.per_second for own, other in pairs])


def spread(values: list[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def compare(bench: Bench, comparison: Comparison) -> Figures:
    """Measure all of it; without what it needs, only a note says so."""
    missing = {each.needs for each in comparison.candidates if each.needs and each.needs not in os.environ}
    if missing:
        return Figures(comparison, {}, [f"Not measured: {', '.join(sorted(missing))} is not set."])
    core = bench.server_core if comparison.pinned else None
    names = [request.name for request in comparison.requests]
    with ExitStack() as stack:
        targets = [stack.enter_context(bench.candidate(each, names, core=core)) for each in comparison.candidates]
        requests, notes = answerable(comparison.requests, targets[0])
        full, expected = (answers(requests, targets[0], conditional=conditional) for conditional in (False, True))
        for name, given in ((NGINX, full), (BARE, expected)):
            if name in comparison.references:
                targets.append(stack.enter_context(bench.peer(name, given, core=core)))
        loads = {
            (request.name, target.name): load(request, target, expected[request.name])
            for request in requests
            for target in targets
        }
        return Figures(comparison, run(bench, comparison, loads), notes)


def answerable(requests: tuple[Request, ...], target: Target) -> tuple[list[Request], list[str]]:
    """Those that can be sent, and a note for each that cannot."""
    possible, notes = [], []
    for request in requests:
        if request.is_conditional and not ask(target.ports[request.name], request.path, {}).header("etag"):
            notes.append(f"Not measured: {request.name}; the answer has no `ETag`.")
        else:
            possible.append(request)
    return possible, notes


def answers(requests: list[Request], target: Target, *, conditional: bool) -> dict[str, Answer]:
    """What the target answers; without `conditional`, as if nobody had an answer already."""
    return {
        request.name: ask(
            target.ports[request.name], request.path, headers(request, target) if conditional else request.headers
        )
        for request in requests
    }


def headers(request: Request, target: Target) -> dict[str, str]:
    """Those to send to this target; each has tags of its own."""
    given = {**request.headers, **target.headers}
    if not request.is_conditional:
        return given
    tag = ask(target.ports[request.name], request.path, given).header("etag")
    return {**given, "If-None-Match": tag or "none"}


def load(request: Request, target: Target, expected: Answer) -> Load:
    """Refuses a target that does not answer what the first one answers."""
    port, sent = target.ports[request.name], headers(request, target)
    answer = ask(port, request.path, sent)
    same = [(each.status, each.header("content-encoding")) for each in (answer, expected)]
    if same[0] != same[1]:
        raise CannotMeasure(f"{target.name} answers `{request.name}` with {same[0]}, not with {same[1]}.")
    if target.name in (NGINX, BARE) and answer.body != expected.body:
        raise CannotMeasure(f"{target.name} does not answer `{request.name}` with the same bytes.")
    return Load(target.name, target.process, port, request.path, sent, expected.status)


def run(bench: Bench, comparison: Comparison, loads: dict[Key, Load]) -> dict[Key, list[Sample]]:
    core = bench.load_core if comparison.pinned else None
    bench.tell(f"{comparison.name}: warming up, {len(loads)} loads")
    for each in loads.values():
        measure(each, WARM_UP_SECONDS, core=core)
    samples: dict[Key, list[Sample]] = {key: [] for key in loads}
    for number in range(1, bench.rounds + 1):
        bench.tell(f"{comparison.name}: round {number} of {bench.rounds}")
        for key, each in loads.items():
            time.sleep(SETTLE_SECONDS)  # what the last load left unanswered
            samples[key].append(measure(each, bench.seconds, core=core))
    return samples
