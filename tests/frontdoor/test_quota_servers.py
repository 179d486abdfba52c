"""Quotas are exact over the workers of a host, and over hosts that share a Redis."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import Copy

from .asking import Answer
from .fronts import commanded
from .wire import Line

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),
]

LATEST = "/api/v1/releases/latest"
TARGETS = [LATEST, "/api/v1/os", "/api/v1/releases/0.0.1", "/api/v1/os?nothing=1", f"{LATEST}/3.14"]
TRIES = 3


async def asked(port: int, number: int, client: str) -> list[Answer]:
    """Answers to requests over a connection, whatever becomes of them."""
    line = await Line.to(port)
    answers = []
    for place in range(number):
        method = "HEAD" if place % 4 == 3 else "GET"
        answers.append(await line.ask(TARGETS[place % 5], ("X-Forwarded-For", client), method=method))
    await line.close()
    return answers


async def flood(ports: Sequence[int]) -> list[Answer]:
    """The answers to 360 requests of one client, all of one window; he is another one for each flood."""
    for _ in range(TRIES):
        client = ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])  # noqa: S311  no secret
        groups = await asyncio.gather(*(asked(ports[place % len(ports)], 30, client) for place in range(12)))
        answers = [answer for group in groups for answer in group]
        if len({answer.headers["ratelimit-reset"] for answer in answers}) == 1:
            return answers
    raise AssertionError("no window is long enough")


def demand_exactness(answers: list[Answer]) -> None:
    passed = [answer for answer in answers if answer.status != 429]
    assert len(passed) == 120
    assert sorted(answer.remaining for answer in passed) == list(range(120))
    assert Counter(answer.status for answer in answers).keys() == {200, 400, 404, 429}
    assert {answer.headers["ratelimit-limit"] for answer in answers} == {"120"}


@pytest.mark.parametrize("fast", ["true", "false"])
@pytest.mark.parametrize("workers", [1, 2])
async def test_exactly_as_many_pass_as_may_over_the_workers_of_a_host(
    copy: Copy, tmp_path: Path, workers: int, fast: str
) -> None:
    settings = {"PYDOTORG_TRUSTED_PROXIES": "127.0.0.1", "PYDOTORG_WORKERS": str(workers), "PYDOTORG_FAST_PATH": fast}
    with commanded(tmp_path, copy(), **settings) as port:
        for _ in range(2):
            demand_exactness(await flood([port]))


async def test_exactly_as_many_pass_as_may_over_hosts_that_share_a_redis(
    copy: Copy, tmp_path: Path, redis_url: str
) -> None:
    settings = {"PYDOTORG_TRUSTED_PROXIES": "127.0.0.1", "PYDOTORG_REDIS_URL": redis_url}
    with ExitStack() as servers:
        ports = [
            servers.enter_context(commanded(tmp_path / name, copy(), PYDOTORG_WORKERS=workers, **settings))
            for name, workers in (("one", "1"), ("two", "2"))
        ]
        for _ in range(2):
            demand_exactness(await flood(ports))


async def test_a_stored_304_is_free_on_every_worker(copy: Copy, tmp_path: Path) -> None:
    with commanded(tmp_path, copy(), PYDOTORG_WORKERS="2") as port:
        line = await Line.to(port)
        first = await line.ask(LATEST)
        for _ in range(50):
            unchanged = await line.ask(LATEST, ("If-None-Match", first.etag))
            assert (unchanged.status, "ratelimit-limit" in unchanged.headers) == (304, False)
        while (answer := await line.ask(LATEST)).status == 200:
            assert answer.remaining < 120
        assert (await line.ask(LATEST, ("If-None-Match", first.etag))).status == 304
        await line.close()
