"""Whatever happens at once, or one after the other, somebody stays who can give roles."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from pydotorg.accounts import changing
from pydotorg.accounts.people import standing
from pydotorg.accounts.tables import Account, AccountRole
from pydotorg.app import Application
from pydotorg.kernel.access import Caller, Identity, Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict

from .people import NOBODY_LEAVES, PASSWORD, PASSWORD_HASH, Person, account, person, service, signed_in

pytestmark = pytest.mark.anyio

Fall = Callable[[Person, Person], Awaitable[httpx.Response]]
FALLS: dict[str, Fall] = {
    "loses the role": lambda by, whom: by.client.put(f"{whom.address}/roles", json={"roles": []}),
    "is deactivated": lambda by, whom: by.client.post(f"{whom.address}/deactivate"),
    "closes the account": lambda _, whom: whom.client.request(
        "DELETE", "/api/auth/me", json={"password": PASSWORD}
    ),
}  # fmt: skip


@pytest.fixture
async def two_workers(fresh_database: str) -> AsyncIterator[tuple[Application, Application]]:
    """Of one database, in which nobody has an account yet."""
    async with service(fresh_database) as one, service(fresh_database) as other:
        yield one, other


async def superusers(app: Application) -> int:
    active = select(func.count()).select_from(AccountRole).join(Account)
    active = active.where(AccountRole.role == Role.superuser, Account.is_active)
    ((number,),) = await app.transactions.read(lambda db: db.fetch(active))
    return int(number)


@pytest.mark.parametrize("fall", FALLS)
async def test_two_superusers_who_end_each_other_at_once_are_not_both_ended(
    two_workers: tuple[Application, Application], fall: str
) -> None:
    for _ in range(3):
        ada, bob = [await person(app, Role.superuser) for app in two_workers]
        answers = await asyncio.gather(FALLS[fall](ada, bob), FALLS[fall](bob, ada))
        statuses = [answer.status_code for answer in answers]
        assert await superusers(two_workers[0]) == 1
        assert len([status for status in statuses if status in (200, 204)]) == 1
        assert {*statuses} <= {200, 204, 401, 403, 409}
        for each in (ada, bob):  # for the next pair, nobody is there
            await two_workers[0].transactions.write(partial(forget, each.id))


async def forget(id: UUID, db: Database) -> None:
    row = await db.get(Account, id)
    if row is not None:
        await db.delete(row)


def root(id: UUID) -> Caller:
    return Caller(Identity.of(id, "root", [Role.superuser]))


@pytest.mark.parametrize("second", ["deactivate", "roles", "close"])
async def test_the_second_waits_for_the_first_and_then_sees_what_it_did(
    two_workers: tuple[Application, Application], second: str
) -> None:
    one, other = two_workers
    ada, bob = await account(one, "ada", Role.superuser), await account(one, "bob", Role.superuser)

    async def end_bob(db: Database) -> None:
        if second == "deactivate":
            await standing.deactivate(db, "bob", by=root(ada))
        elif second == "roles":
            await standing.set_roles(db, "bob", [], by=root(ada))
        else:
            await changing.close(db, bob, PASSWORD_HASH, NOBODY_LEAVES)

    async with one.transactions.begin(writes=True) as db:
        await standing.deactivate(db, "ada", by=root(bob))
        waiting = asyncio.create_task(other.transactions.write(end_bob))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    with pytest.raises(Conflict, match="last superuser"):
        await waiting
    assert await superusers(one) == 1


class Model:
    """What must hold of three accounts, told anew: their roles, and who is let in."""

    def __init__(self) -> None:
        self.roles = {"ada": {"superuser"}, "bob": {"superuser"}, "eve": {"staff"}}
        self.active = dict.fromkeys(self.roles, True)

    def is_last(self, name: str) -> bool:
        here = [each for each in self.roles if self.active[each] and "superuser" in self.roles[each]]
        return here == [name]

    def may_touch(self, by: str, whom: str) -> bool:
        return "superuser" in self.roles[by] or (
            "staff" in self.roles[by] and "superuser" not in self.roles[whom]
        )  # fmt: skip

    def give(self, by: str, whom: str, roles: set[str]) -> int:
        loses = "superuser" in self.roles[whom] - roles
        if "superuser" not in self.roles[by]:
            return 403
        if loses and (by == whom or self.is_last(whom)):
            return 409
        self.roles[whom] = roles
        return 200

    def set_active(self, by: str, whom: str, active: bool) -> int:
        if not self.may_touch(by, whom):
            return 403
        if self.active[whom] == active or (by == whom and not active):
            return 409
        self.active[whom] = active
        return 200


async def test_any_sequence_of_moves_ends_as_the_rules_say(two_workers: tuple[Application, Application]) -> None:
    model, chance = Model(), random.Random(8)  # noqa: S311  which moves, nobody needs to guess
    for name, roles in model.roles.items():
        await account(two_workers[0], name, *map(Role, roles))
    clients = {name: await signed_in(chance.choice(two_workers), name) for name in model.roles}
    outcomes = set()
    for _ in range(150):
        by, whom = chance.choices([*model.roles], k=2)
        move = chance.choice(["deactivate", "reactivate", "roles"])
        was_active = model.active[by]
        if move == "roles":
            roles = set(chance.sample(["superuser", "staff", "job_moderator"], chance.randint(0, 2)))
            expected = model.give(by, whom, roles) if was_active else 401
            answer = await clients[by].put(f"/api/v1/users/{whom}/roles", json={"roles": sorted(roles)})
        else:
            expected = model.set_active(by, whom, move == "reactivate") if was_active else 401
            answer = await clients[by].post(f"/api/v1/users/{whom}/{move}")
        assert (by, move, whom, answer.status_code) == (by, move, whom, expected)
        outcomes.add((move, expected))
        if answer.status_code == 200:
            assert {*answer.json()["roles"]} == model.roles[whom]
            if move == "reactivate":
                clients[whom] = await signed_in(chance.choice(two_workers), whom)
        assert await superusers(two_workers[1]) >= 1
    assert outcomes >= {(move, status) for move in ("deactivate", "roles") for status in (200, 401, 403, 409)}
