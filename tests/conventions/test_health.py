"""`/health` says that the process answers, `/ready` that it can serve, `/api/v1` where everything is."""

import httpx
import pytest
from sqlalchemy import text

from pydotorg import migrations
from pydotorg.app import Application
from pydotorg.kernel.database.engine import create_engine
from tests.conftest import configured

from .asking import ask, error_of
from .routes import DOOR, LISTS

pytestmark = pytest.mark.anyio


async def health_of(app: Application) -> tuple[httpx.Response, httpx.Response]:
    return await ask(app, "GET", "/health"), await ask(app, "GET", "/ready")


async def test_a_service_with_its_database_is_alive_and_ready(anyone: httpx.AsyncClient) -> None:
    for path, status in (("/health", "ok"), ("/ready", "ready")):
        answer = await anyone.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["cache-control"] == "no-store"


async def test_whatever_a_probe_adds_to_the_address_is_ignored(anyone: httpx.AsyncClient) -> None:
    for path in ("/health", "/ready"):
        assert (await anyone.get(f"{path}?probe=1")).status_code == 200


async def test_a_service_without_tables_is_alive_and_not_ready(empty_database: str) -> None:
    app = Application(configured(empty_database))
    try:
        alive, ready = await health_of(app)
    finally:
        await app.close()
    assert alive.status_code == 200
    assert "pydotorg database upgrade" in error_of(ready, 503)["detail"]
    assert int(ready.headers["retry-after"]) > 0


async def test_a_service_is_ready_from_its_own_revision_on(empty_database: str) -> None:
    """Newer tables do not disturb a process that still runs: migrations expand before they contract."""
    settings = configured(empty_database)
    engine = create_engine(settings.database_url, writes=True)
    await migrations.upgrade(engine)
    app = Application(settings)
    try:
        for revision, status in (("0000", 503), (migrations.HEAD, 200), ("9999", 200)):
            async with engine.begin() as connection:
                await connection.execute(text("update alembic_version set version_num = :it"), {"it": revision})
            alive, ready = await health_of(app)
            assert (alive.status_code, ready.status_code) == (200, status), revision
    finally:
        await engine.dispose()
        await app.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/place/database.db", "postgresql://nobody@127.0.0.1:1/nothing"], ids=["file", "server"]
)
async def test_a_service_whose_database_is_away_is_alive_and_not_ready(url: str) -> None:
    app = Application(configured(url))
    try:
        alive, ready = await health_of(app)
        read = await ask(app, "GET", "/api/v1/os")
    finally:
        await app.close()
    assert alive.status_code == 200
    for answer in (ready, read):
        assert "database" in error_of(answer, 503)["detail"]
        assert int(answer.headers["retry-after"]) > 0
        for inside in ("no/such/place", "nobody", ":1", "asyncpg", "sqlite"):
            assert inside not in answer.text


async def test_the_index_names_every_list_of_a_whole_resource(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1")
    assert answer.status_code == 200
    index = answer.json()
    assert set(index) == {"resources", "documentation", "openapi"}
    whole = {route.path.removeprefix("/api/v1/"): route.path for route in LISTS if not route.operation.path}
    assert index["resources"] == {name: f"http://localhost:8000{path}" for name, path in whole.items()}
    assert {"releases", "files", "os", "release-cycles"} <= set(index["resources"])


async def test_every_address_in_the_index_answers(anyone: httpx.AsyncClient) -> None:
    index = (await anyone.get("/api/v1/")).json()
    for address in [*index["resources"].values(), index["documentation"], index["openapi"]]:
        assert (await anyone.get(address)).status_code == 200, address


async def test_the_index_needs_no_database() -> None:
    assert (await ask(DOOR, "GET", "/api/v1")).status_code == 200
