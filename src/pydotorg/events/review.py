"""How events are reviewed, and what follows from it: what is approved is found, and happens; calendars show it."""

import hashlib
from collections.abc import Iterable
from html import escape

import msgspec

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.fulltext.index import forget
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.finding import keep_findable
from pydotorg.kernel.review.lifecycle import APPROVED

from . import queries, terms
from .happening import forget_occurrences, write_occurrences
from .lifecycle import CANCELLED, LIFECYCLE
from .tables import DATASET, Event, EventLocation


def texts_of(event: Event, location: EventLocation | None) -> Texts:
    """By what an event is found."""
    places = [event.venue]
    places += [] if location is None else [location.name, location.address, location.city, location.country]
    titles = " ".join(one.title for one in event.overrides if one.title)
    return Texts(title=event.title, names=titles, places=" ".join(filter(None, places)), prose=event.description)


def markup_of(event: Event) -> Iterable[str]:
    """Where links can stand in an event, as HTML."""
    yield from map(escape, (event.title, event.venue, event.url))
    yield event.description_html
    for one in event.overrides:
        yield from (escape(text) for text in (one.title, one.description, one.url, one.location) if text)


def digest_of(event: Event) -> str:
    """What subscribers see of an event, in few letters."""
    seen = (
        event.schedule, event.title, event.description, event.venue, event.url, event.location_id,
        event.status == CANCELLED,
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()


def number(event: Event) -> None:
    """Count one more version, if subscribers see another now (RFC 5545 3.8.7.4)."""
    if event.status in (APPROVED, CANCELLED) and event.digest != (digest := digest_of(event)):
        event.sequence += 1 if event.digest else 0
        event.digest = digest


async def location_of(db: Database, event: Event) -> EventLocation | None:
    """Where it is."""
    return None if event.location_id is None else await db.get(EventLocation, event.location_id)


async def settle(db: Database, event: Event, *, anew: bool) -> None:
    """Let an event be found by what it says now, write down when it happens, and number its version."""
    number(event)
    await keep_findable(db, LIFECYCLE.called, event, texts_of(event, await location_of(db, event)), anew=anew)
    await write_occurrences(db, event)


async def discard(db: Database, event: Event) -> None:
    """Delete what belongs to an event: its words, its categories, its occurrences."""
    await forget(db, LIFECYCLE.called, event.id)
    await terms.OF_EVENTS.give(db, event.id, ())
    await forget_occurrences(db, [event.id])


def disown(event: Event) -> None:
    """Nothing in an event tells who its owner was."""
    del event


EVENTS = Review(
    lifecycle=LIFECYCLE, table=Event, dataset=DATASET, path="/events", moderators=Role.event_moderator,
    scope=Scope.events_write, names=queries.names_event, is_public=queries.IS_PUBLIC,
    title=lambda event: event.title, markup=markup_of, settle=settle, discard=discard, disown=disown,
)  # fmt: skip
