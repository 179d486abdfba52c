"""A mail comes twice at most, whatever dies, while a server takes mails and keeps its answers to itself."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.mail import smtp
from pydotorg.kernel.tasks import tables
from pydotorg.kernel.tasks.declaring import Equipment
from pydotorg.kernel.tasks.queue import Room
from pydotorg.kernel.tasks.sending import send
from tests.working import Working, the_row, until, until_done

from .office import HANG, Office, opened
from .test_delivering import MAIL, post_at, sent

pytestmark = pytest.mark.anyio


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs is waited for."""
    monkeypatch.setattr(smtp, "ANSWER_SECONDS_MAX", 60)
    monkeypatch.setattr(smtp, "WHOLE_SECONDS_MAX", 60)


@pytest.mark.usefixtures("patient")
async def test_whoever_ends_while_a_server_keeps_its_answer_to_itself_a_mail_comes_twice_at_most(
    transactions: Transactions, working: Working
) -> None:
    async with opened(office := Office(*[HANG] * 9)) as port:
        async with transactions.begin(writes=True) as db:
            await send.later(db, MAIL)
        for copies in (1, 2):
            async with working(send, post=post_at(port)):
                await until(lambda: len(office.arrived) == copies)  # noqa: B023  awaited in this turn
                assert (await the_row(transactions)).unanswered == copies, "so it is known even after a kill"
        async with working(send, post=post_at(port)):
            await until_done(transactions)
        assert len(office.arrived) == 2
    assert (await the_row(transactions)).error.endswith("; it may have been done, but nobody has said so")


@pytest.mark.usefixtures("patient")
async def test_a_mail_that_runs_out_of_its_time_without_an_answer_comes_twice_at_most(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "seconds_max", 0.4)
    async with opened(office := Office(*[HANG] * 9)) as port:
        [dead] = await sent(transactions, working, port)
        assert len(office.arrived) == 2
    assert "it may have been done" in dead.error


async def test_a_refusal_takes_back_that_a_mail_was_handed_over(transactions: Transactions, working: Working) -> None:
    async with opened(office := Office(*["451 later"] * 5)) as port:
        assert await sent(transactions, working, port) == []
    assert (office.asked, len(office.arrived)) == (6, 1)


async def test_a_mail_that_is_anothers_by_now_is_not_sent(transactions: Transactions, working: Working) -> None:
    office = Office()
    async with opened(office) as port, working(send) as late:
        late.announce_end()
        late.attempts.equipment = Equipment(transactions, post_at(port), "https://example.org")
        async with transactions.begin(writes=True) as db:
            await send.later(db, MAIL)
        [lost] = await late.queue.claim(Room(1))
        async with transactions.begin(writes=True) as db:
            await db.execute(update(tables.Task).values(claim=uuid4()))
        await late.attempts(lost)
    assert office.arrived == []
    assert (await the_row(transactions)).unanswered == 0
