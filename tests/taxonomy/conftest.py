"""Lists of names, and people who may write them."""

from typing import NamedTuple

import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person
from tests.review.people import app, public, stranger

__all__ = ["app", "public", "stranger"]


class Names(NamedTuple):
    """One of the lists: where it is, who writes it, and the members of each name."""

    path: str
    by: Role
    members: frozenset[str]


NAMED = frozenset({"id", "name", "slug", "active"})
CALENDAR = NAMED | {"description", "description_html", "url", "timezone", "agenda"}
LISTS = (
    Names("/api/v1/job-types", Role.job_moderator, NAMED),
    Names("/api/v1/job-categories", Role.job_moderator, NAMED),
    Names("/api/v1/event-categories", Role.event_moderator, NAMED),
    Names("/api/v1/event-locations", Role.event_moderator, NAMED | {"address", "city", "country", "url"}),
    Names("/api/v1/calendars", Role.event_moderator, CALENDAR),
)


@pytest.fixture(scope="module", params=LISTS, ids=[each.path.rpartition("/")[2] for each in LISTS])
def names(request: pytest.FixtureRequest) -> Names:
    """Each of the lists."""
    found: Names = request.param
    return found


@pytest.fixture(scope="module")
async def moderator(app: Application, names: Names) -> Person:
    """Somebody who may write the list."""
    return await person(app, names.by)


@pytest.fixture(scope="module")
async def boss(app: Application, names: Names) -> Person:
    """Somebody else who may."""
    return await person(app, names.by)
