"""SQLite: one question for each turn of the event loop."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
import uvloop

from pydotorg.kernel.database.revisions import QUESTION
from pydotorg.kernel.frontdoor.freshness.sqlite import TICK_USES_MAX, SqliteFreshness
from tests.conftest import configured
from tests.databases.strangers import stranger

from .conftest import WRITE

LoopFactory = Callable[[], asyncio.AbstractEventLoop]

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),
]


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def freshness(fresh_database: str, told: list[int]) -> SqliteFreshness:
    return SqliteFreshness(configured(fresh_database).database_url, lambda all_: told.append(all_["releases"]))


def move(file: Path, to: Path) -> Path:
    return file.rename(to)


async def test_requests_of_one_turn_share_a_question_and_those_of_the_next_do_not(freshness: SqliteFreshness) -> None:
    assert all(freshness.ask() for _ in range(10))
    assert freshness.questions == 1
    await asyncio.sleep(0)
    assert freshness.ask()
    assert freshness.questions == 2
    await freshness.close()


async def test_what_was_ready_before_the_question_shares_it_and_what_became_ready_after_does_not(
    freshness: SqliteFreshness,
) -> None:
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    questions: list[int] = []

    def request() -> None:
        freshness.ask()
        questions.append(freshness.questions)
        if len(questions) == 1:
            loop.call_soon(request)
        if len(questions) == 3:
            asked.set()

    loop.call_soon(request)
    loop.call_soon(request)
    await asked.wait()
    assert questions == [1, 1, 2]
    await freshness.close()


async def test_a_question_is_not_shared_without_end(freshness: SqliteFreshness) -> None:
    for _ in range(TICK_USES_MAX):
        freshness.ask()
    assert freshness.questions == 1
    freshness.ask()
    assert freshness.questions == 2
    await freshness.close()


async def test_a_second_request_in_what_was_read_later_is_asked_for_anew(
    freshness: SqliteFreshness, told: list[int], fresh_database: str
) -> None:
    freshness.ask()
    async with stranger(fresh_database) as writer:
        writing = writer.run(WRITE)
        with pytest.raises(StopIteration):
            writing.send(None)  # within this turn
    freshness.ask()
    assert len(told) == 1
    freshness.forget()
    freshness.ask()
    assert len(told) == 2
    await freshness.close()


async def test_who_waits_gets_a_question_that_began_later(
    freshness: SqliteFreshness, told: list[int], fresh_database: str
) -> None:
    freshness.ask()
    async with stranger(fresh_database) as writer:
        with pytest.raises(StopIteration):
            writer.run(WRITE).send(None)
        assert len(told) == 1
        await freshness.wait()
    assert len(told) == 2
    await freshness.close()


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("by_task", [True, False])
def test_what_is_read_from_a_socket_after_the_question_does_not_share_it(
    freshness: SqliteFreshness, told: list[int], fresh_database: str, loop_factory: LoopFactory, *, by_task: bool
) -> None:
    client, server = socket.socketpair()

    def write_and_send() -> None:
        with sqlite3.connect(fresh_database.removeprefix("sqlite:///")) as writer:
            writer.execute(WRITE)
        writer.close()
        client.send(b"a request that came after the answer to the write")

    async def ask_then_write() -> None:
        freshness.ask(of_task=True)
        write_and_send()

    async def run() -> None:
        loop, read = asyncio.get_running_loop(), asyncio.Event()

        def request() -> None:
            server.recv(100)
            freshness.ask()
            read.set()

        loop.add_reader(server, request)
        if by_task:
            await asyncio.create_task(ask_then_write())
        else:
            freshness.when_answered(write_and_send)
        await read.wait()
        loop.remove_reader(server)
        await freshness.close()

    with client, server, asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(run())
    assert len(told) == 2
    assert told[1] > told[0]


def test_another_event_loop_asks_anew(freshness: SqliteFreshness) -> None:
    def ask() -> None:
        freshness.ask()
        asyncio.get_running_loop().stop()  # in the middle of a tick

    for questions in (1, 2, 3):
        loop = asyncio.new_event_loop()
        loop.call_soon(ask)
        loop.run_forever()
        loop.close()
        assert freshness.questions == questions
    asyncio.run(freshness.close())


async def test_the_revisions_are_read_only_after_somebody_has_written(
    freshness: SqliteFreshness, fresh_database: str
) -> None:
    await freshness.wait()
    assert freshness._cursor is not None
    statements: list[str] = []
    freshness._cursor.connection.set_trace_callback(statements.append)
    for _ in range(3):
        await freshness.wait()
    assert statements == ["pragma data_version"] * 3
    async with stranger(fresh_database) as writer:
        await writer.run(WRITE)
        await freshness.wait()
    assert statements[3:] == ["pragma data_version", QUESTION]
    await freshness.close()


async def test_a_file_that_is_not_there_is_away_until_it_is(tmp_path: Path, fresh_database: str) -> None:
    there, here = Path(fresh_database.removeprefix("sqlite:///")), tmp_path / "here.db"
    told: list[object] = []
    freshness = SqliteFreshness(configured(f"sqlite:///{here}").database_url, told.append)
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            assert freshness.ask()
            assert freshness.age() == 0
            await asyncio.sleep(0)
        freshness._confirmed_at -= 7
        await freshness.wait()
        assert freshness.age() == 7
        assert not here.exists(), "who asks makes no file"
        move(there, here)
        await freshness.wait()
        assert freshness.age() is None
        await freshness.wait()
    assert [event["event"] for event in log] == ["database away", "database back"]
    assert len(told) == 1
    await freshness.close()


async def test_a_write_made_while_it_was_away_is_seen(
    freshness: SqliteFreshness, told: list[int], fresh_database: str
) -> None:
    file = Path(fresh_database.removeprefix("sqlite:///"))
    freshness.ask()
    freshness._disconnect()
    hidden = move(file, file.with_suffix(".hidden"))
    await freshness.wait()
    assert freshness.age() == 0
    async with stranger(f"sqlite:///{hidden}") as writer:
        await writer.run(WRITE)
    move(hidden, file)
    await freshness.wait()
    assert freshness.age() is None
    assert told[1] > told[0]
    await freshness.close()


async def test_a_file_that_another_has_locked_does_not_hold_the_loop(
    freshness: SqliteFreshness, fresh_database: str
) -> None:
    async with stranger(fresh_database) as other:
        await other.run("pragma journal_mode = delete")
        await other.run("begin exclusive")
        began = time.perf_counter()
        await freshness.wait()
        assert time.perf_counter() - began < 1
        assert freshness.age() == 0
        await other.run("rollback")
    await freshness.wait()
    assert freshness.age() is None
    await freshness.close()


async def test_its_connection_cannot_write(freshness: SqliteFreshness) -> None:
    freshness.ask()
    assert freshness._cursor is not None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        freshness._cursor.execute("delete from release")
    await freshness.close()
