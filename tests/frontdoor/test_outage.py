"""The database goes away under load, and comes back: what is stored serves on and says so, and nothing is stale."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.databases.strangers import Stranger, stranger
from tests.metrics.scraping import read
from tests.proxies import Proxy, proxied

from .asking import Answer
from .fronts import commanded
from .wire import Line

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session"),
]

STORED, OTHER = "/api/v1/releases/3.14.8", "/api/v1/releases/3.14.7"
WRITE = "update release set yanked = true, yanked_reason = '{}' where version = '3.14.8'"
QUOTAS = {"PYDOTORG_RATE_LIMIT_FACTOR": "100000"}
BACK_SECONDS_MAX = 2


@pytest.fixture
def proxy(fresh_database: str) -> Iterator[Proxy]:
    with proxied(urlsplit(fresh_database).port or 5432) as one:
        yield one


@pytest.fixture
def far_database(fresh_database: str, proxy: Proxy) -> str:
    """The URL of the database behind the proxy."""
    return proxy.leading_to(fresh_database)


@pytest.fixture
async def writer(fresh_database: str) -> AsyncIterator[Stranger]:
    """Who reaches the database whatever the service can."""
    async with stranger(fresh_database) as one:
        yield one


class Load:
    """Connections that ask for what is stored without a pause, as long as it lasts."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.ended = asyncio.Event()

    async def go_on(self, port: int) -> None:
        line = await Line.to(port)
        while not self.ended.is_set():
            self.answers.append(await line.ask(STORED))
            await asyncio.sleep(0.001)
        await line.close()

    def since(self, moment: int) -> list[Answer]:
        return self.answers[moment:]


@asynccontextmanager
async def loaded(port: int) -> AsyncIterator[Load]:
    load = Load()
    tasks = [asyncio.create_task(load.go_on(port)) for _ in range(4)]
    yield load
    load.ended.set()
    await asyncio.gather(*tasks)


async def until(line: Line, reason: str) -> float:
    """Seconds until the service is as it was, and knows this."""
    began = time.monotonic()
    while time.monotonic() < began + 3 * BACK_SECONDS_MAX:
        answer = await line.ask(STORED)
        if answer.status == 200 and "age" not in answer.headers:
            assert answer.json["yanked_reason"] == reason, "stale after it is back"
            return time.monotonic() - began
        await asyncio.sleep(0.01)
    raise AssertionError("not back")


async def hits(line: Line) -> float:
    """How many answers have left from the store."""
    found = read((await line.ask("/metrics")).body.decode())
    return sum(
        number for name, samples in found.items() for labels, number in samples.items()
        if set(labels) & {"hit", "revalidated"} and "created" not in name
    )  # fmt: skip


async def demand_use_of_the_store(line: Line) -> None:
    await line.ask(STORED)
    before = await hits(line)
    for _ in range(10):
        assert (await line.ask(STORED)).status == 200
    assert await hits(line) == before + 10, "what is asked again is answered from the store"


def demand_refusal(answer: Answer) -> None:
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json.keys() == {"detail", "status_code", "extra"}


