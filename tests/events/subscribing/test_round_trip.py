"""What others wrote is imported, and what subscribers then get means the same: other programs read both, and agree."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest
import recurring_ical_events
import vobject

from tests.accounts.people import Person
from tests.events.desk import CALENDARS, OCCURRENCES
from tests.events.importing.elsewhere import NOTHING, imported
from tests.review.desks import Json

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).with_name("calendars")
#: those that are exported, each with the zone in which its days are meant
EXPORTS = {"google": "Europe/Amsterdam", "outlook": "Europe/Zurich", "apple": "Australia/Sydney"}
AFTER, BEFORE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 6, 1, tzinfo=UTC)
Happening = tuple[datetime, datetime, str]


@pytest.fixture(scope="module", params=EXPORTS)
def export(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def subscribed(public: httpx.AsyncClient, moderator: Person, export: str) -> tuple[Json, bytes]:
    """A calendar into which an export was imported, and the file that its subscribers get."""
    new = {"name": f"{export} {datetime.now(UTC).timestamp()}", "timezone": EXPORTS[export]}
    calendar: Json = (await moderator.client.post(CALENDARS, json=new)).json()
    report = await imported(moderator, calendar, ics=original(export).decode())
    assert (report["skipped"], report["altered"]) == ([], [])
    answer = await public.get(f"{CALENDARS}/{calendar['id']}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return calendar, answer.content


def original(export: str) -> bytes:
    return (FOLDER / f"{export}.ics").read_bytes()


def moment(value: date, place: tzinfo) -> datetime:
    """In UTC; a date is midnight where it is meant."""
    whole = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (whole if whole.tzinfo else whole.replace(tzinfo=place)).astimezone(UTC)


def by_recurring_ical_events(file: bytes, place: tzinfo) -> list[Happening]:
    calendar = icalendar.Calendar.from_ical(file)
    calendar.pop("X-WR-TIMEZONE", None)  # it would have what recurs in UTC move with the clocks of that zone
    found = recurring_ical_events.of(calendar).between(AFTER, BEFORE)
    return sorted(
        (moment(one["DTSTART"].dt, place), moment(one.end, place), str(one["SUMMARY"]))
        for one in found
        if one.get("STATUS") != "CANCELLED"
    )


def by_vobject(file: bytes, place: tzinfo) -> list[tuple[datetime, str]]:
    """The starts, by zones as the file itself defines them, under names that nobody knows."""
    calendar = vobject.readOne(re.sub(r"TZID([=:])", r"TZID\1unknown-", file.decode().replace("\r\n ", "")))
    found: dict[tuple[str, datetime], tuple[datetime, str]] = {}
    for event in sorted(calendar.vevent_list, key=lambda event: hasattr(event, "recurrence_id")):
        uid, title = event.uid.value, event.summary.value
        if hasattr(event, "recurrence_id"):
            original = (uid, moment(event.recurrence_id.value, place))
            found.pop(original, None)
            if event.status.value != "CANCELLED":
                found[original] = (moment(event.dtstart.value, place), title)
            continue
        starts: Any = event.getrruleset(addRDate=True) or [event.dtstart.value]
        for start in starts:
            if moment(start, place) >= BEFORE:
                break
            found[uid, moment(start, place)] = (moment(start, place), title)
    return sorted(one for one in found.values() if AFTER <= one[0] < BEFORE)


async def test_two_other_programs_find_what_was_meant(subscribed: tuple[Json, bytes], export: str) -> None:
    place = ZoneInfo(EXPORTS[export])
    meant = by_recurring_ical_events(original(export), place)
    assert len(meant) > 70
    assert by_recurring_ical_events(subscribed[1], place) == meant
    assert by_vobject(subscribed[1], place) == [(start, title) for start, _, title in meant if start >= AFTER]


async def test_the_api_lists_what_was_meant(
    public: httpx.AsyncClient, subscribed: tuple[Json, bytes], export: str
) -> None:
    meant = by_recurring_ical_events(original(export), ZoneInfo(EXPORTS[export]))
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=200)
    where = {"calendar": subscribed[0]["id"], "from": f"{since:%Y-%m-%d}", "to": f"{BEFORE:%Y-%m-%d}", "limit": "1000"}
    answer = await public.get(OCCURRENCES, params=where)
    told = [(one["starts_at"], one["ends_at"], one["title"]) for one in answer.json()]
    midnight = since.replace(hour=0, minute=0, second=0)
    expected = [(f"{a:%Y-%m-%dT%H:%M:%SZ}", f"{b:%Y-%m-%dT%H:%M:%SZ}", title) for a, b, title in meant if b > midnight]
    assert sorted(told) == expected
    assert len(told) > 20


async def test_what_subscribers_get_is_the_same_when_it_is_imported(
    moderator: Person, subscribed: tuple[Json, bytes]
) -> None:
    calendar, file = subscribed
    number = len({each["UID"] for each in icalendar.Calendar.from_ical(file).walk("VEVENT")})
    assert await imported(moderator, calendar, ics=file.decode()) == NOTHING | {"unchanged": number}


async def test_uids_and_texts_are_kept(subscribed: tuple[Json, bytes], export: str) -> None:
    texts = [
        {
            (str(each["UID"]), str(each["SUMMARY"]), str(each.get("DESCRIPTION", "")), str(each.get("URL", "")))
            for each in icalendar.Calendar.from_ical(file).walk("VEVENT")
            if "RECURRENCE-ID" not in each
        }
        for file in (original(export), subscribed[1])
    ]
    assert texts[0] == texts[1]
