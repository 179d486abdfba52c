"""Calendars that are full: events that nobody holds, a tenth of which recur every week; the same in every run."""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg import settings
from pydotorg.events.finding import texts_of
from pydotorg.events.happening import as_rows
from pydotorg.events.schedule import Schedule
from pydotorg.events.tables import (
    Calendar,
    CategoryOfEvent,
    Event,
    EventCategory,
    EventLocation,
    Occurrence,
    columns_of,
)
from pydotorg.events.window import rows_of
from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.engine import create_engine, learn
from pydotorg.kernel.database.fulltext.index import Indexed, index_all
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.keys import new_id

Row = dict[str, Any]
ROWS_AT_ONCE = 500
SEED = 2718
#: one in so many recurs, one takes days, one is featured, one has a rare word
RECURRING, LONG, FEATURED, RARE = 10, 20, 50, 1000
CITIES = (("Amsterdam", "Netherlands"), ("Berlin", "Germany"), ("Pune", "India"), ("Austin", "United States"))
ZONES = ("Europe/Amsterdam", "Europe/Berlin", "Asia/Kolkata", "America/Chicago")


def fill(url: str, number: int) -> None:
    """Put so many approved events into a database that has the snapshot."""
    asyncio.run(_fill(settings.load({"PYDOTORG_DATABASE_URL": url}).database_url, number))


async def _fill(url: str, number: int) -> None:
    engine = create_engine(url, writes=True, patient=True)
    try:
        async with engine.begin() as connection:
            calendar, category, *locations = [new_id() for _ in range(2 + len(CITIES))]
            await connection.execute(insert(Calendar), [_calendar(calendar)])
            await connection.execute(insert(EventCategory), [_term(category, "Meeting")])
            await connection.execute(
                insert(EventLocation), [_location(id, *city) for id, city in zip(locations, CITIES, strict=True)]
            )
            made = events(number, calendar, locations)
            for rows in batched(made, ROWS_AT_ONCE):
                await _add(connection, rows, category)
            tables = (Event, CategoryOfEvent, Occurrence, SearchDocument)
            await learn(connection, (each.__tablename__ for each in tables))
    finally:
        await engine.dispose()


def _term(id: UUID, name: str) -> Row:
    now, slug = datetime.now(UTC), name.lower()
    return {
        "id": id, "name": name, "name_key": slug, "slug": slug, "active": True, "created_at": now, "updated_at": now
    }  # fmt: skip


def _calendar(id: UUID) -> Row:
    return _term(id, "Meetings") | {
        "description": "", "description_html": "", "url": "", "timezone": "UTC", "source": "", "source_etag": "",
        "source_last_modified": "", "imports": 0, "agenda": "",
    }  # fmt: skip


def _location(id: UUID, city: str, country: str) -> Row:
    return _term(id, city) | {
        "address": "", "city": city, "country": country, "url": "", "country_key": country.lower()
    }  # fmt: skip


async def _add(connection: AsyncConnection, rows: list[Row], category: UUID) -> None:
    made = [Event(**row) for row in rows]
    documents = await index_all(connection, [Indexed("event", event.id, texts_of(event, None)) for event in made])
    await connection.execute(
        insert(Event), [{**row, "document": given} for row, given in zip(rows, documents, strict=True)]
    )
    await connection.execute(
        insert(CategoryOfEvent), [{"event_id": row["id"], "category_id": category} for row in rows]
    )
    now = datetime.now(UTC)
    happening = (row for event in made for row in as_rows(event, rows_of(event.schedule, now=now)))
    for some in batched(happening, ROWS_AT_ONCE):
        await connection.execute(insert(Occurrence), some)


def events(number: int, calendar: UUID, locations: list[UUID]) -> Iterator[Row]:
    """Rows of events, from a year ago to a year ahead."""
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    now = datetime.now(UTC)
    today = datetime.combine(now, time())
    for place in range(number):
        start = today + timedelta(days=chance.randrange(-365, 365), hours=chance.randrange(24))
        lasts = timedelta(days=3) if place % LONG == 0 else timedelta(hours=2)
        schedule = Schedule(
            timezone=ZONES[place % len(ZONES)], starts=start, ends=start + lasts,
            rrule="FREQ=WEEKLY" if place % RECURRING == 1 else "",
        )  # fmt: skip
        id, said = new_id(), f"All about python{' and the cobra' if place % RARE == 0 else ''}, number {place}"
        yield columns_of(schedule) | {
            "id": id, "slug": f"event-{place}", "owner_id": None, "status": "approved", "reason": "", "suspicion": "",
            "submitted_at": now, "published_at": now, "created_at": now, "updated_at": now, "title": f"Event {place}",
            "description": said, "description_html": f"<p>{said}</p>\n", "calendar_id": calendar,
            "location_id": locations[place % len(locations)], "venue": "", "url": "",
            "featured": place % FEATURED == 0, "uid": str(id), "sequence": 0, "digest": "", "origin": "", "there": "",
            "cancelled_here": False,
        }  # fmt: skip
