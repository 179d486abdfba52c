"""Applications with the store and without, with real quotas, and with a domain that does what a test wants."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel import clock
from tests.conftest import configured, identify

from .fronts import Front, fronting
from .probes import Gate, gates, probes

Make = Callable[..., Application]


def built(url: str, settings: dict[str, Any]) -> Application:
    return Application(configured(url, **settings), domains=(*DOMAINS, probes), identify=identify)


@pytest.fixture(scope="session")
async def storing(database: str) -> AsyncIterator[Application]:
    """One that keeps its answers, on the shared database."""
    app = built(database, {"PYDOTORG_STORE": "true"})
    yield app
    await app.close()


@pytest.fixture(scope="session")
async def storeless(database: str) -> AsyncIterator[Application]:
    """One that computes each answer anew, on the shared database."""
    app = built(database, {"PYDOTORG_STORE": "false"})
    yield app
    await app.close()


@pytest.fixture(scope="session", params=["storing", "storeless"])
def served(request: pytest.FixtureRequest, storing: Application, storeless: Application) -> Application:
    """Either of them: what holds for one must hold for the other."""
    return storing if request.param == "storing" else storeless


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes applications of a test's own; they store unless it is said otherwise."""
    made: list[Application] = []

    def one(url: str, **settings: str) -> Application:
        made.append(built(url, {"PYDOTORG_STORE": "true", **settings}))
        return made[-1]

    yield one
    for app in made:
        await app.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """The gate at which slow probes wait."""
    gates.append(Gate())
    yield gates[-1]
    gates.pop()


class Time:
    """A time that moves when a test says so; it begins with a window, some day at noon."""

    def __init__(self) -> None:
        self.moment = 1_795_608_000.0  # 2026-11-25 12:00

    def unix(self) -> float:
        return self.moment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    one = Time()
    monkeypatch.setattr(clock, "unix", one.unix)
    return one


@pytest.fixture(scope="session")
def quick(database: str) -> Iterator[Front]:
    """A server whose connections know the front door."""
    with fronting(built(database, {"PYDOTORG_STORE": "true"})) as front:
        yield front


@pytest.fixture(scope="session")
def slow(database: str) -> Iterator[Front]:
    """The same with `PYDOTORG_FAST_PATH=false`."""
    with fronting(built(database, {"PYDOTORG_STORE": "true"}), fast=False) as front:
        yield front


@pytest.fixture(scope="session", params=["quick", "slow"])
def front(request: pytest.FixtureRequest, quick: Front, slow: Front) -> Front:
    """Either of them: what holds for one must hold for the other."""
    return quick if request.param == "quick" else slow
