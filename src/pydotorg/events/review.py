"""How events are reviewed, and what follows from it: what is approved is found, and happens; calendars show it."""

import hashlib
from collections.abc import Collection, Iterable
from html import escape
from uuid import UUID

import msgspec

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.finding import keep_findable
from pydotorg.kernel.review.lifecycle import DELETE

from . import queries, terms
from .finding import texts_of
from .happening import forget_occurrences, write_occurrences
from .lifecycle import CANCELLED, LIFECYCLE, PUBLIC
from .origins import AGENDA, GONE, HAPPENS, IMPORT
from .sources import read_anew
from .tables import DATASET, DIGEST_CHARACTERS, Calendar, Event, EventLocation


def markup_of(event: Event) -> Iterable[str]:
    """Where links can stand in an event, as HTML."""
    yield from map(escape, (event.title, event.venue, event.url))
    yield event.description_html
    for one in event.overrides:
        yield from (escape(text) for text in (one.title, one.description, one.url, one.venue) if text)


def digest_of(event: Event, categories: Collection[UUID]) -> str:
    """What subscribers see of an event, in few letters; places and categories by their ids."""
    seen = (
        event.schedule, event.title, event.description, event.venue, event.url, event.location_id, sorted(categories),
        event.status == CANCELLED,
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()[:DIGEST_CHARACTERS]


def number(event: Event, categories: Collection[UUID]) -> None:
    """Count one more version, if subscribers see another now (RFC 5545 3.8.7.4)."""
    if event.status in PUBLIC and event.digest != (digest := digest_of(event, categories)):
        event.sequence += 1 if event.digest else 0
        event.digest = digest


async def location_of(db: Database, event: Event) -> EventLocation | None:
    """Where it is."""
    return None if event.location_id is None else await db.get(EventLocation, event.location_id)


async def settle(db: Database, event: Event, *, anew: bool) -> None:
    """Let an event be found by what it says now, write down when it happens, and number its version."""
    if event.origin:
        await read_anew(db, Calendar.id == event.calendar_id)
    if anew and event.there != HAPPENS:
        event.origin, event.there = "", ""  # it happens because moderators say so, whatever others do
    event.cancelled_here = event.status == CANCELLED
    number(event, await terms.OF_EVENTS.terms(db, event.id))
    texts = texts_of(event, await location_of(db, event))
    await keep_findable(db, LIFECYCLE.called, event, texts, anew=anew, public=PUBLIC)
    await write_occurrences(db, event)


async def discard(db: Database, event: Event) -> None:
    """Delete what belongs to an event alone; a file may have another for its place."""
    await read_anew(db, Calendar.id == event.calendar_id)
    await forget_occurrences(db, [event.id])


async def demand_ours(db: Database, event: Event, what: str) -> None:
    """Refuse to decide about what follows from something else."""
    if event.origin == AGENDA:
        raise Conflict(f"Nobody can {what} this event: {(await db.get_one(Calendar, event.calendar_id)).agenda}")
    if event.origin == IMPORT and what == DELETE and event.there != GONE:
        raise Conflict("This event would come back with the next import of its calendar. Cancel it: that stays.")


EVENTS = Review(
    lifecycle=LIFECYCLE, table=Event, dataset=DATASET, path="/events", moderators=Role.event_moderator,
    scope=Scope.events_write, is_public=queries.IS_PUBLIC, title=lambda event: event.title, markup=markup_of,
    settle=settle, tagging=terms.OF_EVENTS, discard=discard, demand_ours=demand_ours,
)  # fmt: skip
