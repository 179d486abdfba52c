"""Commands that look after the database and what is in it."""

import sys
from typing import Any

import click

from pydotorg import settings


@click.group()
def database() -> None:
    """Look after the database."""


@database.command()
def upgrade() -> None:
    """Bring the database to this version; several at once do no harm."""
    from pydotorg import preparation

    found = preparation.on_database(settings.load(), preparation.upgrade)
    click.echo("The database is up to date." if found == "current" else "The database has been brought up to date.")


@database.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask whether the data may be lost.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Go back to REVISION (such as 0001), or to `base`: no tables at all. What newer tables hold is lost."""
    from pydotorg import migrations, preparation

    configured, known = settings.load(), migrations.revisions()
    if revision not in known:
        raise click.UsageError(f"There is no revision {revision}; known are {', '.join(known)}.")
    stands = preparation.on_database(configured, migrations.revision_of, makes=False)
    if known.index(revision) > known.index(stands):
        raise click.UsageError(f"The database is at {stands}, which comes before {revision}; use `database upgrade`.")
    if not yes and not sys.stdin.isatty():
        raise click.UsageError(f"What came after revision {revision} would be lost; say --yes if it may.")
    if not yes:
        click.confirm(f"What came after revision {revision} will be lost. Go on?", abort=True)
    preparation.on_database(configured, lambda engine: migrations.downgrade(engine, revision))
    click.echo(f"The database is at {revision}.")


@database.command()
def check() -> None:
    """Say whether the database can be reached and is of this version (exit status 0) or not (1)."""
    from pydotorg import migrations, preparation

    preparation.demand_current(preparation.on_database(settings.load(), migrations.state_of, makes=False))
    click.echo("The database is of this version.")


@click.command()
@click.option("--samples", is_flag=True, help="Also add made-up rows to develop with.")
def seed(*, samples: bool) -> None:
    """Load the bundled releases of Python: adds what is missing, changes nothing that is there."""
    from pydotorg import preparation

    report(
        preparation.on_database(settings.load(), lambda engine: preparation.upgrade_and_seed(engine, samples=samples))
    )


def report(added: dict[str, Any]) -> None:
    """What was added, a line a table."""
    if not any(added.values()):
        click.echo("Nothing was missing.")
    for table, rows in added.items():
        if rows:
            click.echo(f"{rows:>6} {table.replace('_', ' ')} rows added")
