"""What moderators decide about imported events, and what the next import makes of it."""

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of
from tests.events.desk import EVENTS, step
from tests.fetching.hosts import hosted, ok
from tests.review.desks import Json

from .elsewhere import NOTHING, event, file, found_in, imported

pytestmark = pytest.mark.anyio

A, B, OFF = event("a@example.org"), event("b@example.org"), event("a@example.org", "STATUS:CANCELLED")


async def one_in(public: httpx.AsyncClient, calendar: Json, status: str = "approved") -> Json:
    """The first event, in this state."""
    return (await found_in(public, calendar, status))["a@example.org"]


@pytest.fixture
async def cancelled(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> Json:
    """An event that was imported, and that a moderator has cancelled."""
    await imported(moderator, calendar, A, B)
    found = await one_in(public, calendar)
    assert (await step(moderator, found, "cancel")).status_code == 200
    return found


async def test_what_was_cancelled_by_mistake_and_is_approved_is_still_imported(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, cancelled: Json
) -> None:
    assert (await step(moderator, cancelled, "approve")).status_code == 200
    assert await imported(moderator, calendar, A, B) == NOTHING | {"unchanged": 2}
    renamed = event("a@example.org", title="Another day")
    assert await imported(moderator, calendar, renamed, B) == NOTHING | {"changed": 1, "unchanged": 1}
    assert (await one_in(public, calendar))["title"] == "Another day"
    assert await imported(moderator, calendar, B) == NOTHING | {"cancelled": 1, "unchanged": 1}


@pytest.mark.parametrize("then", [[OFF, B], [B]], ids=["cancelled", "vanished"])
@pytest.mark.parametrize("is_cancelled_here", [True, False], ids=["cancelled here too", "cancelled there alone"])
async def test_what_happens_no_more_there_and_is_approved_is_the_calendars_own(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, then: list[str], is_cancelled_here: bool
) -> None:
    await imported(moderator, calendar, A, B)
    found = await one_in(public, calendar)
    if is_cancelled_here:
        assert (await step(moderator, found, "cancel")).status_code == 200
    await imported(moderator, calendar, *then)
    assert (await step(moderator, found, "approve")).status_code == 200
    report = await imported(moderator, calendar, *then)
    assert (report["cancelled"], report["changed"], len(report["skipped"])) == (0, 0, len(then) - 1)
    assert (await one_in(public, calendar))["id"] == found["id"]


async def test_what_the_file_still_has_cannot_be_deleted(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, cancelled: Json
) -> None:
    del public
    address = f"{EVENTS}/{cancelled['id']}"
    for there in (A, OFF):
        await imported(moderator, calendar, there, B)
        assert "would come back" in error_of(await moderator.client.delete(address), 409)["detail"]


@pytest.mark.parametrize("before", [A, OFF], ids=["happens", "cancelled"])
async def test_what_was_cancelled_here_and_has_vanished_can_be_deleted(
    moderator: Person, calendar: Json, cancelled: Json, before: str
) -> None:
    for events in ([before, B], [B]):
        await imported(moderator, calendar, *events)
    assert (await moderator.client.delete(f"{EVENTS}/{cancelled['id']}")).status_code == 204
    assert await imported(moderator, calendar, B) == NOTHING | {"unchanged": 1}
    assert await imported(moderator, calendar, A, B) == NOTHING | {"unchanged": 1, "created": 1}


async def test_what_was_cancelled_there_and_has_vanished_since_can_be_deleted(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    for events in ([A, B], [OFF, B], [B]):
        await imported(moderator, calendar, *events)
    found = await one_in(public, calendar, "cancelled")
    assert (await moderator.client.delete(f"{EVENTS}/{found['id']}")).status_code == 204


async def test_what_stood_in_the_way_of_an_event_is_deleted_and_the_file_is_read_anew(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    for events in ([A, B], [B]):
        await imported(moderator, calendar, *events)
    own = await one_in(public, calendar, "cancelled")
    assert (await step(moderator, own, "approve")).status_code == 200
    async with hosted(ok(file(A, B).encode(), 'ETag: "1"')) as host:
        assert len((await imported(moderator, calendar, url=host.address))["skipped"]) == 1
        assert (await moderator.client.delete(f"{EVENTS}/{own['id']}")).status_code == 204
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"created": 1, "unchanged": 1}
    assert '"1"' not in host.asked[1]


async def test_what_was_cancelled_here_stays_so_whatever_becomes_of_it_there(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, cancelled: Json
) -> None:
    before = await one_in(public, calendar, "cancelled")
    for events in ([OFF, B], [A, B], [B], [A, B]):
        assert await imported(moderator, calendar, *events) == NOTHING | {"unchanged": len(events)}
        assert await one_in(public, calendar, "cancelled") == before
    assert (await step(moderator, cancelled, "approve")).status_code == 200
    assert await imported(moderator, calendar, B) == NOTHING | {"unchanged": 1, "cancelled": 1}
