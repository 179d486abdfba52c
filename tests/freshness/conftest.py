"""Who asks for the revisions, and who writes meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from pydotorg.kernel.frontdoor.freshness import Freshness, freshness_of
from tests.conftest import configured

WRITE = "update operating_system set name = name"


class Watch:
    """A `Freshness`, and what it told."""

    def __init__(self, url: str, mode: str) -> None:
        self.told: list[Mapping[str, int]] = []
        self.freshness: Freshness = freshness_of(configured(url).database_url, mode, self.told.append)

    async def look(self) -> int:
        """The revision of the releases, as a request that arrives now would know it."""
        await asyncio.sleep(0)  # it does so in a turn of the loop of its own
        if not self.freshness.ask():
            await self.freshness.wait()
        return self.told[-1]["releases"]


@asynccontextmanager
async def watching(url: str, mode: str = "strict") -> AsyncIterator[Watch]:
    """One for the time of a test."""
    watch = Watch(url, mode)
    try:
        yield watch
    finally:
        await watch.freshness.close()


@pytest.fixture
async def watch(fresh_database: str) -> AsyncIterator[Watch]:
    async with watching(fresh_database) as one:
        yield one
