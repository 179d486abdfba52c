"""Real processes: what is queued is done, whichever of them does it, and whatever dies meanwhile.

Starting them takes a while, so what is the same on both databases runs on one.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.mail.composing import Mail
from pydotorg.kernel.tasks.sending import send
from tests.mail.office import HANG, Office, opened
from tests.proxies import proxied
from tests.servers import environment
from tests.working import on_postgres, on_sqlite, until, until_done

pytestmark = pytest.mark.anyio

MAIL = Mail("alice@example.org", "News", "Hello")
SECRET = "correct-horse-battery-staple-9876543210"
#: what supervisors give a process before they kill it; on a quiet machine ours need less than half of it
END_SECONDS = 10


@contextmanager
def process(command: str, folder: Path, url: str, smtp: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`pydotorg serve` or `worker`, which is killed if it does not end before."""
    given = {
        "PYDOTORG_DATABASE_URL": url, "PYDOTORG_PUBLIC_URL": "https://www.example.org",
        "PYDOTORG_SECRET_KEY": SECRET, "PYDOTORG_SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "PYDOTORG_MAIL_FROM": "noreply@example.org", **settings,
    }  # fmt: skip
    with (folder / "log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "pydotorg", command], cwd=folder, env=environment(folder, given), stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            yield started
        finally:
            started.kill()
            started.wait()


async def queue_mail(transactions: Transactions, mail: Mail = MAIL) -> None:
    async with transactions.begin(writes=True) as db:
        await send.later(db, mail)


async def ended(started: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Its exit status, and how many seconds it took to end."""
    began = time.monotonic()
    started.send_signal(signal.SIGTERM)
    return await asyncio.to_thread(started.wait, 15), time.monotonic() - began


@on_sqlite
@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_either_command_sends_mails_and_ends_well(
    transactions: Transactions, queue_url: str, tmp_path: Path, command: str
) -> None:
    await queue_mail(transactions)
    async with opened(office := Office()) as smtp:
        with process(command, tmp_path, queue_url, smtp) as started:
            await until(lambda: len(office.arrived) == 1)
            await queue_mail(transactions, Mail("bob@example.org", "News", "Hello"))
            await until_done(transactions)
            assert (await ended(started))[0] == 0
    assert [message["To"] for message in office.arrived] == ["alice@example.org", "bob@example.org"]


@on_sqlite
async def test_a_server_can_leave_the_work_to_others(
    transactions: Transactions, queue_url: str, tmp_path: Path
) -> None:
    await queue_mail(transactions)
    async with opened(office := Office()) as smtp:
        with process("serve", tmp_path, queue_url, smtp, PYDOTORG_TASKS="worker") as started:
            await until(lambda: "serves" in (tmp_path / "log").read_text())
            await asyncio.sleep(1.5)
            assert office.arrived == []
            with process("worker", tmp_path, queue_url, smtp):
                await until_done(transactions)
            assert started.poll() is None


@on_postgres
async def test_several_workers_of_a_host_send_each_mail_once(
    transactions: Transactions, queue_url: str, tmp_path: Path
) -> None:
    async with opened(office := Office()) as smtp:
        with process("serve", tmp_path, queue_url, smtp, PYDOTORG_WORKERS="2") as started:
            for number in range(30):
                await queue_mail(transactions, Mail(f"reader{number}@example.org", "News", "Hello"))
            await until_done(transactions)
            assert (await ended(started))[0] == 0
    assert sorted(str(message["To"]) for message in office.arrived) == sorted(
        f"reader{number}@example.org" for number in range(30)
    )


async def test_a_mail_whose_server_was_killed_is_sent_once_another_is_there(
    transactions: Transactions, queue_url: str, tmp_path: Path
) -> None:
    async with opened(office := Office(HANG, at="RCPT")) as smtp:
        with process("serve", tmp_path, queue_url, smtp) as started:
            await queue_mail(transactions)
            await until(lambda: office.asked == 1)
            started.kill()
        assert office.arrived == []
        with process("serve", tmp_path, queue_url, smtp):
            await until_done(transactions)
    assert [message["To"] for message in office.arrived] == ["alice@example.org"]


@on_postgres
@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_a_process_ends_in_time_while_its_database_answers_nothing(
    transactions: Transactions, queue_url: str, tmp_path: Path, command: str
) -> None:
    async with opened(office := Office()) as smtp:
        with (
            proxied(urlsplit(queue_url).port or 5432) as way,
            process(command, tmp_path, way.leading_to(queue_url), smtp) as started,
        ):
            for number in range(8):
                await queue_mail(transactions, Mail(f"reader{number}@example.org", "News", "Hello"))
            await until_done(transactions)
            assert len(office.arrived) == 8
            way.hang()
            await asyncio.sleep(1.5)  # it looks again, in vain
            status, seconds = await ended(started)
    assert (status, seconds < END_SECONDS) == (0, True), seconds


@on_sqlite
async def test_a_server_that_is_told_to_end_while_a_mail_hangs_ends_in_time_and_leaves_it_to_others(
    transactions: Transactions, queue_url: str, tmp_path: Path
) -> None:
    async with opened(office := Office(HANG, at="RCPT")) as smtp:
        with process("serve", tmp_path, queue_url, smtp) as started:
            await queue_mail(transactions)
            await until(lambda: office.asked == 1)
            status, seconds = await ended(started)
            assert (status, seconds < END_SECONDS) == (0, True), seconds
        began = time.monotonic()
        with process("worker", tmp_path, queue_url, smtp):
            await until_done(transactions)
        assert time.monotonic() - began < 8, "it need not wait for a claim to end"
    assert len(office.arrived) == 1
