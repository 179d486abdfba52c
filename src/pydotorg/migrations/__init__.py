"""The history of the database: one for all domains, the same on SQLite and PostgreSQL."""

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pydotorg.kernel.database import revisions as _revisions  # noqa: F401 - a table that no domain brings
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.engine import take_turn
from pydotorg.kernel.database.fulltext import tables as _fulltext  # noqa: F401 - tables that no domain brings, either
from pydotorg.kernel.review import tables as _reviews  # noqa: F401 - tables that no domain brings, either
from pydotorg.kernel.tasks import tables as _tasks  # noqa: F401 - tables that no domain brings, either

if TYPE_CHECKING:
    from alembic.config import Config

#: the newest revision, written here too so that a start need not import Alembic; a test compares it with the history
HEAD = "0012"
BASE = "base"
REVISION = re.compile("[0-9]{4}")
KNOWN = frozenset(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


class State(StrEnum):
    """How a database stands to this version of the code."""

    empty = "empty"
    foreign = "foreign"
    older = "older"
    current = "current"
    newer = "newer"


async def state_of(engine: AsyncEngine) -> State:
    """How this database stands; any error of the driver passes through."""
    async with engine.connect() as connection:
        return await connection.run_sync(_state)


def _state(connection: Connection) -> State:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        # a PostgreSQL database may well hold tables of extensions; an SQLite file that holds any is somebody else's
        alien = tables if connection.dialect.name == "sqlite" else tables & set(Base.metadata.tables)
        return State.foreign if alien else State.empty
    revision = _revision(connection)
    if revision is None or revision in KNOWN:
        return State.current if revision == HEAD else State.older
    return State.newer if REVISION.fullmatch(revision) and revision > HEAD else State.foreign


def _revision(connection: Connection) -> str | None:
    revision: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return revision


async def revision_of(engine: AsyncEngine) -> str:
    """At which revision a database of ours stands; a `NotOurs` for one that is foreign, empty or newer."""
    async with engine.connect() as connection:
        state = await connection.run_sync(_state)
        if state not in (State.older, State.current):
            raise NotOurs(state)
        return await connection.run_sync(_revision) or BASE


class NotOurs(Exception):
    """A database that this version can do nothing with."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


async def is_current(connection: AsyncConnection) -> bool:
    """Whether no migration is missing. Newer ones do not disturb a process that still runs: they only expand."""
    return await connection.run_sync(_state) in (State.current, State.newer)


async def upgrade(engine: AsyncEngine) -> State:
    """Bring the database to `HEAD`, in one transaction; of several at once, one does it and the others wait.

    Answers the state that it found once it was its turn: foreign and newer databases are left as they are.
    """
    async with engine.begin() as connection:
        await take_turn(connection)
        found = await connection.run_sync(_state)
        if found in (State.empty, State.older):
            await connection.run_sync(_run, "upgrade", HEAD)
        return found


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Go back to a revision, in one transaction; `base` removes every table and all that is in them."""
    async with engine.begin() as connection:
        await take_turn(connection)
        await connection.run_sync(_run, "downgrade", revision)


def revisions() -> list[str]:
    """Where a database can be, oldest first; `base` is before all."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    return [BASE, *reversed([script.revision for script in scripts])]


def _run(connection: Connection, action: str, revision: str) -> None:
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    {"upgrade": command.upgrade, "downgrade": command.downgrade}[action](config, revision)


def configuration() -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "pydotorg:migrations")
    config.set_main_option("path_separator", "os")
    return config
