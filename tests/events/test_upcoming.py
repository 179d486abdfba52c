"""What comes next is right at the second: what ends leaves, what runs stays, however long ago it began."""

from datetime import datetime

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel import clock
from tests.accounts.people import Person, person, service
from tests.conftest import client_of
from tests.conventions.asking import faults_of
from tests.review.desks import Passing

from .desk import (
    A_DAY,
    CALENDARS,
    DESK,
    EVENTS,
    OCCURRENCES,
    at,
    changed,
    event_in,
    ids_of,
    listed,
    made,
    occurrences_of,
    published,
    seen_by,
    starts_of,
    step,
    written,
)

pytestmark = pytest.mark.anyio


async def test_what_ends_leaves_at_the_second(
    moderator: Person, public: httpx.AsyncClient, time_stands: Passing, calendar: str
) -> None:
    stays = await published(moderator, moderator, calendar=calendar)
    event = await published(moderator, moderator, calendar=calendar, starts_at=at(-5), ends_at=at(10))
    for seconds, found in ((9, [event, stays]), (0.999, [event, stays]), (0.001, [stays])):
        time_stands(seconds)
        ids = [each["id"] for each in found]
        assert await ids_of(public, "/upcoming", calendar=calendar) == ids
        assert [each["event"]["id"] for each in await occurrences_of(public, calendar=calendar)] == ids
        following = {each["id"]: each["next_occurrence"] for each in await listed(public, calendar=calendar)}
        assert (following[event["id"]] is not None) is (event in found)
        assert ((await seen_by(moderator, event))["next_occurrence"] is not None) is (event in found)


async def test_what_takes_no_time_is_there_until_it_begins(
    moderator: Person, public: httpx.AsyncClient, time_stands: Passing, calendar: str
) -> None:
    event = await published(moderator, moderator, calendar=calendar, starts_at=at(10))
    assert event["starts_at"] == event["ends_at"]
    for seconds, there in ((9, True), (1, False)):
        time_stands(seconds)
        assert (await ids_of(public, "/upcoming", calendar=calendar) == [event["id"]]) is there


