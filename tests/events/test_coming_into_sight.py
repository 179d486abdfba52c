"""What a new day brings: occurrences come into sight and go out of it; only what is different then is news."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
import structlog
from sqlalchemy import delete, func, select, text, update

from pydotorg.app import Application
from pydotorg.events import happening
from pydotorg.events.happening import ComingIntoSight, Row, come_into_sight, rows_for
from pydotorg.events.tables import Event, Occurrence
from pydotorg.kernel import clock
from tests.accounts.people import Person
from tests.review.desks import Json, Passing
from tests.review.mailing import Office

from .desk import (
    A_DAY,
    EVENTS,
    OCCURRENCES,
    at,
    event_in,
    occurrences_of,
    published,
    seen_by,
    starts_of,
    written,
)

pytestmark = pytest.mark.anyio


async def rows_of(app: Application, event: Json) -> int:
    """How many occurrences of an event are written down."""
    wanted = select(func.count()).select_from(Occurrence).where(Occurrence.event_id == UUID(event["id"]))
    async with app.transactions.begin(writes=False, here=False) as db:
        return int((await db.fetch(wanted))[0][0])


async def new_day(office: Office) -> None:
    """Do what is done every night."""
    await office.does(come_into_sight, ComingIntoSight())


def midnight(days: int, hours: int = 0) -> str:
    """The start of a day so many days from now, or an hour of it."""
    day = datetime.combine(clock.today(), datetime.min.time(), UTC) + timedelta(days=days, hours=hours)
    return f"{day:%Y-%m-%dT%H:%M:%SZ}"


async def test_each_day_another_comes_and_one_of_a_year_ago_goes(
    app: Application, moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str
) -> None:
    event = await published(
        moderator, moderator, calendar=calendar, starts_at="2020-01-01T09:00Z", ends_at="2020-01-01T10:00Z",
        rrule="FREQ=DAILY",
    )  # fmt: skip
    before = await rows_of(app, event)
    ranges = [{"calendar": calendar, "from": midnight(-367), "to": midnight(-364)}] + [
        {"calendar": calendar, "from": midnight(days), "to": midnight(days + 3)} for days in (729, 1000)
    ]
    counts = [[len(await occurrences_of(public, **where)) for where in ranges]]
    for _ in range(2):
        time_stands(A_DAY)
        await new_day(office)
        counts.append([len(await occurrences_of(public, **where)) for where in ranges])
    assert counts == [[2, 2, 0], [1, 3, 0], [0, 3, 0]]
    assert await rows_of(app, event) == before
    time_stands(271 * A_DAY)
    await new_day(office)
    assert [len(await occurrences_of(public, **where)) for where in ranges] == [0, 3, 3]


async def test_what_is_rare_has_its_next_one_when_the_last_is_over(
    moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str
) -> None:
    first = {"starts_at": at(A_DAY), "ends_at": at(A_DAY + 3600), "rrule": "FREQ=DAILY;INTERVAL=1461"}
    event = await published(moderator, moderator, calendar=calendar, **first)
    address = f"{EVENTS}/{event['id']}"
    assert (await public.get(address)).json()["next_occurrence"]["starts_at"] == event["starts_at"]
    second = at(A_DAY + 1461 * A_DAY)
    time_stands(A_DAY)
    await new_day(office)
    time_stands(A_DAY)
    await new_day(office)
    assert (await public.get(address)).json()["next_occurrence"]["starts_at"] == second


async def test_where_nothing_is_different_nothing_is_news(
    moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str
) -> None:
    await published(moderator, moderator, calendar=calendar)
    await written(moderator, calendar=calendar, starts_at="2020-01-01T09:00Z", rrule="FREQ=DAILY;COUNT=10")
    await new_day(office)
    before = [await public.get(path) for path in (EVENTS, OCCURRENCES)]
    time_stands(60)
    await new_day(office)
    for answer in before:
        again = await public.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


async def test_a_draft_and_what_was_cancelled_have_their_times_too_and_show_them_to_nobody(
    app: Application, owner: Person, moderator: Person, public: httpx.AsyncClient, office: Office,
    time_stands: Passing, calendar: str,
) -> None:  # fmt: skip
    weekly = {"calendar": calendar, "starts_at": at(3600), "rrule": "FREQ=WEEKLY"}
    draft = await written(owner, **weekly)
    cancelled = await event_in("cancelled", owner, moderator, **weekly)
    for days in (0, 30):
        time_stands(days * A_DAY)
        await new_day(office)
        assert await occurrences_of(public, calendar=calendar) == []
        assert await rows_of(app, draft) > 100
        assert await rows_of(app, cancelled) > 100


async def test_what_a_new_tz_database_moves_is_moved(
    app: Application, moderator: Person, public: httpx.AsyncClient, office: Office, calendar: str
) -> None:
    """As if it had said another time when the event was written."""
    event = await published(
        moderator, moderator, calendar=calendar, starts_at="2027-07-01T09:00", ends_at="2027-07-01T10:00",
        timezone="Europe/Amsterdam",
    )  # fmt: skip
    hour, id = timedelta(hours=1), UUID(event["id"])
    starts_at = datetime.fromisoformat(event["starts_at"])

    async with app.transactions.begin(writes=True) as db:
        wrong = {"starts_at": starts_at - hour, "ends_at": starts_at}
        await db.execute(update(Event).where(Event.id == id).values(wrong))
        await db.execute(
            update(Occurrence).where(Occurrence.event_id == id).values(wrong | {"recurrence_id": starts_at - hour})
        )
    where = {"calendar": calendar, "from": "2027-01-01"}
    stale = await public.get(OCCURRENCES, params=where)
    await new_day(office)
    assert (await seen_by(moderator, event))["starts_at"] == event["starts_at"]
    fresh = await public.get(OCCURRENCES, params=where, headers={"If-None-Match": stale.headers["etag"]})
    assert (fresh.status_code, starts_of(fresh.json())) == (200, [event["starts_at"]])


async def written_past(app: Application, event: Json, column: str, value: str) -> None:
    """Let the row of an event say this, as no body can."""
    statement = text(f"update event set {column} = :value where slug = :slug")  # noqa: S608  a column of ours
    async with app.transactions.begin(writes=True) as db:
        await db.execute(statement, {"value": value, "slug": event["slug"]})


@pytest.mark.parametrize(
    "bad", [("timezone", "Mars/Olympus"), ("rrule", "FREQ=MINUTELY"), ("overrides", '[{"recurrence_id": "never"}]')]
)
async def test_an_event_that_cannot_be_followed_stops_no_other(
    app: Application, moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str,
    bad: tuple[str, str],
) -> None:  # fmt: skip
    daily = {"calendar": calendar, "starts_at": "2020-01-01T09:00Z", "rrule": "FREQ=DAILY"}
    events = [await published(moderator, moderator, **daily) for _ in range(3)]
    await written_past(app, events[1], *bad)
    rows = await rows_of(app, events[1])
    time_stands(A_DAY)
    where = {"calendar": calendar, "from": midnight(730), "to": midnight(731)}
    assert await occurrences_of(public, **where) == []
    try:
        with structlog.testing.capture_logs() as log:
            await new_day(office)
        assert sorted(each["event"]["id"] for each in await occurrences_of(public, **where)) == sorted(
            event["id"] for event in events[::2]
        )
        assert await rows_of(app, events[1]) == rows
        told = [entry["event_id"] for entry in log if entry["event"] == "event cannot be followed"]
        assert told == [events[1]["id"]]
    finally:
        async with app.transactions.begin(writes=True) as db:
            await db.execute(delete(Event).where(Event.slug == events[1]["slug"]))


async def test_what_the_database_refuses_of_one_event_stops_no_other_either(
    moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    daily = {"calendar": calendar, "starts_at": "2020-01-01T09:00Z", "rrule": "FREQ=DAILY"}
    events = [await published(moderator, moderator, **daily) for _ in range(3)]

    async def twice(event: Event) -> list[Row]:
        return await rows_for(event) * (2 if event.slug == events[1]["slug"] else 1)

    monkeypatch.setattr(happening, "rows_for", twice)
    time_stands(A_DAY)
    await new_day(office)
    found = await occurrences_of(public, calendar=calendar, **{"from": midnight(730), "to": midnight(731)})
    assert sorted(each["event"]["id"] for each in found) == sorted(event["id"] for event in events[::2])


async def test_two_overrides_of_one_moment_that_were_written_in_the_past_are_one_occurrence(
    app: Application, moderator: Person, office: Office, calendar: str
) -> None:
    """Half past two is skipped on that night, and the same as half past three."""
    event = await published(
        moderator, moderator, calendar=calendar, starts_at="2027-03-27T02:30", rrule="FREQ=DAILY;COUNT=3",
        timezone="Europe/Amsterdam",
    )  # fmt: skip
    both = '[{"recurrence_id":"2027-03-28T02:30:00"},{"recurrence_id":"2027-03-28T03:30:00","title":"Late"}]'
    await written_past(app, event, "overrides", both)
    await new_day(office)
    assert await rows_of(app, event) == 3


async def test_more_events_than_are_looked_at_at_once_are_all_looked_at(
    app: Application, moderator: Person, public: httpx.AsyncClient, office: Office, time_stands: Passing, calendar: str
) -> None:
    del app
    start = at(3600).replace("-", "").replace(":", "")
    events = [
        f"BEGIN:VEVENT\nUID:{number}@example.com\nDTSTART:{start}\nRRULE:FREQ=WEEKLY\nSUMMARY:E\nEND:VEVENT"
        for number in range(60)
    ]
    file = "\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"])
    answer = await moderator.client.post(f"/api/v1/calendars/{calendar}/import", json={"ics": file})
    assert answer.json()["created"] == 60, answer.text
    where = {"calendar": calendar, "from": midnight(731), "to": midnight(738)}
    assert len(await occurrences_of(public, **where)) <= 60
    time_stands(7 * A_DAY)
    await new_day(office)
    assert len(await occurrences_of(public, **where)) == 60
