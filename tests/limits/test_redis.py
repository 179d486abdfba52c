"""The counter of all hosts: exact while Redis answers, and no request's problem when it does not."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from pydotorg.kernel.access import ANONYMOUS, Tier
from pydotorg.kernel.frontdoor.counters import redis as counters
from pydotorg.kernel.frontdoor.counters.memory import Memory
from pydotorg.kernel.frontdoor.counters.redis import Redis
from pydotorg.kernel.frontdoor.counters.shared import Shared
from pydotorg.kernel.frontdoor.limits import Limits
from tests.limits.conftest import Hammer, passed
from tests.proxies import Proxy, proxied

pytestmark = pytest.mark.anyio

WINDOW = 28_928_160
TIMEOUT = 0.3  # longer than in earnest, because the machine that tests is busy
GONE, BACK = "redis away, counting goes on here", "redis is back"


@pytest.fixture
def proxy(redis_url: str) -> Iterator[Proxy]:
    """The way to Redis, which can be cut."""
    with proxied(urlsplit(redis_url).port or 6379) as proxy:
        yield proxy


@pytest.fixture
async def host(proxy: Proxy) -> Any:
    """A host that reaches Redis by the proxy."""
    counter = Redis(f"redis://127.0.0.1:{proxy.port}", Memory(), answer_seconds_max=TIMEOUT)
    yield counter
    await counter.close()


@pytest.fixture
async def other_host(redis_url: str) -> Any:
    """A host that always reaches Redis."""
    counter = Redis(redis_url, Memory(), answer_seconds_max=5)
    yield counter
    await counter.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is tried again after a moment."""
    monkeypatch.setattr(counters, "RETRY_SECONDS", 0.05)


async def counts(counter: Redis, caller: str, requests: int) -> Sequence[int]:
    """Requests that come all at once."""
    return await asyncio.gather(*(counter.counted(caller, WINDOW) for _ in range(requests)))


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def test_exactly_the_limit_passes_on_two_hosts(redis_url: str, hammer: Hammer, caller: str) -> None:
    assert passed([hammer(f"redis:{redis_url}", caller, requests=300) for _ in range(2)]) == 120


async def test_hosts_continue_each_other(host: Redis, other_host: Redis, caller: str) -> None:
    assert await counts(host, caller, 3) == [1, 2, 3]
    assert await counts(other_host, caller, 2) == [4, 5]
    assert await counts(host, caller, 2) == [6, 7]
    assert await host.counted(caller, WINDOW + 1) == 1


