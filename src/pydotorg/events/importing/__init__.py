"""Calendars that others publish, taken into ours: from an address or a file, as often as somebody likes."""

from typing import NamedTuple
from uuid import UUID

from msgspec import UNSET, Struct
from sqlalchemy import select

from pydotorg.events import schemas, terms
from pydotorg.events.ics.apart import Readers
from pydotorg.events.ics.expansions import Expansion
from pydotorg.events.ics.refusals import Refused
from pydotorg.events.mirroring import Mirror, Wanted
from pydotorg.events.origins import IMPORT
from pydotorg.events.tables import DATASET, Calendar
from pydotorg.kernel import clock
from pydotorg.kernel.breathing import breathing
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.fetching import CannotFetch, Fetched, Fetcher
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, found

from .bodies import UNMODIFIED, Import, ImportReport

ACCEPTED = "text/calendar, */*;q=0.5"


class Source(NamedTuple):
    """A calendar before a file is read for it: how often it was imported, and from where last, in which version."""

    id: UUID
    name: str
    timezone: str
    imports: int
    source: str
    source_etag: str
    source_last_modified: str


SOURCE = select(*(getattr(Calendar, name) for name in Source._fields))


class Importer(Struct, frozen=True):
    """Fetches, reads and takes."""

    transactions: Transactions
    fetcher: Fetcher
    readers: Readers

    async def take(self, identifier: str, given: Import) -> ImportReport:
        """Let a calendar have the events of a file; a 422 if there is no such file, or nobody can read it."""
        if given.ics is not UNSET:
            return await self.take_file(identifier, given.ics.encode(), member="ics")
        source = await self._source(identifier)
        address = source.source if given.url is UNSET else secure(given.url)
        if not address:
            raise Invalid([Fault("url", "body", "is missing: this calendar was never imported from an address")])
        return await self._take_from(address, source)

    async def take_file(self, identifier: str, raw: bytes, *, member: str) -> ImportReport:
        """The same of a file that is here, under this name."""
        return await self._take(raw, await self._source(identifier), Fetched(address=""), member)

    async def _source(self, identifier: str) -> Source:
        return await self.transactions.read(lambda db: _source_of(db, identifier))

    async def _take_from(self, address: str, source: Source) -> ImportReport:
        is_same = address == source.source
        known = {"etag": source.source_etag, "last_modified": source.source_last_modified} if is_same else {}
        try:
            fetched = await self.fetcher.fetch(address, accept=ACCEPTED, **known)
        except CannotFetch as error:
            raise Invalid([Fault("url", "body", str(error))]) from error
        if fetched.unchanged:
            return UNMODIFIED
        # where it was asked for, not where it was found: that may be another place next time
        version = Fetched(address=address, etag=fetched.etag, last_modified=fetched.last_modified)
        return await self._take(fetched.body, source, version, "url")

    async def _take(self, raw: bytes, source: Source, version: Fetched, member: str) -> ImportReport:
        try:
            expansion = await self.readers.read(raw, timezone=source.timezone, now=clock.now())
        except Refused as error:
            raise Invalid([Fault(member, "body", str(error))]) from error
        # in the order of their UIDs, so that what an import does is the same each time
        wanted = [Wanted(each.entry, each.html, each.occurrences) async for each in breathing(expansion.entries)]
        return await self.transactions.write(lambda db: _write(db, source, wanted, expansion, version))


async def _source_of(db: Database, identifier: str) -> Source:
    calendar = await taking(db, identifier)
    [row] = await db.fetch(SOURCE.where(Calendar.id == calendar.id))
    return Source(*tuple(row))


async def _write(
    db: Database, source: Source, wanted: list[Wanted], expansion: Expansion, version: Fetched
) -> ImportReport:  # fmt: skip
    await turn_of(db, DATASET)
    calendar = found(await db.to_change(select(Calendar).where(Calendar.id == source.id)), f"{source.name} is gone.")
    await taking(db, str(calendar.id))
    # a file that was fetched before another one was taken is the older one
    if calendar.timezone != source.timezone or (version.address and calendar.imports != source.imports):
        raise Conflict(f"{calendar.name} has got another zone or another import meanwhile. Try again.")
    # what could not be taken this time is not gone
    outcome = await Mirror(db, calendar, IMPORT).keep(wanted, but=expansion.unread, cancels=expansion.is_whole)
    # of a file that came otherwise nothing is known, so what is at the address is read anew next time
    calendar.imports += 1
    calendar.source = version.address or calendar.source
    calendar.source_etag, calendar.source_last_modified = version.etag, version.last_modified
    return ImportReport(
        unmodified=False, created=outcome.created, changed=outcome.changed, unchanged=outcome.unchanged,
        cancelled=outcome.cancelled, skipped=[*expansion.skipped, *outcome.skipped], altered=expansion.altered,
    )  # fmt: skip


async def taking(db: Database, identifier: str) -> schemas.Calendar:
    """The calendar with this id or slug; a 409 if nothing new goes into it."""
    calendar = await terms.CALENDARS.one(db, identifier)
    if calendar.refusal:
        raise Conflict(f"{calendar.refusal}: nothing new goes into it.")
    return calendar


def secure(address: str) -> str:
    """An address as it is fetched: calendars are often given with a scheme that tells programs to subscribe."""
    scheme, colon, rest = address.strip().partition(":")
    return f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else address.strip()
