"""Whatever is said of an event: its occurrences are those that a program of others reads in its file."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pydotorg.app import Application
from pydotorg.kernel import clock
from tests.accounts.people import Person, signed_in
from tests.conventions.asking import faults_of
from tests.review.desks import Json, Passing

from .desk import EVENTS, changed, file_of, made, occurrences_of, published

pytestmark = pytest.mark.anyio

SINCE, UNTIL = date(2026, 6, 1), date(2028, 6, 1)
ZONES = (
    "UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata",
    "Europe/Dublin", "Pacific/Apia",
)  # fmt: skip
A_WEEK = timedelta(days=7)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Happening(NamedTuple):
    """When somebody says that an event happens, by how much it is moved, and which occurrences differ."""

    body: Json
    by: timedelta
    excluded: set[int]
    moved: set[int]
    cancelled: set[int]


@st.composite
def rules(draw: Any, start: datetime, *, all_day: bool) -> str:
    """A rule that fits its first start, with an end or without."""
    weekday, nth = WEEKDAYS[start.weekday()], (start.day - 1) // 7 + 1
    others = draw(st.sets(st.sampled_from(WEEKDAYS), max_size=3))
    rule: str = draw(
        st.sampled_from(
            [
                "FREQ=DAILY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=WEEKLY;WKST=SU",
                f"FREQ=WEEKLY;BYDAY={','.join(sorted({weekday} | others))}",
                f"FREQ=MONTHLY;BYDAY={nth}{weekday}" if nth < 5 else f"FREQ=MONTHLY;BYDAY=-1{weekday}",
                f"FREQ=MONTHLY;BYMONTHDAY={start.day},-1",
            ]
        )
    )  # fmt: skip
    rule += draw(st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=10"]))
    last = start + timedelta(days=draw(st.integers(0, 500)))
    moments = [f";UNTIL={last:%Y%m%d}"] if all_day else [f";UNTIL={last:%Y%m%d}", f";UNTIL={last:%Y%m%dT%H%M%SZ}"]
    return rule + str(draw(st.sampled_from(["", f";COUNT={draw(st.integers(1, 60))}", *moments])))


@st.composite
def happenings(draw: Any) -> Happening:
    """An event of whole days or of hours, in some zone, once or recurring, with dates beside the rule."""
    all_day, zone = draw(st.booleans()), draw(st.sampled_from(ZONES))
    day = draw(st.dates(SINCE, UNTIL - timedelta(days=100)))
    at = time() if all_day else time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30])))
    start = datetime.combine(day, at)
    lasts = (
        timedelta(days=draw(st.integers(1, 4))) if all_day else timedelta(minutes=draw(st.sampled_from([0, 30, 90])))
    )
    singles = draw(st.sets(st.integers(1, 200), max_size=3))
    body = {
        "timezone": zone, "all_day": all_day, "starts_at": start.isoformat(), "ends_at": (start + lasts).isoformat(),
        "rrule": draw(st.one_of(st.just(""), rules(start, all_day=all_day), rules(start, all_day=all_day))),
        "rdates": [(start + timedelta(days=days)).isoformat() for days in sorted(singles)],
        "exdates": [], "overrides": [],
    }  # fmt: skip
    places = [draw(st.sets(st.integers(0, 20), max_size=2)) for _ in range(3)]
    hours = 0 if all_day else draw(st.integers(-30, 30))
    by = timedelta(days=draw(st.integers(-6, 6) | st.sampled_from([-28, -14, 14, 70])), hours=hours)
    return Happening(body, by, *places)


def with_differences(happening: Happening, found: list[Json]) -> Json:
    """The same, where some of the occurrences that it has are left out, moved, or cancelled."""
    place, all_day = ZoneInfo(happening.body["timezone"]), happening.body["all_day"]

    def said(one: Json) -> datetime:
        return datetime.fromisoformat(one["recurrence_id"]).astimezone(place).replace(tzinfo=None)

    shift = timedelta(days=1) if all_day else timedelta(days=1, hours=2)
    overrides = [
        {"recurrence_id": said(one).isoformat(), "starts": (said(one) + shift).isoformat(), "title": "Moved"}
        for number, one in enumerate(found)
        if number in happening.moved
    ] + [
        {"recurrence_id": said(one).isoformat(), "cancelled": True}
        for number, one in enumerate(found)
        if number in happening.cancelled - happening.moved
    ]
    excluded = happening.excluded - happening.moved - happening.cancelled
    exdates = [said(one).isoformat() for number, one in enumerate(found) if number in excluded]
    return {"exdates": exdates, "overrides": overrides}


def read_by_others(file: str) -> list[tuple[datetime, str]]:
    """When an event begins, and under which title, within the years of these tests."""
    calendar = icalendar.Calendar.from_ical(file)
    found = list[tuple[datetime, str]]()
    for one in recurring_ical_events.of(calendar).between(SINCE - A_WEEK, UNTIL + A_WEEK):
        start = one["DTSTART"].dt
        moment = start if isinstance(start, datetime) else datetime.combine(start, time(), UTC)
        if one.get("STATUS") != "CANCELLED":
            found.append((moment.astimezone(UTC), str(one["SUMMARY"])))
    return within(found)


def within(found: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """Those of the years that are compared, in order; what is at their ends is there in one zone and not in another."""
    return sorted((moment, title) for moment, title in found if SINCE < moment.date() < UNTIL)


@pytest.fixture
async def host(app: Application, moderator: Person, time_stands: Passing) -> Person:
    """A moderator in December of 2026, from where all years of these tests can be seen."""
    time_stands(datetime(2026, 12, 1, tzinfo=UTC).timestamp() - clock.unix())
    return moderator._replace(client=await signed_in(app, moderator.name))


@pytest.fixture
async def event(host: Person) -> Json:
    """The only one in its calendar."""
    return await published(host, host, calendar=(await made(host, "calendars"))["slug"])


def later(happening: Happening) -> Json:
    """Its start and its end after the move."""
    moments = ((name, datetime.fromisoformat(happening.body[name])) for name in ("starts_at", "ends_at"))
    return {name: (moment + happening.by).isoformat() for name, moment in moments}


async def happens(public: httpx.AsyncClient, event: Json, happening: Happening) -> list[tuple[datetime, str]]:
    """When it happens here, and under which title, within the years of these tests."""
    place, all_day = ZoneInfo(happening.body["timezone"]), happening.body["all_day"]
    ours = list[tuple[datetime, str]]()
    for one in await occurrences_of(public, **where(event)):
        moment = datetime.fromisoformat(one["starts_at"])
        day = moment.astimezone(place).date()
        ours.append((datetime.combine(day, time(), UTC) if all_day else moment, one["title"]))
    return within(ours)


def where(event: Json) -> Json:
    """What asks for all of its occurrences in those years."""
    return {"calendar": event["calendar"]["slug"], "from": f"{SINCE - A_WEEK}", "to": f"{UNTIL + A_WEEK}"}


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(happening=happenings())
async def test_what_happens_is_what_others_read(
    host: Person, public: httpx.AsyncClient, event: Json, happening: Happening
) -> None:
    file = f"/events/{event['slug']}.ics"
    await changed(host, event, **happening.body)
    plain = await occurrences_of(public, **where(event))
    await changed(host, event, **with_differences(happening, plain))
    found = await happens(public, event, happening)
    assert found == read_by_others(await file_of(public, file))
    moved = await host.client.patch(f"{EVENTS}/{event['id']}", json=later(happening))
    if moved.status_code != 200:  # it may be for nobody to know what becomes of it
        assert set(faults_of(moved, 422, "body")) <= {"starts_at", "rrule"}
        return
    found = await happens(public, event, happening)
    assert found == read_by_others(await file_of(public, file))
