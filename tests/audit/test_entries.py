"""What a write leaves in the audit log."""

import asyncio
import json
import os
import pwd
import re
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pydotorg.accounts import queries, tidying
from pydotorg.accounts.links import Purpose, make
from pydotorg.accounts.tables import Account, ApiToken, Session
from pydotorg.app import Application
from pydotorg.cli import pydotorg
from pydotorg.kernel import clock
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.audit import HIDDEN, AuditEntry
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database, Transactions
from tests.accounts.people import PASSWORD, account, signed_in, token
from tests.conftest import client_of, configured
from tests.working import until_done

from .conftest import Log

pytestmark = pytest.mark.anyio

ME = "/api/auth/me"
BY_REQUEST = {"X-Request-ID": "the-request"}


async def renamed(app: Application, id: UUID, **fields: Any) -> None:
    """Change an account in a transaction of one's own."""

    async def change(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        for field, value in fields.items():
            setattr(row, field, value)

    await app.transactions.write(change)


async def every(transactions: Transactions) -> list[Any]:
    return [*await transactions.read(lambda db: db.fetch(select(AuditEntry.__table__).order_by(AuditEntry.moment)))]


async def test_a_change_says_who_did_what_when_and_what_was_there_before(app: Application, log: Log, name: str) -> None:
    id, began = await account(app, name, first_name="Augusta"), clock.now()
    async with await signed_in(app, name) as client:
        await client.patch(ME, json={"first_name": "Ada", "bio": "", "public_profile": False}, headers=BY_REQUEST)
    [entry] = await log(action="auth_me_change", id=id)
    assert (await log(action="auth_me_change", id=id, since=began.isoformat())) == [entry]
    assert {name: entry[name] for name in entry if name not in ("id", "moment")} == {
        "actor": {"id": str(id), "username": name, "kind": "account"},
        "action": "auth_me_change",
        "change": "change",
        "resource": "account",
        "resource_id": str(id),
        "before": {"first_name": "Augusta", "public_profile": True},
        "after": {"first_name": "Ada", "public_profile": False},
        "request_id": "the-request",
        "reason": "",
        "flagged": False,
    }


async def test_what_is_made_or_deleted_is_there_as_a_whole(app: Application, log: Log, name: str) -> None:
    async with client_of(app) as client:
        new = {"username": name, "email": "ada@example.org", "password": PASSWORD}
        id = (await client.post("/api/auth/register", json=new)).json()["id"]
    async with await signed_in(app, name) as client:
        assert (await client.request("DELETE", ME, json={"password": PASSWORD})).status_code == 204
    deleted, made = await log(resource="account", id=id)
    columns = set(Account.__table__.columns.keys())
    assert (made["change"], made["before"], set(made["after"])) == ("create", None, columns)
    assert (deleted["change"], set(deleted["before"]), deleted["after"]) == ("delete", columns, None)
    assert made["after"].items() >= {"username": name, "email_verified": True, "last_login_at": None}.items()
    assert made["after"]["created_at"].endswith("Z")
    assert made["actor"] == {"id": None, "username": "", "kind": "nobody"}


async def test_a_change_that_changes_nothing_leaves_no_entry(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    async with await signed_in(app, name) as client:
        await client.patch(ME, json={"first_name": ""})
        await client.patch(ME, json={})
        await client.post(ME)
        await client.get(ME)
    assert [entry["change"] for entry in await log(id=id)] == ["create"]


async def test_a_login_leaves_one_entry_of_who_has_proved_who_he_is(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    async with client_of(app) as client:
        login = {"username": name, "password": PASSWORD}
        answer = await client.post("/api/auth/login", json=login, headers=BY_REQUEST)
        tokens = (await client.post("/api/auth/refresh", json={"refresh_token": answer.json()["refresh_token"]})).json()
    assert "access_token" in tokens
    [entry] = await log(actor=id)
    assert (entry["action"], entry["change"], entry["resource"]) == ("auth_login", "create", "session")
    assert (entry["actor"]["username"], entry["request_id"]) == (name, "the-request")
    assert entry["after"]["account_id"] == str(id)


async def test_who_comes_after_somebody_who_signed_in_is_not_taken_for_him(
    app: Application, log: Log, name: str
) -> None:
    await account(app, name)
    async with client_of(app) as client:
        await client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
        new = {"username": f"{name}-new", "email": f"{name}-new@example.org", "password": PASSWORD}
        id = (await client.post("/api/auth/register", json=new)).json()["id"]
    [made] = await log(id=id)
    assert made["actor"] == {"id": None, "username": "", "kind": "nobody"}


async def test_a_login_that_fails_leaves_nothing(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    before = len(await every(app.transactions))
    async with client_of(app) as client:
        await client.post("/api/auth/login", json={"username": name, "password": "a wrong battery staple"})
    assert len(await every(app.transactions)) == before
    assert len(await log(id=id)) == 1


async def test_what_a_program_does_with_a_token_says_so(app: Application, log: Log, name: str) -> None:
    other = f"{name}-other"
    id, changed = await account(app, name, Role.staff), await account(app, other)
    async with await token(app, name, Scope.users_write) as program:
        answer = await program.patch(f"/api/v1/users/{changed}", json={"first_name": "Ada"})
        assert answer.status_code == 200, answer.text
    [entry] = await log(actor=id)
    assert entry["actor"] == {"id": str(id), "username": name, "kind": "api_token"}
    rows = await app.transactions.read(lambda db: db.fetch(select(ApiToken.id).where(ApiToken.account_id == id)))
    assert [row.token_id for row in await every(app.transactions) if row.account_id == id] == [rows[0][0]]


async def test_a_role_is_found_under_the_account_that_it_is_of(app: Application, log: Log, name: str) -> None:
    id = await account(app, name, Role.release_manager)
    role, made = await log(id=id)
    assert (role["resource"], role["change"], made["resource"]) == ("account_role", "create", "account")
    assert role["after"] == {"account_id": str(id), "role": "release_manager"}


async def test_what_a_task_does_names_the_task(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    async with await signed_in(app, name):
        pass

    async def expire(db: Database) -> None:
        for session in (await db.execute(select(Session).where(Session.account_id == id))).scalars():
            session.expires_at = clock.now()
        await tidying.tidy_up.later(db, tidying.Tidying())

    await app.transactions.write(expire)
    await app.worker.start()
    await until_done(app.transactions)
    await app.worker.stop()
    found = [entry for entry in await log(action="accounts.tidying") if entry["before"]["account_id"] == str(id)]
    assert [(entry["change"], entry["resource"]) for entry in found] == [("delete", "session")]
    assert found[0]["actor"] == {"id": None, "username": "", "kind": "task"}


async def test_secrets_are_nowhere_in_it(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    async with client_of(app) as client:
        login = {"username": name, "password": PASSWORD}
        tokens = (await client.post("/api/auth/login", json=login)).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        made = (await client.post("/api/auth/tokens", json={"name": "tests"})).json()
        new = {"current_password": PASSWORD, "password": "another battery of horses"}
        assert (await client.post("/api/auth/change-password", json=new)).status_code == 204
        await client.delete(f"/api/auth/tokens/{made['id']}")
        await client.post("/api/auth/logout")
    link = await app.transactions.write(
        partial(make, key="key", task=id, account=id, purpose=Purpose.reset_password, email="")
    )
    assert link is not None
    async with client_of(app) as client:
        reset = {"token": link, "password": "a third battery of horses"}
        assert (await client.post("/api/auth/reset-password", json=reset)).status_code == 204

    text = " ".join(repr(tuple(row)) for row in await every(app.transactions))
    for secret in (tokens["access_token"], tokens["refresh_token"], made["token"], link, PASSWORD, "argon2"):
        assert secret not in text
    assert re.search("[0-9a-f]{64}", text) is None, "a digest"

    hidden = {"before": {"password_hash": HIDDEN}, "after": {"password_hash": HIDDEN}}
    changes = [entry for entry in await log(resource="account", id=id) if entry["change"] == "change"]
    assert [(entry["action"], {n: entry[n] for n in hidden}) for entry in changes] == [
        ("auth_reset_password", hidden),
        ("auth_change_password", hidden),
    ]
    deleted, created = await log(id=made["id"])
    assert (deleted["before"]["digest"], created["after"]["digest"]) == (HIDDEN, HIDDEN)


async def test_what_is_rolled_back_leaves_nothing(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    before = len(await every(app.transactions))

    async def fail(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        row.first_name = "Ada"
        await db.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await app.transactions.write(fail)
    assert len(await every(app.transactions)) == before
    assert len(await log(id=id)) == 1


async def test_a_savepoint_that_is_taken_back_takes_its_entries_with_it(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)

    async def doubt(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        row.first_name = "Ada"
        nested = await db.begin_nested()
        row.last_name = "Lovelace"
        await db.flush()
        await nested.rollback()

    await app.transactions.write(doubt)
    change, _ = await log(id=id)
    assert change["after"] == {"first_name": "Ada"}


async def test_what_a_savepoint_keeps_is_told_with_the_rest(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)

    async def keep(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        row.first_name = "Ada"
        async with db.begin_nested():
            row.last_name = "Lovelace"
        row.bio = "Numbers"

    await app.transactions.write(keep)
    change, _ = await log(id=id)
    assert change["after"] == {"first_name": "Ada", "last_name": "Lovelace", "bio": "Numbers"}


async def test_the_steps_of_a_transaction_are_one_change(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)

    async def step_by_step(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        for first_name, last_name in (("Augusta", "Byron"), ("Ada", "")):
            row.first_name, row.last_name = first_name, last_name
            await db.flush()

    await app.transactions.write(step_by_step)
    change, _ = await log(id=id)
    assert (change["before"], change["after"]) == ({"first_name": ""}, {"first_name": "Ada"})


async def test_a_change_that_is_undone_in_its_transaction_leaves_no_entry(
    app: Application, log: Log, name: str
) -> None:
    id = await account(app, name)

    async def there_and_back(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        for first_name in ("Ada", ""):
            row.first_name = first_name
            await db.flush()

    await app.transactions.write(there_and_back)
    assert [entry["change"] for entry in await log(id=id)] == ["create"]


async def test_what_is_deleted_is_told_as_it_was_before_the_transaction(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)

    async def rename_and_delete(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        row.first_name = "Ada"
        await db.flush()
        await db.delete(row)

    await app.transactions.write(rename_and_delete)
    deletion, _ = await log(id=id)
    assert (deletion["change"], deletion["before"]["first_name"], deletion["after"]) == ("delete", "", None)


async def test_what_is_made_is_told_as_it_is_in_the_end(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)

    async def make_and_change(db: Database) -> UUID:
        row = await queries.to_change(db, Account.id == id)
        assert row is not None
        other = Account(**{column: getattr(row, column) for column in Account.__table__.columns.keys()})  # noqa: SIM118
        other.id, other.username, other.username_key = new_id(), f"{name}x", f"{name}x"
        other.email, other.email_key = f"{name}x@example.org", f"{name}x@example.org"
        db.add(other)
        await db.flush()
        other.first_name = "Ada"
        return other.id

    (creation,) = await log(id=await app.transactions.write(make_and_change))
    assert (creation["change"], creation["before"], creation["after"]["first_name"]) == ("create", None, "Ada")


async def test_what_is_written_without_being_read_is_refused(app: Application, name: str) -> None:
    id = await account(app, name)

    async def blindly(db: Database) -> None:
        row = await queries.to_change(db, Account.id == id)
        db.expire(row)
        assert row is not None
        row.first_name = "Ada"

    with pytest.raises(LookupError, match="load first_name of Account before"):
        await app.transactions.write(blindly)


async def test_an_account_that_is_deleted_leaves_its_entries(app: Application, log: Log, name: str) -> None:
    id = await account(app, name)
    async with await signed_in(app, name) as client:
        await client.patch(ME, json={"first_name": "Ada"})
        await client.request("DELETE", ME, json={"password": PASSWORD})
    told = [(entry["change"], entry["resource"]) for entry in await log(actor=id)]
    assert told == [("delete", "account"), ("delete", "session"), ("change", "account")]
    assert {entry["actor"]["username"] for entry in await log(actor=id)} == {name}


async def test_entries_keep_the_name_that_somebody_had(app: Application, log: Log, name: str) -> None:
    id, later = await account(app, name), f"{name}-later"
    async with await signed_in(app, name) as client:
        await client.patch(ME, json={"username": later})
        await client.patch(ME, json={"first_name": "Ada"})
    assert [entry["actor"]["username"] for entry in await log(actor=id)] == [later, name]
    assert [entry["after"]["username"] for entry in await log(actor=name.upper())] == [later]


async def test_a_copy_of_ones_data_says_what_one_did_and_nothing_about_others(app: Application, name: str) -> None:
    other = f"{name}-other"
    await account(app, name, Role.staff)
    changed = await account(app, other)
    async with await signed_in(app, name) as client:
        await client.patch(f"/api/v1/users/{changed}", json={"first_name": "Ada"})
        copy = (await client.get(f"{ME}/export")).json()
    assert "audit" in json.dumps(copy)
    assert str(changed) in json.dumps(copy)
    assert f"{other}@example.org" not in json.dumps(copy)
    assert "Ada" not in json.dumps(copy)


async def entries_at(url: str) -> list[Any]:
    transactions = Transactions(configured(url).database_url)
    try:
        return await every(transactions)
    finally:
        await transactions.dispose()


def test_the_command_line_names_the_command_and_the_user_of_the_operating_system(
    empty_database: str, anyio_backend: str
) -> None:
    runner = CliRunner(env={"PYDOTORG_DATABASE_URL": empty_database})
    for _ in range(2):
        assert runner.invoke(pydotorg, ["seed"], prog_name="pydotorg").exit_code == 0
    entries = asyncio.run(entries_at(empty_database))
    [entry] = [each for each in entries if each.resource == "snapshot"]
    # what follows from the releases is entered by itself
    assert {each.resource for each in entries} == {"snapshot", "calendar", "event"}
    assert {(each.username, each.action) for each in entries} == {(entry.username, entry.action)}
    assert (entry.actor_kind, entry.username) == ("command_line", pwd.getpwuid(os.getuid()).pw_name)
    assert (entry.action, entry.change, entry.resource) == ("pydotorg seed", "create", "snapshot")
    assert entry.after["release_file"] > 4000
