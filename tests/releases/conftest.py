"""The facts that answers are compared with, and a database with releases that the snapshot does not have."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import structlog

from pydotorg.app import Application
from pydotorg.snapshot.records import Facts, read_facts
from tests.conftest import client_of, configured, identify
from tests.conventions.copies import copy_of

from .world import add_more


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """The log as one plain line an event: drawing it for a terminal takes time."""
    structlog.configure(processors=[structlog.processors.JSONRenderer(default=repr)])


@pytest.fixture(scope="session")
def facts() -> Facts:
    return read_facts()


@pytest.fixture(scope="session")
def changed_database(
    database: str, engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with copy_of(database, engine_name, request, tmp_path_factory) as url:
        asyncio.run(add_more(url))
        yield url


@pytest.fixture(scope="session")
async def changed(changed_database: str) -> AsyncIterator[Application]:
    """The application on that database."""
    app = Application(configured(changed_database), identify=identify)
    yield app
    await app.transactions.dispose()


@pytest.fixture(scope="session")
async def stranger(changed: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account, there."""
    async with client_of(changed) as client:
        yield client


@pytest.fixture(scope="session")
async def member(changed: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A user without any role, there."""
    async with client_of(changed, "alice") as client:
        yield client


@pytest.fixture(scope="session")
async def manager(changed: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A release manager, there."""
    async with client_of(changed, "rita") as client:
        yield client
