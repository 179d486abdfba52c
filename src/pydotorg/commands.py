"""The commands for those who run the service."""

import sys
from typing import Any

import click

from . import settings


@click.command()
def serve() -> None:
    """Serve the API.

    Brings the database up to date (PYDOTORG_MIGRATE), loads the bundled releases into an empty one (PYDOTORG_SEED), and
    serves on PYDOTORG_HOST and PYDOTORG_PORT until Ctrl-C or SIGTERM.
    """
    from .serving import serve

    serve(settings.load())


@click.group()
def database() -> None:
    """Look after the database."""


@database.command()
def upgrade() -> None:
    """Bring the database to this version; several at once do no harm."""
    from . import preparation

    found = preparation.on_database(settings.load(), preparation.upgrade)
    click.echo("The database is up to date." if found == "current" else "The database has been brought up to date.")


@database.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask whether the data may be lost.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Go back to REVISION (such as 0001), or to `base`: no tables at all. What newer tables hold is lost."""
    from . import migrations, preparation

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
    from . import migrations, preparation

    preparation.demand_current(preparation.on_database(settings.load(), migrations.state_of, makes=False))
    click.echo("The database is of this version.")


@click.command()
@click.option("--samples", is_flag=True, help="Also add made-up rows to develop with.")
def seed(*, samples: bool) -> None:
    """Load the bundled releases of Python: adds what is missing, changes nothing that is there."""
    from . import preparation

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


@click.command("import")
@click.option("--from", "source", metavar="URL", required=True, help="Whose releases, such as https://www.python.org.")
@click.option("--dry-run", is_flag=True, help="Only report what would change.")
def import_(*, source: str, dry_run: bool) -> None:
    """Take over releases and their files from a running python.org.

    Reads the operating systems, releases and files of its download API (v2), adds what is missing, changes what
    differs, takes over its integer ids, and reports all that, with the rows that it had to skip. What python.org does
    not have stays as it is. Everything is written at once, or nothing.
    """
    from . import migrations, preparation
    from .releases.importing import CannotRead, base_of, import_from, lines

    configured = settings.load()
    try:
        base = base_of(source)
        if dry_run:
            preparation.demand_current(preparation.on_database(configured, migrations.state_of, makes=False))
        else:
            preparation.on_database(configured, preparation.upgrade)
        with preparation.progress_bar(f"Reading {base}") as progress:
            plan = preparation.on_database(
                configured, lambda engine: import_from(engine, base, dry_run=dry_run, progress=progress, tell=warn)
            )
    except CannotRead as error:
        raise click.ClickException(str(error)) from error
    for line in lines(plan, dry_run=dry_run):
        click.echo(line)


def warn(sentence: str) -> None:
    """Tell whoever waits, apart from what the command prints."""
    click.echo(sentence, err=True)


@click.command()
def openapi() -> None:
    """Print the OpenAPI document as JSON."""
    from .app import Application
    from .kernel.http.openapi import encoded

    app = Application(settings.load())
    sys.stdout.buffer.write(encoded(app.litestar, app.domains))
