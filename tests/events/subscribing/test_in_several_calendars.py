"""An event that several calendars have is in a file of all of them once: rather as it takes place, and as it is now."""

from uuid import uuid4

import httpx
import pytest

from tests.accounts.people import Person
from tests.events.desk import CALENDARS, file_of
from tests.events.importing.elsewhere import event, imported
from tests.review.desks import Json

pytestmark = pytest.mark.anyio


async def calendar_of(moderator: Person, *events: str) -> Json:
    new = {"name": f"Calendar {uuid4().hex[:12]}", "timezone": "Europe/Berlin"}
    made: Json = (await moderator.client.post(CALENDARS, json=new)).json()
    await imported(moderator, made, *events)
    return made


async def lines_of(public: httpx.AsyncClient, uid: str) -> list[str]:
    """What a file of all events says of the one event with this UID."""
    whole = await file_of(public, "/events.ics")
    [found] = [block for block in whole.split("BEGIN:VEVENT")[1:] if f"UID:{uid}\r\n" in block]
    return found.split("\r\n")


async def test_what_one_calendar_has_cancelled_takes_place_where_another_has_it(
    public: httpx.AsyncClient, moderator: Person
) -> None:
    uid = uuid4().hex
    off = event(uid, "STATUS:CANCELLED", "SEQUENCE:9", title="Off", starts="DTSTART:20270104T090000Z")
    on = event(uid, title="On")
    await calendar_of(moderator, off)
    assert "SUMMARY:Off" in await lines_of(public, uid)
    await calendar_of(moderator, on)
    assert {"SUMMARY:On", "STATUS:CONFIRMED"} <= {*await lines_of(public, uid)}


async def test_of_several_versions_the_newest_is_there(public: httpx.AsyncClient, moderator: Person) -> None:
    uid = uuid4().hex
    for sequence, title in ((1, "Old"), (3, "New"), (2, "Middle")):
        await calendar_of(moderator, event(uid, f"SEQUENCE:{sequence}", title=title))
    assert "SUMMARY:New" in await lines_of(public, uid)
