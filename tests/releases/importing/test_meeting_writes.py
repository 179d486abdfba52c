"""An import beside what release managers write: rules hold for both, and neither undoes the other."""

import asyncio
import time

import pytest
from sqlalchemy import select

from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.releases import tables
from tests.conftest import configured
from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PythonOrg

pytestmark = pytest.mark.anyio

NAME = "Python-3.14.4.tgz"


async def test_a_second_file_of_the_same_name_is_skipped(python_org: PythonOrg, installation: Installation) -> None:
    python_org.release(17, "Python 3.14.4", slug="python-3144")
    python_org.file(50, 17, NAME)
    python_org.file(51, 17, NAME, url=f"https://www.python.org/elsewhere/{NAME}")
    report = await installation.take_over(python_org.url)
    assert f"  skipped 51 file-51: its filename {NAME} is that of 50 file-50" in report
    assert [*await installation.rows(tables.ReleaseFile)] == ["file-50"]


async def test_files_of_a_release_can_exchange_their_names(python_org: PythonOrg, installation: Installation) -> None:
    python_org.release(17, "Python 3.14.4", slug="python-3144")
    rows = [python_org.file(50, 17, NAME), python_org.file(51, 17, "Python-3.14.4.tar.xz")]
    await installation.take_over(python_org.url)
    rows[0]["url"], rows[1]["url"] = rows[1]["url"], rows[0]["url"]
    await installation.take_over(python_org.url)
    assert (await installation.file("file-51"))["filename"] == NAME


def wait_until_it_was_asked(python_org: PythonOrg, times: int) -> None:
    """An import asks for three lists."""
    ends = time.monotonic() + 30
    while len(python_org.asked) < times:
        assert time.monotonic() < ends
        time.sleep(0.01)


async def test_what_is_written_while_an_import_begins_is_not_undone(
    python_org: PythonOrg, installation: Installation
) -> None:
    row = python_org.release(17, "Python 3.14.4", slug="python-3144")
    await installation.take_over(python_org.url)
    row["release_date"] = "2026-05-05T00:00:00Z"
    transactions = Transactions(configured(installation.url).database_url)
    try:
        async with transactions.begin(writes=True) as db:
            await turn_of(db, tables.DATASET)
            importing = asyncio.create_task(installation.take_over(python_org.url))
            await asyncio.to_thread(wait_until_it_was_asked, python_org, times=6)
            await asyncio.sleep(0.2)
            release = await db.to_change(select(tables.Release))
            assert release is not None
            release.yanked, release.yanked_reason = True, "It does not start."
        await importing
    finally:
        await transactions.dispose()
    stored = await installation.release("python-3144")
    assert (stored["yanked_reason"], f"{stored['release_date']}") == ("It does not start.", "2026-05-05")
