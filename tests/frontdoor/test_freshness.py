"""Under load, on two workers, with another process that writes: nobody reads what was before a write he knows of."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.databases.strangers import SqliteStranger, Stranger, stranger

from .fronts import commanded
from .wire import Line

pytestmark = pytest.mark.anyio

DETAIL, LIST = "/api/v1/releases/3.14.8", "/api/v1/releases?cycle=3.14&limit=50"
WRITE = "update release set yanked = true, yanked_reason = '{}' where version = '3.14.8'"
WRITES = int(os.environ.get("PYDOTORG_TEST_WRITES", "200"))
QUOTAS = {"PYDOTORG_RATE_LIMIT_FACTOR": "100000"}


class Readers:
    """Connections that ask without a pause, and what each of them should have known."""

    def __init__(self, port: int) -> None:
        self.port, self.acknowledged, self.reads = port, 0, 0
        self.stale: list[tuple[str, int, int]] = []
        self.not_modified: dict[str, tuple[str, int]] = {}

    async def read(self, line: Line, target: str = DETAIL, *headers: tuple[str, str]) -> None:
        """One read, which knows of every write that was acknowledged before it."""
        least = self.acknowledged
        answer = await line.ask(target, *headers)
        assert answer.status == 200
        self.reads += 1
        rows = answer.json if target == LIST else [answer.json]
        seen = next(int(row["yanked_reason"] or 0) for row in rows if row["version"] == "3.14.8")
        if seen < least:
            self.stale.append((target, least, seen))

    async def go_on(self, target: str, coding: str, ended: asyncio.Event) -> None:
        line = await Line.to(self.port)
        while not ended.is_set():
            await self.read(line, target, ("Accept-Encoding", coding))
        await line.close()

    async def revalidate(self, line: Line) -> None:
        """A tag of what was before a write is not good any more."""
        first = await line.ask(DETAIL)
        least, tag = self.acknowledged, first.etag
        again = await line.ask(DETAIL, ("If-None-Match", tag))
        if again.status == 304 and int(first.json["yanked_reason"] or 0) < least:
            self.stale.append(("304", least, int(first.json["yanked_reason"] or 0)))


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[Stranger]:
    """As `stranger`, but without waiting for a disk: what is acknowledged is seen by every other process."""
    async with stranger(url) as one:
        if isinstance(one, SqliteStranger):
            one.connection.execute("pragma synchronous = off")
            one.connection.execute("pragma busy_timeout = 5000")
        yield one


@pytest.mark.parametrize(("workers", "fast"), [("2", "true"), ("2", "false"), ("1", "true")])
async def test_no_read_is_older_than_a_write_that_was_acknowledged_before_it(
    fresh_database: str, tmp_path: Path, workers: str, fast: str
) -> None:
    ended = asyncio.Event()
    writes = WRITES if fast == "true" else WRITES // 3
    with commanded(tmp_path, fresh_database, PYDOTORG_WORKERS=workers, PYDOTORG_FAST_PATH=fast, **QUOTAS) as port:
        readers = Readers(port)
        load = [
            asyncio.create_task(readers.go_on(target, coding, ended))
            for target, coding in ((DETAIL, "identity"), (DETAIL, "br"), (LIST, "gzip"), (DETAIL, "zstd"))
        ]
        kept = [await Line.to(port) for _ in range(4)]
        async with writing(fresh_database) as writer:
            for number in range(1, writes + 1):
                await writer.run(WRITE.format(number))
                readers.acknowledged = number
                if number % 3:
                    await readers.read(kept[number % 4], LIST if number % 7 == 0 else DETAIL)
                    await readers.revalidate(kept[number % 4])
                else:
                    line = await Line.to(port)
                    await readers.read(line)
                    await line.close()
        ended.set()
        await asyncio.gather(*load, *(line.close() for line in kept))
    assert readers.stale == []
    assert readers.reads > 2 * writes, "there was a load"


async def test_what_a_worker_is_told_by_one_connection_it_tells_all(fresh_database: str, tmp_path: Path) -> None:
    """Pipelined: requests that wait behind others see a write that came between."""
    with commanded(tmp_path, fresh_database, **QUOTAS) as port:
        lines = [await Line.to(port) for _ in range(20)]
        async with writing(fresh_database) as writer:
            for number in range(1, 30):
                await writer.run(WRITE.format(number))
                answers = await asyncio.gather(*(line.ask(DETAIL) for line in lines))
                assert {answer.json["yanked_reason"] for answer in answers} == {str(number)}
        await asyncio.gather(*(line.close() for line in lines))


async def test_a_write_by_another_process_is_seen_after_a_checkpoint_too(
    fresh_database: str, tmp_path: Path, engine_name: str
) -> None:
    """SQLite's log moves into the file, and is begun anew; on PostgreSQL a session ends."""
    with commanded(tmp_path, fresh_database, **QUOTAS) as port:
        line = await Line.to(port)
        for number in range(1, 20):
            async with writing(fresh_database) as writer:
                await writer.run(WRITE.format(number))
            if engine_name == "sqlite":
                other = sqlite3.connect(fresh_database.removeprefix("sqlite:///"))
                other.execute("pragma wal_checkpoint(truncate)").fetchall()
                other.close()
            assert (await line.ask(DETAIL)).json["yanked_reason"] == str(number)
        await line.close()
