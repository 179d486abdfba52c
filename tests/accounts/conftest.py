"""An application that knows real accounts, shared by the tests of a module, which each use names of their own."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import time_machine

from pydotorg.app import Application
from tests.conftest import client_of

from .people import service
from .typing_in import Terminal


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    """The application that ships, on that database."""
    async with service(own_database) as app:
        yield app


@pytest.fixture(scope="module")
async def stranger(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without credentials."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
def early() -> Iterator[None]:
    """It is the beginning of this hour, and time goes on: nothing that is counted by the minute begins anew soon."""
    with time_machine.travel(datetime.now(UTC).replace(minute=0, second=0, microsecond=0), tick=True):
        yield


@pytest.fixture
def name() -> str:
    """A username that nobody has."""
    return f"u{uuid4().hex[:12]}"


@pytest.fixture
def terminal(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Somebody who gives commands to a database of his own."""
    return Terminal(fresh_database, tmp_path, monkeypatch, capsys)
