"""Which events a list has, and in which order: what each filter finds, and several at once; and what it never shows."""

from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.events import queries
from pydotorg.events.filters import OccurrenceFilters, UpcomingFilters
from pydotorg.kernel import clock
from pydotorg.kernel.database import transaction
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from tests.accounts.people import Person, person
from tests.conventions.asking import error_of, faults_of
from tests.review.desks import Json

from .desk import (
    CALENDARS,
    EVENTS,
    OCCURRENCES,
    changed,
    event_in,
    file_of,
    ids_of,
    listed,
    made,
    occurrences_of,
    published,
    step,
    word_of,
)

pytestmark = pytest.mark.anyio

#: a day well within the time that is looked ahead, with which the events of these tests begin
FIRST = clock.today() + timedelta(days=100)


def day(number: int, time: str = "") -> str:
    """So many days after the first, at a time of UTC if one is given."""
    return f"{FIRST + timedelta(days=number)}{time and 'T'}{time}"


LISTS = (EVENTS, f"{EVENTS}/upcoming", f"{EVENTS}/featured", OCCURRENCES)


class Board(NamedTuple):
    """Five events that differ in everything by which they can be found."""

    calendar: Json
    other_calendar: Json
    categories: list[Json]
    locations: list[Json]
    events: list[Json]

    def those(self, *places: int) -> list[str]:
        return [self.events[place]["id"] for place in places]


@pytest.fixture(scope="module")
async def board(app: Application, moderator: Person) -> Board:
    owner = moderator
    calendar, other = [await made(owner, "calendars") for _ in "12"]
    categories = [await made(owner, "event-categories") for _ in "123"]
    places: tuple[Json, ...] = (
        {"city": "Zürich", "country": "Switzerland"},
        {"city": "Basel", "country": " SWITZERLAND "},
        {},
    )
    locations = [await made(owner, "event-locations", **place) for place in places]
    slugs, where = [each["slug"] for each in categories], [each["slug"] for each in locations]
    said: tuple[Json, ...] = (
        {"starts_at": day(60, "09:00Z"), "categories": slugs[:1], "location": where[0]},
        {"starts_at": day(31, "09:00Z"), "categories": slugs[:2], "location": where[1], "title": "Quoll meeting"},
        {"starts_at": day(0, "09:00Z"), "ends_at": day(50, "09:00Z"), "categories": slugs[1:2]},
        {
            "starts_at": day(30, "09:00Z"),
            "rrule": "FREQ=DAILY;INTERVAL=28;COUNT=4",
            "description": "Numbats and quolls.",
        },
        {"starts_at": day(60, "09:00Z"), "calendar": other["slug"], "location": where[2], "venue": "Numbat Hall"},
    )
    events = [await published(owner, owner, **{"calendar": calendar["slug"], **each}) for each in said]
    await changed(owner, events[1], featured=True)
    await changed(owner, events[4], featured=True)
    cancelled = await published(owner, owner, calendar=calendar["slug"], starts_at=day(31, "09:00Z"))
    await step(owner, cancelled, "cancel")
    return Board(calendar, other, categories, locations, events)


def conditions(board: Board) -> list[tuple[dict[str, Any], set[int]]]:
    """Conditions, each with the events that meet it."""
    calendar, other = board.calendar, board.other_calendar
    first, second, third = (each["slug"] for each in board.categories)
    return [
        ({"calendar": calendar["slug"]}, {0, 1, 2, 3}),
        ({"calendar": calendar["id"]}, {0, 1, 2, 3}),
        ({"calendar": other["id"].upper()}, {4}),
        ({"category": first}, {0, 1}),
        ({"category": [first, second]}, {0, 1, 2}),
        ({"category": [third, board.categories[1]["id"]]}, {1, 2}),
        ({"category": third}, set()),
        ({"location": board.locations[0]["slug"]}, {0}),
        ({"location": board.locations[2]["id"]}, {4}),
        ({"country": "switzerland"}, {0, 1}),
        ({"country": "Switzerländ"}, {0, 1}),
        ({"country": "Utopia"}, set()),
        ({"featured": "true"}, {1, 4}),
        ({"featured": "false"}, {0, 2, 3}),
        ({"from": day(32), "to": day(58)}, {2}),
        ({"from": day(50, "09:00:00Z"), "to": day(58, "09:00:00Z")}, set()),
        ({"from": day(50, "08:59:59Z"), "to": day(58, "09:00:00Z")}, {2}),
        ({"from": day(61)}, {3}),
        ({"from": day(60, "10:00:00+01:00"), "to": day(60, "10:00:01+01:00")}, {0, 4}),
        ({"to": day(1)}, {2}),
        ({"q": "quoll"}, {1, 3}),
        ({"q": "numbat"}, {3, 4}),
        ({"q": board.locations[0]["name"].split()[-1]}, {0}),
        ({"status": "approved"}, {0, 1, 2, 3, 4}),
    ]


