"""The command with which release managers publish."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pydotorg.releases.artefacts import Artefact
    from pydotorg.releases.publishing import Measured, Publication, Service


@click.group()
def releases() -> None:
    """Publish releases of Python, on this server or another."""


@releases.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--version", metavar="V", required=True, help="Which version it is, such as 3.14.9rc1.")
@click.option("--server", metavar="URL", default="http://localhost:8000", show_default=True, help="Where to publish.")
@click.option("--draft", is_flag=True, help="Store it, but do not publish it.")
@click.option("--reason", metavar="TEXT", default="", help="Why files change that are published already.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask before it is written.")
def publish(*, directory: Path, version: str, server: str, draft: bool, reason: str, dry_run: bool, yes: bool) -> None:
    """Publish the artefacts in DIR as a release, or give a release these files and no others.

    Their names tell what they are; their sizes and SHA-256 are measured; sidecars lie beside them (.asc, .sig, .crt,
    .sigstore, .spdx.json). What will happen is shown first, then written with one request: all of it, or nothing.
    PYDOTORG_TOKEN must be an API token with the scope releases:write.
    """
    from pydotorg.releases.publishing import Publication, Service

    token = os.environ.get("PYDOTORG_TOKEN", "").strip()
    with refusals(), Service(server, token) as service:
        files = read(directory, version)
        publication = Publication(service, version, is_draft=draft, reason=reason)
        publication.take(files, told(publication.unknown(files), service))
        for line in publication.lines(width()):
            click.echo(line)
        if dry_run:
            click.echo("This was a dry run: nothing is written.")
        elif not publication.has_news:
            click.echo("Nothing to change.")
        elif yes or agreed(publication):
            click.echo(publication.write())
        else:
            raise click.ClickException("Nothing is written.")


@contextmanager
def refusals() -> Iterator[None]:
    """Why it cannot be done, on standard error."""
    from pydotorg.releases.publishing import CannotPublish

    try:
        yield
    except CannotPublish as error:
        raise click.ClickException(str(error)) from error


def read(directory: Path, version: str) -> "list[Measured]":
    """The artefacts, measured; everything that is wrong with them is told at once."""
    from pydotorg.preparation import progress_bar
    from pydotorg.releases.publishing import CannotPublish, demand_version, look_into, misplaced, printable

    demand_version(version)
    found = look_into(directory)
    for name, reason in found.ignored.items():
        click.echo(f"{printable(name)} is ignored: {reason}.", err=True)
    if faults := [*found.faults(), *misplaced(version, found.sizes)]:
        raise CannotPublish(*faults)
    with progress_bar(f"Reading {directory}") as progress:
        return found.measure(progress)


def told(unknown: "Sequence[Measured]", service: "Service") -> "dict[str, Artefact]":
    """What somebody at a terminal says of files whose names tell nothing; without a terminal, they are an error."""
    from pydotorg.releases.publishing import CannotPublish, ask_about

    if not unknown:
        return {}
    if not sys.stdin.isatty():
        raise CannotPublish(
            *(f"{file.filename} is of no kind that is known; run this on a terminal to be asked." for file in unknown)
        )
    return ask_about(unknown, service.systems())


def agreed(publication: "Publication") -> bool:
    """What somebody at a terminal says; without a terminal it may be written unless published files would go."""
    from pydotorg.releases.publishing import CannotPublish

    if sys.stdin.isatty():
        return click.confirm(publication.question, err=True)
    if files := ", ".join(publication.withdrawn):
        raise CannotPublish(f"{publication.name} is published and would lose {files}; say --yes if it may.")
    return True


def width() -> int | None:
    """That of the terminal; a pipe has none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
