"""The command that takes over what a running python.org has."""

import click

from pydotorg import settings


@click.command("import")
@click.option("--from", "source", metavar="URL", required=True, help="Whose releases, such as https://www.python.org.")
@click.option("--dry-run", is_flag=True, help="Only report what would change.")
def import_(*, source: str, dry_run: bool) -> None:
    """Take over releases and their files from a running python.org.

    Reads the operating systems, releases and files of its download API (v2), adds what is missing, changes what
    differs, takes over its integer ids, and reports all that, with the rows that it had to skip. What python.org does
    not have stays as it is. Everything is written at once, or nothing.
    """
    from pydotorg import migrations, preparation
    from pydotorg.app import DOMAINS
    from pydotorg.kernel.domain import following_of
    from pydotorg.releases.importing import CannotRead, base_of, import_from, lines

    configured = settings.load()
    try:
        base = base_of(source)
        if dry_run:
            preparation.demand_current(preparation.on_database(configured, migrations.state_of, makes=False))
        else:
            preparation.on_database(configured, preparation.upgrade)
        with preparation.progress_bar(f"Reading {base}") as progress:
            plan = preparation.on_database(
                configured,
                lambda engine: import_from(
                    engine, base, dry_run=dry_run, progress=progress, tell=warn, following=following_of(DOMAINS)
                ),
            )
    except CannotRead as error:
        raise click.ClickException(str(error)) from error
    for line in lines(plan, dry_run=dry_run):
        click.echo(line)


def warn(sentence: str) -> None:
    """Tell whoever waits, apart from what the command prints."""
    click.echo(sentence, err=True)
