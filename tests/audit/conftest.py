"""An application that knows real accounts, shared by the tests of a module, and somebody of its staff."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import account, service, signed_in

Entry = dict[str, Any]
Log = Callable[..., Awaitable[list[Entry]]]


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    """The application that ships, on that database."""
    async with service(own_database) as app:
        yield app


@pytest.fixture(scope="module")
async def staff(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may read the log."""
    await account(app, "sam", Role.staff)
    async with await signed_in(app, "sam") as client:
        yield client


@pytest.fixture
def log(staff: httpx.AsyncClient) -> Log:
    """Reads entries, the newest first."""

    async def read(**where: Any) -> list[Entry]:
        answer = await staff.get("/api/v1/audit", params={"from" if k == "since" else k: v for k, v in where.items()})
        assert answer.status_code == 200, answer.text
        entries: list[Entry] = answer.json()
        return entries

    return read


@pytest.fixture
def name() -> str:
    """A username that nobody has."""
    return f"u{uuid4().hex[:12]}"