ORDER = [2, 3, 1, 0, 4]
PLACES = pytest.mark.parametrize("place", range(24))


@PLACES
async def test_each_filter_finds_what_it_says_and_two_find_what_both_find(
    board: Board, public: httpx.AsyncClient, place: int
) -> None:
    mine = set(board.those(0, 1, 2, 3, 4))
    chosen, found = conditions(board)[place]
    expected = [board.events[each]["id"] for each in ORDER if each in found]
    assert [id for id in await ids_of(public, **chosen) if id in mine] == expected
    for other, also in conditions(board)[place + 1 :: 3]:
        if chosen.keys().isdisjoint(other) and not {"from", "to"} >= chosen.keys() | other.keys():
            both = [id for id in await ids_of(public, **chosen, **other) if id in mine]
            assert both == [board.events[each]["id"] for each in ORDER if each in found & also], other


async def test_the_same_filters_choose_the_occurrences_and_what_a_file_has(
    board: Board, public: httpx.AsyncClient
) -> None:
    mine = set(board.those(0, 1, 2, 3, 4))
    for chosen, found in conditions(board)[:-1]:
        expected = {board.events[each]["id"] for each in found}
        where = {"from": day(0), **chosen}
        assert {each["event"]["id"] for each in await occurrences_of(public, **where)} & mine == expected, chosen
        file = await file_of(public, "/events.ics", **chosen)
        assert {event["id"] for event in board.events if f"UID:{event['uid']}" in file} == expected, chosen


@pytest.mark.parametrize("upcoming", [True, False], ids=["upcoming", "within a time"])
async def test_few_are_found_as_many_are(
    app: Application, board: Board, monkeypatch: pytest.MonkeyPatch, *, upcoming: bool
) -> None:
    first, place = board.categories[0]["slug"], board.locations[0]["slug"]
    for said in (
        {"calendar": board.calendar["slug"]}, {"category": (first,)}, {"location": place}, {"country": "SWITZERLAND"},
        {"country": "Utopia"}, {"featured": True}, {"featured": False, "calendar": board.calendar["id"]},
    ):  # fmt: skip
        asked: dict[str, Any] = {**said}
        if upcoming:
            rows = queries.upcoming(UpcomingFilters(**asked))
        else:
            rows = queries.occurrences(OccurrenceFilters(**asked, since=day(1), until=day(90)))

        async def pages(db: Database, rows: Rows[queries.When] = rows) -> list[list[queries.When]]:
            return [await db.some(rows, 2, after) for after in range(0, 12, 2)]

        found = []
        for few in (-1, 1_000_000):
            monkeypatch.setattr(transaction, "FEW", few)
            found.append(await app.transactions.read(pages))
        assert found[0] == found[1], said
        assert bool(found[0][0]) is (said != {"country": "Utopia"})


async def test_a_calendar_has_its_events_with_the_same_filters(board: Board, public: httpx.AsyncClient) -> None:
    slug = board.calendar["slug"]
    for name in (slug, board.calendar["id"]):
        answer = await public.get(f"{CALENDARS}/{name}/events")
        assert [each["id"] for each in answer.json()] == board.those(2, 3, 1, 0)
        assert answer.headers["x-total-count"] == "4"
    featured = await public.get(f"{CALENDARS}/{slug}/events", params={"featured": "true"})
    assert [each["id"] for each in featured.json()] == board.those(1)
    error_of(await public.get(f"{CALENDARS}/nothing/events"), 404)
    assert set(faults_of(await public.get(f"{CALENDARS}/{slug}/events", params={"calendar": slug}))) == {"calendar"}


async def test_what_was_cancelled_is_listed_for_who_asks_and_happens_nowhere(
    board: Board, public: httpx.AsyncClient
) -> None:
    where = {"calendar": board.calendar["slug"]}
    [cancelled] = await listed(public, status="cancelled", **where)
    assert (cancelled["status"], cancelled["next_occurrence"]) == ("cancelled", None)
    assert cancelled["id"] not in await ids_of(public, **where)
    assert cancelled["id"] not in {
        each["event"]["id"] for each in await occurrences_of(public, **where, **{"from": day(0)})
    }
    assert "STATUS:CANCELLED" in await file_of(public, "/events.ics", **where)


