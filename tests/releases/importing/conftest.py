from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conftest import Postgres
from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PythonOrg, running


@pytest.fixture
def python_org() -> Iterator[PythonOrg]:
    """A python.org with its operating systems; tests add the rest."""
    with running() as service:
        yield service


@pytest.fixture(scope="session")
def shared_database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a database that every test finds empty: to make a new one takes PostgreSQL too long."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('import')}/import.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture
async def installation(shared_database: str) -> AsyncIterator[Installation]:
    """A pydotorg without any public row."""
    made = Installation(shared_database)
    await made.empty()
    yield made
    await made.engine.dispose()


@pytest.fixture
async def seeded(installation: Installation) -> Installation:
    """A pydotorg with the bundled snapshot."""
    await installation.seed()
    return installation
