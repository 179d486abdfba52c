"""One computation for all who ask the same at the same time, and none for who asks after a write."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from tests.databases.strangers import stranger

from .asking import Answer, ask, computed, hits, stored
from .conftest import Make
from .probes import SLOW, Gate

pytestmark = pytest.mark.anyio

LATEST = "/api/v1/releases/latest"
LIST = "/api/v1/releases?include=files&limit=50"
NEXT = "update operating_system set number = number + 1000 where slug = 'source'"
YANKED = "/api/v1/releases/3.14.8"
REASON = "update release set yanked = true, yanked_reason = '{}' where version = '3.14.8'"


def begun(app: Application, number: int, target: str = SLOW) -> list[asyncio.Task[Answer]]:
    return [asyncio.create_task(ask(app, target)) for _ in range(number)]


async def numbers(tasks: list[asyncio.Task[Answer]]) -> list[int]:
    return [answer.json["number"] for answer in await asyncio.gather(*tasks)]


async def test_a_hundred_who_ask_at_once_are_answered_by_one_computation(make: Make, database: str) -> None:
    app = make(database)
    answers = await asyncio.gather(*begun(app, 100, LIST))
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["x-request-id"] for answer in answers}) == 100
    assert computed(app, "releases_list") == 1
    assert app.tallies.outcomes["miss"] == 1
    assert app.tallies.outcomes["hit"] + app.tallies.outcomes["shared"] == 99  # SQLite may be done before they wait


async def test_different_forms_of_one_answer_are_one_computation(make: Make, database: str) -> None:
    app = make(database)
    forms = [("accept-encoding", coding) for coding in ("identity", "br", "gzip", "zstd")]
    await asyncio.gather(*(ask(app, LIST, form, method=method) for form in forms for method in ("GET", "HEAD")))
    assert computed(app, "releases_list") == 1


async def test_what_fails_for_one_is_tried_anew_for_the_others(make: Make, database: str, gate: Gate) -> None:
    app, gate.failures = make(database), 1
    tasks = begun(app, 20)
    await gate.is_reached_by(1)
    gate.opened.set()
    assert Counter(answer.status for answer in await asyncio.gather(*tasks)) == {500: 1, 200: 19}
    assert (await ask(app, SLOW)).status == 200


async def test_who_leads_and_goes_away_leaves_the_others_an_answer(make: Make, database: str, gate: Gate) -> None:
    app = make(database)
    first, *others = begun(app, 10)
    await gate.is_reached_by(1)
    await asyncio.sleep(0.05)
    first.cancel()
    gate.opened.set()
    assert len(set(await numbers(others))) == 1
    assert stored(app) <= 1


async def test_who_goes_away_while_he_waits_takes_nobody_with_him(make: Make, database: str, gate: Gate) -> None:
    app = make(database)
    leader = begun(app, 1)
    await gate.is_reached_by(1)
    waiting, *others = begun(app, 10)
    await asyncio.sleep(0.05)
    waiting.cancel()
    gate.opened.set()
    assert len(set(await numbers([*leader, *others]))) == 1
    assert gate.reached == 1


async def test_who_asks_after_a_write_never_waits_for_what_began_before(
    make: Make, fresh_database: str, gate: Gate
) -> None:
    app = make(fresh_database)
    before = begun(app, 5)
    await gate.is_reached_by(1)
    async with stranger(fresh_database) as writer:
        await writer.run(NEXT)
        after = begun(app, 5)
        await gate.is_reached_by(2)
        await writer.run(NEXT)
        last = begun(app, 5)
        await gate.is_reached_by(3)
    gate.opened.set()
    [old], [new], [newest] = [set(await numbers(tasks)) for tasks in (before, after, last)]
    assert (new, newest) == (old + 1000, old + 2000)
    assert (await ask(app, SLOW)).json["number"] == newest
    assert gate.reached == 3


async def test_what_ends_after_a_write_is_not_stored(make: Make, fresh_database: str, gate: Gate) -> None:
    app = make(fresh_database)
    before = begun(app, 1)
    await gate.is_reached_by(1)
    async with stranger(fresh_database) as writer:
        await writer.run(NEXT)
    gate.opened.set()
    [old] = await numbers(before)
    assert (await ask(app, SLOW)).json["number"] == old + 1000
    assert hits(app) == 0


async def test_a_read_that_begins_after_a_write_sees_it(make: Make, fresh_database: str) -> None:
    apps = [make(fresh_database), make(fresh_database)]
    async with stranger(fresh_database) as writer:
        for number in range(100):
            await writer.run(REASON.format(number))
            for app in apps[:: 1 if number % 2 else -1]:
                assert (await ask(app, "/api/v1/releases/3.14.8")).json["yanked_reason"] == str(number)
                assert hits(app) == number
                await ask(app, "/api/v1/releases/3.14.8")


async def test_a_write_that_is_undone_changes_nothing(make: Make, fresh_database: str) -> None:
    app = make(fresh_database)
    before = await ask(app, "/api/v1/releases/3.14.8")
    async with stranger(fresh_database) as writer:
        await writer.run("begin")
        await writer.run(REASON.format("for nothing"))
        assert (await ask(app, "/api/v1/releases/3.14.8")).body == before.body
        await writer.run("rollback")
    assert (await ask(app, "/api/v1/releases/3.14.8")).body == before.body
    assert hits(app) == 2


async def test_a_write_that_is_not_committed_is_not_seen_and_then_it_is(make: Make, fresh_database: str) -> None:
    app = make(fresh_database)
    async with stranger(fresh_database) as writer:
        await writer.run("begin")
        await writer.run(REASON.format("soon"))
        for _ in range(3):
            assert (await ask(app, "/api/v1/releases/3.14.8")).json["yanked_reason"] == ""
        await writer.run("commit")
        assert (await ask(app, "/api/v1/releases/3.14.8")).json["yanked_reason"] == "soon"


async def test_every_reader_sees_the_last_write_while_many_read(make: Make, fresh_database: str) -> None:
    app, acknowledged, stale, ended = make(fresh_database), 0, [], asyncio.Event()

    async def read() -> None:
        while not ended.is_set():
            least = acknowledged
            seen = int((await ask(app, "/api/v1/releases/3.14.8")).json["yanked_reason"] or 0)
            if seen < least:
                stale.append((least, seen))
            await asyncio.sleep(0)

    readers = [asyncio.create_task(read()) for _ in range(8)]
    async with stranger(fresh_database) as writer:
        for number in range(1, 101):
            await writer.run(REASON.format(number))
            acknowledged = number
            await asyncio.sleep(0.002)
    ended.set()
    await asyncio.gather(*readers)
    assert stale == []
    assert httpx.codes.OK in {status for _, status in app.tallies.requests}


async def test_an_answer_that_waits_for_its_quota_keeps_its_head_and_its_body_together(
    make: Make, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(fresh_database)
    before = await ask(app, YANKED)
    entered, opened, count = asyncio.Event(), asyncio.Event(), app.admission.count

    async def slowly(*arguments: Any) -> Any:
        entered.set()
        await opened.wait()
        return await count(*arguments)

    monkeypatch.setattr(app.admission, "is_immediate", False)
    monkeypatch.setattr(app.admission, "count", slowly)
    waiting = asyncio.create_task(ask(app, YANKED))
    await entered.wait()
    monkeypatch.undo()
    async with stranger(fresh_database) as writer:
        await writer.run(REASON.format("a reason that makes it longer"))
    after = [await ask(app, YANKED) for _ in range(2)][-1]
    opened.set()
    found = await waiting
    assert (found.etag, found.body) == (before.etag, before.body)
    assert int(found.headers["content-length"]) == len(found.body) < len(after.body)
