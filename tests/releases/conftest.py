"""The facts that answers are compared with, and a database with releases that the snapshot does not have."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.snapshot.records import Facts, read_facts
from tests.conftest import Copy, client_of, configured, identify

from .world import add_more


@pytest.fixture(scope="session")
def facts() -> Facts:
    return read_facts()


@pytest.fixture(scope="session")
def changed_database(copy: Copy) -> str:
    url = copy()
    asyncio.run(add_more(url))
    return url


@pytest.fixture(scope="session")
async def changed(changed_database: str) -> AsyncIterator[Application]:
    """The application on that database."""
    app = Application(configured(changed_database), identify=identify)
    yield app
    await app.close()


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
