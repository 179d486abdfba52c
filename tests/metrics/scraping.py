"""A service that has nothing but `/metrics`, whoever asks it, and what Prometheus would read there."""

from pathlib import Path
from typing import cast

import httpx
from prometheus_client.parser import text_string_to_metric_families

from pydotorg.app import Lean, answer_error
from pydotorg.kernel.http.edge import Application, Edge
from pydotorg.kernel.metrics import Readings, Tallies
from pydotorg.kernel.observability.exposition import exposed
from pydotorg.kernel.observability.ledger import Ledger
from pydotorg.kernel.observability.metrics import metrics_route

TOKEN = "correct-horse-battery-staple-9876543210"
ELSEWHERE = "10.0.0.1"
NOTHING = Readings()

Labels = tuple[str, ...]


async def scrape(
    ledger: Ledger,
    *,
    method: str = "GET",
    peer: str = "127.0.0.1",
    token: str | None = TOKEN,
    headers: list[tuple[str, str]] | None = None,
) -> httpx.Response:
    """What a peer is answered."""
    router = Lean(
        [metrics_route(ledger, token)], exception_handlers={Exception: answer_error}, openapi_config=None,
        logging_config=None,
    )  # fmt: skip
    service = Edge(cast("Application", router), frozenset({"localhost"}), None, ledger.tallies)
    transport = httpx.ASGITransport(service, client=(peer, 50_000))
    sent = [(name.encode(), value.encode()) for name, value in headers or []]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, "/metrics", headers=sent)


def worker(folder: Path | None = None, readings: Readings = NOTHING) -> Ledger:
    """A worker that has counted nothing yet, with its fellows in this folder; its other parts know this."""
    return Ledger(Tallies(), folder, lambda: readings)


def numbers(ledger: Ledger) -> dict[str, dict[Labels, float]]:
    """What Prometheus reads of a worker, by name and the values of its labels, in the order of their names."""
    return read(exposed(ledger.total(), of_one_process=ledger.folder is None).decode())


def read(text: str) -> dict[str, dict[Labels, float]]:
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(value for _, value in sorted(sample.labels.items()))] = sample.value
    return found
