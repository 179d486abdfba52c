"""Calendars as others write them, and what becomes of them here."""

from typing import Any

import httpx

from tests.accounts.people import Person
from tests.events.desk import CALENDARS, EVENTS
from tests.review.desks import Json

NOTHING = {
    "unmodified": False, "created": 0, "changed": 0, "unchanged": 0, "cancelled": 0, "skipped": [], "altered": [],
}  # fmt: skip
#: without a time at which it begins
BROKEN = "BEGIN:VEVENT\nUID:broken\nSUMMARY:Some day\nEND:VEVENT\n"


def event(uid: str, *more: str, title: str = "", starts: str = "DTSTART:20270105T090000Z") -> str:
    """One that is called like its UID."""
    lines = ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title or uid}", starts, *more, "END:VEVENT", "")
    return "\n".join(lines)


def file(*events: str, head: str = "") -> str:
    """A whole calendar."""
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(events)}END:VCALENDAR\n"


async def attempted(who: Person, calendar: Json, **source: Any) -> httpx.Response:
    """How an import is answered."""
    return await who.client.post(f"{CALENDARS}/{calendar['slug']}/import", json=source)


async def imported(who: Person, calendar: Json, *events: str, **source: Any) -> Json:
    """What an import reports, of these events or from an address."""
    answer = await attempted(who, calendar, **(source or {"ics": file(*events)}))
    assert answer.status_code == 200, answer.text
    report: Json = answer.json()
    return report


async def found_in(client: httpx.AsyncClient, calendar: Json, status: str = "approved") -> dict[str, Json]:
    """The events of a calendar, whole, by their UIDs."""
    listed = await client.get(f"{CALENDARS}/{calendar['id']}/events", params={"limit": "1000", "status": status})
    assert listed.status_code == 200, listed.text
    details = [(await client.get(f"{EVENTS}/{each['id']}")).json() for each in listed.json()]
    return {each["uid"]: each for each in details}
