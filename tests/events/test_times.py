"""When an event is said to happen, and when it then does: in all zones, over changes of clocks, with exceptions."""

import pytest

from tests.accounts.people import Person
from tests.conventions.asking import faults_of
from tests.review.desks import Json

from .desk import (
    EVENTS,
    changed,
    described,
    made,
    seen_by,
    written,
)

pytestmark = pytest.mark.anyio

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


#: what is right in Amsterdam, though not in UTC
RIGHT_THERE: dict[str, tuple[Json, Json]] = {
    "whole days that begin at a moment": (
        {"all_day": True, "starts_at": "2027-03-23T23:00:00Z", "ends_at": "2027-03-24T23:00:00Z"},
        {"starts": "2027-03-24T00:00:00", "ends": "2027-03-25T00:00:00"},
    ),
    "an end at a moment": (
        {"starts_at": "2027-07-01T19:00", "ends_at": "2027-07-01T18:30:00Z"},
        {"starts": "2027-07-01T19:00:00", "ends": "2027-07-01T20:30:00"},
    ),
    "a rule that ends at a moment": (
        {"starts_at": "2027-07-01T19:00", "rrule": "FREQ=DAILY;UNTIL=20270701T170000Z"},
        {"rrule": "FREQ=DAILY;UNTIL=20270701T170000Z"},
    ),
    "exceptions at moments of whole days": (
        {"all_day": True, "starts_at": "2027-07-01", "rrule": "FREQ=DAILY", "exdates": ["2027-07-01T22:00:00Z"]},
        {"exdates": ["2027-07-02T00:00:00"]},
    ),
    "two overrides, of which one is of a moment": (
        {
            "starts_at": "2027-07-01T19:00", "rrule": "FREQ=HOURLY;COUNT=9",
            "overrides": [{"recurrence_id": "2027-07-01T20:00"}, {"recurrence_id": "2027-07-01T20:00Z"}],
        },
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", RIGHT_THERE)
async def test_what_is_right_in_the_zone_of_its_calendar_is_right(owner: Person, moderator: Person, said: str) -> None:
    calendar = await made(moderator, "calendars", timezone=AMSTERDAM)
    body, kept = RIGHT_THERE[said]
    event = await written(owner, calendar=calendar["slug"], **body)
    assert {name: event[name] for name in kept} == kept
    assert event["timezone"] == AMSTERDAM


async def test_what_is_wrong_in_the_zone_of_its_calendar_or_in_every_zone_is_refused(
    owner: Person, moderator: Person
) -> None:
    calendar = await made(moderator, "calendars", timezone=AMSTERDAM)
    body = described(
        calendar=calendar["slug"], all_day=True, starts_at="2027-07-01T00:30:00Z", ends_at="2027-07-02T00:30:00Z"
    )
    refused = faults_of(await owner.client.post(EVENTS, json=body), 422, "body")
    assert refused == dict.fromkeys(("starts_at", "ends_at"), "must be midnight, for a whole day")
    nowhere = await owner.client.post(EVENTS, json=body | {"calendar": "nothing"})
    assert set(faults_of(nowhere, 422, "body")) == {"calendar"}
    never = {"calendar": "nothing", "title": " ", "starts_at": "2027-07-01T09:00", "ends_at": "2027-07-01T08:00"}
    assert set(faults_of(await owner.client.post(EVENTS, json=never), 422, "body")) == {"calendar", "title", "ends_at"}


async def test_in_another_zone_an_event_keeps_its_times_on_the_clock(owner: Person) -> None:
    event = await written(owner, starts_at="2027-07-01T09:00", ends_at="2027-07-01T10:00", timezone=AMSTERDAM)
    moved = await changed(owner, event, timezone=NEW_YORK)
    assert (moved["starts"], moved["starts_at"]) == ("2027-07-01T09:00:00", "2027-07-01T13:00:00Z")
    assert moved["ends_at"] == "2027-07-01T14:00:00Z"


async def test_an_hour_that_clocks_skip_is_kept_for_who_sends_back_what_was_answered_and_not_for_who_says_another(
    owner: Person,
) -> None:
    event = await written(
        owner, starts_at="2027-03-28T02:30", ends_at="2027-03-28T04:00", rrule="FREQ=DAILY", timezone=AMSTERDAM
    )
    assert await changed(owner, event, starts_at=event["starts_at"]) == event
    other = await changed(owner, event, starts_at="2027-03-28T03:30")
    assert (other["starts"], other["starts_at"]) == ("2027-03-28T03:30:00", event["starts_at"])


@pytest.mark.parametrize(
    ("said", "starts", "ends"),
    [
        ({"starts_at": "2027-03-10T19:00"}, "2027-03-03T18:00:00", "2027-03-03T18:00:00"),
        ({"starts_at": "2027-03-10T19:00"}, "2027-03-17T18:00:00", "2027-03-17T18:00:00"),
        ({"starts_at": "2027-03-10", "all_day": True}, "2027-03-03T00:00:00", "2027-03-04T00:00:00"),
        ({"starts_at": "2027-03-10", "all_day": True}, "2027-03-17T00:00:00", "2027-03-18T00:00:00"),
    ],
    ids=["earlier", "later", "days earlier", "days later"],
)
async def test_what_has_no_end_has_none_when_it_is_moved(owner: Person, said: Json, starts: str, ends: str) -> None:
    event = await written(owner, **said)
    moved = await changed(owner, event, starts_at=starts)
    assert (moved["starts"], moved["ends"]) == (starts, ends)


async def test_an_end_that_was_said_stays_when_only_the_start_is_moved(owner: Person) -> None:
    event = await written(owner, starts_at="2027-03-10T19:00", ends_at="2027-03-10T21:00")
    moved = await changed(owner, event, starts_at="2027-03-10T18:00")
    assert (moved["starts"], moved["ends"]) == ("2027-03-10T18:00:00", "2027-03-10T21:00:00")
