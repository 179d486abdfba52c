"""The application on a database of the module's own, with drafts in it, and who comes with which credentials."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import account, service
from tests.conftest import BASE, Copy, client_of
from tests.frontdoor.fronts import commanded
from tests.releases.world import add_more

from .people import Keys, keys_of
from .release_tools import VERSION
from .server import Server, token_of


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


@pytest.fixture(scope="module")
def server(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real one, on a database of the module's own."""
    folder: Path = tmp_path_factory.mktemp("clients")
    url = copy()
    with commanded(folder, url, PYDOTORG_RATE_LIMIT_FACTOR="10") as port:
        keys = [
            token_of(folder, url, name, role) for name, role in (("rita", Role.release_manager), ("sue", Role.staff))
        ]
        yield Server(f"http://127.0.0.1:{port}", *keys)


@pytest.fixture
def draft(server: Server) -> Iterator[str]:
    """A release without files, that is a draft: as it is when the release tools come."""
    id = server.by_manager("POST", "/releases", {"version": VERSION}).json()["id"]
    yield f"/releases/{id}"
    server.by_manager("DELETE", f"/releases/{id}")
