"""Databases with the bundled releases: an SQLite file, one with ten times as many, one in PostgreSQL."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from packaging.version import Version

from pydotorg.releases.version import name_of, version_key

from .processes import CannotMeasure, inherited

PYDOTORG = Path(sys.executable).with_name("pydotorg")
GROWTH = 10
Row = dict[str, Any]


def seeded(url: str, folder: Path) -> str:
    """Fill a database as `pydotorg seed` does, and return its URL."""
    environment = {**inherited(), "PYDOTORG_DATABASE_URL": url}
    done = subprocess.run([PYDOTORG, "seed"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(done.stderr.strip())
    return url


def grow(path: Path) -> None:
    """Multiply the releases of an SQLite file, with their files."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        releases, files = (
            [dict(row) for row in connection.execute(f"select * from {table}")]  # noqa: S608  two names of ours
            for table in ("release", "release_file")
        )
        for copy in range(1, GROWTH):
            ids = {release["id"]: copied_id(release["id"]) for release in releases}
            insert(
                connection, "release", [copied_release(row, copy, ids[row["id"]], len(releases)) for row in releases]
            )
            insert(connection, "release_file", [copied_file(row, copy, ids, len(files)) for row in files])
        connection.execute("analyze")
        connection.commit()


def copied_release(release: Row, copy: int, identifier: str, count: int) -> Row:
    """A release of the same cycle that never was: 3.14.8 becomes 3.14.1008, 3.14.2008 and so on."""
    version = Version(release["version"])
    major, minor, micro = version.major, version.minor, version.micro
    stage = "".join(map(str, version.pre or ()))
    text = f"{major}.{minor}.{copy * 1000 + micro}{stage}"
    return {
        **release,
        "id": identifier,
        "number": release["number"] + copy * count,
        "name": name_of(text),
        "slug": f"{release['slug']}-{copy}",
        "version": text,
        "version_key": version_key(text),
    }


def copied_file(file: Row, copy: int, releases: dict[str, str], count: int) -> Row:
    return {
        **file,
        "id": copied_id(file["id"]),
        "number": file["number"] + copy * count,
        "release_id": releases[file["release_id"]],
        "slug": f"{file['slug']}-{copy}",
    }


def copied_id(identifier: str) -> str:
    """Another UUID of version 7, of the same moment."""
    return identifier[:13] + uuid4().hex[13:]


def insert(connection: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    columns = ", ".join(rows[0])
    values = ", ".join(f":{column}" for column in rows[0])
    connection.executemany(f"insert into {table} ({columns}) values ({values})", rows)  # noqa: S608  names of ours


@contextmanager
def in_postgres(server: str) -> Iterator[str]:
    """The URL of a database that is made on a PostgreSQL server, and dropped."""
    name = f"pydotorg_benchmark_{uuid4().hex[:12]}"
    _run(server, f'create database "{name}" template template0')
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        _run(server, f'drop database if exists "{name}" with (force)')


def _run(server: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(server)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    try:
        asyncio.run(run())
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotMeasure(f"PostgreSQL at PYDOTORG_TEST_POSTGRES_URL does not do its part: {error}") from error
