"""PostgreSQL: one question for all who wait, over a connection that may die, hang and come back."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from pydotorg.kernel.frontdoor.freshness import UNKNOWN
from pydotorg.kernel.frontdoor.freshness import postgres as module
from tests.databases.strangers import Stranger, stranger
from tests.proxies import Proxy, proxied

from .conftest import WRITE, Watch, watching

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session"),
]

CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ 'revision'"


@pytest.fixture
def proxy(fresh_database: str) -> Iterator[Proxy]:
    with proxied(urlsplit(fresh_database).port or 5432) as one:
        yield one


@pytest.fixture
async def writer(fresh_database: str) -> AsyncIterator[Stranger]:
    async with stranger(fresh_database) as one:
        yield one


@pytest.fixture
def far_database(fresh_database: str, proxy: Proxy) -> str:
    """The URL of the database behind the proxy."""
    return proxy.leading_to(fresh_database)


@pytest.fixture
async def far(far_database: str) -> AsyncIterator[Watch]:
    async with watching(far_database) as one:
        yield one


@pytest.fixture
async def notified(far_database: str) -> AsyncIterator[Watch]:
    async with watching(far_database, "notify") as one:
        yield one


@pytest.fixture
def log() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as events:
        yield events


def names(log: list[Any]) -> list[str]:
    return [event["event"] for event in log]


async def seconds_of(watch: Watch) -> float:
    began = time.perf_counter()
    await watch.freshness.wait()
    return time.perf_counter() - began


async def is_heard(watch: Watch) -> bool:
    """Whether it stops being sure within a moment."""
    for _ in range(100):
        if not watch.freshness.ask():
            return True
        await asyncio.sleep(0.005)
    return False


async def test_all_who_wait_at_once_share_a_question(watch: Watch) -> None:
    await watch.look()
    before = watch.freshness.questions
    await asyncio.gather(*(watch.freshness.wait() for _ in range(100)))
    assert watch.freshness.questions == before + 1


async def test_who_comes_while_a_question_is_under_way_waits_for_the_next(watch: Watch, writer: Stranger) -> None:
    await watch.look()
    before = watch.freshness.questions
    await writer.run("begin")
    await writer.run("lock table revision in access exclusive mode")
    early = asyncio.create_task(watch.freshness.wait())
    await asyncio.sleep(0.1)
    late = [asyncio.create_task(watch.freshness.wait()) for _ in range(100)]
    await asyncio.sleep(0.1)
    assert watch.freshness.questions == before + 1
    await writer.run("commit")
    await asyncio.gather(early, *late)
    assert watch.freshness.questions == before + 2


async def test_many_at_once_see_all_that_was_acknowledged_before_they_came(watch: Watch, writer: Stranger) -> None:
    first = acknowledged = await watch.look()
    seen = 0

    async def read() -> None:
        nonlocal seen
        while acknowledged < first + 200:
            expected = acknowledged
            assert await watch.look() >= expected
            seen += 1

    readers = [asyncio.create_task(read()) for _ in range(20)]
    for _ in range(200):
        await writer.run(WRITE)
        acknowledged += 1
    await asyncio.gather(*readers)
    assert seen > 200
    assert watch.freshness.questions < seen


async def test_a_server_that_stops_is_away_until_it_is_back(
    far: Watch, proxy: Proxy, writer: Stranger, log: list[Any]
) -> None:
    before = await far.look()
    proxy.stop()
    for _ in range(3):
        assert await far.look() == before
        assert far.freshness.age() == 0
    far.freshness._confirmed_at -= 7
    await far.freshness.wait()
    assert far.freshness.age() == 7
    await writer.run(WRITE)
    assert await far.look() == before
    proxy.start()
    assert await far.look() == before + 1
    assert far.freshness.age() is None
    assert names(log) == ["database away", "database back"]


async def test_a_server_that_was_never_there_is_away(far: Watch, proxy: Proxy, log: list[Any]) -> None:
    proxy.stop()
    await far.freshness.wait()
    assert far.told == []
    assert far.freshness.age() == 0
    proxy.start()
    await far.look()
    assert far.freshness.age() is None
    assert names(log) == ["database away", "database back"]


async def test_a_server_that_hangs_keeps_nobody_for_long(
    far: Watch, proxy: Proxy, writer: Stranger, log: list[Any]
) -> None:
    before = await far.look()
    proxy.hang()
    assert 1.9 < await seconds_of(far) < 4
    assert far.freshness.age() is not None
    assert await seconds_of(far) < 1
    assert await seconds_of(far) < 1
    await writer.run(WRITE)
    proxy.start()
    assert await far.look() == before + 1
    assert far.freshness.age() is None
    assert names(log) == ["database away", "database back"]


async def test_a_server_that_is_slow_is_found_again(far: Watch, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AWAY_SECONDS_MAX", 0.0001)  # nobody connects in that time
    monkeypatch.setattr(module, "PATIENT_EVERY_SECONDS", 0.2)
    await far.look()
    proxy.stop()
    await far.freshness.wait()
    proxy.start()
    await far.freshness.wait()
    assert far.freshness.age() is not None
    await asyncio.sleep(0.3)
    await far.freshness.wait()
    assert far.freshness.age() is None


@pytest.mark.parametrize("mode", ["strict", "notify"])
async def test_a_connection_that_was_cut_is_replaced_within_the_question(
    mode: str, fresh_database: str, writer: Stranger, log: list[Any]
) -> None:
    async with watching(fresh_database, mode) as watch:
        for _ in range(3):
            before = await watch.look()
            await writer.run(f"{CUT} and pid <> pg_backend_pid()")
            await writer.run(WRITE)
            await watch.freshness.wait()
            assert watch.told[-1]["releases"] == before + 1
            assert watch.freshness.age() is None
    assert log == []


async def test_a_connection_whose_statement_is_no_longer_good_is_replaced(
    watch: Watch, writer: Stranger, log: list[Any]
) -> None:
    before = await watch.look()
    await writer.run("alter table revision alter column number type numeric(20)")
    assert await watch.look() == before
    assert watch.freshness.age() is None
    assert log == []


async def test_a_database_without_revisions_is_away(watch: Watch, writer: Stranger) -> None:
    await watch.look()
    await writer.run("alter table revision rename to elsewhere")
    await watch.freshness.wait()
    assert watch.freshness.age() == UNKNOWN, "others may write meanwhile"
    await writer.run("alter table elsewhere rename to revision")
    await watch.freshness.wait()
    assert watch.freshness.age() is None


async def test_closing_calls_back_those_who_wait(far: Watch, proxy: Proxy) -> None:
    await far.look()
    proxy.hang()
    early = asyncio.create_task(far.freshness.wait())
    await asyncio.sleep(0.05)
    late = asyncio.create_task(far.freshness.wait())
    await asyncio.sleep(0)
    await far.freshness.close()
    await asyncio.wait_for(asyncio.gather(early, late), 1)
    assert far.freshness.age() is not None


async def test_closing_at_once_calls_back_those_who_just_came(watch: Watch) -> None:
    called: list[bool] = []
    watch.freshness.when_answered(lambda: called.append(True))
    await watch.freshness.close()
    await asyncio.sleep(0)
    assert called == [True]


def test_another_event_loop_begins_anew(fresh_database: str) -> None:
    watch = Watch(fresh_database, "strict")

    async def look() -> int:
        try:
            return await watch.look()
        finally:
            await watch.freshness.close()

    async def close_elsewhere() -> None:
        await watch.freshness.close()

    assert asyncio.run(look()) == asyncio.run(look())
    asyncio.run(close_elsewhere())


async def test_what_one_who_waited_raises_is_not_the_trouble_of_the_others(watch: Watch) -> None:
    raised: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context["exception"]))
    watch.freshness.when_answered(lambda: next(iter(())))
    try:
        await asyncio.wait_for(watch.freshness.wait(), 5)
    finally:
        asyncio.get_running_loop().set_exception_handler(None)
    assert isinstance(raised[0], StopIteration)
    await asyncio.wait_for(watch.freshness.wait(), 5)


async def test_while_nothing_is_written_who_is_notified_asks_nothing(notified: Watch) -> None:
    assert not notified.freshness.ask()
    await notified.look()
    assert all(notified.freshness.ask() for _ in range(100))
    assert notified.freshness.questions == 1


async def test_who_is_notified_hears_of_every_write(notified: Watch, writer: Stranger) -> None:
    for _ in range(20):
        before = await notified.look()
        await writer.run(WRITE)
        assert await is_heard(notified)
        assert await notified.look() == before + 1


async def test_a_listener_that_was_cut_off_is_as_strict_as_any(
    notified: Watch, proxy: Proxy, writer: Stranger, log: list[Any]
) -> None:
    before = await notified.look()
    assert notified.freshness.ask()
    proxy.stop()
    assert await is_heard(notified)
    await notified.freshness.wait()
    assert notified.freshness.age() == 0
    assert not notified.freshness.ask()
    await writer.run(WRITE)
    proxy.start()
    assert await notified.look() == before + 1
    assert notified.freshness.age() is None
    assert notified.freshness.ask()
    assert names(log) == ["database away", "database back"]


async def test_a_heartbeat_finds_a_listener_that_hears_nothing(
    notified: Watch, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(module, "QUESTION_SECONDS_MAX", 0.2)
    await notified.look()
    proxy.hang()
    assert notified.freshness.ask()
    assert await is_heard(notified)
    assert notified.freshness.age() is not None


async def test_nothing_is_asked_when_nobody_asks(notified: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.05)
    await notified.look()
    await asyncio.sleep(0.2)
    asked = notified.freshness.questions
    assert asked == 2, "the first, and one heartbeat for those who came before it"
    assert not notified.freshness.ask(), "who comes now does not rely on what nobody watched"
    await asyncio.sleep(0.1)
    assert notified.freshness.questions == asked


async def test_heartbeats_end_with_closing(notified: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.05)
    await notified.look()
    await notified.freshness.close()
    asked = notified.freshness.questions
    assert not notified.freshness.ask()
    await asyncio.sleep(0.15)
    assert notified.freshness.questions == asked
