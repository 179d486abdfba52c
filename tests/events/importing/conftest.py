"""A service that fetches from this machine too, and calendars into which something is imported."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person, service
from tests.events.desk import CALENDARS
from tests.review.desks import Json


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    """The application that ships, with a store, so that a stale answer would be found out."""
    async with service(own_database, PYDOTORG_STORE="true", PYDOTORG_FETCH_LOOPBACK="true") as app:
        yield app


@pytest.fixture
async def calendar(moderator: Person) -> Json:
    """One without any event, in Berlin."""
    new = {"name": f"Calendar {uuid4().hex[:12]}", "timezone": "Europe/Berlin"}
    answer = await moderator.client.post(CALENDARS, json=new)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


@pytest.fixture(scope="module")
async def auditor(app: Application) -> Person:
    """Somebody who reads the audit log."""
    return await person(app, Role.staff)
