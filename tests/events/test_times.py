"""When an event is said to happen, and when it then does: in all zones, over changes of clocks, with exceptions."""

from datetime import UTC, datetime

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel import clock
from tests.accounts.people import Person, signed_in
from tests.conventions.asking import faults_of
from tests.review.desks import Json, Passing

from .desk import (
    EVENTS,
    changed,
    described,
    file_of,
    made,
    occurrences_of,
    published,
    seen_by,
    starts_of,
    written,
)

pytestmark = pytest.mark.anyio

#: of whose days all are within the time that is known
YEAR = clock.today().year + 1
AMSTERDAM, NEW_YORK = "Europe/Amsterdam", "America/New_York"

#: what is said, and when the event first begins and ends, in UTC
FIRST: dict[str, tuple[Json, str, str]] = {
    "in UTC": ({"starts_at": "2027-07-01T09:00:00Z"}, "2027-07-01T09:00:00Z", "2027-07-01T09:00:00Z"),
    "with an offset": (
        {"starts_at": "2027-07-01T09:00:00-03:30", "ends_at": "2027-07-01T22:30:00+09:00"},
        "2027-07-01T12:30:00Z",
        "2027-07-01T13:30:00Z",
    ),
    "by the clocks of a zone": (
        {"starts_at": "2027-07-01T09:00", "ends_at": "2027-07-01T10:30", "timezone": AMSTERDAM},
        "2027-07-01T07:00:00Z",
        "2027-07-01T08:30:00Z",
    ),
    "in a zone of an old name": (
        {"starts_at": "2027-07-01T09:00", "timezone": "Asia/Calcutta"},
        "2027-07-01T03:30:00Z",
        "2027-07-01T03:30:00Z",
    ),
    "in another zone of an old name": (
        {"starts_at": "2027-07-01T09:00", "timezone": "US/Eastern"},
        "2027-07-01T13:00:00Z",
        "2027-07-01T13:00:00Z",
    ),
    "for a day": (
        {"starts_at": "2027-07-01", "all_day": True, "timezone": AMSTERDAM},
        "2027-06-30T22:00:00Z",
        "2027-07-01T22:00:00Z",
    ),
    "for a day of 23 hours": (
        {"starts_at": "2027-03-28", "all_day": True, "timezone": AMSTERDAM},
        "2027-03-27T23:00:00Z",
        "2027-03-28T22:00:00Z",
    ),
    "for days": (
        {"starts_at": "2027-07-01", "ends_at": "2027-07-04", "all_day": True, "timezone": "Pacific/Kiritimati"},
        "2027-06-30T10:00:00Z",
        "2027-07-03T10:00:00Z",
    ),
    "for a day in a zone of three quarters of an hour": (
        {"starts_at": "2027-07-01", "all_day": True, "timezone": "Asia/Kathmandu"},
        "2027-06-30T18:15:00Z",
        "2027-07-01T18:15:00Z",
    ),
    "for a day whose midnight is skipped": (
        {"starts_at": "2027-09-05", "all_day": True, "timezone": "America/Santiago"},
        "2027-09-05T04:00:00Z",
        "2027-09-06T03:00:00Z",
    ),
    "in an hour that is skipped": (
        {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00", "timezone": AMSTERDAM},
        "2027-03-28T01:30:00Z",
        "2027-03-28T02:00:00Z",
    ),
    "in an hour that comes twice": (
        {"starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T03:00", "timezone": AMSTERDAM},
        "2027-10-31T00:30:00Z",
        "2027-10-31T02:00:00Z",
    ),
    "over the night in which a year ends": (
        {"starts_at": "2027-12-31T23:00", "ends_at": "2028-01-01T05:00", "timezone": NEW_YORK},
        "2028-01-01T04:00:00Z",
        "2028-01-01T10:00:00Z",
    ),
    "on a leap day": ({"starts_at": "2028-02-29", "all_day": True}, "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"),
}


@pytest.mark.parametrize("said", FIRST)
async def test_an_event_is_when_it_is_said_to_be(owner: Person, said: str) -> None:
    body, begins, ends = FIRST[said]
    event = await written(owner, **body)
    assert (event["starts_at"], event["ends_at"]) == (begins, ends)
    assert event["timezone"] == body.get("timezone", "UTC")
    assert (event["rdates"], event["exdates"], event["overrides"], event["rrule"]) == ([], [], [], "")
    again = {name: event[name] for name in ("starts_at", "ends_at", "timezone", "all_day")}
    assert await changed(owner, event, **again) == event, "what is answered can be sent back"
    walls = {"starts_at": event["starts"], "ends_at": event["ends"]}
    assert await changed(owner, event, **walls) == event


def local(month: int, day: int, hour: str = "09:00") -> str:
    return f"{YEAR}-{month:02}-{day:02}T{hour}:00"


#: what is said, and when its occurrences begin, in UTC
SUNDAYS = {"timezone": AMSTERDAM}
SERIES: dict[str, tuple[Json, list[str]]] = {
    "in spring": (
        {"starts_at": "2027-03-21T09:00", "rrule": "FREQ=WEEKLY;COUNT=3", **SUNDAYS},
        ["2027-03-21T08:00:00Z", "2027-03-28T07:00:00Z", "2027-04-04T07:00:00Z"],
    ),
    "in autumn": (
        {"starts_at": "2027-10-24T09:00", "rrule": "FREQ=WEEKLY;COUNT=3", **SUNDAYS},
        ["2027-10-24T07:00:00Z", "2027-10-31T08:00:00Z", "2027-11-07T08:00:00Z"],
    ),
    "at an hour that is skipped once": (
        {"starts_at": "2027-03-27T02:30", "rrule": "FREQ=DAILY;COUNT=3", **SUNDAYS},
        ["2027-03-27T01:30:00Z", "2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z"],
    ),
    "where summer is in December": (
        {"starts_at": "2027-04-03T09:00", "rrule": "FREQ=DAILY;COUNT=2", "timezone": "Australia/Sydney"},
        ["2027-04-02T22:00:00Z", "2027-04-03T23:00:00Z"],
    ),
    "on last Sundays": (
        {"starts_at": "2027-02-28T18:00Z", "rrule": "FREQ=MONTHLY;BYDAY=-1SU;COUNT=3"},
        ["2027-02-28T18:00:00Z", "2027-03-28T18:00:00Z", "2027-04-25T18:00:00Z"],
    ),
    "on last Sundays of March": (
        {"starts_at": "2027-03-28T18:00Z", "rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=2"},
        ["2027-03-28T18:00:00Z", "2028-03-26T18:00:00Z"],
    ),
    "until a day": (
        {"starts_at": "2027-06-01T22:00", "rrule": "FREQ=DAILY;UNTIL=20270603", "timezone": NEW_YORK},
        ["2027-06-02T02:00:00Z", "2027-06-03T02:00:00Z", "2027-06-04T02:00:00Z"],
    ),
    "with single dates": (
        {"starts_at": "2027-06-01T09:00Z", "rdates": ["2027-06-09T12:00Z", "2027-06-05T09:00:00"]},
        ["2027-06-01T09:00:00Z", "2027-06-05T09:00:00Z", "2027-06-09T12:00:00Z"],
    ),
    "without a date": (
        {"starts_at": "2027-06-01T09:00Z", "rrule": "FREQ=DAILY;COUNT=3", "exdates": ["2027-06-02T09:00Z"]},
        ["2027-06-01T09:00:00Z", "2027-06-03T09:00:00Z"],
    ),
    "without its first date": (
        {"starts_at": "2027-06-01T09:00Z", "rrule": "FREQ=DAILY;COUNT=3", "exdates": ["2027-06-01"]},
        ["2027-06-02T09:00:00Z", "2027-06-03T09:00:00Z"],
    ),
    "with one that is moved and one that is cancelled": (
        {
            "starts_at": "2027-06-01T09:00Z", "rrule": "FREQ=DAILY;COUNT=4",
            "overrides": [
                {"recurrence_id": "2027-06-02T09:00Z", "starts": "2027-06-10T20:00Z"},
                {"recurrence_id": "2027-06-03T09:00Z", "cancelled": True},
            ],
        },
        ["2027-06-01T09:00:00Z", "2027-06-04T09:00:00Z", "2027-06-10T20:00:00Z"],
    ),
    "for whole days": (
        {"starts_at": "2027-03-27", "all_day": True, "rrule": "FREQ=DAILY;COUNT=3", **SUNDAYS},
        ["2027-03-26T23:00:00Z", "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"],
    ),
    "on the 31st of months that have one": (
        {"starts_at": "2027-01-31T09:00Z", "rrule": "FREQ=MONTHLY;COUNT=3"},
        ["2027-01-31T09:00:00Z", "2027-03-31T09:00:00Z", "2027-05-31T09:00:00Z"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", SERIES)
async def test_a_series_happens_when_its_rule_says(
    app: Application, moderator: Person, public: httpx.AsyncClient, time_stands: Passing, said: str
) -> None:
    body, begins = SERIES[said]
    time_stands(datetime(2027, 1, 1, tzinfo=UTC).timestamp() - clock.unix())
    moderator = moderator._replace(client=await signed_in(app, moderator.name))
    calendar = (await made(moderator, "calendars"))["slug"]
    event = await published(moderator, moderator, calendar=calendar, **body)
    found = await occurrences_of(public, calendar=calendar, **{"from": "2027-01-01"})
    assert starts_of(found) == begins
    following = event["next_occurrence"]
    assert following == {"starts_at": found[0]["starts_at"], "ends_at": found[0]["ends_at"]}
    assert event["uid"] in await file_of(public, f"/events/{event['slug']}.ics")


async def test_an_occurrence_of_another_title_is_listed_under_it_and_found_by_it(
    moderator: Person, public: httpx.AsyncClient
) -> None:
    calendar = (await made(moderator, "calendars"))["slug"]
    special = {"recurrence_id": local(6, 2), "title": "Quagga night", "ends": local(6, 2, "12:00"), "location": "Zoo"}
    event = await published(
        moderator, moderator, calendar=calendar, starts_at=local(6, 1), rrule="FREQ=DAILY;COUNT=3", overrides=[special],
        timezone=AMSTERDAM,
    )  # fmt: skip
    found = await occurrences_of(public, calendar=calendar)
    assert [each["title"] for each in found] == [event["title"], "Quagga night", event["title"]]
    assert {each["event"]["title"] for each in found} == {event["title"]}
    assert found[1]["recurrence_id"] == found[1]["starts_at"] == f"{YEAR}-06-02T07:00:00Z"
    assert found[1]["ends_at"] == f"{YEAR}-06-02T10:00:00Z"
    assert [each["id"] for each in (await public.get(EVENTS, params={"q": "quagga"})).json()] == [event["id"]]
    [told] = event["overrides"]
    assert told == {
        "recurrence_id": local(6, 2), "cancelled": False, "starts": None, "ends": local(6, 2, "12:00"),
        "title": "Quagga night", "description": None, "url": None, "location": "Zoo",
    }  # fmt: skip
    file = await file_of(public, f"/events/{event['id']}.ics")
    assert "SUMMARY:Quagga night" in file
    assert file.count("RECURRENCE-ID") == 1


#: what cannot be said, and the member that is at fault
FAULTY: dict[str, tuple[Json, str]] = {
    "no time": ({"starts_at": "soon"}, "starts_at"),
    "null": ({"starts_at": None}, "starts_at"),
    "a number": ({"starts_at": 1_800_000_000}, "starts_at"),
    "no such day": ({"starts_at": "2027-02-29"}, "starts_at"),
    "no such hour": ({"starts_at": "2027-02-28T25:00"}, "starts_at"),
    "too early": ({"starts_at": "1969-12-31T23:00Z"}, "starts_at"),
    "too late": ({"starts_at": "2201-01-01T00:00Z"}, "starts_at"),
    "half a second": ({"starts_at": "2027-06-01T09:00:00.5Z"}, "starts_at"),
    "an end that is no time": ({"ends_at": "2027-06-31"}, "ends_at"),
    "an end before the start": ({"ends_at": "2027-06-01T08:59Z"}, "ends_at"),
    "an end years later": ({"ends_at": "2028-06-02T09:01Z"}, "ends_at"),
    "an end on the same day": ({"ends_at": "2027-06-01", "all_day": True, "starts_at": "2027-06-01"}, "ends_at"),
    "a day that begins at nine": ({"all_day": True}, "starts_at"),
    "no zone": ({"timezone": "Amsterdam"}, "timezone"),
    "a zone of a machine": ({"timezone": "../../etc/localtime"}, "timezone"),
    "an abbreviation": ({"timezone": "PDT"}, "timezone"),
    "no rule": ({"rrule": "every day"}, "rrule"),
    "no frequency": ({"rrule": "BYDAY=MO"}, "rrule"),
    "every minute": ({"rrule": "FREQ=MINUTELY"}, "rrule"),
    "every hour for ever": ({"rrule": "FREQ=HOURLY"}, "rrule"),
    "three times a day for ever": ({"rrule": "FREQ=DAILY;BYHOUR=8,12,16"}, "rrule"),
    "two ends": ({"rrule": "FREQ=DAILY;COUNT=3;UNTIL=20280101"}, "rrule"),
    "too many": ({"rrule": "FREQ=DAILY;COUNT=1001"}, "rrule"),
    "an end before the first": ({"rrule": "FREQ=DAILY;UNTIL=20270531"}, "rrule"),
    "a date that is none": ({"exdates": ["2027-06-02T09:00Z", "never"]}, "exdates.1"),
    "single dates in another century": ({"rdates": ["2300-01-01"]}, "rdates.0"),
    "an override of nothing": ({"overrides": [{"title": "x"}]}, "overrides.0.recurrence_id"),
    "two overrides of one": (
        {"overrides": [{"recurrence_id": "2027-06-02T09:00Z"}, {"recurrence_id": "2027-06-02T11:00+02:00"}]},
        "overrides.1.recurrence_id",
    ),
    "an override that ends before": (
        {"overrides": [{"recurrence_id": "2027-06-02T09:00Z", "ends": "2027-06-02T08:00Z"}]},
        "overrides.0.ends",
    ),
    "an override with a script for a link": (
        {"overrides": [{"recurrence_id": "2027-06-02T09:00Z", "url": "javascript:alert(1)"}]},
        "overrides.0.url",
    ),
    "an override that says more": (
        {"overrides": [{"recurrence_id": "2027-06-02T09:00Z", "id": "x"}]},
        "overrides.0.id",
    ),
    "very many dates": ({"rdates": ["2027-06-02T09:00Z"] * 1001}, "rdates"),
}


@pytest.mark.parametrize("wrong", FAULTY)
async def test_what_cannot_be_is_refused_by_its_member(owner: Person, wrong: str) -> None:
    said, member = FAULTY[wrong]
    body = described(**{"starts_at": "2027-06-01T09:00Z", **said})
    assert set(faults_of(await owner.client.post(EVENTS, json=body), 422, "body")) == {member}
    event = await written(owner, starts_at="2027-06-01T09:00Z", rrule="FREQ=DAILY;COUNT=4")
    address = f"{EVENTS}/{event['id']}"
    refused = await owner.client.patch(address, json=said)
    assert set(faults_of(refused, 422, "body")) in ({member}, {"ends_at"} if "ends" in wrong else {member})
    assert await seen_by(owner, event) == event


async def test_every_fault_is_in_one_answer(owner: Person) -> None:
    wrong = {
        "title": " ", "calendar": "nothing", "categories": ["nothing"], "location": "nothing", "timezone": "Mars",
        "starts_at": "soon", "rrule": "x", "url": "javascript:alert(1)",
    }  # fmt: skip
    expected = {*wrong} - {"categories"} | {"categories.0"}
    assert set(faults_of(await owner.client.post(EVENTS, json=wrong), 422, "body")) == expected
    event = await written(owner)
    refused = await owner.client.patch(f"{EVENTS}/{event['id']}", json=wrong)
    assert set(faults_of(refused, 422, "body")) == expected
    assert set(faults_of(await owner.client.post(EVENTS, json={}), 422, "body")) == {"title", "calendar", "starts_at"}


async def test_without_a_zone_it_is_that_of_the_calendar_and_stays_when_that_changes(
    owner: Person, moderator: Person
) -> None:
    calendar = await made(moderator, "calendars", timezone=AMSTERDAM)
    event = await written(owner, calendar=calendar["slug"], starts_at="2027-07-01T09:00")
    assert (event["timezone"], event["starts_at"]) == (AMSTERDAM, "2027-07-01T07:00:00Z")
    address = f"/api/v1/calendars/{calendar['id']}"
    assert (await moderator.client.patch(address, json={"timezone": NEW_YORK})).status_code == 200
    assert await seen_by(owner, event) == {**event}
    assert set(faults_of(await moderator.client.patch(address, json={"timezone": "Nowhere"}), 422, "body")) == {
        "timezone"
    }


async def test_in_another_zone_an_event_keeps_its_times_on_the_clock(owner: Person) -> None:
    event = await written(owner, starts_at="2027-07-01T09:00", ends_at="2027-07-01T10:00", timezone=AMSTERDAM)
    moved = await changed(owner, event, timezone=NEW_YORK)
    assert (moved["starts"], moved["starts_at"]) == ("2027-07-01T09:00:00", "2027-07-01T13:00:00Z")
    assert moved["ends_at"] == "2027-07-01T14:00:00Z"


async def test_a_series_that_begins_later_has_its_exceptions_later_too(
    moderator: Person, public: httpx.AsyncClient
) -> None:
    calendar = (await made(moderator, "calendars"))["slug"]
    override = {"recurrence_id": local(6, 3), "title": "Quagga night"}
    event = await published(
        moderator, moderator, calendar=calendar, starts_at=local(6, 1), ends_at=local(6, 1, "11:00"),
        rrule="FREQ=DAILY;COUNT=4", exdates=[local(6, 2)], overrides=[override],
    )  # fmt: skip
    moved = await changed(moderator, event, starts_at=local(6, 1, "10:00"), ends_at=local(6, 1, "12:00"))
    assert (moved["exdates"], moved["overrides"][0]["recurrence_id"]) == ([local(6, 2, "10:00")], local(6, 3, "10:00"))
    found = await occurrences_of(public, calendar=calendar)
    assert starts_of(found) == [f"{YEAR}-06-0{day}T10:00:00Z" for day in (1, 3, 4)]
    assert [each["title"] for each in found] == [event["title"], "Quagga night", event["title"]]
    single = await changed(moderator, event, rrule="", exdates=[], overrides=[])
    assert single["next_occurrence"] == {
        "starts_at": f"{YEAR}-06-01T10:00:00Z", "ends_at": f"{YEAR}-06-01T12:00:00Z",
    }  # fmt: skip
    assert len(await occurrences_of(public, calendar=calendar)) == 1


async def test_an_hour_that_clocks_skip_is_kept_for_who_sends_back_what_was_answered_and_not_for_who_says_another(
    owner: Person,
) -> None:
    event = await written(
        owner, starts_at="2027-03-28T02:30", ends_at="2027-03-28T04:00", rrule="FREQ=DAILY", timezone=AMSTERDAM
    )
    assert await changed(owner, event, starts_at=event["starts_at"]) == event
    other = await changed(owner, event, starts_at="2027-03-28T03:30")
    assert (other["starts"], other["starts_at"]) == ("2027-03-28T03:30:00", event["starts_at"])


async def test_a_rule_is_kept_as_its_author_has_it_but_for_its_letters_and_its_end(owner: Person) -> None:
    event = await written(owner, starts_at="2027-06-01T09:00", rrule=" freq=weekly;byday=we,mo;interval=1 ; ")
    assert event["rrule"] == "FREQ=WEEKLY;BYDAY=WE,MO;INTERVAL=1"
    assert await changed(owner, event, rrule=event["rrule"]) == event
    ended = await changed(owner, event, timezone=NEW_YORK, rrule="FREQ=WEEKLY;UNTIL=20271201")
    assert ended["rrule"] == "FREQ=WEEKLY;UNTIL=20271202T045959Z"
    assert await changed(owner, event, rrule=ended["rrule"]) == ended
