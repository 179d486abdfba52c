"""`pydotorg import`, as an operator runs it: what it prints, how it ends, and what is left when it is killed."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from pydotorg.kernel.database.engine import LOCK
from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PythonOrg, dawdle, status

pytestmark = pytest.mark.anyio

PYDOTORG = Path(sys.executable).parent / "pydotorg"
SECONDS_MAX = 60


def started(url: str, cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYDOTORG_")}
    return subprocess.Popen(
        [PYDOTORG, "import", *arguments], env={**environment, "PYDOTORG_DATABASE_URL": url}, cwd=cwd, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def run(url: str, cwd: Path, *arguments: str) -> tuple[int, str, str]:
    """Its exit status, and what it printed and complained of."""
    process = started(url, cwd, *arguments)
    out, err = await asyncio.to_thread(process.communicate, timeout=SECONDS_MAX)
    return process.returncode, out, err


async def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.communicate, timeout=SECONDS_MAX)
    assert process.returncode in (-signal.SIGKILL, 0)


async def until_it_writes(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until its transaction has begun."""
    deadline = time.monotonic() + SECONDS_MAX
    while not await is_written_to(url):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def is_written_to(url: str) -> bool:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
        try:
            connection.execute("begin immediate")
        except sqlite3.OperationalError:
            return True
        finally:
            connection.close()
        return False
    session = await asyncpg.connect(url)
    try:
        locks = "select count(*) from pg_locks where locktype = 'advisory' and objid = $1 and granted"
        return bool(await session.fetchval(locks, LOCK))
    finally:
        await session.close()


async def test_it_reports_and_ends_well(python_org: PythonOrg, installation: Installation, tmp_path: Path) -> None:
    python_org.release(17, "Python 3.14.4", slug="python-3144")
    python_org.release(18, "Python next")
    python_org.troubles.append(status(503, retry_after="0"))
    code, out, err = await run(installation.url, tmp_path, "--from", f"{python_org.url}/")
    assert code == 0
    assert "releases: 1 added, 0 changed, 0 unchanged, 1 skipped; 0 others here left as they are\n" in out
    assert "its name 'Python next' does not tell the version\n" in out
    assert err == f"{python_org.url}/api/v2/downloads/os/ answered 503 Service Unavailable; trying again in 1 s.\n"
    assert (await installation.release("python-3144"))["number"] == 17


async def test_a_new_database_is_made_for_it(python_org: PythonOrg, tmp_path: Path) -> None:
    code, out, _ = await run("sqlite:///new.db", tmp_path, "--from", python_org.url)
    assert (code, out.splitlines()[0]) == (
        0, "operating systems: 5 added, 0 changed, 0 unchanged, 0 skipped; 0 others here left as they are",
    )  # fmt: skip
    assert (tmp_path / "new.db").exists()


async def test_a_dry_run_makes_no_tables(python_org: PythonOrg, tmp_path: Path) -> None:
    code, out, err = await run("sqlite:///new.db", tmp_path, "--from", python_org.url, "--dry-run")
    assert (code, out) == (1, "")
    assert err.startswith("pydotorg: The database is empty;")
    assert not python_org.asked


async def test_a_dry_run_writes_nothing(python_org: PythonOrg, installation: Installation, tmp_path: Path) -> None:
    python_org.release(17, "Python 3.14.4", slug="python-3144")
    before = await installation.everything()
    code, out, _ = await run(installation.url, tmp_path, "--from", python_org.url, "--dry-run")
    assert code == 0
    assert out.endswith("This was a dry run: nothing was written.\n")
    assert await installation.everything() == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Missing option '--from'."),
        (("--from", "www.python.org"), "--from must be an http or https address"),
        (("--from", "{url}/elsewhere"), "answered 404 Not Found"),
        (("--form", "{url}"), "No such option"),
    ],
)
async def test_it_fails_with_one_sentence(
    arguments: tuple[str, ...], sentence: str, python_org: PythonOrg, tmp_path: Path
) -> None:
    python_org.troubles.append(status(404))
    given = [argument.format(url=python_org.url) for argument in arguments]
    code, out, err = await run("sqlite:///new.db", tmp_path, *given)
    assert (code, out) == (1, "")
    assert err.startswith("pydotorg: ")
    assert sentence in err
    assert err.count("\n") == 1


async def test_killed_while_it_reads_it_leaves_nothing(
    python_org: PythonOrg, installation: Installation, tmp_path: Path
) -> None:
    python_org.release(17, "Python 3.14.4")
    python_org.troubles += [lambda _: True, lambda _: True, dawdle]
    before = await installation.everything()
    process = started(installation.url, tmp_path, "--from", python_org.url)
    while len(python_org.asked) < 3:
        assert process.poll() is None, process.communicate()
        await asyncio.sleep(0.01)
    await kill(process)
    assert await installation.everything() == before


@pytest.mark.timeout(300)
async def test_killed_while_it_writes_it_leaves_nothing_and_the_next_run_completes(
    python_org: PythonOrg, seeded: Installation, tmp_path: Path
) -> None:
    python_org.show_the_snapshot()
    before = await seeded.everything()
    killed = 0
    for seconds in (0, 0.2):
        process = started(seeded.url, tmp_path, "--from", python_org.url)
        await until_it_writes(seeded.url, process)
        await asyncio.sleep(seconds)
        await kill(process)
        if process.returncode == 0:  # it was done before
            break
        killed += 1
        assert await seeded.everything() == before
    assert killed
    code, _, err = await run(seeded.url, tmp_path, "--from", python_org.url)
    assert (code, err) == (0, "")
    assert (await seeded.everything())[2].keys() == set(range(1, len(python_org.files) + 1))
    assert (await seeded.take_over(python_org.url))[-1] == "Nothing to change."
