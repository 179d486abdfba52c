"""A calendar whose events of one origin are kept the same as a list: a file that is imported, an agenda.

What is new is added, what differs is changed, and what is not in the list any more is cancelled; subscribers see
another version of the same event. What moderators have cancelled themselves stays so. An event of another origin with
the same UID is left alone.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct, field
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.review.writing import differing
from pydotorg.kernel.taxonomy import key_of
from pydotorg.kernel.text.slugs import distinct_slug

from . import tables, terms
from .finding import AT_ONCE, keep_events_findable
from .happening import Row, add_rows, as_rows, hide_rows, replace_rows
from .ics.entries import Entry, Remark
from .lifecycle import CANCELLED
from .origins import GONE, HAPPENS, OFF, Origin
from .recurrence import Occurrence
from .review import number
from .schedule import Schedule
from .tables import Calendar, Event, EventCategory, EventLocation

#: what says when something happens, and whether it does
WHEN = {*Schedule.__struct_fields__, "status"}
FOREIGN = "The calendar has an event of its own with this UID."


class Wanted(Struct, frozen=True):
    """An event as it should be, with the HTML of its description, and when it happens."""

    entry: Entry
    html: str
    occurrences: Sequence[Occurrence]
    #: by which it is known here, if it is new
    id: UUID = field(default_factory=new_id)


class Outcome(Struct):
    """How many events are new, different, as before, and cancelled; and what could not be taken."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    cancelled: int = 0
    skipped: list[Remark] = []


