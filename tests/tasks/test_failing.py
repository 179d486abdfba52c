"""What fails is tried again, later and later; what cannot succeed is a dead letter that says why."""

import asyncio

import pytest
import structlog
from msgspec import Struct
from sqlalchemy import func, insert, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.attempts import Hopeless, NotNow, Unanswered
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.tasks import attempting, tables
from pydotorg.kernel.tasks.attempting import PAUSE_SECONDS_MAX, TRIES_MAX, pause_after
from pydotorg.kernel.tasks.declaring import Task, Work, task
from tests.working import Working, rows, the_row, until, until_done

pytestmark = pytest.mark.anyio


class Order(Struct):
    name: str = ""


class Trouble:
    """What happens at each try; in the end nothing does."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.tries = [*errors], 0

    async def __call__(self) -> None:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)


@task("test.troubled")
async def troubled(work: Work, _: Order) -> None:
    await work.part(Trouble)()


@task("test.hanging", seconds_max=0.05)
async def hanging(work: Work, _: Order) -> None:
    work.part(Trouble).tries += 1
    await asyncio.sleep(60)


async def tried(transactions: Transactions, working: Working, trouble: Trouble, what: Task[Order] = troubled) -> None:
    """Have it done, or given up."""
    async with transactions.begin(writes=True) as db:
        await what.later(db, Order())
    async with working(what, parts={Trouble: trouble}):
        await until_done(transactions)


async def test_a_fault_of_ours_is_logged_and_tried_again(transactions: Transactions, working: Working) -> None:
    trouble = Trouble(KeyError("hunter2"), ValueError("hunter2"))
    with structlog.testing.capture_logs() as log:
        await tried(transactions, working, trouble)
    assert trouble.tries == 3
    assert await rows(transactions) == []
    failures = [line for line in log if line["event"] == "task failed"]
    assert [(line["attempt"], line["name"], line["exc_info"]) for line in failures] == [
        (1, "test.troubled", True), (2, "test.troubled", True),
    ]  # fmt: skip


async def test_the_queue_does_not_repeat_what_a_fault_of_ours_was_about(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting, "TRIES_MAX", 1)
    await tried(transactions, working, Trouble(ValueError("hunter2")))
    assert (await the_row(transactions)).error == "ValueError: see the log; tried 1 times"


async def test_what_was_tried_too_often_is_a_dead_letter(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting, "TRIES_MAX", 3)
    trouble = Trouble(*(NotNow(f"no {number}") for number in range(9)))
    with structlog.testing.capture_logs() as log:
        await tried(transactions, working, trouble)
    row = await the_row(transactions)
    assert (row.state, row.tries, row.error, trouble.tries) == ("dead", 3, "no 2; tried 3 times", 3)
    assert [(line["event"], line["reason"]) for line in log] == [
        ("task postponed", "no 0"), ("task postponed", "no 1"), ("dead letter", "no 2; tried 3 times"),
    ]  # fmt: skip


async def test_what_is_hopeless_is_not_tried_again(transactions: Transactions, working: Working) -> None:
    trouble = Trouble(Hopeless("550 there is no\r\nsuch\0 mailbox \udcff"))
    await tried(transactions, working, trouble)
    row = await the_row(transactions)
    assert (row.state, row.tries, row.error) == ("dead", 1, "550 there is no such? mailbox ?")


async def test_what_stays_without_an_answer_twice_is_not_tried_a_third_time(
    transactions: Transactions, working: Working
) -> None:
    trouble = Trouble(Unanswered("silence"), NotNow("busy"), Unanswered("silence"))
    await tried(transactions, working, trouble)
    row = await the_row(transactions)
    assert (row.state, row.tries) == ("dead", 3)
    assert row.error == "silence; it may have been done, but nobody has said so"


async def test_what_takes_too_long_is_cut_off_and_tried_again(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting, "TRIES_MAX", 2)
    trouble = Trouble()
    await tried(transactions, working, trouble, hanging)
    assert ((await the_row(transactions)).error, trouble.tries) == ("it took too long; tried 2 times", 2)


async def test_those_that_hang_leave_room_for_others(transactions: Transactions, working: Working) -> None:
    stuck: list[str] = []

    async def stick(_: Work, order: Order) -> None:
        stuck.append(order.name)
        await asyncio.sleep(60)

    sticking = [task(f"test.stuck{number}")(stick) for number in range(5)]
    done: list[str] = []

    @task("test.quick", in_transaction=True)
    async def quick(_: Database, order: Order) -> None:
        done.append(order.name)

    async with transactions.begin(writes=True) as db:
        for number in range(50):
            await sticking[number % 5].later(db, Order(str(number)))
        for number in range(20):
            await quick.later(db, Order(str(number)))
    async with working(*sticking, quick):
        await until(lambda: len(done) == 20 and len(stuck) == 4)
        await asyncio.sleep(0.1)
        assert len(stuck) == 4, "whatever their names are"


async def test_a_task_that_nobody_knows_is_a_dead_letter(transactions: Transactions, working: Working) -> None:
    async with transactions.begin(writes=True) as db:
        await troubled.later(db, Order())
    async with working(hanging):
        await until_done(transactions)
    assert (await the_row(transactions)).error == "there is no task test.troubled"


async def test_an_order_that_can_no_longer_be_read_is_a_dead_letter(
    transactions: Transactions, working: Working
) -> None:
    async with transactions.begin(writes=True) as db:
        await troubled.later(db, Order())
        await db.execute(update(tables.Task).values(payload='{"name": 7}'))
    async with working(troubled, parts={Trouble: Trouble()}):
        await until_done(transactions)
    assert "its order is none of test.troubled any more: Expected `str`" in (await the_row(transactions)).error


async def test_what_fails_in_its_transaction_has_written_nothing(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting, "TRIES_MAX", 2)

    @task("test.half", in_transaction=True)
    async def half(db: Database, _: Order) -> None:
        await db.execute(insert(tables.Schedule), {"name": "half", "moment": clock.now()})
        await troubled.later(db, Order())
        raise NotNow("half")

    async with transactions.begin(writes=True) as db:
        await half.later(db, Order())
    async with working(half):
        await until_done(transactions)
    row = await the_row(transactions)
    assert (row.name, row.error) == ("test.half", "half; tried 2 times")
    async with transactions.begin(writes=False, here=False) as db:
        assert await db.scalar(select(func.count()).select_from(tables.Schedule)) == 0


async def test_a_task_that_its_workers_did_not_survive_is_a_dead_letter(
    transactions: Transactions, working: Working
) -> None:
    async with transactions.begin(writes=True) as db:
        await troubled.later(db, Order())
        await db.execute(update(tables.Task).values(tries=TRIES_MAX))
    trouble = Trouble()
    async with working(troubled, parts={Trouble: trouble}):
        await until_done(transactions)
    assert (await the_row(transactions)).error == "its workers died of it, or lost the database"
    assert trouble.tries == 0


def test_pauses_double_up_to_six_hours_and_last_about_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempting, "PAUSE_SECONDS_MIN", 2.0)
    for attempt in range(1, 12):
        assert 0.75 * 2**attempt <= pause_after(attempt) <= 1.25 * 2**attempt
    assert 0.75 * PAUSE_SECONDS_MAX <= pause_after(TRIES_MAX) <= 1.25 * PAUSE_SECONDS_MAX
    assert 18 < sum(map(pause_after, range(1, TRIES_MAX))) / 3600 < 36
    assert len({pause_after(1) for _ in range(20)}) > 10
