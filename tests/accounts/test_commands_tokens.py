"""`pydotorg tokens`: API tokens for programs, made by who runs the service."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pydotorg.accounts.tables import Account
from pydotorg.app import Application
from pydotorg.kernel.database.transaction import Transactions
from tests.conftest import client_of, configured

from .people import service
from .typing_in import Terminal


def me(url: str, token: str) -> Any:
    """How the service answers who shows this token."""

    async def ask(app: Application) -> Any:
        async with client_of(app, token) as program:
            return await program.get("/api/auth/me")

    async def run() -> Any:
        async with service(url) as app:
            return await ask(app)

    return asyncio.run(run())


def test_the_token_is_the_last_word_and_works(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("ada")
    printed = terminal("tokens", "create", "ADA", "--name", "release script").answer
    first, token = printed.splitlines()
    day = (datetime.now(UTC) + timedelta(days=365)).date()
    assert first == (
        f"The API token `release script`, good until {day} for jobs:write, events:write, content:write, account:read:"
    )
    assert printed.split()[-1] == token
    answer = me(fresh_database, token)
    assert (answer.status_code, answer.json()["username"]) == (200, "ada")
    assert token not in terminal("tokens", "list", "--json").answer


def test_scopes_and_days_are_chosen(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("rita", "--role", "release_manager")
    scopes = ("--scope", "releases:write", "--scope", "releases:write")
    token = terminal("tokens", "create", "rita", "--name", "x", *scopes, "--expires", "7").answer.split()[-1]
    [listed] = json.loads(terminal("tokens", "list", "rita", "--json").answer)
    assert (listed["scopes"], listed["username"], listed["last_used_at"]) == (["releases:write"], "rita", None)
    expires = datetime.fromisoformat(listed["expires_at"]) - datetime.fromisoformat(listed["created_at"])
    assert timedelta(days=6, hours=23) < expires <= timedelta(days=7)
    assert me(fresh_database, token).status_code == 403  # it needs account:read


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bob", "--name", "x"], "There is no user bob; see `pydotorg users list`."),
        (["ada", "--name", "x", "--scope", "release:write"],
         "There is no scope release:write; did you mean releases:write?"),
        (["ada", "--name", "x", "--scope", "releases:write"],
         "`releases:write` needs a role that this account does not have."),
        (["ada", "--name", " "],
         "Name must be one line of text, more than spaces, without control characters."),
        (["ada", "--name", "x", "--expires", "366"],
         "Invalid value for '--expires': 366 is not in the range 1<=x<=365."),
        (["ada", "--name", "x", "--expires", "0"],
         "Invalid value for '--expires': 0 is not in the range 1<=x<=365."),
        (["ada"], "Missing option '--name'."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(terminal: Terminal, arguments: list[str], said: str) -> None:
    terminal.make("ada")
    assert terminal("tokens", "create", *arguments).refusal == said
    assert terminal("tokens", "list").answer == "There are no API tokens.\n"


def test_a_deactivated_user_gets_none(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("ada")

    async def deactivate() -> None:
        transactions = Transactions(configured(fresh_database).database_url)
        await transactions.write(lambda db: db.execute(update(Account).values(is_active=False)))
        await transactions.dispose()

    asyncio.run(deactivate())
    refused = terminal("tokens", "create", "ada", "--name", "x").refusal
    assert refused == "ada is deactivated, so no token would work."


def test_tokens_are_listed_by_their_owners_and_revoked(terminal: Terminal, fresh_database: str) -> None:
    terminal.make("grace")
    terminal.make("Ada")
    token = terminal("tokens", "create", "grace", "--name", "old").answer.split()[-1]
    terminal("tokens", "create", "grace", "--name", "new")
    terminal("tokens", "create", "ada", "--name", "only")
    headings, *rows = terminal("tokens", "list").answer.splitlines()
    assert headings.split() == ["id", "user", "name", "scopes", "expires", "last", "use"]
    assert [row.split()[1:3] for row in rows] == [["Ada", "only"], ["grace", "new"], ["grace", "old"]]
    assert [row.split()[2] for row in terminal("tokens", "list", "ada").answer.splitlines()[1:]] == ["only"]
    id = rows[2].split()[0]
    assert terminal("tokens", "revoke", id).answer == "The API token `old` is revoked.\n"
    assert me(fresh_database, token).status_code == 401
    assert terminal("tokens", "revoke", id).refusal == f"There is no API token {id}; see `pydotorg tokens list`."
    assert terminal("tokens", "list", "bob").refusal == "There is no user bob; see `pydotorg users list`."
    assert len(json.loads(terminal("tokens", "list", "--json").answer)) == 2
