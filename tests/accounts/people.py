"""People with real accounts: made beside the API, without 20 ms of hashing each, and known by real credentials."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx

from pydotorg.accounts import api_tokens, queries, registering, sessions
from pydotorg.accounts.credentials import AccessTokens
from pydotorg.accounts.schemas import TokenOrder
from pydotorg.accounts.tables import Account, AccountRole
from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Leavings
from pydotorg.kernel.http.operations import Sender
from tests.conftest import client_of, configured

KEY = "tests-" * 8
PASSWORD = "correct horse battery staple"
#: for who closes an account to which nothing outside of accounts belongs
NOBODY_LEAVES = Leavings(())
#: what argon2id makes of `PASSWORD`
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$fV4nBeIoI5B4kc8GxSTAOA$+IhjxoGAjOALzXEFQv78kuuZbbnC3rRe5vYDj3iDF1Y"


@asynccontextmanager
async def service(url: str, **settings: str) -> AsyncIterator[Application]:
    """The application that ships, which asks its database who is who."""
    app = Application(configured(url, **{"PYDOTORG_SECRET_KEY": KEY, **settings}))
    try:
        yield app
    finally:
        await app.close()


async def account(app: Application, username: str, *roles: Role, **fields: Any) -> UUID:
    """Make an account with these roles; `fields` are columns that shall differ from those of a new one."""

    async def make(db: Database) -> UUID:
        made = registering.made(username, f"{username}@example.org", PASSWORD_HASH, email_verified=True)
        for name, value in fields.items():
            setattr(made, name, value)
        db.add(made)
        await db.flush()
        db.add_all([AccountRole(account_id=made.id, role=role) for role in roles])
        return made.id

    return await app.transactions.write(make)


async def signed_in(app: Application, username: str) -> httpx.AsyncClient:
    """A client of somebody who has just signed in."""

    async def begin(db: Database) -> tuple[UUID, UUID]:
        known = await _account(db, username)
        session, _ = await sessions.begin(db, known, Sender("127.0.0.1", "tests"))
        return known.id, session

    tokens: AccessTokens = app.parts[AccessTokens]
    return client_of(app, tokens.issue(*await app.transactions.write(begin)))


async def token(app: Application, username: str, *scopes: Scope) -> httpx.AsyncClient:
    """A client with a new API token of somebody's; without scopes it may all that he may."""

    async def make(db: Database) -> str:
        order = TokenOrder("tests", list(scopes)) if scopes else TokenOrder("tests")
        return (await api_tokens.make(db, order, (await _account(db, username)).id)).token

    return client_of(app, await app.transactions.write(make))


async def _account(db: Database, username: str) -> Account:
    known = await queries.to_change(db, queries.called(username))
    assert known is not None, f"nobody is called {username}"
    return known


class Person(NamedTuple):
    """Somebody who is signed in."""

    id: UUID
    name: str
    client: httpx.AsyncClient

    @property
    def address(self) -> str:
        return f"/api/v1/users/{self.name}"


async def person(app: Application, *roles: Role, **fields: Any) -> Person:
    """Somebody new, under a name that nobody else has."""
    name = f"u{uuid4().hex[:12]}"
    return Person(await account(app, name, *roles, **fields), name, await signed_in(app, name))
