"""A location or a category that is called otherwise: events are found by what it is called now, in a new version."""

import httpx
import pytest

from pydotorg.events.finding import AT_ONCE
from tests.accounts.people import Person
from tests.review.desks import Json

from .desk import changed, event_in, file_of, ids_of, made, published, seen_by, step

pytestmark = pytest.mark.anyio

LOCATIONS, CATEGORIES = "/api/v1/event-locations", "/api/v1/event-categories"


async def renamed(moderator: Person, path: str, term: Json, **said: str | bool) -> None:
    answer = await moderator.client.patch(f"{path}/{term['id']}", json=said)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("member", ["name", "address", "city", "country"])
async def test_an_event_is_found_by_what_its_location_says_now(
    moderator: Person, public: httpx.AsyncClient, member: str
) -> None:
    location = await made(moderator, "event-locations", **{member: f"Quokkatown {member}"})
    event = await published(moderator, moderator, location=location["slug"])
    draft = await event_in("draft", moderator, moderator, location=location["slug"])
    await renamed(moderator, LOCATIONS, location, **{member: f"Wombatville {member}"})
    assert await ids_of(public, q=f"quokkatown {member}") == []
    assert await ids_of(public, q=f"wombatville {member}") == [event["id"]]
    assert (await step(moderator, draft, "submit")).status_code == 200
    assert (await step(moderator, draft, "approve")).status_code == 200
    assert {*await ids_of(public, q=f"wombatville {member}")} == {event["id"], draft["id"]}


async def test_many_events_are_found_by_it_and_those_elsewhere_stay_as_they_are(
    moderator: Person, public: httpx.AsyncClient, calendar: str
) -> None:
    location, other = [await made(moderator, "event-locations", city="Numbatstad") for _ in "12"]
    events = [
        await published(moderator, moderator, location=location["slug"], calendar=calendar) for _ in range(AT_ONCE + 1)
    ]
    elsewhere = await published(moderator, moderator, location=other["slug"], calendar=calendar)
    await renamed(moderator, LOCATIONS, location, city="Bilbydorp")
    assert {*await ids_of(public, q="bilbydorp")} == {each["id"] for each in events}
    assert await ids_of(public, q="numbatstad") == [elsewhere["id"]]
    assert await seen_by(moderator, elsewhere) == elsewhere


async def test_subscribers_get_a_new_version_when_a_location_or_a_category_is_called_otherwise(
    moderator: Person, public: httpx.AsyncClient
) -> None:
    location, category = await made(moderator, "event-locations"), await made(moderator, "event-categories")
    event = await published(moderator, moderator, location=location["slug"], categories=[category["slug"]])
    for sequence, (path, term) in enumerate(((LOCATIONS, location), (CATEGORIES, category)), 1):
        before = await seen_by(moderator, event)
        await renamed(moderator, path, term, name=f"{term['name']} anew")
        after = await seen_by(moderator, event)
        assert (before["sequence"], after["sequence"]) == (sequence - 1, sequence)
        assert after["updated_at"] >= before["updated_at"]
        file = await file_of(public, f"/events/{event['slug']}.ics")
        assert f"{term['name']} anew" in file
        assert f"SEQUENCE:{sequence}" in file
    assert (await changed(moderator, event, venue="Hall 9"))["sequence"] == 3


async def test_what_nobody_sees_of_a_location_or_a_category_makes_no_version(moderator: Person) -> None:
    location, category = await made(moderator, "event-locations"), await made(moderator, "event-categories")
    event = await published(moderator, moderator, location=location["slug"], categories=[category["slug"]])
    await renamed(moderator, LOCATIONS, location, url="https://example.org/")
    for path, term in ((LOCATIONS, location), (CATEGORIES, category)):
        await renamed(moderator, path, term, active=False)
        await renamed(moderator, path, term, name=term["name"])
    assert (await seen_by(moderator, event))["sequence"] == 0


async def test_what_nobody_has_been_shown_yet_begins_with_its_first_version(moderator: Person, owner: Person) -> None:
    location = await made(moderator, "event-locations")
    event = await event_in("review", owner, moderator, location=location["slug"])
    await renamed(moderator, LOCATIONS, location, city="Utrecht")
    assert (await step(moderator, event, "approve")).json()["sequence"] == 0


async def test_what_waits_for_another_review_comes_back_in_a_new_version(moderator: Person, owner: Person) -> None:
    location = await made(moderator, "event-locations")
    event = await published(owner, moderator, location=location["slug"])
    for venue in ("Hall 2", event["venue"]):
        await changed(owner, event, venue=venue)
    await renamed(moderator, LOCATIONS, location, city="Utrecht")
    assert (await step(moderator, event, "approve")).json()["sequence"] == 1