async def test_all_who_wait_are_counted_by_one_question(
    host: Redis, caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = []
    run: Callable[..., Awaitable[Any]] = host._run

    async def noted(names: Sequence[str], numbers: Sequence[int]) -> Any:
        questions.append(names)
        return await run(names, numbers)

    monkeypatch.setattr(host, "_run", noted)
    await asyncio.gather(counts(host, f"LOW:{caller}", 400), counts(host, f"HIGH:{caller}", 100))
    assert questions == [[f"pydotorg:limit:{WINDOW}:LOW:{caller}", f"pydotorg:limit:{WINDOW}:HIGH:{caller}"]]


async def test_what_is_counted_is_not_kept_for_ever(host: Redis, caller: str) -> None:
    await host.counted(caller, WINDOW)
    assert 60 <= await host.client.ttl(f"pydotorg:limit:{WINDOW}:{caller}") <= 120


async def test_limits_wait_for_redis(host: Redis, caller: str) -> None:
    limits = Limits(host)
    allowance = limits.allowance(ANONYMOUS, Tier.critical)
    assert not limits.is_immediate
    quotas = await asyncio.gather(*(limits.counted(caller, allowance) for _ in range(20)))
    assert sum(not quota.is_spent for quota in quotas) == 5


async def test_nobody_gains_a_second_quota_when_redis_goes(
    proxy: Proxy, host: Redis, other_host: Redis, caller: str
) -> None:
    await counts(other_host, caller, 100)
    await host.counted(caller, WINDOW)
    proxy.stop()
    assert await counts(host, caller, 30) == [*range(102, 132)]
    assert await host.counted(caller, WINDOW) == 132


async def test_what_was_counted_without_redis_is_known_when_it_is_back(
    soon: None, proxy: Proxy, host: Redis, other_host: Redis, caller: str
) -> None:
    await host.counted(caller, WINDOW)
    proxy.stop()
    await counts(host, caller, 10)
    proxy.start()
    await until(lambda: not host.is_away)
    assert await host.counted(caller, WINDOW) == 12
    assert await other_host.counted(caller, WINDOW) == 13


async def test_a_redis_that_lost_its_memory_is_told(host: Redis, other_host: Redis, caller: str) -> None:
    await counts(host, caller, 10)
    await host.client.delete(f"pydotorg:limit:{WINDOW}:{caller}")
    assert await host.counted(caller, WINDOW) == 11
    assert await other_host.counted(caller, WINDOW) == 12


async def test_a_redis_that_hangs_costs_one_timeout_and_not_one_a_request(
    proxy: Proxy, host: Redis, caller: str
) -> None:
    await host.counted(caller, WINDOW)
    proxy.hang()
    begun = time.monotonic()
    assert await counts(host, caller, 50) == [*range(2, 52)]
    for _ in range(50):
        await host.counted(caller, WINDOW)
    assert TIMEOUT <= time.monotonic() - begun < 3 * TIMEOUT


async def test_who_asks_while_another_question_hangs_does_not_wait_longer(
    proxy: Proxy, host: Redis, caller: str
) -> None:
    await host.counted(caller, WINDOW)
    proxy.hang()
    host.answer_seconds_max = 0.6
    first = asyncio.ensure_future(host.counted(caller, WINDOW))
    await asyncio.sleep(0.5)
    begun = time.monotonic()
    assert await host.counted(caller, WINDOW) == 3
    assert time.monotonic() - begun < 0.4  # 0.1 s is left, and its own would make 0.7
    assert await first == 2


@pytest.mark.parametrize("turns", range(6))
async def test_a_worker_that_is_held_up_still_hears_the_answer(
    host: Redis, other_host: Redis, caller: str, turns: int
) -> None:
    await counts(other_host, caller, 5)
    await host.counted(caller, WINDOW)
    asking = asyncio.ensure_future(counts(host, caller, 10))
    for _ in range(turns):  # of the loop: before it asks, while it does, and after
        await asyncio.sleep(0)
    time.sleep(1.5 * TIMEOUT)  # noqa: ASYNC251  nothing else runs meanwhile
    assert await asking == [*range(7, 17)]
    assert not host.is_away


async def test_exactly_the_limit_passes_on_hosts_that_are_held_up_again_and_again(
    host: Redis, other_host: Redis, caller: str
) -> None:
    host.answer_seconds_max = other_host.answer_seconds_max = 0.02
    ended = asyncio.Event()

    async def hold_up() -> None:
        while not ended.is_set():
            time.sleep(0.05)  # noqa: ASYNC251  nothing else runs meanwhile
            await asyncio.sleep(0.001)

    holding_up = asyncio.create_task(hold_up())
    numbers: list[int] = []
    for _ in range(5):
        for answers in await asyncio.gather(*(counts(each, caller, 20) for each in (host, other_host))):
            numbers += answers
    ended.set()
    await holding_up
    assert sorted(numbers) == [*range(1, 201)]


async def test_a_late_answer_is_nobody_elses(soon: None, proxy: Proxy, host: Redis, caller: str) -> None:
    await counts(host, f"{caller}a", 5)
    proxy.hang()
    await counts(host, f"{caller}a", 5)
    proxy.start()
    await until(lambda: not host.is_away)
    assert await host.counted(f"{caller}b", WINDOW) == 1
    assert await host.counted(f"{caller}b", WINDOW) == 2


async def test_redis_is_not_asked_while_it_is_away(proxy: Proxy, host: Redis, other_host: Redis, caller: str) -> None:
    proxy.stop()
    await host.counted(caller, WINDOW)
    proxy.start()
    assert await counts(host, caller, 5) == [2, 3, 4, 5, 6]
    assert host.is_away
    assert await other_host.counted(caller, WINDOW) == 1


async def test_it_is_said_once_that_redis_went_and_once_that_it_is_back(
    soon: None, proxy: Proxy, host: Redis, caller: str
) -> None:
    with capture_logs() as log:
        proxy.stop()
        for _ in range(10):
            await counts(host, caller, 10)
            await asyncio.sleep(0.02)
        proxy.start()
        await until(lambda: not host.is_away)
        await until(lambda: len(log) > 1)
        await counts(host, caller, 10)
    assert [(line["log_level"], line["event"]) for line in log] == [("warning", GONE), ("info", BACK)]


async def test_a_redis_that_is_not_there_at_the_start_is_found_later(
    soon: None, redis_url: str, proxy: Proxy, caller: str
) -> None:
    proxy.stop()
    async with AsyncExitStack() as stack:
        host = Redis(f"redis://127.0.0.1:{proxy.port}", Memory(), answer_seconds_max=TIMEOUT)
        stack.push_async_callback(host.close)
        assert await host.counted(caller, WINDOW) == 1
        proxy.start()
        await until(lambda: not host.is_away)
        assert await host.counted(caller, WINDOW) == 2


async def test_a_server_that_cannot_count_is_as_good_as_gone(proxy: Proxy, host: Redis, caller: str) -> None:
    await host.client.set(f"pydotorg:limit:{WINDOW}:{caller}", "no number", ex=60)
    assert await counts(host, caller, 2) == [1, 2]
    assert host.is_away


async def test_workers_of_a_host_go_on_together_without_redis(proxy: Proxy, table: Path, caller: str) -> None:
    async with AsyncExitStack() as stack:
        workers = []
        for _ in range(2):
            local = stack.enter_context(closing(Shared(table)))
            workers.append(Redis(f"redis://127.0.0.1:{proxy.port}", local, answer_seconds_max=TIMEOUT))
            stack.push_async_callback(workers[-1].close)
        assert [await worker.counted(caller, WINDOW) for worker in workers] == [1, 2]
        proxy.stop()
        one, other = await asyncio.gather(*(counts(worker, caller, 50) for worker in workers))
        assert sorted([*one, *other]) == [*range(3, 103)]


async def test_a_request_that_is_given_up_stops_nobody_else(host: Redis, caller: str) -> None:
    tasks = [asyncio.ensure_future(host.counted(caller, WINDOW)) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await asyncio.gather(*tasks[1:]) == [2, 3]


async def test_who_waits_is_answered_before_it_closes(redis_url: str, proxy: Proxy, caller: str) -> None:
    host = Redis(f"redis://127.0.0.1:{proxy.port}", Memory(), answer_seconds_max=TIMEOUT)
    proxy.hang()
    waiting = asyncio.ensure_future(counts(host, caller, 3))
    await asyncio.sleep(0.01)
    await host.close()
    assert await waiting == [1, 2, 3]
