"""Staff on two workers of one database: what holds within one must hold between them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person, service


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    """One worker."""
    async with service(own_database) as app:
        yield app


@pytest.fixture(scope="module")
async def another(own_database: str) -> AsyncIterator[Application]:
    """Another."""
    async with service(own_database) as app:
        yield app


@pytest.fixture(scope="module")
async def staff(app: Application) -> Person:
    """Somebody at the one worker."""
    return await person(app, Role.staff)


@pytest.fixture(scope="module")
async def colleague(another: Application) -> Person:
    """Somebody else, at the other."""
    return await person(another, Role.staff)


@pytest.fixture
def called() -> str:
    """A name that no other group has."""
    return f"PyLadies {uuid4().hex[:10]}"
