"""Who asks where only the conventions matter, and whom."""

from collections.abc import AsyncIterator

import httpx
import pytest
import structlog

from pydotorg.app import DOMAINS, Application
from tests.conftest import client_of, configured, identify

from .routes import DOOR
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
async def workshop_application(database: str) -> AsyncIterator[Application]:
    """The application with one more domain, as if a later issue had added it; no test writes here."""
    app = Application(configured(database), domains=(*DOMAINS, workshop), identify=identify)
    yield app
    await app.transactions.dispose()


@pytest.fixture
async def changing(fresh_database: str) -> AsyncIterator[Application]:
    """The same on a database of its own."""
    app = Application(configured(fresh_database), domains=(*DOMAINS, workshop), identify=identify)
    yield app
    await app.transactions.dispose()
