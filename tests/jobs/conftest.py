"""The job board with people at it."""

import pytest

from tests.review.desks import Desk
from tests.review.people import *  # noqa: F403  the fixtures that it lists

from .desk import DESK


@pytest.fixture(scope="module")
def desk() -> Desk:
    """That of jobs."""
    return DESK
