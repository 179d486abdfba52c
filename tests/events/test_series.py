"""Series of occurrences: by rules, with single dates and exceptions, over changes of clocks; and moved as a whole."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
    file_of,
    listed,
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
    special = {"recurrence_id": local(6, 2), "title": "Quagga night", "ends": local(6, 2, "12:00"), "venue": "Zoo"}
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
        "title": "Quagga night", "description": None, "url": None, "venue": "Zoo",
    }  # fmt: skip
    file = await file_of(public, f"/events/{event['id']}.ics")
    assert "SUMMARY:Quagga night" in file
    assert "LOCATION:Zoo\r\n" in file
    assert [each["id"] for each in await listed(public, calendar=calendar, q="zoo")] == []
    assert file.count("RECURRENCE-ID") == 1


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


async def test_an_evening_that_is_moved_to_another_day_of_the_week_keeps_what_differs(
    moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    first = datetime.fromisoformat(local(6, 1, "19:00"))
    tuesday = first + timedelta(days=(1 - first.weekday()) % 7)
    weeks = [tuesday + timedelta(weeks=number) for number in range(5)]
    event = await published(
        moderator, moderator, calendar=calendar, timezone=AMSTERDAM, starts_at=f"{weeks[0]}",
        rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=5", exdates=[f"{weeks[1]}"],
        overrides=[
            {"recurrence_id": f"{weeks[2]}", "title": "Special"}, {"recurrence_id": f"{weeks[3]}", "cancelled": True},
        ],
    )  # fmt: skip
    by = timedelta(days=1, hours=1)
    moved = await changed(moderator, event, starts_at=f"{weeks[0] + by}", ends_at=f"{weeks[0] + by}")
    assert moved["rrule"] == "FREQ=WEEKLY;BYDAY=WE;COUNT=5"
    found = await occurrences_of(public, calendar=calendar, **{"from": f"{YEAR}-01-01"})
    assert [(each["starts_at"], each["title"]) for each in found] == [
        (f"{(week + by).replace(tzinfo=ZoneInfo(AMSTERDAM)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", title)
        for week, title in ((weeks[0], event["title"]), (weeks[2], "Special"), (weeks[4], event["title"]))
    ]


async def test_what_cannot_be_moved_as_a_whole_says_what_else_is_to_be_said(owner: Person) -> None:
    event = await written(owner, starts_at=local(6, 1), rrule="FREQ=MONTHLY;BYMONTHDAY=1", exdates=[local(7, 1)])
    times = {"starts_at": local(6, 2), "ends_at": local(6, 2)}
    refused = await owner.client.patch(f"{EVENTS}/{event['id']}", json=times)
    assert faults_of(refused, 422, "body") == {
        "starts_at": "must be a start that its rule makes: say a new `rrule` too"
    }
    assert await seen_by(owner, event) == event
    told = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=2", "exdates": [local(7, 2)]}
    moved = await changed(owner, event, **times, **told)
    assert (moved["rrule"], moved["exdates"]) == (told["rrule"], told["exdates"])


async def test_the_start_that_an_occurrence_is_answered_with_can_be_said_of_it_even_where_clocks_skip_it(
    moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    event = await published(
        moderator, moderator, calendar=calendar, timezone=AMSTERDAM, starts_at="2027-03-27T02:30",
        rrule="FREQ=DAILY;COUNT=3",
    )  # fmt: skip
    where = {"calendar": calendar, "from": "2027-01-01"}
    ids = [each["recurrence_id"] for each in await occurrences_of(public, **where)]
    assert len(ids) == 3
    await changed(moderator, event, overrides=[{"recurrence_id": id, "title": "Special"} for id in ids])
    assert [each["title"] for each in await occurrences_of(public, **where)] == ["Special"] * 3
    await changed(moderator, event, overrides=[], exdates=ids[1:2])
    assert [each["recurrence_id"] for each in await occurrences_of(public, **where)] == ids[::2]
    late = {"recurrence_id": "2027-03-28T02:30", "title": "Late"}
    await changed(moderator, event, overrides=[late], exdates=["2027-03-28T03:30"])
    assert [each["recurrence_id"] for each in await occurrences_of(public, **where)] == ids[::2]
    assert "Late" not in await file_of(public, f"/events/{event['slug']}.ics")
    both = [{"recurrence_id": "2027-03-28T02:30"}, {"recurrence_id": "2027-03-28T03:30"}]
    refused = await moderator.client.patch(f"{EVENTS}/{event['id']}", json={"overrides": both})
    assert faults_of(refused, 422, "body") == {"overrides.1.recurrence_id": "must not be that of another override"}


async def test_a_rule_is_kept_as_its_author_has_it_but_for_its_letters_and_its_end(owner: Person) -> None:
    event = await written(owner, starts_at="2027-06-01T09:00", rrule=" freq=weekly;byday=we,mo;interval=1 ; ")
    assert event["rrule"] == "FREQ=WEEKLY;BYDAY=WE,MO;INTERVAL=1"
    assert await changed(owner, event, rrule=event["rrule"]) == event
    ended = await changed(owner, event, timezone=NEW_YORK, rrule="FREQ=WEEKLY;UNTIL=20271201")
    assert ended["rrule"] == "FREQ=WEEKLY;UNTIL=20271202T045959Z"
    assert await changed(owner, event, rrule=ended["rrule"]) == ended
