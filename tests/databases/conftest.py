"""Databases in all states, and transactions that leave nothing behind."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pydotorg.kernel.database.engine import create_engine
from pydotorg.kernel.database.transaction import Transactions
from tests.conftest import configured

Connecting = Callable[[], AsyncEngine]


@pytest.fixture
async def connecting(empty_database: str) -> AsyncIterator[Connecting]:
    """Engines for work on a whole database, without tables as yet; each as another process would have it."""
    engines: list[AsyncEngine] = []

    def connect() -> AsyncEngine:
        engines.append(create_engine(configured(empty_database).database_url, writes=True, patient=True))
        return engines[-1]

    yield connect
    for engine in engines:
        await engine.dispose()


@pytest.fixture
def engine(connecting: Connecting) -> AsyncEngine:
    """One of them."""
    return connecting()


@pytest.fixture(scope="session")
async def transactions(database: str) -> AsyncIterator[Transactions]:
    """Both engines on the database with the snapshot in it."""
    both = Transactions(configured(database).database_url)
    yield both
    await both.dispose()


@pytest.fixture
async def scratch(transactions: Transactions) -> AsyncIterator[AsyncConnection]:
    """A transaction that may write there, and is always rolled back."""
    async with transactions.writing.connect() as connection:
        yield connection
        await connection.rollback()
