"""All that is reviewed, and people who deal with it."""

import pytest

from tests.events.desk import DESK as EVENTS
from tests.jobs.desk import DESK as JOBS

from .desks import Desk
from .people import *  # noqa: F403  the fixtures that it lists

DESKS = (JOBS, EVENTS)
#: every kind of thing in every state, in which it is brought by `desk.brought_into`
STATES = pytest.mark.parametrize(
    ("desk", "state"),
    [pytest.param(desk, state, id=f"{desk.review.called}-{state}") for desk in DESKS for state in desk.ways],
    indirect=["desk"],
    scope="module",
)


@pytest.fixture(scope="module", params=DESKS, ids=[desk.review.called for desk in DESKS])
def desk(request: pytest.FixtureRequest) -> Desk:
    """Each kind of thing that is reviewed."""
    found: Desk = request.param
    return found
