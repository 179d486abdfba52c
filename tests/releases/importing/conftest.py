from collections.abc import AsyncIterator, Iterator

import pytest

from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PythonOrg, running


@pytest.fixture
def python_org() -> Iterator[PythonOrg]:
    """A python.org with its operating systems; tests add the rest."""
    with running() as service:
        yield service


@pytest.fixture
async def installation(empty_database: str) -> AsyncIterator[Installation]:
    """A pydotorg without any row."""
    made = Installation(empty_database)
    await made.migrate()
    yield made
    await made.engine.dispose()


@pytest.fixture
async def seeded(fresh_database: str) -> AsyncIterator[Installation]:
    """A pydotorg with the bundled snapshot."""
    made = Installation(fresh_database)
    yield made
    await made.engine.dispose()
