"""What two do at the same time: neither waits for the other for ever, and the later one finds what the earlier left."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from pydotorg.accounts import api_tokens, changing, links, queries, sessions, tidying
from pydotorg.accounts.links import Purpose
from pydotorg.accounts.registering import Confirmation
from pydotorg.accounts.schemas import AccountChange, TokenOrder
from pydotorg.accounts.tables import Account, MailedLink, Session
from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import ApiError, Unauthenticated
from pydotorg.kernel.http.operations import Sender

from .people import NOBODY_LEAVES, PASSWORD_HASH, account, service, signed_in, token

pytestmark = pytest.mark.anyio

ROUNDS = 12
SENDER = Sender("127.0.0.1", "tests")
OTHER_HASH = PASSWORD_HASH.replace("fV4n", "gV4n")
KEY = "k" * 40


async def together(*apps_and_works: tuple[Application, Callable[[Database], Awaitable[Any]]]) -> list[Any]:
    """What each gives, or the error that the API would answer with; anything else fails the test."""
    results = await asyncio.gather(
        *(app.transactions.write(work) for app, work in apps_and_works), return_exceptions=True
    )
    for result in results:
        assert not isinstance(result, BaseException) or isinstance(result, ApiError), repr(result)
    return results


async def tidy(db: Database) -> None:
    await tidying.tidy_up.handler(db, tidying.Tidying())


async def begun(app: Application, name: str) -> tuple[Any, Any]:
    async def begin(db: Database) -> Any:
        known = await queries.to_change(db, queries.called(name))
        assert known is not None
        return await sessions.begin(db, known, SENDER)

    session, refresh_token = await app.transactions.write(begin)
    return session, refresh_token


async def test_a_spent_token_and_a_sign_out_end_one_session_together(own_database: str, name: str) -> None:
    async with service(own_database) as one, service(own_database) as other:
        id = await account(one, name)
        for _ in range(ROUNDS):
            _, spent = await begun(one, name)
            await one.transactions.write(partial(sessions.refresh, token=spent))
            await together(
                (one, partial(sessions.refresh, token=spent)),
                (other, partial(sessions.end, account=id)),
                (other, partial(sessions.refresh, token=spent)),
            )
            assert await one.transactions.write(partial(sessions.end, account=id)) == 0


async def test_an_account_that_closes_waits_for_what_belongs_to_it(own_database: str, name: str) -> None:
    async with service(own_database) as one, service(own_database) as other:
        for number in range(ROUNDS):
            id = await account(one, f"{name}-{number}", Role.job_moderator)
            _, refresh_token = await begun(one, f"{name}-{number}")
            await (await token(one, f"{name}-{number}")).aclose()
            await together(
                (one, partial(changing.close, id=id, proved=PASSWORD_HASH, leavings=NOBODY_LEAVES)),
                (other, partial(sessions.refresh, token=refresh_token)),
                (other, tidy),
            )
            async with one.transactions.begin(writes=False, here=False) as db:
                assert await queries.account(db, id) is None


async def test_links_and_a_new_password_do_not_wait_for_each_other(own_database: str, name: str) -> None:
    async with service(own_database) as one, service(own_database) as other:
        id = await account(one, name)
        email = f"{name}@example.org"
        for _ in range(ROUNDS):

            async def make(db: Database) -> list[str | None]:
                await db.execute(update(MailedLink).values(expires_at=datetime.now(UTC)))
                purposes = (Purpose.reset_password, Purpose.reset_password, Purpose.verify_email)
                return [await links.make(db, KEY, uuid4(), id, purpose, email) for purpose in purposes]

            first, second, third = (str(secret) for secret in await one.transactions.write(make))

            async def change(db: Database) -> None:
                await changing.set_password(db, await queries.mine(db, id), PASSWORD_HASH)

            used = await together(
                (one, partial(links.use, secret=first, purpose=Purpose.reset_password)),
                (other, partial(links.use, secret=second, purpose=Purpose.reset_password)),
                (one, partial(links.use, secret=third, purpose=Purpose.verify_email)),
                (other, change),
            )
            assert sum(each is not None for each in used[:2]) <= 1


@pytest.mark.parametrize("what", ["password", "address", "close"])
async def test_a_password_that_was_proved_must_hold_when_it_is_used(own_database: str, name: str, what: str) -> None:
    async with service(own_database) as app:
        id = await account(app, name)

        async def act(db: Database) -> None:
            if what == "password":
                await changing.change_password(db, id, "another battery of horses", OTHER_HASH, PASSWORD_HASH, None)
            elif what == "address":
                change = AccountChange(email=f"thief-{name}@example.org")
                await changing.change(db, id, change, Confirmation(is_needed=False), PASSWORD_HASH)
            else:
                await changing.close(db, id, PASSWORD_HASH, NOBODY_LEAVES)

        async def owner(db: Database) -> None:
            await changing.set_password(db, await queries.mine(db, id), PASSWORD_HASH.replace("fV4n", "hV4n"))

        await app.transactions.write(owner)
        with pytest.raises(Unauthenticated):
            await app.transactions.write(act)


async def test_tidying_leaves_an_account_that_is_being_confirmed(own_database: str, name: str) -> None:
    async with service(own_database) as one, service(own_database) as other:
        for number in range(ROUNDS):
            made = datetime.now(UTC) - timedelta(days=8)
            id = await account(one, f"{name}-{number}", email_verified=False, created_at=made)

            async def confirm(db: Database, id: Any = id, email: str = f"{name}-{number}@example.org") -> bool:
                known = await queries.to_change(db, Account.id == id)
                if known is not None:
                    await changing.confirm(db, known, email)
                    await asyncio.sleep(0.01)
                return known is not None

            [confirmed, _] = await together((one, confirm), (other, tidy))
            async with one.transactions.begin(writes=False, here=False) as db:
                assert (await queries.account(db, id) is not None) is confirmed


async def test_a_token_that_is_made_while_its_owner_is_deactivated_does_not_live_again(
    app: Application, name: str
) -> None:
    id = await account(app, name, is_active=False)
    with pytest.raises(Unauthenticated):
        await app.transactions.write(partial(api_tokens.make, order=TokenOrder("tests"), account=id))


async def test_tidying_goes_on_until_all_is_tidy(app: Application, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "ACCOUNTS_AT_ONCE_MAX", 2)
    for number in range(5):
        await account(app, f"{name}-{number}")
        await begun(app, f"{name}-{number}")
    async with app.transactions.begin(writes=True) as db:
        await db.execute(update(Session).values(expires_at=datetime.now(UTC)))
        await tidying.tidy_up.handler(db, tidying.Tidying())
        assert db.queues


async def test_what_goes_with_an_account_is_in_the_audit_log(app: Application, name: str) -> None:
    await account(app, name, Role.job_moderator)
    await account(app, f"{name}-staff", Role.staff)
    await (await token(app, name)).aclose()
    async with await signed_in(app, name) as owner, await signed_in(app, f"{name}-staff") as staff:
        closed = await owner.request("DELETE", "/api/auth/me", json={"password": "correct horse battery staple"})
        assert closed.status_code == 204
        entries = (await staff.get(f"/api/v1/audit?actor={name}&action=auth_me_close")).json()
    assert sorted(entry["resource"] for entry in entries) == ["account", "account_role", "api_token", "session"]