class Mirror:
    """One calendar, in a transaction that has the turn of the dataset."""

    def __init__(self, db: Database, calendar: Calendar, origin: Origin) -> None:
        self.db, self.calendar, self.origin = db, calendar, origin
        self.outcome = Outcome()
        self.categories: Mapping[str, EventCategory] = {}
        self.locations: Mapping[str, EventLocation] = {}
        self.by_id: Mapping[UUID | None, EventLocation] = {}

    async def keep(self, wanted: Sequence[Wanted], *, but: Collection[str] = (), cancels: bool = True) -> Outcome:
        """Make the events the same as these; those with other UIDs are cancelled, if any are, `but` for some."""
        self.categories = {row.name_key: row for row in (await self.db.execute(select(EventCategory))).scalars()}
        self.by_id = {row.id: row for row in (await self.db.execute(select(EventLocation))).scalars()}
        self.locations = {row.name_key: row for row in self.by_id.values()}
        columns: list[Any] = [Event.uid, Event.id, Event.origin, Event.there]
        there = await self.db.fetch(select(*columns).where(Event.calendar_id == self.calendar.id).order_by(Event.id))
        known = {row.uid: row.id for row in there}
        for some in batched(wanted, AT_ONCE):
            await self._add([one for one in some if one.entry.uid not in known])
            await self._change({known[one.entry.uid]: one for one in some if one.entry.uid in known})
        kept = known.keys() & ({one.entry.uid for one in wanted} | {*but})
        mine = (row for row in there if cancels and row.origin == self.origin and row.there != GONE)
        for vanished in batched((row.id for row in mine if row.uid not in kept), AT_ONCE):
            await self._lose(vanished)
        return self.outcome

    async def _add(self, wanted: Sequence[Wanted]) -> None:
        if not wanted:
            return
        added = [(self._made(one), one) for one in wanted]
        await keep_events_findable(self.db, (event for event, _ in added), self.by_id)
        self.db.add_all(event for event, _ in added)
        await self.db.flush()
        for event, one in added:
            await self._give(event, self._categories(one.entry), set())
        await add_rows(self.db, (row for event, one in added for row in as_rows(event, one.occurrences)))
        self.outcome.created += len(added)

    def _made(self, one: Wanted) -> Event:
        now, entry = clock.now(), one.entry
        event = Event(
            **self._columns(one), id=one.id, slug=distinct_slug(entry.title, one.id, "event"), owner_id=None,
            calendar_id=self.calendar.id, uid=entry.uid, origin=self.origin, there=there_of(entry),
            status=CANCELLED if entry.cancelled else APPROVED, reason="", suspicion="", submitted_at=None,
            published_at=now, created_at=now, updated_at=now, featured=False, sequence=entry.sequence, digest="",
            document=None,
        )  # fmt: skip
        number(event, self._categories(entry))
        return event

    def _columns(self, one: Wanted, had: UUID | None = None) -> dict[str, Any]:
        entry, location = one.entry, self._location(one.entry, had)
        return {
            "title": entry.title, "description": entry.description, "description_html": one.html, "url": entry.url,
            "venue": "" if location else entry.location, "location_id": location and location.id,
            **tables.columns_of(entry.schedule),
        }  # fmt: skip

    def _location(self, entry: Entry, had: UUID | None) -> EventLocation | None:
        """The one that it names, if that is in use, or was given to it before."""
        named = self.locations.get(key_of(entry.location)) if entry.location else None
        return named if named and (named.active or named.id == had) else None

    def _categories(self, entry: Entry, had: Collection[UUID] = ()) -> set[UUID]:
        """Those that it names, as far as they are in use, or were given to it before; if none, moderators choose."""
        named = filter(None, (self.categories.get(key_of(name)) for name in entry.categories))
        return {each.id for each in named if each.active or each.id in had} if entry.categories else {*had}

    async def _give(self, event: Event, categories: set[UUID], had: set[UUID]) -> bool:
        """Let an event have these categories; answers whether they are others than it had."""
        if categories != had:
            await terms.OF_EVENTS.give(self.db, event.id, categories)
        return categories != had

    async def _change(self, wanted: Mapping[UUID, Wanted]) -> None:
        if not wanted:
            return
        had = await terms.OF_EVENTS.terms_of_all(self.db, wanted)
        changed, rows = list[Event](), dict[UUID, Sequence[Row]]()
        for event in await self._events(wanted):
            one = wanted[event.id]
            if event.origin != self.origin:
                self.outcome.skipped.append(Remark(one.entry.uid, one.entry.title, FOREIGN))
                continue
            event.there = there_of(one.entry)
            status = CANCELLED if one.entry.cancelled or event.cancelled_here else APPROVED
            different = differing(event, self._columns(one, event.location_id) | {"status": status})
            categories = self._categories(one.entry, had[event.id])
            if await self._give(event, categories, had[event.id]) or different:
                for name, value in different.items():
                    setattr(event, name, value)
                self._settle(event, one.entry.sequence, categories)
                changed.append(event)
                rows |= {event.id: [*as_rows(event, one.occurrences)]} if different.keys() & WHEN else {}
            else:
                self.outcome.unchanged += 1
        await keep_events_findable(self.db, changed, self.by_id)
        await self.db.flush()
        await replace_rows(self.db, rows)
        self.outcome.changed += len(changed)

    def _settle(self, event: Event, sequence: int, categories: Collection[UUID]) -> None:
        event.updated_at = clock.now()
        number(event, categories)
        event.sequence = max(event.sequence, sequence)

    async def _events(self, ids: Collection[UUID]) -> Sequence[Event]:
        found: Sequence[Event] = (await self.db.execute(select(Event).where(Event.id.in_(ids)))).scalars().all()
        return found

    async def _lose(self, ids: Collection[UUID]) -> None:
        """Note that these are there no more, and cancel those that happened until now."""
        events, had = await self._events(ids), await terms.OF_EVENTS.terms_of_all(self.db, ids)
        cancelled = [event for event in events if event.status != CANCELLED]
        for event in events:
            event.there = GONE
        for event in cancelled:
            event.status = CANCELLED
            self._settle(event, event.sequence, had[event.id])
        await keep_events_findable(self.db, cancelled, self.by_id)
        await self.db.flush()
        await hide_rows(self.db, [event.id for event in cancelled])
        self.outcome.cancelled += len(cancelled)


def there_of(entry: Entry) -> str:
    """What becomes of it there."""
    return OFF if entry.cancelled else HAPPENS
