"""What is planned is queued once at each of its times, over all processes; of times that were missed, the last."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled, Timetable
from tests.working import Working, rows, until

pytestmark = pytest.mark.anyio

At = Callable[[str], None]


class Sweep(Struct):
    thoroughly: bool = True


swept: list[Sweep] = []


@task("test.sweep", in_transaction=True)
async def sweep(db: Database, order: Sweep) -> None:
    """Sweep."""
    swept.append(order)


DAILY = Scheduled("30 3 * * *", sweep)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the clock."""

    def at(moment: str) -> None:
        seconds = moment_of(moment).timestamp()
        monkeypatch.setattr(clock, "unix", lambda: seconds)

    return at


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def queued(transactions: Transactions) -> int:
    return len(await rows(transactions))


async def test_it_is_queued_at_its_next_time_and_not_when_it_is_first_heard_of(
    transactions: Transactions, at: At
) -> None:
    timetable = Timetable(transactions, [DAILY])
    at("2026-11-01 12:00")
    assert await timetable.follow() == moment_of("2026-11-02 03:30")
    at("2026-11-02 03:29:59")
    await timetable.follow()
    assert await queued(transactions) == 0
    at("2026-11-02 03:30")
    assert await timetable.follow() == moment_of("2026-11-03 03:30")
    assert await queued(transactions) == 1


async def test_of_many_who_follow_it_one_queues_it(
    transactions: Transactions, connect: Callable[[], Transactions], at: At
) -> None:
    timetables = [Timetable(connect(), [DAILY]) for _ in range(6)]
    at("2026-11-01 12:00")
    await asyncio.gather(*(each.follow() for each in timetables))
    for day in range(2, 5):
        at(f"2026-11-0{day} 03:30:00.5")
        await asyncio.gather(*(each.follow() for each in timetables))
        assert await queued(transactions) == day - 1


async def test_times_that_were_missed_count_once(transactions: Transactions, at: At) -> None:
    at("2026-11-01 12:00")
    await Timetable(transactions, [DAILY]).follow()
    at("2026-11-09 12:00")
    afterwards = Timetable(transactions, [DAILY])
    assert await afterwards.follow() == moment_of("2026-11-10 03:30")
    await afterwards.follow()
    await Timetable(transactions, [DAILY]).follow()
    assert await queued(transactions) == 1


async def test_a_clock_that_was_wrong_for_a_moment_does_not_stop_what_is_planned(
    transactions: Transactions, connect: Callable[[], Transactions], at: At
) -> None:
    timetable = Timetable(transactions, [DAILY])
    at("2026-11-01 12:00")
    await timetable.follow()
    at("2036-11-01 12:00")
    await timetable.follow()
    at("2026-11-01 12:01")
    assert await timetable.follow() == moment_of("2026-11-02 03:30")
    assert await queued(transactions) == 1, "what it has queued is queued"
    for day in range(2, 5):
        at(f"2026-11-0{day} 03:30")
        await timetable.follow()
        await Timetable(connect(), [DAILY]).follow()
        assert await queued(transactions) == day


async def test_a_worker_does_what_is_planned(transactions: Transactions, working: Working) -> None:
    swept.clear()
    async with working(sweep, scheduled=(Scheduled("* * * * * *", sweep),)):  # six fields: every second
        await until(lambda: len(swept) >= 2)
    assert swept[0] == Sweep(thoroughly=True)


@pytest.mark.parametrize(
    ("cron", "now", "last", "following"),
    [
        ("30 3 * * *", "2026-11-01 03:30", "2026-11-01 03:30", "2026-11-02 03:30"),
        ("30 3 * * *", "2026-11-01 03:30:00.000001", "2026-11-01 03:30", "2026-11-02 03:30"),
        ("30 3 * * *", "2026-11-01 03:29:59.999999", "2026-10-31 03:30", "2026-11-01 03:30"),
        ("*/15 * * * *", "2026-11-01 12:07", "2026-11-01 12:00", "2026-11-01 12:15"),
        ("0 0 1 * *", "2026-03-29 02:30", "2026-03-01 00:00", "2026-04-01 00:00"),
        ("0 0 29 2 *", "2026-11-01 00:00", "2024-02-29 00:00", "2028-02-29 00:00"),
    ],
)
def test_times_are_utc_and_exact(cron: str, now: str, last: str, following: str) -> None:
    scheduled = Scheduled(cron, sweep)
    assert scheduled.last(moment_of(now)) == moment_of(last)
    assert scheduled.next(moment_of(now)) == moment_of(following)


def test_what_is_no_time_is_an_error_at_import() -> None:
    with pytest.raises(ValueError, match="99 \\* \\* \\* \\* is no cron expression"):
        Scheduled("99 * * * *", sweep)


def test_what_needs_to_be_told_more_cannot_be_planned() -> None:
    class Fetch(Struct):
        feed: str

    @task("test.fetch", in_transaction=True)
    async def fetch(db: Database, order: Fetch) -> None:
        """Fetch it."""

    with pytest.raises(TypeError, match="feed"):
        Scheduled("* * * * *", fetch)
