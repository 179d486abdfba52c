"""What must hold of the database before anything else: reachable, ours, of this version, and not empty."""

import asyncio
import os
import pwd
import socket
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from . import migrations
from .kernel.database.audit import Actor, acting
from .kernel.database.engine import DatabaseAway, create_engine
from .migrations import State
from .progress import Bar
from .settings import Settings
from .snapshot.loading import load, unseen

T = TypeVar("T")


class CannotStart(click.ClickException):
    """Why a command cannot do its work; its text is one sentence that says what to do."""


def prepare(settings: Settings) -> None:
    """Migrate and seed as the settings say; raises CannotStart."""
    on_database(settings, lambda engine: _prepare(engine, settings), makes=settings.migrate == "auto")


async def _prepare(engine: AsyncEngine, settings: Settings) -> None:
    await _migrate(engine, settings)
    demand_key(settings)
    if settings.seed == "auto":
        await seed(engine, only_if_empty=True)


def demand_key(settings: Settings) -> None:
    """Make the key that signs access tokens, if there is none yet; a server would miss it only at the first sign-in."""
    from .accounts.secret_key import UnusableKey, secret_key  # with it comes all that accounts are made of

    try:
        secret_key(settings)
    except UnusableKey as error:
        raise CannotStart(str(error)) from error


def prepare_to_work(settings: Settings) -> None:
    """The same without the seed, for who does not serve; raises CannotStart."""
    on_database(settings, lambda engine: _migrate(engine, settings), makes=settings.migrate == "auto")


async def _migrate(engine: AsyncEngine, settings: Settings) -> None:
    if settings.migrate == "auto":
        await upgrade(engine)
    else:
        demand_current(await migrations.state_of(engine))


async def upgrade_and_seed(engine: AsyncEngine, *, samples: bool) -> dict[str, int]:
    """What `pydotorg seed` does; answers as `seed`."""
    await upgrade(engine)
    return await seed(engine, samples=samples)


async def upgrade(engine: AsyncEngine) -> State:
    """Bring the database to this version; answers how it stood before."""
    state = await migrations.state_of(engine)
    if state in (State.empty, State.older):
        state = await migrations.upgrade(engine)
    if state in (State.foreign, State.newer):
        demand_current(state)
    return state


def demand_current(state: State) -> None:
    """Refuse a database that this version cannot work with."""
    if state is not State.current:
        raise CannotStart(SENTENCES[state])


SENTENCES = {
    State.empty: "The database is empty; run `pydotorg database upgrade`, or set PYDOTORG_MIGRATE=auto.",
    State.older: "The database is of an older version; run `pydotorg database upgrade`, or set PYDOTORG_MIGRATE=auto.",
    State.newer: "The database was made by a newer version of pydotorg; use that version, or another database.",
    State.foreign: "The database holds tables that are not pydotorg's; set PYDOTORG_DATABASE_URL to another one.",
}


async def seed(engine: AsyncEngine, *, only_if_empty: bool = False, samples: bool = False) -> dict[str, int]:
    """Load the bundled snapshot, with a progress bar on a terminal; answers how many rows were added to each table."""
    with progress_bar("Loading the releases of Python") as update:
        return await load(engine, only_if_empty=only_if_empty, samples=samples, progress=update)


def progress_bar(label: str) -> Any:
    """A context whose value takes (done, total) and draws them, where somebody is looking."""
    return Bar(label) if os.isatty(2) else nullcontext(unseen)


def on_database(settings: Settings, work: Callable[[AsyncEngine], Awaitable[T]], *, makes: bool = True) -> T:
    """Run some work on the database that is configured; what is wrong with it becomes one sentence.

    Only what `makes` a database may leave a new SQLite file.
    """
    url = settings.database_url

    async def run() -> T:
        engine = create_engine(url, writes=True, patient=True)
        try:
            with acting(whoever_typed()):
                return await work(engine)
        finally:
            await engine.dispose()

    _check_place(url, makes=makes)
    try:
        return asyncio.run(run())
    except migrations.NotOurs as error:
        raise CannotStart(SENTENCES[error.state]) from error
    except (DBAPIError, OSError, DatabaseAway) as error:
        cause = error.__cause__ if isinstance(error, DatabaseAway) and error.__cause__ else error
        raise CannotStart(_why_not(url, cause)) from error


def whoever_typed() -> Actor:
    """The user of the operating system who runs this command, for the audit log."""
    context, number = click.get_current_context(silent=True), os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # in a container, a user may have no name
        name = str(number)
    return Actor("command_line", context.command_path if context else "pydotorg", username=name)


def _check_place(url: str, *, makes: bool) -> None:
    """Whether an SQLite file can be where it should be; its journal lies beside it."""
    file = sqlite_file(url)
    if file is None:
        return
    folder = file.parent
    if not folder.is_dir():
        raise CannotStart(f"There is no directory {folder} for the database; make it, or set PYDOTORG_DATABASE_URL.")
    if not makes and not file.exists():
        demand_current(State.empty)
    if file.is_dir():
        raise CannotStart(f"{file} is a directory; set PYDOTORG_DATABASE_URL to a file.")
    if not os.access(folder, os.W_OK) or (file.exists() and not os.access(file, os.W_OK | os.R_OK)):
        what = file if os.access(folder, os.W_OK) else folder
        raise CannotStart(f"{what} cannot be written; change its rights, or set PYDOTORG_DATABASE_URL to another file.")
    if not file.exists():
        with suppress(OSError):  # SQLite will say why not
            file.touch(0o600)  # it will hold addresses, and what is made of passwords


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database, None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "").absolute() if parsed.get_backend_name() == "sqlite" else None


def _why_not(url: str, error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        reason = "there is no such host"
    elif isinstance(error, OSError) and error.errno:
        reason = os.strerror(error.errno).lower()
    else:  # the driver puts its class in front of the message
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rpartition(">: ")[2].removesuffix(".")
        reason = reason or "it does not answer"
    file = sqlite_file(url)
    if file is None:
        parsed = make_url(url)
        return f"The database {parsed.database} at {parsed.host or 'localhost'} cannot be used: {reason}."
    if "not a database" in reason or "malformed" in reason:
        return f"{file} is damaged, or no SQLite database; move it away, or set PYDOTORG_DATABASE_URL to another file."
    if "locked" in reason:
        return f"{file} is locked by another program; stop that, or try again."
    return f"The database {file} cannot be used ({reason}); set PYDOTORG_DATABASE_URL to another file."
