"""Of each event there is one version after another for its subscribers: which changes make one, and which do not."""

import re

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person
from tests.conventions.asking import error_of
from tests.review.desks import Json

from .desk import CALENDAR, EVENTS, SCHEDULE, at, changed, event_in, file_of, listed, made, published, seen_by, step
from .importing.elsewhere import NOTHING, event, found_in, imported

pytestmark = pytest.mark.anyio


async def version_of(client: httpx.AsyncClient, event: Json) -> tuple[int, str]:
    """The number of the version that subscribers have now, and whether it says that it takes place."""
    file = await file_of(client, f"/events/{event['slug']}.ics")
    assert f"UID:{event['uid']}" in file
    [sequence], status = {*re.findall(r"SEQUENCE:(\d+)", file)} or {"0"}, re.findall(r"STATUS:(\w+)", file)
    return int(sequence), status[0] if status else "CONFIRMED"


async def test_each_change_that_is_public_counts_once(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    category = await made(moderator, "event-categories")
    location = await made(moderator, "event-locations")
    event = await published(owner, moderator)
    assert event["sequence"] == 0
    changes: tuple[Json, ...] = (
        {"title": "Python day"}, {"description": "Another day."}, {"venue": "Hall 4"}, {"url": "https://example.org/"},
        {"starts_at": at(86_400), "ends_at": at(90_000)}, {"rrule": "FREQ=WEEKLY;COUNT=3"}, {"timezone": "Asia/Tokyo"},
        {"overrides": [{"recurrence_id": at(86_400), "title": "First"}]}, {"categories": [category["slug"]]},
        {"location": location["slug"]}, {"location": None},
    )  # fmt: skip
    for number, change in enumerate(changes, 1):
        assert (await changed(moderator, event, **change))["sequence"] == number, change
        assert await version_of(public, event) == (number, "CONFIRMED")


async def test_what_subscribers_do_not_see_makes_no_version(owner: Person, moderator: Person) -> None:
    event = await published(owner, moderator)
    for value in (True, False):
        assert (await changed(moderator, event, featured=value))["sequence"] == 0
    same = {name: event[name] for name in ("title", "starts_at", "ends_at", "timezone", "rrule", "venue", "overrides")}
    assert (await changed(moderator, event, **same)) == await seen_by(moderator, event)
    assert (await seen_by(owner, event))["sequence"] == 0
    await owner.client.post(f"{EVENTS}/{event['id']}/comments", json={"text": "Soon."})
    assert (await seen_by(owner, event))["sequence"] == 0


async def test_what_changes_before_its_approval_counts_with_that(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    event = await event_in("review", owner, moderator)
    for venue in ("Hall 1", "Hall 2"):
        assert (await changed(owner, event, venue=venue))["sequence"] == 0
    assert (await step(moderator, event, "approve")).json()["sequence"] == 0
    for venue in ("Hall 3", "Hall 4"):
        assert (await changed(owner, event, venue=venue))["sequence"] == 0
    error_of(await public.get(f"{EVENTS}/{event['slug']}.ics"), 404)
    assert (await step(moderator, event, "approve")).json()["sequence"] == 1
    assert await version_of(public, event) == (1, "CONFIRMED")


async def test_what_is_cancelled_says_so_at_its_address_and_happens_again_once_it_is_approved(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    event = await published(owner, moderator)
    for number, (who, move, status) in enumerate(
        ((owner, "cancel", "CANCELLED"), (moderator, "approve", "CONFIRMED"), (moderator, "cancel", "CANCELLED")), 1
    ):
        answer = await step(who, event, move)
        assert (answer.status_code, answer.json()["sequence"]) == (200, number)
        assert await version_of(public, event) == (number, status)
        seen = await public.get(f"{EVENTS}/{event['id']}")
        assert seen.json()["status"] == ("cancelled" if move == "cancel" else "approved")
        assert seen.json()["uid"] == event["uid"]
        listed_now = await listed(public, calendar=CALENDAR, status="cancelled")
        assert (event["id"] in [each["id"] for each in listed_now]) is (move == "cancel")


async def test_what_waits_for_review_again_is_not_shown_by_cancelling_it(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    event = await published(owner, moderator)
    await changed(owner, event, title="What nobody has read yet")
    for who in (owner, moderator):
        error_of(await step(who, event, "cancel"), 409)
    error_of(await public.get(f"{EVENTS}/{event['id']}"), 404)
    await step(moderator, event, "approve")
    assert (await step(owner, event, "cancel")).status_code == 200
    assert await version_of(public, event) == (2, "CANCELLED")


async def test_what_is_deleted_is_in_no_file(owner: Person, moderator: Person, public: httpx.AsyncClient) -> None:
    calendar = (await made(moderator, "calendars"))["slug"]
    event = await published(owner, moderator, calendar=calendar)
    before = await public.get(f"/api/v1/calendars/{calendar}.ics")
    assert event["uid"] in before.text
    await owner.client.delete(f"{EVENTS}/{event['id']}")
    after = await public.get(f"/api/v1/calendars/{calendar}.ics", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, event["uid"] in after.text) == (200, False)
    error_of(await public.get(f"{EVENTS}/{event['id']}.ics"), 404)


async def test_what_follows_from_the_releases_is_nobodys_to_change_but_can_be_featured(
    app: Application, moderator: Person, public: httpx.AsyncClient
) -> None:
    event = (await listed(public, calendar=SCHEDULE, q="release"))[-1]
    address, staff = f"{EVENTS}/{event['id']}", await person(app, Role.staff)
    for who in (moderator, staff):
        error_of(await who.client.patch(address, json={"venue": "Hall 3"}), 409)
        error_of(await who.client.post(f"{address}/cancel"), 409)
        error_of(await who.client.delete(address), 409)
        featured = await who.client.patch(address, json={"featured": who is staff})
        assert (featured.status_code, featured.json()["sequence"]) == (200, 0)


async def test_a_moderator_moves_an_event_to_another_calendar_where_it_keeps_its_uid(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    calendars = [(await made(moderator, "calendars"))["slug"] for _ in "12"]
    event = await published(owner, moderator, calendar=calendars[0])
    moved = await changed(moderator, event, calendar=calendars[1])
    assert (moved["calendar"]["slug"], moved["uid"]) == (calendars[1], event["uid"])
    found = ["UID:" + event["uid"] in await file_of(public, f"/calendars/{each}.ics") for each in calendars]
    assert found == [False, True]


async def test_what_was_imported_stays_in_its_calendar_since_it_would_come_back_there(
    moderator: Person, public: httpx.AsyncClient
) -> None:
    calendar, other = [await made(moderator, "calendars") for _ in "12"]
    source = event("quokkas@example.org")
    assert await imported(moderator, calendar, source) == NOTHING | {"created": 1}
    [there] = (await found_in(public, calendar)).values()
    address = f"{EVENTS}/{there['id']}"
    refused = await moderator.client.patch(address, json={"venue": "Hall 3", "calendar": other["slug"]})
    assert "import" in error_of(refused, 409)["detail"]
    assert await found_in(public, calendar) == {there["uid"]: there}
    assert await imported(moderator, calendar, source) == NOTHING | {"unchanged": 1}
    said = {"venue": "Hall 3", "calendar": calendar["slug"]}
    assert (await moderator.client.patch(address, json=said)).json()["venue"] == "Hall 3"
    assert await found_in(public, other) == {}
