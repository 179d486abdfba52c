"""Who is signed in is remembered, and forgotten with the revision that says that something was taken away."""

import asyncio
from typing import cast
from uuid import uuid4

import pytest

from pydotorg.kernel.access import ANONYMOUS, IDENTITIES, Identity
from pydotorg.kernel.frontdoor import identities as module
from pydotorg.kernel.frontdoor.answers import Generation
from pydotorg.kernel.frontdoor.identities import Identified, Identities
from pydotorg.kernel.frontdoor.sharing import Sharing
from tests.limits.conftest import Time

pytestmark = pytest.mark.anyio

ALICE = Identity.of(uuid4(), "alice")
HEAD = [(b"host", b"localhost"), (b"authorization", b"Bearer alice")]


class Accounts:
    """Who knows whom the credentials belong to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.known = {"Bearer alice": Identified(ALICE, 2e9)}
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, credentials: str) -> Identified | None:
        self.asked += 1
        found = self.known.get(credentials) or (Identified(ALICE, 2e9) if "alice" in credentials else None)
        await self.gate.wait()
        return found


class Revisions:
    """As much of a `Sharing` as concerns who asks."""

    def __init__(self) -> None:
        self.current, self.trusted = Generation((1,)), True

    def generation(self, datasets: tuple[str, ...]) -> Generation:
        assert datasets == (IDENTITIES,)
        return self.current

    async def is_sure(self) -> bool:
        return self.trusted

    def move(self) -> None:
        self.current.current = False
        self.current = Generation((self.current.revisions[0] + 1,))


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def revisions() -> Revisions:
    return Revisions()


@pytest.fixture
def identities(accounts: Accounts, revisions: Revisions) -> Identities:
    return Identities(accounts, cast("Sharing", revisions))


@pytest.mark.parametrize(
    ("lines", "identity"),
    [
        ([], ANONYMOUS),
        ([b"Bearer alice"], ALICE),
        ([b"Bearer mallory"], None),
        ([b""], None),
        ([b"\xff"], None),
        ([b"Bearer alice", b"Bearer alice"], None),
    ],
)
async def test_one_line_of_credentials_names_one_account(
    identities: Identities, lines: list[bytes], identity: Identity | None
) -> None:
    head = [(b"host", b"localhost"), *((b"authorization", line) for line in lines)]
    assert await identities.of(head) == identity


async def test_who_is_known_is_not_looked_up_again(identities: Identities, accounts: Accounts) -> None:
    assert [await identities.of(HEAD) for _ in range(3)] == [ALICE] * 3
    assert accounts.asked == 1
    assert identities.remembered(b"Bearer alice") is ALICE
    assert identities.remembered(b"Bearer mallory") is None


async def test_everybody_is_looked_up_again_once_something_was_taken_away(
    identities: Identities, accounts: Accounts, revisions: Revisions
) -> None:
    await identities.of(HEAD)
    revisions.move()
    assert identities.remembered(b"Bearer alice") is None
    await identities.of(HEAD)
    assert accounts.asked == 2


async def test_what_was_looked_up_before_a_logout_is_not_remembered_after_it(
    identities: Identities, accounts: Accounts, revisions: Revisions
) -> None:
    await identities.of(HEAD)
    revisions.move()
    accounts.gate.clear()
    slow = asyncio.create_task(identities.of(HEAD))
    await asyncio.sleep(0)
    revisions.move()
    accounts.gate.set()
    assert await slow == ALICE  # it was asked before
    assert identities.remembered(b"Bearer alice") is None


async def test_who_is_known_is_forgotten_when_his_credentials_expire(
    identities: Identities, accounts: Accounts, still: Time
) -> None:
    accounts.known["Bearer alice"] = Identified(ALICE, still.moment + 60)
    await identities.of(HEAD)
    still.moment += 59
    assert identities.remembered(b"Bearer alice") is ALICE
    still.moment += 1
    assert identities.remembered(b"Bearer alice") is None


async def test_nobody_is_believed_from_memory_while_the_database_is_away_too_long(
    identities: Identities, accounts: Accounts, revisions: Revisions
) -> None:
    await identities.of(HEAD)
    revisions.trusted = False
    await identities.of(HEAD)
    assert accounts.asked == 2


async def test_without_a_store_everybody_is_looked_up_each_time(accounts: Accounts) -> None:
    identities = Identities(accounts, None)
    assert [await identities.of(HEAD) for _ in range(2)] == [ALICE] * 2
    assert accounts.asked == 2
    assert identities.remembered(b"Bearer alice") is None


async def test_credentials_that_do_not_hold_are_not_remembered(identities: Identities, accounts: Accounts) -> None:
    for _ in range(2):
        assert await identities.of([(b"authorization", b"Bearer mallory")]) is None
    assert accounts.asked == 2


async def test_memory_is_bounded(identities: Identities, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_MAX", 10)
    for number in range(25):
        await identities.of([(b"authorization", b"Bearer alice %d" % number)])
    assert 0 < len(identities._known) <= 10


async def test_credentials_that_are_longer_than_any_of_ours_are_not_remembered(
    identities: Identities, accounts: Accounts
) -> None:
    for _ in range(2):
        assert await identities.of([(b"authorization", b"Bearer alice" + b" " * 1024)]) == ALICE
    assert accounts.asked == 2
    assert len(identities._known) == 0
