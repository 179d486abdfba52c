"""Who writes what is reviewed, who decides on it, and whom it does not concern; on a database of the module's own.

They are fixtures for whoever has a fixture `desk`, which says of what kind the things are.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import httpx
import pytest
import time_machine

from pydotorg.app import Application
from pydotorg.kernel.access import Scope
from tests.accounts.people import Person, person, service, token
from tests.conftest import client_of, forget

from .desks import Desk, Passing
from .mailing import Office

__all__ = [
    "app", "boss", "moderator", "office", "other_program", "outsiders", "owner", "program", "public", "stranger",
    "time_passes", "time_stands",
]  # fmt: skip


@pytest.fixture(scope="module")
async def app(own_database: str) -> AsyncIterator[Application]:
    """The application that ships, with a store, so that a stale answer would be found out."""
    async with service(own_database, PYDOTORG_STORE="true", PYDOTORG_SPAM_HOSTS="bit.ly,spam.example") as app:
        yield app


@pytest.fixture(scope="module")
async def public(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account."""
    async with client_of(app) as client:
        yield client


@pytest.fixture(scope="module")
async def moderator(app: Application, desk: Desk) -> Person:
    """Somebody who decides."""
    return await person(app, desk.review.moderators)


@pytest.fixture(scope="module")
async def boss(app: Application, desk: Desk, moderator: Person) -> Person:
    """Another moderator, who came later."""
    del moderator
    return await person(app, desk.review.moderators)


@pytest.fixture
async def owner(app: Application) -> Person:
    """Somebody who writes, and has not written anything yet."""
    return await person(app)


@pytest.fixture
async def program(app: Application, desk: Desk, owner: Person) -> httpx.AsyncClient:
    """A program that may write what is the owner's."""
    return await token(app, owner.name, desk.review.scope)


@pytest.fixture
async def other_program(app: Application, owner: Person) -> httpx.AsyncClient:
    """A program that may do something else for the owner."""
    return await token(app, owner.name, Scope.account_read)


@pytest.fixture(scope="module")
async def stranger(app: Application) -> Person:
    """Somebody else with an account."""
    return await person(app)


class Outsiders(NamedTuple):
    """Those whom a thing does not concern, unless everybody may see it."""

    public: httpx.AsyncClient
    stranger: httpx.AsyncClient
    other_program: httpx.AsyncClient


@pytest.fixture
async def outsiders(public: httpx.AsyncClient, stranger: Person, other_program: httpx.AsyncClient) -> Outsiders:
    """All of them."""
    return Outsiders(public, stranger.client, other_program)


@pytest.fixture
def time_passes(app: Application) -> Iterator[Passing]:
    """Lets so many seconds pass at once. At its end it is the time of before, of which the store must know nothing."""
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        yield clock.shift
    forget(app)


@pytest.fixture
def time_stands(app: Application) -> Iterator[Passing]:
    """The same, and otherwise no time passes at all."""
    with time_machine.travel(datetime.now(UTC).replace(microsecond=0), tick=False) as clock:
        yield clock.shift
    forget(app)


@pytest.fixture
async def office(app: Application) -> Office:
    """Works off what is queued from now on."""
    office = Office(app)
    await office.forget()
    return office
