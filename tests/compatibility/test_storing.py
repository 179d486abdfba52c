"""Stored answers are everybody's but a manager's: she sees drafts, by the shortest way as by every other."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import KEY, account, service
from tests.conftest import configured
from tests.frontdoor.asking import hits
from tests.frontdoor.fronts import Front, fronting
from tests.releases.world import add_more

from .people import Keys, keys_of
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio

LISTS = [f"{V2}/release/", f"{V2}/release_file/", f"{V1}/release/?limit=0", f"{V1}/release_file/?slug=draft-exe"]


@pytest.fixture
def own_url(fresh_database: str) -> str:
    asyncio.run(add_more(fresh_database))
    return fresh_database


@pytest.fixture
async def office(own_url: str) -> AsyncIterator[Application]:
    """Where accounts are made: another process might be it."""
    async with service(own_url) as app:
        yield app


@pytest.fixture(params=[True, False], ids=["quick", "slow"])
def front(request: pytest.FixtureRequest, own_url: str) -> Iterator[Front]:
    settings = {"PYDOTORG_STORE": "true", "PYDOTORG_SECRET_KEY": KEY}
    with fronting(Application(configured(own_url, **settings)), fast=request.param) as front:
        yield front


def forms(keys: Keys, address: str) -> tuple[str, str]:
    [header] = (keys.api_key if address.startswith(V1) else keys.token).items()
    return header


async def test_a_manager_is_not_given_the_public_list_though_it_is_stored(front: Front, office: Application) -> None:
    await account(office, "rita", Role.release_manager)
    await account(office, "alice")
    rita, alice = await keys_of(office, "rita"), await keys_of(office, "alice")
    for address in LISTS:
        with front.wire() as line:
            public = line.ask(address)
            for _ in range(3):  # each time a little more of it is known
                assert line.ask(address).body == public.body
                hers = line.ask(address, forms(rita, address))
                assert hers.headers["cache-control"] == "private, no-store"
                assert hers.body != public.body, "she sees drafts"
                assert line.ask(address, forms(alice, address)).body == public.body
                assert line.ask(address).body == public.body, "and nobody else is given what she got"


async def test_others_with_an_account_are_answered_from_the_store(front: Front, office: Application) -> None:
    await account(office, "alice")
    alice = await keys_of(office, "alice")
    with front.wire() as line:
        address = f"{V2}/release/"
        for _ in range(2):
            line.ask(address)
            line.ask(address, forms(alice, address))
        before = hits(front.app)
        line.ask(address, forms(alice, address))
        assert hits(front.app) == before + 1


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
async def test_every_file_at_once_leaves_from_the_store_compressed(front: Front, coding: str) -> None:
    with front.wire() as line:
        address, accept = f"{V2}/release_file/", ("Accept-Encoding", coding)
        plain = line.ask(address)
        first = line.ask(address, accept)
        before = hits(front.app)
        second = line.ask(address, accept)
        assert hits(front.app) == before + 1
        assert second.headers["content-encoding"] == coding
        assert first.plain == second.plain == plain.body
        assert len(second.body) < len(plain.body) / 5
