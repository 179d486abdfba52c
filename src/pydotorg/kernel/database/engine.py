"""The engines of a process: one whose transactions may write, and one whose transactions cannot.

SQLite has a third, for short reads in the event loop itself.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

SQLITE_READERS_MAX = 4
POSTGRES_CONNECTIONS_MAX = 5
CONNECT_SECONDS_MAX = 5
STATEMENT_SECONDS_MAX = 10
LOCK_WAIT_SECONDS_MAX = 5
POOL_WAIT_SECONDS_MAX = 10
#: any number that nobody else locks in a database: "pydotorg" on a telephone
LOCK = 73_686_674
BUSY_MILLISECONDS_MAX = 5000
HERE_SECONDS_MAX = 0.005
STEPS_BETWEEN_LOOKS = 2000  # of SQLite's virtual machine: some 0.1 ms


class DatabaseAway(Exception):
    """The database cannot be reached, or does not answer in time; the cause says why."""


def create_engine(url: str, *, writes: bool, patient: bool = False) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite://` or `postgresql+asyncpg://`; without `writes`, a write fails.

    A `patient` one is for work on the whole database, which may take its time; an answer may not.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, writes=writes)
    return _postgres(url, writes=writes, patient=patient)


def _postgres(url: str, *, writes: bool, patient: bool) -> AsyncEngine:
    # one answer is often made of several statements: a reader's all see the same state
    reading: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    limits = {"lock_timeout": str(LOCK_WAIT_SECONDS_MAX * 1000)}
    return create_async_engine(
        url,
        execution_options={} if writes else reading,
        hide_parameters=True,  # they would stand in the log, whatever they are
        pool_size=POSTGRES_CONNECTIONS_MAX,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS_MAX,
        pool_pre_ping=True,  # a database that was restarted is noticed before a statement, not by it
        connect_args={
            "async_creator_fn": _connect,
            "timeout": CONNECT_SECONDS_MAX,
            "command_timeout": None if patient else STATEMENT_SECONDS_MAX,
            "server_settings": {} if patient else limits,
        },
    )


async def _connect(*arguments: Any, **settings: Any) -> Any:
    import asyncpg

    try:
        return await asyncpg.connect(*arguments, **settings)
    except (OSError, asyncpg.PostgresError) as error:  # no such host, nobody there, too slow, not for us
        raise DatabaseAway("no connection") from error


def _sqlite(url: str, *, writes: bool) -> AsyncEngine:
    # SQLite has one writer at a time: waiting for the one connection is fairer than polling for the lock
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else SQLITE_READERS_MAX,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS_MAX,
        connect_args={"async_creator_fn": _open},
    )
    _prepare_sqlite(engine.sync_engine, writes=writes, busy_milliseconds=BUSY_MILLISECONDS_MAX)
    return engine


async def _open(*arguments: Any, **settings: Any) -> Any:
    import aiosqlite

    connection = aiosqlite.connect(*arguments, **settings)
    thread = connection._thread  # noqa: SLF001  as SQLAlchemy does it
    thread.daemon = True
    try:
        return await connection
    except aiosqlite.Error:
        thread.join()  # it ends now, and has something to say to this loop, which may close once the failure is known
        raise


def create_engine_here(url: str) -> Engine | None:
    """An engine for reads in the event loop itself, where the database is a file; None for a server.

    A reader has its connection for a moment only, so there are as many as there are readers.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    engine = create_sync_engine(parsed.set(drivername="sqlite"), hide_parameters=True, pool_size=1, max_overflow=-1)
    _prepare_sqlite(engine, writes=False, busy_milliseconds=0)
    return engine


@contextmanager
def short(connection: Connection) -> Iterator[None]:
    """Interrupt a statement of this SQLite connection that takes longer than the event loop should stand still."""
    ends = time.perf_counter() + HERE_SECONDS_MAX
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: time.perf_counter() > ends, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def is_long(error: BaseException) -> bool:
    """Whether a statement was interrupted by `short`."""
    return getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_INTERRUPT"


def _prepare_sqlite(engine: Engine, *, writes: bool, busy_milliseconds: int) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions on its own: too late, and deferred
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_milliseconds}")
        if writes:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA query_only={not writes:d}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a write takes its lock at once: a read that became a write could lose another's change
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def take_turn(connection: AsyncConnection) -> None:
    """Wait until no other process changes the whole database; holds until this transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE has taken the turn already
        await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def take_turn_for(session: AsyncSession, key: str) -> None:
    """Wait until no other transaction has taken this turn; holds until this one ends. For what no row stands for."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def try_turn_for(session: AsyncSession, key: str) -> bool:
    """Take such a turn if nobody has it; whether that was so. SQLite's one writer finds that always."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    locking = text("select pg_try_advisory_xact_lock(hashtextextended(:key, 0))")
    return bool((await session.execute(locking, {"key": key})).scalar_one())


async def learn(connection: AsyncConnection, tables: Iterable[str]) -> None:
    """Let the planner know what these tables now hold: after thousands of rows at once its guesses are far off."""
    for table in tables:
        await connection.execute(text(f"analyze {table}"))


def is_duplicate(error: BaseException) -> bool:
    """Whether a unique key refused a row, on either database."""
    cause: Any = getattr(error, "orig", None)
    named = {getattr(cause, "sqlite_errorname", ""), getattr(cause, "sqlstate", "")}
    return isinstance(error, IntegrityError) and bool(
        named & {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}
    )


#: SQLite and PostgreSQL, when a unique key refuses a row
TAKEN = re.compile(r"UNIQUE constraint failed: (?P<sqlite>\w+\.\w+(?:, \w+\.\w+)*)|Key \((?P<postgresql>[\w, ]+)\)=")


def taken_in(error: BaseException) -> list[str]:
    """The columns of a unique key that refused a row, as far as the database names them."""
    cause: Any = getattr(error, "orig", None)
    detail = getattr(getattr(cause, "__cause__", None), "detail", None)  # that of asyncpg's own error
    found = TAKEN.search(detail or str(cause))
    named = (found["sqlite"] or found["postgresql"]).split(", ") if found else []
    return [column.rpartition(".")[2] for column in named]


# 08: connection lost · 53: out of resources · 55P03, 40001, 40P01: lost a race · 57P: shutting down or starting
POSTGRES_AWAY = ("08", "53", "55P03", "40001", "40P01", "57P")
SQLITE_AWAY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL")


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, or was too busy: nobody's fault here, and worth another try."""
    if isinstance(error, PoolTimeoutError | DatabaseAway):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause: Any = error.orig
    state = getattr(cause, "sqlstate", None) or getattr(getattr(cause, "__cause__", None), "sqlstate", None) or ""
    busy = (getattr(cause, "sqlite_errorname", None) or "").startswith(SQLITE_AWAY)
    return error.connection_invalidated or busy or state.startswith(POSTGRES_AWAY)
