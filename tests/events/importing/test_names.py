"""Categories and locations that are made, renamed or put out of use between two imports of a calendar."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of
from tests.events.desk import CALENDARS, made
from tests.fetching.hosts import hosted, ok, said
from tests.review.desks import Json

from .elsewhere import NOTHING, attempted, event, file, found_in, imported

pytestmark = pytest.mark.anyio

PATHS = pytest.mark.parametrize("path", ["event-categories", "event-locations"])
UNCHANGED = said("304 Not Modified")


def event_of(name: str) -> str:
    """One that names this as its location and as its category."""
    return event("a@example.org", f"CATEGORIES:{name}", f"LOCATION:{name}")


def said_of(found: Json, path: str) -> set[str]:
    """What an event has of these."""
    named = found["categories"] if path == "event-categories" else filter(None, [found["location"]])
    return {each["name"] for each in named}


async def change(moderator: Person, path: str, term: Json, **said: Any) -> None:
    answer = await moderator.client.patch(f"/api/v1/{path}/{term['id']}", json=said)
    assert answer.status_code == 200, answer.text


@PATHS
async def test_who_has_what_is_put_out_of_use_keeps_it(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, path: str
) -> None:
    term = await made(moderator, path)
    await imported(moderator, calendar, event_of(term["name"]))
    before = await found_in(public, calendar)
    assert said_of(before["a@example.org"], path) == {term["name"]}
    await change(moderator, path, term, active=False)
    assert await imported(moderator, calendar, event_of(term["name"])) == NOTHING | {"unchanged": 1}
    assert await found_in(public, calendar) == before
    other = event("b@example.org", f"CATEGORIES:{term['name']}", f"LOCATION:{term['name']}")
    assert await imported(moderator, calendar, event_of(term["name"]), other) == NOTHING | {
        "unchanged": 1, "created": 1,
    }  # fmt: skip
    assert said_of((await found_in(public, calendar))["b@example.org"], path) == set()
    assert await imported(moderator, calendar, event_of("Elsewhere")) == NOTHING | {"changed": 1, "cancelled": 1}
    assert said_of((await found_in(public, calendar))["a@example.org"], path) == set()


@PATHS
async def test_a_file_is_read_anew_when_something_is_made_that_it_may_name(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, path: str
) -> None:
    name = f"Quokkas {uuid4().hex[:12]}"
    async with hosted(ok(file(event_of(name)).encode(), 'ETag: "1"')) as host:
        await imported(moderator, calendar, url=host.address)
        assert said_of((await found_in(public, calendar))["a@example.org"], path) == set()
        await made(moderator, path, name=name)
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"changed": 1}
    assert '"1"' not in host.asked[1]
    assert said_of((await found_in(public, calendar))["a@example.org"], path) == {name}


@PATHS
@pytest.mark.parametrize("how", ["renamed", "put in use"])
async def test_a_file_is_read_anew_when_what_it_names_is_renamed_or_put_in_use(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, path: str, how: str
) -> None:
    name = f"Quokkas {uuid4().hex[:12]}"
    term = await (made(moderator, path) if how == "renamed" else made(moderator, path, name=name, active=False))
    async with hosted(ok(file(event_of(name)).encode(), 'ETag: "1"', "Last-Modified: yesterday")) as host:
        await imported(moderator, calendar, url=host.address)
        await change(moderator, path, term, **({"name": name} if how == "renamed" else {"active": True}))
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"changed": 1}
    assert "if-" not in host.asked[1].lower()
    assert said_of((await found_in(public, calendar))["a@example.org"], path) == {name}


async def test_what_an_import_does_not_look_at_has_no_file_read_anew(moderator: Person, calendar: Json) -> None:
    term = await made(moderator, "event-locations")
    async with hosted(ok(file(event_of("Zoo")).encode(), 'ETag: "1"'), UNCHANGED) as host:
        await imported(moderator, calendar, url=host.address)
        await change(moderator, "event-locations", term, city="Utrecht")
        await change(moderator, "calendars", calendar, description="Days for snakes.")
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"unmodified": True}


async def test_a_calendar_that_is_out_of_use_is_refused_before_anything_is_fetched(
    moderator: Person, calendar: Json
) -> None:
    async with hosted(ok(file().encode(), 'ETag: "1"'), UNCHANGED) as host:
        await imported(moderator, calendar, url=host.address)
        await change(moderator, "calendars", calendar, active=False)
        for source in ({"url": host.address}, {"ics": file()}):
            refused = error_of(await attempted(moderator, calendar, **source), 409)
            assert refused["detail"] == f"{calendar['name']} is not in use any more: nothing new goes into it."
        assert error_of(await moderator.client.post(f"{CALENDARS}/{calendar['id']}/import", json={}), 409)
        assert len(host.asked) == 1
        await change(moderator, "calendars", calendar, active=True)
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"unmodified": True}
