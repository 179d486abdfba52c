"""The application as it ships, on both databases, and the people who use it.

`database` runs a test on SQLite, and on PostgreSQL where PYDOTORG_TEST_POSTGRES_URL names one. Its rows are the bundled
snapshot's, shared by all tests that only read; `fresh_database` is a copy for a test that writes.
"""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid4, uuid5

import asyncpg
import httpx
import pytest
import structlog

from pydotorg import migrations, settings
from pydotorg.app import DOMAINS, Application
from pydotorg.kernel import clock
from pydotorg.kernel.access import Identity, Role
from pydotorg.kernel.database.engine import create_engine
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.frontdoor.identities import Identified
from pydotorg.snapshot.loading import load
from tests.examples import add_examples

BASE = "http://localhost:8000"
CAST = {
    "Bearer alice": frozenset[Role](),
    "Bearer rita": frozenset({Role.release_manager}),
    "Bearer root": frozenset({Role.superuser}),
}


async def identify(credentials: str) -> Identified | None:
    """Who is who in tests: sign-in is not what they are about."""
    if credentials not in CAST:
        return None
    name = credentials.removeprefix("Bearer ")
    return Identified(Identity.of(uuid5(NAMESPACE_DNS, name), name, CAST[credentials]), inf)


#: most tests are not about limits, and ask more than these would let them; they pass with the store off, too
GENEROUS = {"PYDOTORG_RATE_LIMIT_FACTOR": "10000", "PYDOTORG_STORE": os.environ.get("PYDOTORG_TEST_STORE", "true")}


def configured(url: str, **more: str) -> settings.Settings:
    """Settings as the environment would give them."""
    environment = {"PYDOTORG_DATABASE_URL": url, **GENEROUS, **more}
    return settings.load(environment, file=Path("no-such-file"))


async def fill(url: str) -> None:
    """Migrate and seed."""
    engine = create_engine(configured(url).database_url, writes=True)
    try:
        await migrations.upgrade(engine)
        await load(engine)
    finally:
        await engine.dispose()


async def complete(url: str) -> None:
    """Add what the examples in the document are about."""
    transactions = Transactions(configured(url).database_url)
    try:
        await transactions.write(add_examples)
    finally:
        await transactions.dispose()


class Postgres:
    """Databases of their own on the server that the environment names."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self.url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())

    def create(self, template: str = "template0") -> str:
        """The URL of a new database."""
        name = f"pydotorg_test_{uuid4().hex[:12]}"
        self.run(f'create database "{name}" template "{template}"')
        return f"{self.url.rpartition('/')[0]}/{name}"

    def drop(self, url: str) -> None:
        self.run(f'drop database if exists "{name_of(url)}" with (force)')


def name_of(url: str) -> str:
    """The database that a URL names."""
    return url.rpartition("/")[2]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One database after the other, one module after the other.

    pytest's own order goes to and fro between them where tests have more parameters that last, and each time all
    databases are made anew.
    """
    places = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (is_for_postgresql(item), places[item.path]))


def is_for_postgresql(item: pytest.Item) -> bool:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("engine_name") == "postgresql"


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import are here to stay: garbage is not looked for among them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """The log as one plain line an event: drawing a traceback for a terminal takes seconds."""
    structlog.configure(processors=[structlog.processors.JSONRenderer(default=repr)])


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The PostgreSQL server for tests; without one, a test is skipped, and in CI it fails."""
    url = os.environ.get("PYDOTORG_TEST_POSTGRES_URL")
    if url is None:
        if os.environ.get("CI"):
            pytest.fail("CI must name a PostgreSQL in PYDOTORG_TEST_POSTGRES_URL")
        pytest.skip("PYDOTORG_TEST_POSTGRES_URL names no PostgreSQL")
    return Postgres(url)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The Redis for tests; without one, a test is skipped, and in CI it fails."""
    url = os.environ.get("PYDOTORG_TEST_REDIS_URL")
    if url is None:
        if os.environ.get("CI"):
            pytest.fail("CI must name a Redis in PYDOTORG_TEST_REDIS_URL")
        pytest.skip("PYDOTORG_TEST_REDIS_URL names no Redis")
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


Copy = Callable[[], str]


@pytest.fixture(scope="session")
def copy(engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Makes databases with the snapshot in them, all from one that was filled once."""
    if engine_name == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        seeded = folder / "seeded.db"
        asyncio.run(fill(f"sqlite:///{seeded}"))
        yield lambda: f"sqlite:///{shutil.copy(seeded, folder / f'{uuid4().hex}.db')}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        made = [server.create()]
        asyncio.run(fill(made[0]))

        def make() -> str:
            made.append(server.create(template=name_of(made[0])))
            return made[-1]

        yield make
        for url in made:
            server.drop(url)


@pytest.fixture(scope="module")
def own_database(copy: Copy) -> str:
    """A database of the module's own."""
    return copy()


@pytest.fixture(scope="session")
def database(copy: Copy) -> str:
    """The URL of the one that tests share which only read."""
    url = copy()
    asyncio.run(complete(url))
    return url


@pytest.fixture
def fresh_database(copy: Copy) -> str:
    """The URL of one for a single test, which may write."""
    return copy()


@pytest.fixture
def empty_database(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture(scope="session")
async def application(database: str) -> AsyncIterator[Application]:
    """The application that ships, on the shared database, with the cast for accounts."""
    app = Application(configured(database), domains=DOMAINS, identify=identify)
    yield app
    await app.close()


def client_of(app: Application, name: str | None = None) -> httpx.AsyncClient:
    """A client that calls the application in this process."""
    headers = {"Authorization": f"Bearer {name}"} if name else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers=headers)


@pytest.fixture(scope="session")
async def anyone(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account."""
    async with client_of(application) as client:
        yield client


@pytest.fixture(scope="session")
async def alice(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A user without any role."""
    async with client_of(application, "alice") as client:
        yield client


@pytest.fixture(scope="session")
async def rita(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A release manager."""
    async with client_of(application, "rita") as client:
        yield client


OnDay = Callable[[str], None]


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch, application: Application) -> Iterator[OnDay]:
    """Sets the clock to noon of a day: the one thing that tests pretend.

    A clock that goes back would find answers of a future day in the store.
    """

    def travel(day: str) -> None:
        noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC).timestamp()
        forget(application)
        monkeypatch.setattr(clock, "unix", lambda: noon)

    yield travel
    forget(application)


def forget(app: Application) -> None:
    """Empty the store."""
    if app.sharing is not None:
        app.sharing.store.clear()


Get = Callable[..., Awaitable[httpx.Response]]
