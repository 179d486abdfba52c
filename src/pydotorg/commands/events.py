"""The command that takes the calendars of others."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pydotorg import settings

from .transacting import in_transactions

if TYPE_CHECKING:
    from pydotorg.events.importing.bodies import ImportReport
    from pydotorg.kernel.database.transaction import Transactions


@click.group()
def events() -> None:
    """Look after events and calendars."""


@events.command("import")
@click.argument("calendar")
@click.argument("source", metavar="FILE_OR_ADDRESS")
def import_(*, calendar: str, source: str) -> None:
    """Take the events of an iCalendar file into CALENDAR, which is an id or a slug.

    FILE_OR_ADDRESS is the name of a file, an address (https://, http://, webcal://), or - for standard input. The
    events are approved. A repeated import changes what is different, and cancels what is not in the file any more. An
    event that cannot be taken is skipped; all others are taken, or none at all if something fails.
    """
    from pydotorg.app import DOMAINS
    from pydotorg.kernel.domain import following_of

    raw = None if is_address(source) else read(source)
    report = in_transactions(lambda transactions: take(transactions, calendar, source, raw), following_of(DOMAINS))
    for line in lines(report):
        click.echo(line)


def is_address(source: str) -> bool:
    """Whether it is not the name of a file."""
    return "://" in source or source.lower().startswith(("webcal:", "webcals:"))


def read(name: str) -> bytes:
    """What a file holds, or a little more than may be taken of it."""
    from pydotorg.events.ics.refusals import FILE_BYTES_MAX

    try:
        if name == "-":
            return sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
        with Path(name).open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        shown = name if name.isprintable() else repr(name)
        raise click.ClickException(f"{shown} cannot be read: {reason.lower()}.") from error


async def take(transactions: "Transactions", calendar: str, source: str, raw: bytes | None) -> "ImportReport":
    """What an import has done: of these bytes, or of what is at an address."""
    from pydotorg.events.ics.apart import Readers
    from pydotorg.events.importing import Importer
    from pydotorg.events.importing.bodies import Import
    from pydotorg.kernel.fetching import Fetcher

    importer = Importer(transactions, Fetcher(loopback=settings.load().fetch_loopback), Readers())
    if raw is None:
        return await importer.take(calendar, Import(url=source))
    return await importer.take_file(calendar, raw, member="file")


def lines(report: "ImportReport") -> Iterator[str]:
    """What was done, and then what was not, or not as it was meant."""
    if report.unmodified:
        yield "The file is as it was last time: nothing to change."
        return
    yield (
        f"events: {report.created} added, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.cancelled} cancelled, {len(report.skipped)} skipped"
    )
    for word, remarks in (("skipped", report.skipped), ("altered", report.altered)):
        for remark in remarks:
            yield f"{word}: {', '.join(filter(None, (remark.place, remark.title)))}: {remark.reason}"
