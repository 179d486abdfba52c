"""Connections that know nothing of our code: what psql, a script or another program would have."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

Revisions = dict[str, int]


class Stranger(ABC):
    """A connection that begins and ends its transactions itself."""

    @abstractmethod
    async def run(self, statement: str) -> list[Any]: ...

    async def revisions(self) -> Revisions:
        return dict(await self.run("select dataset, number from revision"))


class SqliteStranger(Stranger):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def run(self, statement: str) -> list[Any]:
        return self.connection.execute(statement).fetchall()


class PostgresStranger(Stranger):
    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection

    async def run(self, statement: str) -> list[Any]:
        return await self.connection.fetch(statement)


@asynccontextmanager
async def stranger(url: str) -> AsyncIterator[Stranger]:
    """One of them, at a database of the tests."""
    if url.startswith("sqlite"):
        plain = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            yield SqliteStranger(plain)
        finally:
            plain.close()
    else:
        connection = await asyncpg.connect(url)
        try:
            yield PostgresStranger(connection)
        finally:
            await connection.close()
