"""Events with people who deal with them."""

import pytest

from tests.accounts.people import Person
from tests.review.desks import Desk
from tests.review.people import *  # noqa: F403  the fixtures that it lists

from .desk import DESK, made


@pytest.fixture(scope="module")
def desk() -> Desk:
    """That of events."""
    return DESK


@pytest.fixture
async def calendar(moderator: Person) -> str:
    """One with nothing in it."""
    made_now = await made(moderator, "calendars")
    return str(made_now["slug"])
