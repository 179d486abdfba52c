"""One request is one transaction: all of what it writes, or nothing, and a read writes never."""

import asyncio
import re
from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select

from pydotorg.app import Application
from pydotorg.releases import tables
from tests.conftest import client_of

from .asking import error_of

pytestmark = pytest.mark.anyio

SYSTEMS = "/api/v1/workshop/systems"


async def stored(client: httpx.AsyncClient) -> set[str]:
    return {row["slug"] for row in (await client.get("/api/v1/os")).json()} & {f"system-{n}" for n in range(1001, 1010)}


async def test_a_request_keeps_all_that_it_wrote_or_nothing(changing: Application) -> None:
    async with client_of(changing) as client:
        assert (await client.post(f"{SYSTEMS}/1001")).status_code == 200
        error_of(await client.post(f"{SYSTEMS}/1002?how=failure"), 500)
        error_of(await client.post(f"{SYSTEMS}/1003?how=refusal"), 409)
        error_of(await client.post(f"{SYSTEMS}/1004?how=unspeakable"), 500)
        assert await stored(client) == {"system-1001"}

        twice = await client.post(f"{SYSTEMS}/1001")
        told = error_of(twice, 409)["detail"]  # the whole row is: each database has a key that it looks at first
        assert re.fullmatch("Something with the same (id|number|slug|name) is stored already.", told)

        error_of(await client.get("/api/v1/workshop/peek"), 500)
        async with changing.transactions.begin(writes=False, here=False) as db:
            assert await db.scalar(select(func.count()).select_from(tables.ReleaseFile)) == 4145

        race = await asyncio.gather(*(client.post(f"{SYSTEMS}/1005") for _ in range(8)))
        assert sorted(answer.status_code for answer in race) == [200] + [409] * 7
        assert await stored(client) == {"system-1001", "system-1005"}


async def test_a_write_whose_request_breaks_off_has_not_happened(changing: Application) -> None:
    parts: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )
    answer: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(parts)

    async def send(message: MutableMapping[str, Any]) -> None:
        answer.append(message)

    path = f"{SYSTEMS}/1009"
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "scheme": "http",
        "http_version": "1.1", "headers": [(b"host", b"localhost")], "client": None, "server": None, "state": {},
    }  # fmt: skip
    await changing(scope, receive, send)
    assert answer[0]["status"] == 400
    async with client_of(changing) as client:
        assert "system-1009" not in await stored(client)


async def test_fifty_who_read_and_then_write_lose_nothing(changing: Application, another_worker: Application) -> None:
    async with client_of(changing) as one, client_of(another_worker) as other:
        assert (await one.post(f"{SYSTEMS}/7000")).status_code == 200
        answers = await asyncio.gather(*(client.post("/api/v1/workshop/count") for client in [one, other] * 25))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert {answer.json()["number"] for answer in answers} == set(range(7001, 7051))


async def test_reads_go_on_while_somebody_writes(changing: Application) -> None:
    async with client_of(changing) as client, changing.transactions.begin(writes=True) as db:
        await db.execute(delete(tables.ReleaseFile))
        answer = await asyncio.wait_for(client.get("/api/v1/files?limit=1"), timeout=5)
        assert (answer.status_code, answer.headers["x-total-count"]) == (200, "4145")
        await db.rollback()