async def test_pages_add_up_to_the_list(board: Board, public: httpx.AsyncClient) -> None:
    for path, where in ((EVENTS, {}), (OCCURRENCES, {"from": day(0)})):
        asked = {"calendar": board.calendar["slug"], **where}
        whole = (await public.get(path, params=asked)).json()
        for paging, step_ in (({"limit": 2}, "offset"), ({"pageSize": 2}, "currentPage")):
            pages = [
                await public.get(path, params={**asked, **paging, step_: 1 + number if "P" in step_ else 2 * number})
                for number in range(len(whole) // 2 + 2)
            ]
            assert [each for page in pages for each in page.json()] == whole
            assert {page.headers["x-total-count"] for page in pages} == {str(len(whole))}


async def test_events_that_begin_at_one_moment_have_an_order_all_the_same(
    moderator: Person, public: httpx.AsyncClient
) -> None:
    calendar = (await made(moderator, "calendars"))["slug"]
    for _ in range(5):
        await published(moderator, moderator, calendar=calendar, starts_at="2031-01-01T09:00Z")
    whole = await ids_of(public, calendar=calendar)
    assert whole == sorted(whole)
    pages = [await public.get(EVENTS, params={"calendar": calendar, "limit": 2, "offset": at}) for at in (0, 2, 4)]
    assert [each["id"] for page in pages for each in page.json()] == whole


@pytest.mark.parametrize("path", LISTS)
async def test_what_no_filter_can_say_is_refused_by_its_name(public: httpx.AsyncClient, path: str) -> None:
    dates = path in (EVENTS, OCCURRENCES)
    wrong: list[tuple[str, str]] = [
        ("calendar", "nothing"), ("category", "nothing"), ("location", "nothing"), ("calendar", ""), ("country", ""),
        ("category", ""), ("q", ""), ("calender", "x"), ("page_size", "1"), ("sort", "title"), ("calendar", "\0"),
    ]  # fmt: skip
    wrong += [("featured", "maybe")] if "featured" not in path else [("featured", "true")]
    if dates:
        wrong += [(name, text) for name in ("from", "to") for text in ("soon", "2031-02-30", "2031-01-01T09:00", "")]
    else:
        wrong += [("from", "2031-01-01"), ("to", "2031-01-01")]
    for name, value in wrong:
        assert set(faults_of(await public.get(path, params={name: value}))) == {name}, (name, value)
    assert set(faults_of(await public.get(f"{path}?country=a&country=b"))) == {"country"}
    if dates:
        refused = await public.get(path, params={"from": "2031-02-01", "to": "2031-01-01"})
        assert set(faults_of(refused)) == {"to"}


async def test_who_looks_for_what_there_is_not_is_told_what_there_is(board: Board, public: httpx.AsyncClient) -> None:
    assert "`python-release-schedule`" in faults_of(await public.get(EVENTS, params={"calendar": "x"}))["calendar"]
    message = faults_of(await public.get(EVENTS, params={"category": [board.categories[0]["slug"], "x"]}))["category"]
    assert f"`{board.categories[1]['slug']}`" in message


async def test_a_file_ignores_what_it_does_not_know_and_not_what_is_wrong(
    board: Board, public: httpx.AsyncClient
) -> None:
    slug = board.calendar["slug"]
    whole = await file_of(public, f"/calendars/{slug}.ics")
    assert await file_of(public, f"/calendars/{slug}.ics", utm_source="x", sort="title") == whole
    for path in ("/events.ics", f"/calendars/{slug}.ics"):
        assert set(faults_of(await public.get(f"/api/v1{path}", params={"from": "soon"}))) == {"from"}
    error_of(await public.get("/api/v1/calendars/nothing.ics"), 404)


@pytest.mark.parametrize("state", ["draft", "review", "rejected"])
async def test_what_is_not_approved_is_nowhere_but_with_its_owner_and_moderators(
    owner: Person, moderator: Person, stranger: Person, public: httpx.AsyncClient, state: str
) -> None:
    calendar = (await made(moderator, "calendars"))["slug"]
    where = {"calendar": calendar}
    paths = (EVENTS, f"{EVENTS}/upcoming", OCCURRENCES, f"{CALENDARS}/{calendar}/events")
    asked = [(path, {} if path.startswith(CALENDARS) else where) for path in paths]
    before = [await public.get(path, params=query) for path, query in asked]
    files = [await file_of(public, f"/calendars/{calendar}.ics"), await file_of(public, "/events.ics", **where)]
    event = await event_in(state, owner, moderator, calendar=calendar)
    for client in (public, stranger.client, owner.client, moderator.client):
        for (path, query), answer in zip(asked, before, strict=True):
            again = await client.get(path, params=query, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304, "not even the tag tells of it"
            fresh = await client.get(path, params=query)
            assert (fresh.json(), fresh.headers["x-total-count"]) == ([], "0")
        assert await listed(client, q=word_of(event)) == []
        for name in (event["id"], event["slug"]):
            error_of(await client.get(f"{EVENTS}/{name}.ics"), 404)
    assert [await file_of(public, f"/calendars/{calendar}.ics"), await file_of(public, "/events.ics", **where)] == files


async def test_somebody_sees_the_same_lists_as_everybody(app: Application, public: httpx.AsyncClient) -> None:
    somebody = await person(app)
    for path in LISTS:
        theirs, ours = await somebody.client.get(path), await public.get(path)
        assert theirs.headers["etag"] == ours.headers["etag"]
        assert theirs.headers["cache-control"].startswith("public")
