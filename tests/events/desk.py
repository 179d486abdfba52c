"""How tests write events, and what they find of them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from pydotorg.events.review import EVENTS as REVIEW
from pydotorg.events.schemas import Status
from pydotorg.kernel import clock
from tests.accounts.people import Person
from tests.review.desks import Desk, Json, Way

EVENTS, CALENDARS, OCCURRENCES = "/api/v1/events", "/api/v1/calendars", "/api/v1/event-occurrences"
#: one that is there for everybody's events, and the one that has its own
CALENDAR, SCHEDULE = "python-events-calendar", "python-release-schedule"
A_DAY = 86_400
APPROVED: Way = (("owner", "submit"), ("moderator", "approve"))


def at(seconds: float) -> str:
    """The whole second that is so many seconds from now."""
    return f"{clock.now() + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def described(**more: Any) -> Json:
    """An event of an hour in ten days, as somebody writes it; its last word is in no other."""
    times = {} if "starts_at" in more else {"starts_at": at(10 * A_DAY), "ends_at": at(10 * A_DAY + 3600)}
    return {
        "title": f"Snake day {uuid4().hex[:12]}", "description": "A day for *snakes*.", "calendar": CALENDAR,
        **times, **more,
    }  # fmt: skip


DESK = Desk(
    review=REVIEW,
    ways={
        "draft": (),
        "review": (("owner", "submit"),),
        "approved": APPROVED,
        "rejected": (("owner", "submit"), ("moderator", "reject")),
        "cancelled": (*APPROVED, ("owner", "cancel")),
    },
    described=described,
    status=Status,
    titled="title",
    called=lambda event: str(event["title"]),
    change={"venue": "Hall 3"},
    ends=(("cancel", "cancelled"),),
    featured="featured",
    public=frozenset({"approved", "cancelled"}),
)
written, step, seen_by, event_in = DESK.written, DESK.step, DESK.seen_by, DESK.brought_into
listed, word_of = DESK.listed, DESK.word_of


async def published(owner: Person, moderator: Person, **more: Any) -> Json:
    """An event that everybody sees, as its owner sees it."""
    return await event_in("approved", owner, moderator, **more)


async def changed(who: Person, event: Json, **changes: Any) -> Json:
    """An event after a change."""
    answer = await who.client.patch(f"{EVENTS}/{event['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def file_of(client: httpx.AsyncClient, path: str, **where: Any) -> str:
    """A file to subscribe to, with its lines whole."""
    answer = await client.get(f"/api/v1{path}", params=where)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\r\n ", "")


async def made(moderator: Person, path: str, **said: Any) -> Json:
    """A new calendar, category or location, under a name that no other has."""
    answer = await moderator.client.post(f"/api/v1/{path}", json={"name": f"Quokkas {uuid4().hex[:12]}", **said})
    assert answer.status_code == 201, answer.text
    term: Json = answer.json()
    return term


async def ids_of(client: httpx.AsyncClient, path: str = "", **where: Any) -> list[str]:
    """The ids of the events of a list, in its order."""
    return [each["id"] for each in await listed(client, path, **where)]


async def occurrences_of(client: httpx.AsyncClient, **where: Any) -> list[Json]:
    """The occurrences that meet these conditions; their total is right."""
    answer = await client.get(OCCURRENCES, params={"limit": 1000, **where})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()
    assert answer.headers["x-total-count"] == str(len(found))
    return found


def starts_of(occurrences: list[Json]) -> list[str]:
    """When each begins."""
    return [each["starts_at"] for each in occurrences]
