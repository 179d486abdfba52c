"""A calendar whose events of one origin are kept the same as a list: a file that is imported, an agenda.

What is new is added, what differs is changed, and what is not in the list any more is cancelled; subscribers see
another version of the same event. What moderators have cancelled themselves stays so.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct, field
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.finding import keep_all_findable
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.review.writing import differing
from pydotorg.kernel.taxonomy import key_of
from pydotorg.kernel.text.slugs import distinct_slug

from . import tables, terms
from .happening import add_rows, as_rows, hide_rows, replace_rows
from .ics.entries import Entry, Remark
from .lifecycle import CANCELLED, LIFECYCLE
from .recurrence import Occurrence
from .review import number, texts_of
from .tables import Calendar, Event, EventCategory, EventLocation

Origin = Literal["import", "agenda"]
#: between which others have their turn
AT_ONCE = 10
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
        self.categories: Mapping[str, UUID] = {}
        self.locations: Mapping[str, EventLocation] = {}
        self.by_id: Mapping[UUID | None, EventLocation] = {}

    async def keep(self, wanted: Sequence[Wanted], *, but: Collection[str] = ()) -> Outcome:
        """Make the events the same as these; those with other UIDs are cancelled, `but` for some."""
        categories = await self.db.execute(select(EventCategory).where(EventCategory.active))
        self.categories = {row.name_key: row.id for row in categories.scalars()}
        locations = await self.db.execute(select(EventLocation).where(EventLocation.active))
        self.by_id = {row.id: row for row in locations.scalars()}
        self.locations = {row.name_key: row for row in self.by_id.values()}
        for start in range(0, len(wanted), AT_ONCE):
            await self._some(wanted[start : start + AT_ONCE])
        await self._cancel_others({one.entry.uid for one in wanted} | {*but})
        return self.outcome

    async def _some(self, wanted: Sequence[Wanted]) -> None:
        uids = [one.entry.uid for one in wanted]
        same = select(Event).where(Event.calendar_id == self.calendar.id, Event.uid.in_(uids))
        known = {event.uid: event for event in (await self.db.execute(same)).scalars()}
        await self._add([one for one in wanted if one.entry.uid not in known])
        await self._change([(known[one.entry.uid], one) for one in wanted if one.entry.uid in known])
        await asyncio.sleep(0)

    async def _add(self, wanted: Sequence[Wanted]) -> None:
        added = [(self._made(one), one) for one in wanted]
        await self._keep_findable(event for event, _ in added)
        self.db.add_all(event for event, _ in added)
        await self.db.flush()
        for event, one in added:
            await self._give(event, self._categories(one.entry), set())
        await add_rows(self.db, [row for event, one in added for row in as_rows(event, one.occurrences)])
        self.outcome.created += len(added)

    def _made(self, one: Wanted) -> Event:
        now, entry = clock.now(), one.entry
        event = Event(
            **self._columns(one), id=one.id, slug=distinct_slug(entry.title, one.id, "event"), owner_id=None,
            calendar_id=self.calendar.id, uid=entry.uid, origin=self.origin, gone=entry.cancelled,
            status=CANCELLED if entry.cancelled else APPROVED, reason="", suspicion="", submitted_at=None,
            published_at=now, created_at=now, updated_at=now, featured=False, sequence=entry.sequence, digest="",
            document=None,
        )  # fmt: skip
        number(event)
        return event

    def _columns(self, one: Wanted) -> dict[str, Any]:
        entry, location = one.entry, self._location(one.entry)
        return {
            "title": entry.title, "description": entry.description, "description_html": one.html, "url": entry.url,
            "venue": "" if location else entry.location, "location_id": location and location.id,
            **tables.columns_of(entry.schedule),
        }  # fmt: skip

    def _location(self, entry: Entry) -> EventLocation | None:
        return self.locations.get(key_of(entry.location)) if entry.location else None

    def _categories(self, entry: Entry) -> set[UUID]:
        keys = (key_of(name) for name in entry.categories)
        return {self.categories[key] for key in keys if key in self.categories}

    async def _give(self, event: Event, categories: set[UUID], had: set[UUID]) -> bool:
        """Let an event have these categories; answers whether they are others than it had."""
        if categories != had:
            await terms.OF_EVENTS.give(self.db, event.id, categories)
        return categories != had

    async def _change(self, pairs: Sequence[tuple[Event, Wanted]]) -> None:
        had = await terms.OF_EVENTS.terms_of_all(self.db, [event.id for event, _ in pairs])
        changed = list[tuple[Event, Wanted]]()
        for event, one in pairs:
            if event.origin != self.origin:
                self.outcome.skipped.append(Remark(one.entry.uid, one.entry.title, FOREIGN))
                continue
            different = differing(event, self._columns(one) | self._state(event, one.entry))
            if await self._give(event, self._categories(one.entry), had[event.id]) or different:
                for name, value in different.items():
                    setattr(event, name, value)
                self._settle(event, one.entry.sequence)
                changed.append((event, one))
            else:
                self.outcome.unchanged += 1
        await self._keep_findable(event for event, _ in changed)
        await self.db.flush()
        await replace_rows(self.db, {event.id: as_rows(event, one.occurrences) for event, one in changed})
        self.outcome.changed += len(changed)

    def _state(self, event: Event, entry: Entry) -> dict[str, Any]:
        """What becomes of its state; what was cancelled here, not there, stays so."""
        if event.status == CANCELLED and not event.gone:
            return {}
        return {"status": CANCELLED if entry.cancelled else APPROVED, "gone": entry.cancelled}

    def _settle(self, event: Event, sequence: int) -> None:
        event.updated_at = clock.now()
        number(event)
        event.sequence = max(event.sequence, sequence)

    async def _keep_findable(self, events: Iterable[Event]) -> None:
        texts = [(event, texts_of(event, self.by_id.get(event.location_id))) for event in events]
        await keep_all_findable(self.db, LIFECYCLE.called, texts)

    async def _cancel_others(self, kept: Collection[str]) -> None:
        mine = (Event.calendar_id == self.calendar.id, Event.origin == self.origin, Event.status == APPROVED)
        columns: list[Any] = [Event.id, Event.uid]
        found = await self.db.fetch(select(*columns).where(*mine).order_by(Event.id))
        vanished = [row.id for row in found if row.uid not in kept]
        for start in range(0, len(vanished), AT_ONCE):
            some = select(Event).where(Event.id.in_(vanished[start : start + AT_ONCE]))
            await self._cancel((await self.db.execute(some)).scalars().all())
            await asyncio.sleep(0)

    async def _cancel(self, events: Sequence[Event]) -> None:
        for event in events:
            event.status, event.gone = CANCELLED, True
            self._settle(event, event.sequence)
        await self._keep_findable(events)
        await self.db.flush()
        await hide_rows(self.db, [event.id for event in events])
        self.outcome.cancelled += len(events)
