"""The application on a database of the module's own, with drafts in it, and who comes with which credentials."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import account, service
from tests.conftest import BASE, Copy, client_of
from tests.releases.world import add_more

from .people import Keys, keys_of


@pytest.fixture(scope="module")
def own_database(copy: Copy) -> str:
    url = copy()
    asyncio.run(add_more(url))
    return url


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    async with service(own_database, PYDOTORG_STORE="true") as app:
        yield app


@pytest.fixture(scope="module")
async def rita(app: Application) -> Keys:
    """The credentials of a release manager, in every form."""
    await account(app, "rita", Role.release_manager)
    return await keys_of(app, "rita")


@pytest.fixture(scope="module")
async def alice(app: Application) -> Keys:
    """Those of a user without any role."""
    await account(app, "alice")
    return await keys_of(app, "alice")


@pytest.fixture(scope="module")
async def anyone(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account."""
    async with client_of(app) as client:
        yield client


@pytest.fixture(scope="module")
async def manager(app: Application, rita: Keys) -> AsyncIterator[httpx.AsyncClient]:
    """A release manager who uses v2."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=rita.token) as client:
        yield client


@pytest.fixture(scope="module")
async def old_manager(app: Application, rita: Keys) -> AsyncIterator[httpx.AsyncClient]:
    """A release manager who uses v1."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=rita.api_key) as client:
        yield client
