"""`pydotorg users`: accounts made, listed and given roles by who runs the service."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import click
import httpx
import pytest
from sqlalchemy import select

from pydotorg.accounts import registering, roles
from pydotorg.accounts.passwords import Passwords
from pydotorg.accounts.schemas import Registration
from pydotorg.app import Application
from pydotorg.commands.transacting import refusals
from pydotorg.commands.users import change, make
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.audit import AuditEntry
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.http.errors import ApiError
from tests.conftest import client_of, configured

from .people import PASSWORD, PASSWORD_HASH, service
from .typing_in import Terminal

GUESSED = "The password is easy to guess"
Serve = Callable[[Application], Awaitable[Any]]


def served(url: str, work: Serve) -> Any:
    """What comes of it at the service."""

    async def run() -> Any:
        async with service(url) as app:
            return await work(app)

    return asyncio.run(run())


async def login(app: Application, username: str, password: str = PASSWORD) -> httpx.Response:
    async with client_of(app) as client:
        return await client.post("/api/auth/login", json={"username": username, "password": password})


def test_who_is_made_here_signs_in_at_once(terminal: Terminal, fresh_database: str) -> None:
    assert terminal.make("ada", "--superuser").answer == "ada can sign in now, and has the role superuser.\n"

    async def me(app: Application) -> Any:
        tokens = (await login(app, "ADA")).raise_for_status().json()
        async with client_of(app, tokens["access_token"]) as ada:
            return (await ada.get("/api/auth/me")).json()

    account = served(fresh_database, me)
    assert account["email"] == "ada@example.org"
    assert (account["email_verified"], account["is_superuser"], account["roles"]) == (True, True, ["superuser"])


def test_several_roles_may_be_given_at_the_start(terminal: Terminal) -> None:
    made = terminal.make("mia", "--role", "event_moderator", "--role", "job_moderator", "--role", "job_moderator")
    assert made.answer == "mia can sign in now, and has the roles job_moderator, event_moderator.\n"
    assert terminal.make("bob").answer == "bob can sign in now, and has no role.\n"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_line_break_is_no_part_of_the_password(terminal: Terminal, fresh_database: str, end: bytes) -> None:
    password = " spaces stay, even at the end "
    terminal.make("ada", password=password + end.decode())
    assert served(fresh_database, lambda app: login(app, "ada", password)).status_code == 200


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (b"short", "The password must have at least 12 characters."),
        (b"x" * 1001, "The password must have at most 1000 characters."),
        (b"password1234", f"{GUESSED}: this is a very common password; longer is better, several words will do."),
        (b"ada@example.org1", f"{GUESSED}; longer is better, several words will do."),
        (b"", "The password on standard input must be one line, and not empty."),
        (b"\n", "The password on standard input must be one line, and not empty."),
        (b"two lines of text\nare no password", "The password on standard input must be one line, and not empty."),
        (b"\xff\xfe is no text in UTF-8", "The password on standard input is not UTF-8."),
    ],
)  # fmt: skip
def test_a_password_that_is_not_good_enough_is_refused_with_the_reason(
    terminal: Terminal, password: bytes, said: str
) -> None:
    arguments = ("users", "create", "ada", "--email", "ada@example.org", "--password-stdin")
    assert terminal(*arguments, given=password).refusal == said
    assert json.loads(terminal("users", "list", "--json").answer) == []


def test_the_password_is_no_argument(terminal: Terminal) -> None:
    arguments = ("users", "create", "ada", "--email", "ada@example.org")
    assert terminal(*arguments).refusal == "Say --password-stdin, and give the password on standard input."
    assert "No such option" in terminal(*arguments, "--password", PASSWORD).refusal


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("a", "ada@example.org", "Username must be 2 to 150 letters, digits, and `._+-`."),
        ("ada lovelace", "ada@example.org", "Username must be 2 to 150 letters, digits, and `._+-`."),
        ("ada", "nobody", "Email must be an e-mail address such as ada@example.org."),
        ("01999853-9800-7a4c-8d33-b3adba5eab68", "ada@example.org",
         "Username must be 2 to 150 letters, digits, and `._+-`, no UUID, and no word of an address."),
        ("GRACE", "ada@example.org", "The username GRACE is taken."),
        ("ada", "Grace@Example.org", "There is an account with the address Grace@Example.org already."),
    ],
)  # fmt: skip
def test_names_are_refused_as_the_api_refuses_them(terminal: Terminal, name: str, email: str, said: str) -> None:
    terminal.make("grace")
    refused = terminal("users", "create", name, "--email", email, "--password-stdin", given=PASSWORD.encode())
    assert refused.refusal == said
    assert [each["username"] for each in json.loads(terminal("users", "list", "--json").answer)] == ["grace"]


def test_the_list_is_a_table_or_json(terminal: Terminal) -> None:
    assert terminal("users", "list").answer == "There are no accounts; `pydotorg users create` makes one.\n"
    terminal.make("grace")
    terminal.make("Ada", "--superuser")
    headings, ada, grace = terminal("users", "list").answer.splitlines()
    assert headings.split() == ["username", "e-mail", "state", "roles", "since", "last", "sign-in", "id"]
    assert ada.split()[:3] == ["Ada", "Ada@example.org", "superuser"]
    assert grace.split()[:2] == ["grace", "grace@example.org"]
    listed = json.loads(terminal("users", "list", "--json").answer)
    assert [(each["username"], each["roles"], each["is_active"]) for each in listed] == [
        ("Ada", ["superuser"], True), ("grace", [], True),
    ]  # fmt: skip
    assert "argon2" not in str(listed)


def test_roles_are_given_taken_and_told(terminal: Terminal) -> None:
    terminal.make("ada")
    assert terminal("users", "role", "ada").answer == "ada has no role.\n"
    assert terminal("users", "role", "ADA@example.org", "staff").answer == "ada now has the role staff.\n"
    both = terminal("users", "role", "Ada", "release_manager", "staff").answer
    assert both == "ada now has the roles release_manager, staff.\n"
    assert terminal("users", "role", "ada", "staff", "--remove").answer == "ada now has the role release_manager.\n"
    assert terminal("users", "role", "ada", "staff", "--remove").answer == "ada now has the role release_manager.\n"
    assert terminal("users", "role", "ada").answer == "ada has the role release_manager.\n"
    assert terminal("users", "role", "ada", "--remove").refusal == "Name the roles that shall be taken away."
    assert terminal("users", "role", "bob").refusal == "There is no user bob; see `pydotorg users list`."


def test_a_misspelt_role_is_told_the_nearest(terminal: Terminal) -> None:
    near = terminal("users", "role", "ada", "release-manager").refusal
    assert near == "There is no role release-manager; did you mean release_manager?"
    known = terminal.make("ada", "--role", "wizard").refusal
    assert known == f"There is no role wizard; known are {', '.join(Role)}."


def test_the_last_superuser_stays(terminal: Terminal) -> None:
    terminal.make("ada", "--superuser")
    kept = terminal("users", "role", "ada", "superuser", "--remove").refusal
    assert kept == "This is the last superuser; give somebody else that role first."
    terminal.make("grace", "--superuser")
    assert terminal("users", "role", "ada", "superuser", "--remove").answer == "ada now has no role.\n"


async def at_once(url: str, *work: Callable[[Transactions], Awaitable[Any]]) -> list[Any]:
    """What comes of each, by a process of its own, as far as the database can tell."""
    several = [Transactions(configured(url).database_url) for _ in work]
    try:
        done = (each(transactions) for each, transactions in zip(work, several, strict=True))
        return await asyncio.gather(*done, return_exceptions=True)
    finally:
        for each in several:
            await each.dispose()


def test_two_commands_at_once_leave_a_superuser(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("ada", "--superuser")
    terminal.make("grace", "--superuser")

    async def take(transactions: Transactions, name: str) -> Any:
        return await transactions.write(lambda db: change(db, name=name, roles=[Role.superuser], remove=True))

    done = asyncio.run(at_once(fresh_database, lambda each: take(each, "ada"), lambda each: take(each, "grace")))
    assert sorted(isinstance(each, ApiError) for each in done) == [False, True], done
    listed = json.loads(terminal("users", "list", "--json").answer)
    assert sorted(each["roles"] for each in listed) == [[], ["superuser"]]


def test_of_two_that_make_the_same_user_at_once_one_is_refused(terminal: Terminal, fresh_database: str) -> None:
    new = Registration("ada", "ada@example.org", PASSWORD)

    async def create(transactions: Transactions) -> Any:
        with refusals():
            return await make(transactions, new, [Role.staff])

    done = asyncio.run(at_once(fresh_database, create, create))
    assert sorted(isinstance(each, click.ClickException) for each in done) == [False, True], done
    assert len(json.loads(terminal("users", "list", "--json").answer)) == 1


def test_nothing_is_locked_while_a_password_is_hashed(
    terminal: Terminal, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = []

    async def hashed(self: Passwords, password: str) -> str:
        async def write(db: Database) -> None:
            db.add(registering.made("grace", "grace@example.org", PASSWORD_HASH, email_verified=True))

        await at_once(fresh_database, lambda each: each.write(write))
        wrote.append(password)
        return PASSWORD_HASH

    monkeypatch.setattr(Passwords, "hashed", hashed)
    terminal.make("ada")
    assert wrote == [PASSWORD]
    assert len(json.loads(terminal("users", "list", "--json").answer)) == 2


def test_an_account_without_its_roles_is_not_made(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def give(*_: Any) -> None:
        raise ApiError("No.")

    monkeypatch.setattr(roles, "give", give)
    assert terminal.make("ada", "--superuser").refusal == "No."
    assert json.loads(terminal("users", "list", "--json").answer) == []


def test_the_audit_log_names_the_command(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("ada", "--superuser")

    async def entries(transactions: Transactions) -> Any:
        columns: list[Any] = [AuditEntry.actor_kind, AuditEntry.action, AuditEntry.resource]
        ours = select(*columns).where(AuditEntry.action.startswith("pydotorg"))
        return await transactions.read(lambda db: db.fetch(ours))

    [found] = asyncio.run(at_once(fresh_database, entries))
    assert {tuple(row) for row in found} == {
        ("command_line", "pydotorg users create", "account"), ("command_line", "pydotorg users create", "account_role"),
    }  # fmt: skip


@pytest.mark.parametrize("command", ["users list", "users role ada", "tokens list", "tokens create ada --name x"])
def test_a_database_that_is_not_ready_is_one_sentence(
    terminal: Terminal, empty_database: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PYDOTORG_DATABASE_URL", empty_database)
    assert terminal(*command.split()).refusal == (
        "The database is empty; run `pydotorg database upgrade`, or set PYDOTORG_MIGRATE=auto."
    )
    terminal("database", "upgrade")
    terminal("database", "downgrade", "0004", "--yes")
    assert terminal(*command.split()).refusal.startswith("The database is of an older version; run `pydotorg database")


@pytest.mark.parametrize(
    "arguments",
    ["users", "users create", "users list", "users role", "tokens", "tokens create", "tokens list", "tokens revoke"],
)
def test_each_command_explains_itself(terminal: Terminal, arguments: str) -> None:
    assert terminal(*arguments.split(), "--help").answer.startswith(f"Usage: pydotorg {arguments}")
