"""Who asks where only the conventions matter, and whom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from pydotorg.app import DOMAINS, Application
from tests.conftest import Copy, client_of, configured, identify

from .routes import DOOR, NOWHERE
from .workshop import workshop


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
def changing_database(copy: Copy) -> str:
    return copy()


@asynccontextmanager
async def worker(database: str) -> AsyncIterator[Application]:
    app = Application(configured(database), domains=(*DOMAINS, workshop), identify=identify)
    yield app
    await app.close()


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
