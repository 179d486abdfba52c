"""The integers by which clients of the old API know rows: none is ever given twice."""

from typing import Any

import pytest
from sqlalchemy import func, select

from pydotorg.app import Application
from pydotorg.kernel.database.engine import create_engine
from pydotorg.releases import importing
from pydotorg.releases.tables import OperatingSystem, Release, ReleaseFile
from pydotorg.releases.writing.numbers import FIRST_GIVEN
from tests.conftest import configured
from tests.releases.importing.service import PythonOrg, running

from .desk import Desk, new_version, source

pytestmark = pytest.mark.anyio


async def highest(app: Application, table: Any) -> int:
    async with app.transactions.begin(writes=False, here=False) as db:
        return int((await db.fetch(select(func.max(table.number))))[0][0])


async def test_numbers_that_we_give_begin_beyond_all_others(manager: Desk, own_application: Application) -> None:
    await manager.release(files=[source("7.77")])
    await manager.ask("POST", "os", {"name": "First of all"})
    for table in (Release, ReleaseFile, OperatingSystem):
        assert await highest(own_application, table) >= FIRST_GIVEN


async def test_the_number_of_what_was_removed_is_not_given_again(manager: Desk, own_application: Application) -> None:
    given: dict[type, list[int]] = {Release: [], ReleaseFile: [], OperatingSystem: []}
    for turn in range(3):
        version = new_version()
        release = await manager.release(version, files=[source(version), source(version, "tar.xz")])
        await manager.ask("POST", "os", {"name": f"Short-lived {turn}"})
        for table, numbers in given.items():
            numbers.append(await highest(own_application, table))
        await manager.remove(f"files/{release['files'][0]['id']}")
        await manager.remove(f"releases/{release['id']}")
        await manager.remove(f"os/short-lived-{turn}")
    assert all(numbers == sorted({*numbers}) for numbers in given.values())
    assert given[ReleaseFile][2] - given[ReleaseFile][0] == 4


async def test_nor_is_one_that_an_import_brought(
    manager: Desk, own_application: Application, own_database: str
) -> None:
    with running() as python_org:
        python_org.release(900_000_000, "Python 7.500.0", slug="python-75000")
        python_org.file(900_000_001, 900_000_000, "Python-7.500.0.tgz")
        await take_over(python_org, own_database)
    await manager.remove("releases/7.500.0")
    await manager.release(files=[source("7.78")])
    assert await highest(own_application, Release) == 900_000_001
    assert await highest(own_application, ReleaseFile) == 900_000_002


async def take_over(python_org: PythonOrg, url: str) -> None:
    engine = create_engine(configured(url).database_url, writes=True)
    try:
        await importing.import_from(
            engine, python_org.url, dry_run=False, progress=lambda *_: None, tell=lambda _: None
        )
    finally:
        await engine.dispose()
