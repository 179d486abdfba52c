"""`pydotorg tasks`: what those who run the service see of the queue, and do to it, while it is worked off."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import Struct
from sqlalchemy import update

from pydotorg.kernel.attempts import Hopeless
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.tasks import queue, tables
from pydotorg.kernel.tasks.declaring import Work, task
from pydotorg.kernel.tasks.queue import Queue, Room
from tests.servers import environment
from tests.working import Working, rows, the_row, until_done

pytestmark = pytest.mark.anyio

Said = subprocess.CompletedProcess[str]
Shell = Callable[..., Awaitable[Said]]
NONE = UUID(int=7)


class Order(Struct):
    secret: str = "hunter2"


@task("test.doomed")
async def doomed(work: Work, _: Order) -> None:
    tries = work.part(list)
    tries.append(work.attempt)
    if len(tries) == 1:
        raise Hopeless("550 there is no such mailbox")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is claimed stays so while commands start, whose own idea of a claim has not changed."""
    monkeypatch.setattr(queue, "LEASE", 1.9 * queue.LEASE)


@pytest.fixture
def shell(queue_url: str, tmp_path: Path) -> Shell:
    """Runs `pydotorg tasks` on this queue."""
    command = [sys.executable, "-m", "pydotorg", "tasks"]
    surroundings = environment(tmp_path, {"PYDOTORG_DATABASE_URL": queue_url})

    def run(*arguments: str) -> Said:
        return subprocess.run(
            [*command, *arguments], env=surroundings, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    async def shell(*arguments: str) -> Said:
        return await asyncio.to_thread(run, *arguments)

    return shell


async def queued(transactions: Transactions) -> UUID:
    async with transactions.begin(writes=True) as db:
        return await doomed.later(db, Order())


async def died(transactions: Transactions, working: Working) -> UUID:
    """A dead letter."""
    id = await queued(transactions)
    async with working(doomed, parts={list: []}):
        await until_done(transactions)
    return id


async def test_an_empty_queue_says_so(transactions: Transactions, shell: Shell) -> None:
    assert (await shell("list")).stdout == "Nothing is queued.\n"
    assert (await shell("list", "--dead")).stdout == "There are no dead letters.\n"
    assert json.loads((await shell("list", "--json")).stdout) == []


async def test_the_list_shows_what_waits_runs_and_is_dead_but_not_what_was_ordered(
    transactions: Transactions, working: Working, shell: Shell
) -> None:
    dead, running = await died(transactions, working), await queued(transactions)
    await Queue(transactions, led=False).claim(Room(1))
    waiting = await queued(transactions)
    said = await shell("list")
    assert said.returncode == 0
    heading, *lines = said.stdout.splitlines()
    assert heading.split("  ")[0] == "id"
    cells = [re.split(r" {2,}", line) for line in lines]
    assert {(row[0], row[1], row[2], row[3]) for row in cells} == {
        (str(dead), "test.doomed", "dead", "1"), (str(running), "test.doomed", "running", "1"),
        (str(waiting), "test.doomed", "waiting", "0"),
    }  # fmt: skip
    assert cells[-1][5] == "550 there is no such mailbox", "the dead come last"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", cells[-1][4])
    [letter] = json.loads((await shell("list", "--dead", "--json")).stdout)
    assert letter.keys() == {"id", "task", "state", "tries", "due", "error"}
    assert (letter["id"], letter["state"]) == (str(dead), "dead")
    assert "hunter2" not in said.stdout


async def test_a_dead_letter_that_is_retried_while_a_server_runs_is_done(
    transactions: Transactions, working: Working, shell: Shell
) -> None:
    tries: list[int] = []
    id = await queued(transactions)
    async with working(doomed, led=True, parts={list: tries}):
        await until_done(transactions)
        assert (await shell("retry", str(id))).stdout == "1 task will be tried at once.\n"
        await until_done(transactions)
    assert await rows(transactions) == []
    assert tries == [1, 1], "as if it were new"


async def test_all_dead_letters_are_retried_or_dropped_and_nothing_else(
    transactions: Transactions, working: Working, shell: Shell
) -> None:
    for _ in range(2):
        await died(transactions, working)
    assert (await shell("retry", "--all")).stdout == "2 tasks will be tried at once.\n"
    async with transactions.begin(writes=True) as db:
        await db.execute(update(tables.Task).values(state=tables.DEAD))
    waiting = await queued(transactions)
    assert (await shell("drop", "--all")).stdout == "2 tasks dropped.\n"
    assert (await the_row(transactions)).id == waiting
    assert (await shell("drop", str(waiting))).stdout == "1 task dropped.\n"
    assert await rows(transactions) == []


async def test_what_runs_is_left_alone(transactions: Transactions, shell: Shell) -> None:
    id = await queued(transactions)
    [claimed] = await Queue(transactions, led=False).claim(Room(1))
    for what in ("retry", "drop"):
        said = await shell(what, str(id))
        assert (said.returncode, said.stdout) == (1, "")
        assert "or it runs just now" in said.stderr
    assert (await the_row(transactions)).claim == claimed.claim


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["retry"], "Name the ID of one task, or say --all for all dead letters."),
        (["drop"], "Name the ID of one task, or say --all for all dead letters."),
        (["drop", str(NONE), "--all"], "Name the ID of one task, or say --all for all dead letters."),
        (["retry", "7"], "Invalid value for 'ID': '7' is not a valid UUID."),
        (
            ["retry", str(NONE)],
            f"There is no task {UUID(int=7)}, or it runs just now; see `pydotorg tasks list`.",
        ),
    ],
)
async def test_what_cannot_be_done_is_one_sentence(
    transactions: Transactions, shell: Shell, arguments: list[str], sentence: str
) -> None:
    said = await shell(*arguments)
    assert (said.returncode, said.stdout, said.stderr) == (1, "", f"pydotorg: {sentence}\n")
