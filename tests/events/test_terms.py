"""Calendars, categories and locations of events: what they say besides their names, and what events have of them."""

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of
from tests.review.desks import Json

from .desk import (
    CALENDAR,
    CALENDARS,
    EVENTS,
    SCHEDULE,
    changed,
    described,
    file_of,
    ids_of,
    made,
    published,
    seen_by,
    written,
)  # fmt: skip

pytestmark = pytest.mark.anyio

LOCATIONS, CATEGORIES = "/api/v1/event-locations", "/api/v1/event-categories"
#: the member of an event that names each
NAMED = {"calendars": "calendar", "event-locations": "location", "event-categories": "categories"}
EACH = pytest.mark.parametrize("path", NAMED)
PLACE = {
    "address": "Bahnhofplatz 1", "city": "Zürich", "country": "Switzerland", "url": "https://example.org/zurich",
}  # fmt: skip


async def test_a_calendar_says_what_it_is_for(moderator: Person, public: httpx.AsyncClient) -> None:
    said = {"description": "Days for **snakes**.", "url": "https://example.org/days", "timezone": "Europe/Zurich"}
    calendar = await made(moderator, "calendars", **said)
    assert {name: calendar[name] for name in said} == said
    assert calendar["description_html"] == "<p>Days for <strong>snakes</strong>.</p>\n"
    plain = await made(moderator, "calendars")
    assert (plain["description"], plain["description_html"], plain["timezone"]) == ("", "", "UTC")
    changed_now = await moderator.client.patch(f"{CALENDARS}/{calendar['slug']}", json={"description": "<script>"})
    assert "<script>" not in changed_now.json()["description_html"]
    file = await file_of(public, f"/calendars/{calendar['slug']}.ics")
    assert f"X-WR-CALNAME:{calendar['name']}" in file


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("calendars", {"timezone": "Mars"}), ("calendars", {"url": "javascript:alert(1)"}),
        ("calendars", {"description_html": "<b>"}), ("event-locations", {"city": "a\nb"}),
        ("event-locations", {"country": None}), ("event-locations", {"url": "ftp://example.org"}),
        ("event-locations", {"timezone": "UTC"}), ("event-categories", {"description": "x"}),
    ],
    ids=lambda case: case if isinstance(case, str) else next(iter(case)),
)  # fmt: skip
async def test_what_one_cannot_say_is_refused_by_its_member(moderator: Person, path: str, said: dict[str, str]) -> None:
    refused = await moderator.client.post(f"/api/v1/{path}", json={"name": "Nowhere", **said})
    assert set(faults_of(refused, 422, "body")) == {*said}
    term = await made(moderator, path)
    refused = await moderator.client.patch(f"/api/v1/{path}/{term['id']}", json=said)
    assert set(faults_of(refused, 422, "body")) == {*said}


async def test_an_event_has_its_location_as_it_is_now(moderator: Person, public: httpx.AsyncClient) -> None:
    location = await made(moderator, "event-locations", **PLACE)
    event = await published(moderator, moderator, location=location["slug"], venue="Hall 2")
    said = {name: location[name] for name in ("id", "name", "slug", "address", "city", "country")}
    assert event["location"] == said
    file = await file_of(public, f"/events/{event['slug']}.ics")
    assert "LOCATION:Hall 2\\, " in file
    assert await ids_of(public, location=location["slug"], country="switzerland") == [event["id"]]
    await moderator.client.patch(f"{LOCATIONS}/{location['slug']}", json={"city": "Zuerich", "country": "Helvetia"})
    assert (await seen_by(moderator, event))["location"] == said | {"city": "Zuerich", "country": "Helvetia"}
    assert await ids_of(public, location=location["slug"], country="switzerland") == []
    assert await ids_of(public, location=location["slug"], country="HELVETIA") == [event["id"]]
    assert "Zuerich" in await file_of(public, f"/events/{event['slug']}.ics")


@EACH
async def test_what_is_not_active_cannot_be_chosen_but_stays_where_it_was(
    moderator: Person, owner: Person, public: httpx.AsyncClient, path: str
) -> None:
    term, member = await made(moderator, path), NAMED[path]
    chosen = {member: [term["slug"]] if member == "categories" else term["slug"]}
    event = await published(owner, moderator, **chosen)
    draft = await written(owner, **chosen)
    assert (await moderator.client.patch(f"/api/v1/{path}/{term['id']}", json={"active": False})).status_code == 200
    field = "categories.0" if member == "categories" else member
    assert set(faults_of(await owner.client.post(EVENTS, json=described(**chosen)), 422, "body")) == {field}
    other = await written(owner)
    refused = await owner.client.patch(f"{EVENTS}/{other['id']}", json=chosen)
    assert set(faults_of(refused, 422, "body")) == {field}
    assert await seen_by(owner, event) == event
    assert (await changed(owner, draft, **chosen, venue="Hall 3"))["venue"] == "Hall 3"
    assert await ids_of(public, **{member.replace("categories", "category"): term["slug"]}) == [event["id"]]


@EACH
async def test_what_is_in_use_cannot_be_deleted(moderator: Person, owner: Person, path: str) -> None:
    term, member = await made(moderator, path), NAMED[path]
    chosen = {member: [term["slug"]] if member == "categories" else term["slug"]}
    events = [await written(owner, **chosen) for _ in "12"]
    address = f"/api/v1/{path}/{term['slug']}"
    assert error_of(await moderator.client.delete(address), 409)["extra"] == {"uses": 2}
    instead: Json = {"calendar": CALENDAR, "location": None, "categories": []}
    await changed(owner, events[0], **{member: instead[member]})
    assert error_of(await moderator.client.delete(address), 409)["extra"] == {"uses": 1}
    await owner.client.delete(f"{EVENTS}/{events[1]['id']}")
    assert (await moderator.client.delete(address)).status_code == 204


async def test_the_calendar_of_the_releases_stays(moderator: Person, public: httpx.AsyncClient) -> None:
    error_of(await moderator.client.delete(f"{CALENDARS}/{SCHEDULE}"), 409)
    assert (await public.get(f"{CALENDARS}/{SCHEDULE}")).json()["active"] is True


async def test_categories_are_in_the_order_of_their_names_each_once(owner: Person, moderator: Person) -> None:
    terms = [await made(moderator, "event-categories", name=f"{first} {owner.name}") for first in "CAB"]
    names = [terms[0]["slug"], terms[1]["id"], terms[2]["slug"], terms[0]["id"]]
    event = await written(owner, categories=names)
    assert [each["name"][0] for each in event["categories"]] == ["A", "B", "C"]
    assert await changed(owner, event, categories=names[::-1]) == event
    faults = faults_of(
        await owner.client.patch(f"{EVENTS}/{event['id']}", json={"categories": [names[0], "nothing"]}), 422, "body"
    )
    assert set(faults) == {"categories.1"}