@pytest.mark.parametrize(("fast", "hangs"), [("true", False), ("false", False), ("true", True)])
async def test_what_is_stored_serves_on_while_the_database_is_away(
    far_database: str, tmp_path: Path, proxy: Proxy, writer: Stranger, *, fast: str, hangs: bool
) -> None:
    with commanded(tmp_path, far_database, PYDOTORG_FAST_PATH=fast, **QUOTAS) as port:
        line = await Line.to(port)
        before = await line.ask(STORED)
        assert "age" not in before.headers
        async with loaded(port) as load:
            (proxy.hang if hangs else proxy.stop)()
            await asyncio.sleep(3.5 if hangs else 0.3)
            began = len(load.answers)
            away = await line.ask(STORED)
            assert (away.status, away.body, away.etag) == (200, before.body, before.etag)
            assert 0 <= int(away.headers["age"]) <= 10
            assert (await line.ask(STORED, ("If-None-Match", before.etag))).status == 304
            if not hangs:  # else it takes its time
                demand_refusal(await line.ask(OTHER))
            await writer.run(WRITE.format("unseen"))
            assert {answer.status for answer in load.since(began)} <= {200}
            assert all("age" in answer.headers for answer in load.since(began))
            proxy.start()
            assert await until(line, "unseen") < BACK_SECONDS_MAX
            began = len(load.answers)
            await asyncio.sleep(0.2)
            assert {answer.json["yanked_reason"] for answer in load.since(began + 4)} == {"unseen"}
            for number in range(20):
                await writer.run(WRITE.format(number))
                assert (await line.ask(STORED)).json["yanked_reason"] == str(number)
            assert (await line.ask(OTHER)).status == 200
        assert {answer.status for answer in load.answers} == {200}
        await demand_use_of_the_store(line)
        await line.close()


@pytest.mark.parametrize(("fast", "known"), [("true", False), ("true", True), ("false", True)])
async def test_what_is_stored_serves_on_only_for_a_while(
    far_database: str, tmp_path: Path, proxy: Proxy, writer: Stranger, *, fast: str, known: bool
) -> None:
    settings = {"PYDOTORG_STALE_IF_ERROR": "1", "PYDOTORG_FAST_PATH": fast, **QUOTAS}
    with commanded(tmp_path, far_database, **settings) as port:
        line = await Line.to(port)
        await line.ask(STORED)
        await line.ask(STORED)
        proxy.stop()
        first = await line.ask(STORED)
        assert (first.status, "age" in first.headers) == (200, True)
        await asyncio.sleep(2.1)
        for _ in range(3):
            demand_refusal(await line.ask(STORED))
            demand_refusal(await line.ask(OTHER))
        await writer.run(WRITE.format("unseen"))
        proxy.start()
        if known:
            assert await until(line, "unseen") < BACK_SECONDS_MAX
        else:
            began = time.monotonic()
            while (answer := await line.ask(STORED, ("X-New", "yes"))).status != 200:
                assert time.monotonic() < began + BACK_SECONDS_MAX
            assert answer.json["yanked_reason"] == "unseen"
            for number in range(10):
                await writer.run(WRITE.format(number))
                assert (await line.ask(STORED, ("X-New", f"{number}"))).json["yanked_reason"] == str(number)
            before = await hits(line)
            for number in range(10):
                await line.ask(STORED, ("X-New", f"again {number}"))
            assert await hits(line) == before + 10, "what is asked again is answered from the store"
            assert await until(line, "9") < BACK_SECONDS_MAX
        await demand_use_of_the_store(line)
        await line.close()


async def test_without_patience_nothing_stored_serves_while_the_database_is_away(
    far_database: str, tmp_path: Path, proxy: Proxy, writer: Stranger
) -> None:
    with commanded(tmp_path, far_database, PYDOTORG_STALE_IF_ERROR="0", **QUOTAS) as port:
        line = await Line.to(port)
        await line.ask(STORED)
        await line.ask(STORED)
        proxy.stop()
        for _ in range(3):
            demand_refusal(await line.ask(STORED))
        proxy.start()
        assert await until(line, "") < BACK_SECONDS_MAX
        await demand_use_of_the_store(line)
        await line.close()


async def test_a_short_cut_between_two_requests_is_not_noticed(
    far_database: str, tmp_path: Path, proxy: Proxy, writer: Stranger
) -> None:
    with commanded(tmp_path, far_database, **QUOTAS) as port:
        line = await Line.to(port)
        for number in range(10):
            proxy.stop()
            await writer.run(WRITE.format(number))
            proxy.start()
            answer = await line.ask(STORED)
            assert (answer.status, answer.json["yanked_reason"]) == (200, str(number))
            assert "age" not in answer.headers
        await line.close()
