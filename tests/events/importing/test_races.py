"""Imports at the same time, beside other writes, and cut off: nothing is there twice, and nothing by halves."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person
from tests.conventions.asking import error_of
from tests.events.desk import CALENDAR, CALENDARS, SCHEDULE, step
from tests.fetching.hosts import hosted, ok, said
from tests.releases.writing.desk import Desk
from tests.review.desks import Json
from tests.servers import environment

from .elsewhere import NOTHING, attempted, event, file, found_in, imported

pytestmark = pytest.mark.anyio

MANY = [event(f"{number}@example.org", "RRULE:FREQ=WEEKLY;COUNT=30") for number in range(40)]
SECONDS_MAX = 60


async def test_imports_at_once_make_each_event_once(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    reports = await asyncio.gather(*(imported(moderator, calendar, *MANY) for _ in range(3)))
    assert sorted((each["created"], each["unchanged"]) for each in reports) == [(0, 40), (0, 40), (40, 0)]
    listed = await public.get(f"{CALENDARS}/{calendar['id']}/events", params={"limit": "1000"})
    assert len(listed.json()) == 40


async def test_imports_at_once_of_different_files_end_as_one_of_them(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await asyncio.gather(imported(moderator, calendar, *MANY[:25]), imported(moderator, calendar, *MANY[15:]))
    found = {*await found_in(public, calendar)}
    assert found in ({f"{n}@example.org" for n in range(25)}, {f"{n}@example.org" for n in range(15, 40)})


async def slowly(moderator: Person, calendar: Json, meanwhile: Callable[[], Awaitable[object]]) -> httpx.Response:
    """How an import is answered whose file, with the event `old`, comes only after something else was done."""
    asked, may_go_on = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await may_go_on.wait()
        writer.write(ok(file(event("old")).encode(), 'ETag: "old"'))

    async with hosted(answer) as host:
        importing = asyncio.create_task(attempted(moderator, calendar, url=host.address))
        await asked.wait()
        await meanwhile()
        may_go_on.set()
        return await importing


async def test_a_file_that_was_fetched_before_another_was_taken_is_not_taken_after_it(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    async with hosted(ok(file(event("new")).encode(), 'ETag: "new"'), said("304 Not Modified")) as host:
        refused = await slowly(moderator, calendar, lambda: imported(moderator, calendar, url=host.address))
        assert "meanwhile" in error_of(refused, 409)["detail"]
        assert [*await found_in(public, calendar)] == ["new"]
        assert await imported(moderator, calendar, url=host.address) == NOTHING | {"unmodified": True}


async def test_a_file_is_not_taken_in_the_zone_that_its_calendar_had_before(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    at = f"{CALENDARS}/{calendar['id']}"
    refused = await slowly(moderator, calendar, lambda: moderator.client.patch(at, json={"timezone": "Asia/Tokyo"}))
    assert "meanwhile" in error_of(refused, 409)["detail"]
    assert await found_in(public, calendar) == {}


async def test_what_is_decided_while_a_file_is_fetched_does_not_stop_it(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, event("old"))
    [found] = (await found_in(public, calendar)).values()
    taken = await slowly(moderator, calendar, lambda: step(moderator, found, "cancel"))
    assert taken.json() == NOTHING | {"unchanged": 1}
    assert await found_in(public, calendar) == {}


async def test_a_calendar_is_deleted_or_imported_into(moderator: Person, calendar: Json) -> None:
    at = f"{CALENDARS}/{calendar['id']}"
    taken, deleted = await asyncio.gather(
        moderator.client.post(f"{at}/import", json={"ics": file(*MANY[:5])}), moderator.client.delete(at)
    )
    assert (taken.status_code, deleted.status_code) in {(200, 409), (404, 204)}


async def test_releases_are_written_while_another_calendar_is_imported_into(
    app: Application, public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    desk = Desk((await person(app, Role.release_manager)).client)
    own = [event(f"beside-{number}", title="Beside") for number in range(30)]

    async def plan(number: int) -> int:
        answer = await desk.ask("PUT", f"releases/scheduled/9.{number}.0", {"date": "2033-03-03"})
        return answer.status_code

    report, written = await asyncio.gather(
        imported(moderator, calendar, *own), asyncio.gather(*(plan(number) for number in range(8)))
    )
    assert (report["created"], report["cancelled"], written) == (30, 0, [201] * 8)
    found = await found_in(public, {"id": SCHEDULE})
    assert {f"release-9.{number}.0@python.org" for number in range(8)} <= found.keys()
    assert await imported(moderator, calendar) == NOTHING | {"cancelled": 30}


async def is_written_to(url: str) -> bool:
    """Whether a transaction has begun to write."""
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
        mine = "select count(*) from pg_stat_activity where datname = current_database() and backend_xid is not null"
        return bool(await session.fetchval(mine))
    finally:
        await session.close()


@contextmanager
def importing(folder: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """The command that imports the file `many.ics`, while it runs."""
    program = str(Path(sys.executable).with_name("pydotorg"))
    with subprocess.Popen(
        [program, "events", "import", CALENDAR, "many.ics"], cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(folder, {"PYDOTORG_DATABASE_URL": url}),
    ) as process:  # fmt: skip
        yield process
        process.kill()


async def test_an_import_that_is_killed_leaves_nothing_and_the_next_one_completes(
    fresh_database: str, tmp_path: Path
) -> None:
    (tmp_path / "many.ics").write_text(file(*(event(f"{n}@example.org", "RRULE:FREQ=WEEKLY") for n in range(150))))
    with importing(tmp_path, fresh_database) as process:
        async with asyncio.timeout(SECONDS_MAX):
            while not await is_written_to(fresh_database):
                assert process.poll() is None, process.communicate()
                await asyncio.sleep(0.005)
    assert process.returncode == -signal.SIGKILL
    with importing(tmp_path, fresh_database) as process:
        printed = await asyncio.to_thread(process.communicate, timeout=SECONDS_MAX)
    assert printed == ("events: 150 added, 0 changed, 0 unchanged, 0 cancelled, 0 skipped\n", "")
