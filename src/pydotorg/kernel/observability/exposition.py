"""Tallies in Prometheus' text format. Only this module imports its library, and it is imported when first asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from pydotorg import __version__
from pydotorg.kernel.metrics import BOUNDS, Histogram, Tallies

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4.removesuffix("; charset=utf-8")  # which the router adds to every text
ENDS = [*map(floatToGoString, BOUNDS), "+Inf"]


def exposed(total: Tallies, *, of_one_process: bool) -> bytes:
    """The text; with what the system knows of the process, if there is only one that it could be about."""
    registry = CollectorRegistry()
    registry.register(Exposition(total))
    if of_one_process:  # of several, another one would be asked each time: its processor time would go back
        ProcessCollector(registry=registry)
    return generate_latest(registry)


class Exposition(Collector):
    """Every metric, with its name and its help."""

    def __init__(self, total: Tallies) -> None:
        self.total = total

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._store()
        yield from self._process()

    def _requests(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "pydotorg_requests",
            "Answers by operation (none: what is no operation) and status (0: the client had gone).",
            labels=["operation", "status"],
        )
        for (operation, status), count in sorted(self.total.requests.items()):
            requests.add_metric([operation, str(status)], count)
        refusals = CounterMetricFamily(
            "pydotorg_quota_refusals",
            "Requests refused with 429, by tier and kind of caller.",
            labels=["tier", "caller"],
        )
        for (tier, rank), count in sorted(self.total.refusals.items()):
            refusals.add_metric([tier, rank], count)
        flagged = CounterMetricFamily(
            "pydotorg_flagged_changes",
            "Changes that must not happen without a reason, such as of a published file's checksum.",
            labels=["resource"],
        )
        for resource, count in sorted(self.total.flagged.items()):
            flagged.add_metric([resource], count)
        yield requests
        yield refusals
        yield flagged

    def _store(self) -> Iterator[Metric]:
        outcomes = CounterMetricFamily(
            "pydotorg_stored_answers",
            "Lookups in the store of answers: hit (200) and revalidated (304) from it, miss computed, shared computed"
            " by an earlier request.",
            labels=["outcome"],
        )
        for outcome, count in self.total.outcomes.items():
            outcomes.add_metric([outcome], count)
        computing = HistogramMetricFamily(
            "pydotorg_computing_seconds", "Time to make an answer that was not stored.", labels=["operation"]
        )
        for operation, histogram in sorted(self.total.computing.items()):
            _observe(computing, [operation], histogram)
        yield outcomes
        yield computing
        known = self.total.readings
        yield CounterMetricFamily(
            "pydotorg_revision_questions", "Questions to the database for its revision.", known.questions
        )
        yield GaugeMetricFamily("pydotorg_store_answers", "Stored answers, all workers together.", known.stored_answers)
        yield GaugeMetricFamily("pydotorg_store_bytes", "Their size, all workers together.", known.stored_bytes)

    def _process(self) -> Iterator[Metric]:
        delays = HistogramMetricFamily(
            "pydotorg_event_loop_delay_seconds", "How late event loops came to what they had planned, twice a second.",
            labels=[],
        )  # fmt: skip
        _observe(delays, [], self.total.delays)
        yield delays
        known = self.total.readings
        yield GaugeMetricFamily(
            "pydotorg_database_away", "1 while the database is away for at least one worker.", known.database_away
        )
        yield GaugeMetricFamily(
            "pydotorg_counting_in_memory",
            "1 while at least one worker counts quotas in its own memory, because Redis is away.",
            known.counting_in_memory,
        )
        yield GaugeMetricFamily("pydotorg_tasks_waiting", "Tasks to be done, in the database.", known.tasks_waiting)
        yield GaugeMetricFamily("pydotorg_tasks_dead", "Dead letters, in the database.", known.tasks_dead)
        yield GaugeMetricFamily(
            "pydotorg_start_time_seconds", "Since when all of this is counted, in Unix time.", self.total.started
        )
        yield InfoMetricFamily("pydotorg", "The version that serves.", {"version": __version__})


def _observe(family: HistogramMetricFamily, labels: list[str], histogram: Histogram) -> None:
    """Prometheus counts in each bucket what all those below it hold as well."""
    cumulative = [sum(histogram.buckets[: place + 1]) for place in range(len(ENDS))]
    family.add_metric(labels, list(zip(ENDS, cumulative, strict=True)), histogram.seconds)
