"""Who asks where only the conventions matter, and whom."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import structlog

from pydotorg.app import DOMAINS, Application
from tests.conftest import client_of, configured, identify

from .copies import copy_of
from .routes import DOOR, NOWHERE
from .workshop import workshop


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """The log as one plain line an event: drawing a traceback for a terminal takes seconds."""
    structlog.configure(processors=[structlog.processors.JSONRenderer(default=repr)])


@pytest.fixture(scope="session")
async def root(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Who may do everything."""
    async with client_of(application, "root") as client:
        yield client


@pytest.fixture(scope="session")
async def door() -> AsyncIterator[httpx.AsyncClient]:
    """Who may do everything, before an application whose database is not there: only refusals come back."""
    async with client_of(DOOR, "root") as client:
        yield client


@pytest.fixture(scope="session")
def workshop_application() -> Application:
    """The application with one more domain, as if a later issue had added it; it, too, is without a database."""
    return Application(configured(NOWHERE), domains=(*DOMAINS, workshop), identify=identify)


@pytest.fixture(scope="session")
def changing_database(
    database: str, engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with copy_of(database, engine_name, request, tmp_path_factory) as url:
        yield url


@asynccontextmanager
async def worker(database: str) -> AsyncIterator[Application]:
    app = Application(configured(database), domains=(*DOMAINS, workshop), identify=identify)
    yield app
    await app.transactions.dispose()


@pytest.fixture(scope="session")
async def changing(changing_database: str) -> AsyncIterator[Application]:
    """The same on a database that tests may write to."""
    async with worker(changing_database) as app:
        yield app


@pytest.fixture(scope="session")
async def another_worker(changing_database: str) -> AsyncIterator[Application]:
    """Once more on the same database, as another process has it."""
    async with worker(changing_database) as app:
        yield app
