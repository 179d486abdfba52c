"""PURGE: 200 everywhere and for everybody; with a release manager's token the address is computed anew."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from tests.accounts.people import account, service
from tests.conftest import client_of
from tests.frontdoor.asking import computed

from .people import Keys, keys_of
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio

LATEST, GROUPS = "/api/v1/releases/latest", "/api/v1/user-groups"
ANYWHERE = [
    LATEST, f"{V1}/release/", f"{V2}/release_file", "/", "/downloads/", "/ftp/python/3.14.9/Python-3.14.9.tgz",
    "/ftp//python/", "/api/v1/nothing", "/downloads/release/python-3149/?x=%FF", "/health", "/a%2Fb", "*",
]  # fmt: skip


class Workers(NamedTuple):
    """Two processes that serve the same database."""

    first: Application
    second: Application

    async def ask(self, address: str) -> None:
        for worker in self:
            async with client_of(worker) as client:
                assert (await client.get(address)).status_code == 200

    def computed(self, operation: str) -> list[int]:
        return [computed(worker, operation) for worker in self]


@pytest.fixture
async def workers(fresh_database: str) -> AsyncIterator[Workers]:
    url = fresh_database
    async with service(url, PYDOTORG_STORE="true") as first, service(url, PYDOTORG_STORE="true") as second:
        yield Workers(first, second)


async def manager_of(workers: Workers) -> Keys:
    await account(workers.first, "rita", Role.release_manager)
    return await keys_of(workers.first, "rita")


async def purge(worker: Application, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async with client_of(worker) as client:
        answer = await client.request("PURGE", address, headers=headers or {})
    assert (answer.status_code, answer.content) == (200, b"")
    return answer


@pytest.mark.parametrize("address", ANYWHERE)
async def test_any_address_can_be_purged_by_anybody(app: Application, alice: Keys, rita: Keys, address: str) -> None:
    strange = {"Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q="}
    for headers in ({}, {"Fastly-Soft-Purge": "1"}, alice.token, strange, rita.token, rita.api_key, rita.bearer):
        answer = await purge(app, address, headers)
        assert answer.headers["cache-control"] == "no-store"
        assert "x-request-id" in answer.headers


async def test_a_manager_s_purge_ends_what_is_stored_on_every_worker(workers: Workers) -> None:
    rita = await manager_of(workers)
    for headers in (rita.token, rita.bearer, {**rita.api_key, "Fastly-Soft-Purge": "1"}):
        await workers.ask(LATEST)
        before = workers.computed("releases_latest")
        await workers.ask(LATEST)
        assert workers.computed("releases_latest") == before, "it was stored"
        await purge(workers.first, f"{LATEST}/", headers)
        await workers.ask(LATEST)
        assert workers.computed("releases_latest") == [count + 1 for count in before]


async def test_nobody_else_s_purge_does_anything(workers: Workers) -> None:
    await account(workers.first, "alice")
    await account(workers.first, "rita", Role.release_manager)
    narrow = await keys_of(workers.first, "rita", Scope.jobs_write)
    alice = await keys_of(workers.first, "alice")
    await workers.ask(LATEST)
    before = workers.computed("releases_latest")
    for headers in ({}, alice.token, narrow.token, {"Authorization": "Token nonsense"}):
        await purge(workers.first, LATEST, headers)
    await workers.ask(LATEST)
    assert workers.computed("releases_latest") == before


async def test_a_purge_leaves_alone_what_other_data_make(workers: Workers) -> None:
    rita = await manager_of(workers)
    await workers.ask(LATEST)
    await workers.ask(GROUPS)
    before = workers.computed("releases_latest"), workers.computed("user_groups_list")
    for address in (GROUPS, "/ftp/python/3.14.9/", "/downloads/"):
        await purge(workers.first, address, rita.token)
    await workers.ask(LATEST)
    await workers.ask(GROUPS)
    groups = [count + 1 for count in before[1]]
    assert (workers.computed("releases_latest"), workers.computed("user_groups_list")) == (before[0], groups)


async def test_a_foreign_host_is_refused_all_the_same(app: Application) -> None:
    async with client_of(app) as client:
        assert (await client.request("PURGE", LATEST, headers={"Host": "evil.example"})).status_code == 400