async def test_what_has_begun_comes_first_however_long_ago_that_was(
    moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    said = (
        {"starts_at": at(-366 * A_DAY + 3600), "ends_at": at(3600)},
        {"starts_at": at(-2 * A_DAY), "ends_at": at(A_DAY)},
        {"starts_at": at(-A_DAY + 60), "ends_at": at(60)},
        {"starts_at": at(-3600), "ends_at": at(3600)},
        {"starts_at": at(60), "ends_at": at(90 * A_DAY)},
        {"starts_at": at(3600)},
    )
    events = [await published(moderator, moderator, calendar=calendar, **each) for each in said[::-1]][::-1]
    await published(moderator, moderator, calendar=calendar, starts_at=at(-300 * A_DAY), ends_at=at(-60))
    ids = [each["id"] for each in events]
    assert await ids_of(public, "/upcoming", calendar=calendar) == ids
    assert [each["event"]["id"] for each in await occurrences_of(public, calendar=calendar)] == ids
    pages = [
        await public.get(f"{EVENTS}/upcoming", params={"calendar": calendar, "limit": 2, "offset": at_})
        for at_ in (0, 2, 4, 6)
    ]
    assert [each["id"] for page in pages for each in page.json()] == ids
    assert {page.headers["x-total-count"] for page in pages} == {"6"}


async def test_the_longest_event_runs_to_its_end_where_clocks_are_set_in_it(
    moderator: Person, public: httpx.AsyncClient, time_stands: Passing, calendar: str
) -> None:
    """366 days from a summer to a winter are an hour more."""
    event = await published(
        moderator, moderator, calendar=calendar, timezone="Europe/Zurich", starts_at="2027-10-30T00:00",
        ends_at="2028-10-30T00:00",
    )  # fmt: skip
    begins, ends = "2027-10-29T22:00:00Z", "2028-10-29T23:00:00Z"
    assert (event["starts_at"], event["ends_at"]) == (begins, ends)
    where = {"calendar": calendar, "from": "2028-10-29T22:30:00Z", "to": "2028-10-29T22:45:00Z"}
    assert starts_of(await occurrences_of(public, **where)) == [begins]
    assert await ids_of(public, **where) == [event["id"]]
    time_stands((datetime.fromisoformat("2028-10-29T22:30:00Z") - clock.now()).total_seconds())
    assert await ids_of(public, "/upcoming", calendar=calendar) == [event["id"]]


async def test_an_event_comes_as_often_as_it_happens_each_with_its_time(
    moderator: Person, public: httpx.AsyncClient, time_stands: Passing, calendar: str
) -> None:
    weekly = {"starts_at": at(3600), "ends_at": at(7200), "rrule": "FREQ=WEEKLY;COUNT=3"}
    event = await published(moderator, moderator, calendar=calendar, **weekly)
    between = await published(moderator, moderator, calendar=calendar, starts_at=at(8 * A_DAY))
    found = await listed(public, "/upcoming", calendar=calendar)
    assert [each["id"] for each in found] == [event["id"], event["id"], between["id"], event["id"]]
    assert [each["next_occurrence"]["starts_at"] for each in found] == [
        at(3600), at(3600 + 7 * A_DAY), at(8 * A_DAY), at(3600 + 14 * A_DAY),
    ]  # fmt: skip
    assert {each["starts_at"] for each in found if each["id"] == event["id"]} == {at(3600)}
    [once] = [each for each in await listed(public, calendar=calendar) if each["id"] == event["id"]]
    assert once["next_occurrence"] == {"starts_at": at(3600), "ends_at": at(7200)}


async def test_two_years_are_looked_ahead_and_rare_events_have_their_next_all_the_same(
    moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    near = await published(moderator, moderator, calendar=calendar, starts_at=at(729 * A_DAY))
    far = await published(moderator, moderator, calendar=calendar, starts_at=at(733 * A_DAY))
    olympic = await published(
        moderator, moderator, calendar=calendar, starts_at="2024-02-29T09:00Z", rrule="FREQ=YEARLY"
    )
    exhausted = await published(
        moderator, moderator, calendar=calendar, starts_at="2024-02-29T09:00Z", rrule="FREQ=DAILY;COUNT=3"
    )
    soon = await ids_of(public, "/upcoming", calendar=calendar)
    assert near["id"] in soon
    assert far["id"] not in soon
    following = {each["id"]: each["next_occurrence"] for each in await listed(public, calendar=calendar)}
    assert following[far["id"]] == {"starts_at": far["starts_at"], "ends_at": far["ends_at"]}
    assert following[exhausted["id"]] is None
    leap_years = (year for year in range(clock.today().year, 2100) if year % 4 == 0)
    days = (f"{year}-02-29T09:00:00Z" for year in leap_years)
    assert following[olympic["id"]]["starts_at"] == next(each for each in days if each > at(0))


async def test_only_what_moderators_recommend_is_featured(
    owner: Person, moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    events = [await published(owner, moderator, calendar=calendar) for _ in range(2)]
    assert await ids_of(public, "/featured", calendar=calendar) == []
    await changed(moderator, events[1], featured=True)
    assert await ids_of(public, "/featured", calendar=calendar) == [events[1]["id"]]
    assert await ids_of(public, "/upcoming", calendar=calendar, featured="true") == [events[1]["id"]]
    assert await ids_of(public, "/upcoming", calendar=calendar, featured="false") == [events[0]["id"]]
    await changed(owner, events[1], venue="Hall 3")
    assert await ids_of(public, "/featured", calendar=calendar) == [], "until it is approved again"
    await step(moderator, events[1], "approve")
    assert await ids_of(public, "/featured", calendar=calendar) == [events[1]["id"]]


async def test_what_is_cancelled_and_what_is_deleted_come_no_more(
    owner: Person, moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    weekly = {"starts_at": at(3600), "rrule": "FREQ=WEEKLY;COUNT=3", "calendar": calendar}
    cancelled, deleted = [await published(owner, moderator, **weekly) for _ in "12"]
    assert len(await occurrences_of(public, calendar=calendar)) == 6
    await step(owner, cancelled, "cancel")
    await owner.client.delete(f"{EVENTS}/{deleted['id']}")
    assert await occurrences_of(public, calendar=calendar) == []
    assert await ids_of(public, "/upcoming", calendar=calendar) == []
    assert (await seen_by(owner, cancelled))["next_occurrence"] is None
    await step(moderator, cancelled, "approve")
    assert len(await occurrences_of(public, calendar=calendar)) == 3


async def test_what_is_stored_of_a_list_ends_with_the_next_event_to_end(
    fresh_database: str, time_stands: Passing
) -> None:
    async with service(fresh_database) as app, client_of(app) as public:
        moderator = await person(app, DESK.review.moderators)
        calendar = (await made(moderator, "calendars"))["slug"]
        await published(moderator, moderator, calendar=calendar, starts_at=at(-60), ends_at=at(20))
        paths = (EVENTS, f"{EVENTS}/upcoming", OCCURRENCES, f"{CALENDARS}/{calendar}/events")
        first = [await public.get(path) for path in paths]
        assert {answer.headers["cache-control"] for answer in first} == {"public, max-age=20"}
        for seconds, status, control in ((12, 304, "public, max-age=8"), (8, 200, "public, max-age=60")):
            time_stands(seconds)
            for path, answer in zip(paths, first, strict=True):
                again = await public.get(path, headers={"If-None-Match": answer.headers["etag"]})
                assert (again.status_code, again.headers["cache-control"]) == (status, control), path
        assert await ids_of(public, "/upcoming", calendar=calendar) == []
        [over] = await listed(public, calendar=calendar)
        assert over["next_occurrence"] is None


async def test_drafts_end_no_stored_answer(fresh_database: str, time_stands: Passing) -> None:
    async with service(fresh_database) as app, client_of(app) as public:
        moderator = await person(app, DESK.review.moderators)
        await written(moderator, starts_at=at(-60), ends_at=at(20))
        await event_in("cancelled", moderator, moderator, starts_at=at(-60), ends_at=at(20))
        for path in (EVENTS, f"{EVENTS}/upcoming", OCCURRENCES):
            assert (await public.get(path)).headers["cache-control"] == "public, max-age=60"


async def test_occurrences_within_a_time_do_not_care_what_time_it_is(
    moderator: Person, public: httpx.AsyncClient, time_stands: Passing, calendar: str
) -> None:
    daily = {"starts_at": at(-10 * A_DAY), "ends_at": at(-10 * A_DAY + 3600), "rrule": "FREQ=DAILY;COUNT=20"}
    await published(moderator, moderator, calendar=calendar, **daily)
    assert len(await occurrences_of(public, calendar=calendar)) == 10
    found = await occurrences_of(public, calendar=calendar, **{"from": at(-8 * A_DAY + 60), "to": at(-5 * A_DAY)})
    assert starts_of(found) == [at(-8 * A_DAY), at(-7 * A_DAY), at(-6 * A_DAY)]
    assert {each["title"] for each in found} == {each["event"]["title"] for each in found}
    assert set(faults_of(await public.get(OCCURRENCES, params={"from": at(0), "to": at(-1)}))) == {"to"}


async def test_five_hundred_that_recur_are_listed_once_and_happen_each_time(
    app: Application, moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    del app
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"
    start = at(3600).replace("-", "").replace(":", "")
    events = [
        f"BEGIN:VEVENT\nUID:{number}@example.org\nDTSTART:{start}\nDURATION:PT1H\n{rule}\nSUMMARY:E{number}\nEND:VEVENT"
        for number in range(500)
    ]
    file = "\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"])
    answer = await moderator.client.post(f"{CALENDARS}/{calendar}/import", json={"ics": file})
    assert (answer.status_code, answer.json()["created"]) == (200, 500), answer.text
    assert len({*await ids_of(public, calendar=calendar)}) == 500
    for path, rows in ((f"{EVENTS}/upcoming", 2000), (OCCURRENCES, 2000)):
        found = await public.get(path, params={"calendar": calendar, "limit": 1000, "offset": 1000})
        assert (len(found.json()), found.headers["x-total-count"]) == (1000, str(rows))
