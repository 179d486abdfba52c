"""The application on a database of the module's own, and who comes to it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from pydotorg.app import DOMAINS, Application
from tests.conftest import client_of, configured, identify

from .desk import Desk


@pytest.fixture(scope="module")
async def own_application(own_database: str) -> AsyncIterator[Application]:
    app = Application(configured(own_database), domains=DOMAINS, identify=identify)
    yield app
    await app.close()


@pytest.fixture(scope="module")
async def manager(own_application: Application) -> AsyncIterator[Desk]:
    """A release manager."""
    async with client_of(own_application, "rita") as client:
        yield Desk(client)


@pytest.fixture(scope="module")
async def stranger(own_application: Application) -> AsyncIterator[Desk]:
    """Somebody without an account."""
    async with client_of(own_application) as client:
        yield Desk(client)


@pytest.fixture(scope="module")
async def member(own_application: Application) -> AsyncIterator[Desk]:
    """A user without any role."""
    async with client_of(own_application, "alice") as client:
        yield Desk(client)


@pytest.fixture(scope="module")
async def auditor(own_application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may read the audit log."""
    async with client_of(own_application, "root") as client:
        yield client
