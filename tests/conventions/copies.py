"""Copies of the database that many tests may share, though they write: each in rows of its own."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import Postgres, fill


@contextmanager
def copy_of(
    database: str, engine_name: str, request: pytest.FixtureRequest, places: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a database with the snapshot in it."""
    if engine_name == "sqlite":
        file = places.mktemp("copy") / "copy.db"
        shutil.copy(database.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        asyncio.run(fill(url))
        yield url
        server.drop(url)
