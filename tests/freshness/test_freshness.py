"""What was committed before a request came is known when it is answered: on both databases, whoever wrote."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from pydotorg.kernel.database.transaction import Transactions
from tests.conftest import configured
from tests.databases.strangers import stranger

from .conftest import WRITE, Watch

pytestmark = pytest.mark.anyio

WRITES = 500


async def test_no_write_of_another_connection_is_missed(watch: Watch, fresh_database: str) -> None:
    async with stranger(fresh_database) as writer:
        for _ in range(WRITES):
            before = await watch.look()
            await writer.run(f"{WRITE} where slug = 'source'")
            assert await watch.look() == before + 1
    assert watch.freshness.age() is None


async def test_no_write_of_another_process_is_missed(watch: Watch, fresh_database: str, engine_name: str) -> None:
    if engine_name == "postgresql":
        pytest.skip("PostgreSQL is another process")
    command = [sys.executable, str(Path(__file__).parent / "writer.py"), fresh_database.removeprefix("sqlite:///")]
    with subprocess.Popen(  # noqa: ASYNC220 - the loop may wait for it
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for _ in range(WRITES):
            before = await watch.look()
            writer.stdin.write(b"\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == b"written\n"
            assert await watch.look() == before + 1
        writer.stdin.close()


async def test_no_write_of_this_process_is_missed(watch: Watch, fresh_database: str) -> None:
    transactions = Transactions(configured(fresh_database).database_url)
    try:
        for _ in range(50):
            before = await watch.look()
            async with transactions.begin(writes=True) as db:
                await db.execute(text(f"{WRITE} where slug = 'source'"))
            assert await watch.look() == before + 1
    finally:
        await transactions.dispose()


async def test_a_write_that_is_not_committed_moves_nothing(watch: Watch, fresh_database: str) -> None:
    before = await watch.look()
    async with stranger(fresh_database) as writer:
        await writer.run("begin")
        await writer.run(WRITE)
        assert await watch.look() == before
        await writer.run("rollback")
    assert await watch.look() == before


async def test_it_tells_at_first_and_then_only_what_is_new(watch: Watch, fresh_database: str) -> None:
    assert watch.told == []
    await watch.look()
    async with stranger(fresh_database) as writer:
        assert watch.told == [await writer.revisions()]
        await writer.run("update alembic_version set version_num = version_num")
        await watch.look()
        assert len(watch.told) == 1, "nothing public was written"
        await writer.run(WRITE)
        await watch.look()
        assert len(watch.told) == 2
    assert watch.freshness.questions >= 3


async def test_it_can_be_used_after_it_was_closed(watch: Watch) -> None:
    known = await watch.look()
    await watch.freshness.close()
    await watch.freshness.close()
    assert await watch.look() == known
    assert watch.freshness.age() is None


async def test_a_callback_comes_later_and_once(watch: Watch) -> None:
    called: list[str] = []
    watch.freshness.when_answered(lambda: called.append("one"))
    watch.freshness.when_answered(lambda: called.append("other"))
    assert called == []
    await watch.freshness.wait()
    assert called == ["one", "other"]


async def test_who_stops_waiting_disturbs_nobody(watch: Watch) -> None:
    one, other = (asyncio.create_task(watch.freshness.wait()) for _ in range(2))
    await asyncio.sleep(0)
    one.cancel()
    await asyncio.wait_for(other, 5)
    assert watch.told
