"""Commands about queued tasks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from pydotorg import settings

from . import printing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from pydotorg.kernel.tasks.letters import Letter

HEADINGS = ("id", "task", "state", "tries", "due", "last error")
Change = Callable[["AsyncConnection", Sequence[UUID] | None], Awaitable[int]]


@click.group()
def tasks() -> None:
    """Look after what is queued: mails, and whatever else is done after a write or at planned times.

    A task that cannot be done, or was tried too often, is a dead letter: it stays until it is retried or dropped.
    """


@tasks.command("list")
@click.option("--dead", is_flag=True, help="Only dead letters.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def list_(*, dead: bool, as_json: bool) -> None:
    """Show what waits, what runs and what is dead, and why. What a task was told to do is not shown."""
    from pydotorg.kernel.tasks.letters import letters

    found = on_tasks(lambda connection: letters(connection, dead=dead))
    if as_json:
        printing.as_json(found)
    elif found:
        printing.table(HEADINGS, map(row, found))
    else:
        click.echo("There are no dead letters." if dead else "Nothing is queued.")


def row(letter: "Letter") -> tuple[str, ...]:
    """A task in the table."""
    due = printing.moment(letter.due)
    return str(letter.id), letter.task, letter.state, str(letter.tries), due, letter.error


@tasks.command()
@click.argument("which", metavar="ID", type=click.UUID, required=False)
@click.option("--all", "all_", is_flag=True, help="All dead letters.")
def retry(*, which: UUID | None, all_: bool) -> None:
    """Have a task tried at once, as if it were new, or all dead letters."""
    from pydotorg.kernel.tasks import letters

    click.echo(f"{change(letters.retry, which, all_=all_)} will be tried at once.")


@tasks.command()
@click.argument("which", metavar="ID", type=click.UUID, required=False)
@click.option("--all", "all_", is_flag=True, help="All dead letters.")
def drop(*, which: UUID | None, all_: bool) -> None:
    """Remove a task, or all dead letters: what it was to do is never done."""
    from pydotorg.kernel.tasks import letters

    click.echo(f"{change(letters.drop, which, all_=all_)} dropped.")


def change(change: Change, which: UUID | None, *, all_: bool) -> str:
    """How many tasks were changed, in words; an error if one was named that cannot be."""
    if (which is None) is not all_:
        raise click.UsageError("Name the ID of one task, or say --all for all dead letters.")
    changed = on_tasks(lambda connection: change(connection, None if which is None else [which]))
    if which is not None and not changed:
        raise click.ClickException(f"There is no task {which}, or it runs just now; see `pydotorg tasks list`.")
    return "1 task" if changed == 1 else f"{changed} tasks"


def on_tasks(work: "Callable[[AsyncConnection], Awaitable[Any]]") -> Any:
    """Do this in one transaction on the database that is configured; a server may run meanwhile."""
    from pydotorg import migrations, preparation

    async def run(engine: "AsyncEngine") -> Any:
        preparation.demand_current(await migrations.state_of(engine))
        async with engine.begin() as connection:
            return await work(connection)

    return preparation.on_database(settings.load(), run, makes=False)
