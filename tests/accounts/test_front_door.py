"""Who is signed in gets stored answers by the shortest way, on his own quota, and none any more once he is out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from pydotorg.accounts import queries, sessions
from pydotorg.accounts.credentials import AccessTokens
from pydotorg.accounts.tables import AccountRole
from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.frontdoor.asgi import FrontDoor
from pydotorg.kernel.http.operations import Sender
from tests.conftest import configured
from tests.frontdoor.fronts import SECRET_KEY, Front, commanded, fronting
from tests.frontdoor.wire import Line

from .people import KEY, account, service, token

pytestmark = pytest.mark.anyio

LATEST, ME = "/api/v1/releases/latest", "/api/auth/me"
DRAFTS = "/api/v1/releases?is_published=false"


@pytest.fixture
async def office(fresh_database: str) -> AsyncIterator[Application]:
    """Where accounts are made and changed: another process might be it."""
    async with service(fresh_database) as app:
        yield app


@pytest.fixture
def limited(fresh_database: str, early: None) -> Application:
    """The application with the quotas of the contract."""
    real = {"PYDOTORG_RATE_LIMIT_FACTOR": "1", "PYDOTORG_STORE": "true"}
    return Application(configured(fresh_database, PYDOTORG_SECRET_KEY=KEY, **real))


@pytest.fixture(params=[True, False], ids=["quick", "slow"])
def front(request: pytest.FixtureRequest, limited: Application) -> Iterator[Front]:
    with fronting(limited, fast=request.param) as front:
        yield front


async def bearer(app: Application, name: str) -> tuple[str, str]:
    """The credentials of somebody who has just signed in."""

    async def begin(db: Database) -> tuple[UUID, UUID]:
        known = await queries.to_change(db, queries.called(name))
        assert known is not None
        session, _ = await sessions.begin(db, known, Sender("127.0.0.1", "tests"))
        return known.id, session

    tokens: AccessTokens = app.parts[AccessTokens]
    return "Authorization", f"Bearer {tokens.issue(*await app.transactions.write(begin))}"


async def test_a_stored_answer_leaves_from_the_connection_for_who_is_signed_in(
    office: Application, limited: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await account(office, name)
    given = await bearer(office, name)
    passed = []
    answer = FrontDoor._answer

    async def noted(self: FrontDoor, *arguments: Any) -> bool:
        passed.append(1)
        return await answer(self, *arguments)

    monkeypatch.setattr(FrontDoor, "_answer", noted)
    with fronting(limited) as front, front.wire() as wire:
        anonymous = wire.ask(LATEST)
        wire.ask(LATEST, given)
        assert passed == [1]
        passed.clear()
        answers = [wire.ask(LATEST, given) for _ in range(10)]
    assert passed == []
    assert {(answer.body, answer.etag) for answer in answers} == {(anonymous.body, anonymous.etag)}
    assert [answer.remaining for answer in answers] == list(range(298, 288, -1))


async def test_a_quota_is_the_accounts_whatever_credentials_it_shows(
    office: Application, front: Front, name: str
) -> None:
    await account(office, name)
    one, two = await bearer(office, name), await bearer(office, name)
    program = ("Authorization", (await token(office, name, Scope.account_read)).headers["Authorization"])
    with front.wire() as wire:
        assert wire.ask(LATEST).headers["ratelimit-limit"] == "120"
        answers = [wire.ask(LATEST, (one, two, program)[number % 3]) for number in range(301)]
        assert {answer.headers["ratelimit-limit"] for answer in answers} == {"300"}
        assert [answer.status for answer in answers] == [200] * 300 + [429]
        assert wire.ask(LATEST).status == 200
        assert wire.ask(LATEST, one, ("If-None-Match", answers[0].etag)).status == 304


@pytest.mark.parametrize(
    ("role", "limit"), [(Role.release_manager, 1500), (Role.staff, 1500), (Role.job_moderator, 300)]
)
async def test_a_role_may_have_a_larger_quota_from_the_next_request_on(
    office: Application, front: Front, name: str, role: Role, limit: int
) -> None:
    id = await account(office, name)
    given = await bearer(office, name)
    with front.wire() as wire:
        assert {wire.ask(LATEST, given).headers["ratelimit-limit"] for _ in range(3)} == {"300"}
        async with office.transactions.begin(writes=True) as db:
            db.add(AccountRole(account_id=id, role=role))
        assert {wire.ask(LATEST, given).headers["ratelimit-limit"] for _ in range(3)} == {str(limit)}


def test_who_is_over_his_quota_hears_that_before_his_credentials_are_judged(front: Front) -> None:
    with front.wire() as wire:
        answers = [wire.ask(LATEST, ("Authorization", "Bearer nobody")) for _ in range(121)]
    assert [answer.status for answer in answers] == [401] * 120 + [429]


async def test_a_refresh_counts_for_the_owner_of_the_token(office: Application, front: Front, name: str) -> None:
    await account(office, name)

    async def begin(db: Database) -> str:
        known = await queries.to_change(db, queries.called(name))
        assert known is not None
        return (await sessions.begin(db, known, Sender("127.0.0.1", "tests")))[1].text

    refresh_token = await office.transactions.write(begin)
    address = f"http://localhost:{front.port}/api/auth/refresh"
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = [await client.post(address, json={"refresh_token": "x" * 64}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        answer = await client.post(address, json={"refresh_token": refresh_token})
        assert (answer.status_code, answer.headers["ratelimit-limit"]) == (200, "20")


@pytest.mark.parametrize("freshness", ["strict", "notify"])
@pytest.mark.parametrize("end", ["logout", "deactivated", "demoted"])
async def test_who_is_out_is_out_on_every_worker_with_the_next_request(
    fresh_database: str, tmp_path: Path, name: str, engine_name: str, end: str, freshness: str
) -> None:
    if (engine_name, freshness) == ("sqlite", "notify"):
        pytest.skip("SQLite has no such mode")
    database = fresh_database
    settings = {
        "PYDOTORG_WORKERS": "2", "PYDOTORG_RATE_LIMIT_FACTOR": "1000", "PYDOTORG_FRESHNESS": freshness,
    }  # fmt: skip
    async with service(database, PYDOTORG_SECRET_KEY=SECRET_KEY) as app:
        await account(app, name, Role.release_manager)
        with commanded(tmp_path, database, **settings) as port:
            ours = AccessTokens(lambda: SECRET_KEY, None, f"http://127.0.0.1:{port}")
            app.parts[AccessTokens] = ours
            for _ in range(5):
                given = await bearer(app, name)
                lines = [await Line.to(port) for _ in range(12)]
                host = ("Host", f"127.0.0.1:{port}")
                before = [await line.ask(target, host, given) for line in lines for target in (LATEST, LATEST, DRAFTS)]
                assert {answer.status for answer in before} == {200}
                await take_away(app, lines[0], name, end, host, given)
                after = await asyncio.gather(*(line.ask(DRAFTS, host, given) for line in lines[1:]))
                assert {answer.status for answer in after} == {403 if end == "demoted" else 401}
                if end != "demoted":
                    after = await asyncio.gather(*(line.ask(LATEST, host, given) for line in lines))
                    assert {answer.status for answer in after} == {401}
                await give_back(app, name)
                for line in lines:
                    await line.close()


async def take_away(
    app: Application, line: Line, name: str, end: str, host: tuple[str, str], given: tuple[str, str]
) -> None:
    if end == "logout":
        assert (await line.ask("/api/auth/logout", host, given, method="POST")).status == 204
        return

    async def write(db: Database) -> None:
        known = await queries.to_change(db, queries.called(name))
        assert known is not None
        if end == "deactivated":
            known.is_active = False
        else:
            role = await db.get(AccountRole, (known.id, Role.release_manager))
            await db.delete(role)

    await app.transactions.write(write)


async def give_back(app: Application, name: str) -> None:
    async def write(db: Database) -> None:
        known = await queries.to_change(db, queries.called(name))
        assert known is not None
        known.is_active = True
        await db.merge(AccountRole(account_id=known.id, role=Role.release_manager))

    await app.transactions.write(write)
