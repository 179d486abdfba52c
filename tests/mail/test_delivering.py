"""Each mail arrives, at most twice and then with one Message-ID, or ends as a dead letter that says why."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.mail.composing import Mail, sender_of
from pydotorg.kernel.mail.smtp import SmtpPost
from pydotorg.kernel.mail.templates import rendered
from pydotorg.kernel.tasks import letters, tables
from pydotorg.kernel.tasks.declaring import Work, task
from pydotorg.kernel.tasks.sending import send
from tests.working import Working, rows, the_row, until, until_done

from .office import DROP, HANG, Office, opened

pytestmark = pytest.mark.anyio

MAIL = Mail("alice@example.org", "Grüße", "Hello", "<p>Hello</p>")
SENDER = sender_of("python.org <noreply@example.org>")


def post_at(port: int) -> SmtpPost:
    return SmtpPost(f"smtp://127.0.0.1:{port}", SENDER, "www.example.org")


async def sent(transactions: Transactions, working: Working, port: int, mail: Mail = MAIL) -> list[tables.Task]:
    """Queue a mail, and let a worker do what it can; answers the dead letters."""
    async with transactions.begin(writes=True) as db:
        await send.later(db, mail)
    async with working(send, post=post_at(port)):
        await until_done(transactions)
    return await rows(transactions)


async def test_a_mail_arrives(transactions: Transactions, working: Working) -> None:
    async with opened(office := Office()) as port:
        assert await sent(transactions, working, port) == []
    [message], [envelope], [session] = office.arrived, office.envelopes, office.sessions
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@example.org", ["alice@example.org"])
    assert session.host_name == "www.example.org"
    assert (message["From"], message["To"]) == ('"python.org" <noreply@example.org>', "alice@example.org")
    assert message["Subject"] == "Grüße"


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
async def test_what_is_refused_for_good_is_a_dead_letter_at_once_that_says_why(
    transactions: Transactions, working: Working, at: str
) -> None:
    async with opened(office := Office("550 5.1.1 no such mailbox", at=at)) as port:
        [dead] = await sent(transactions, working, port)
    assert (dead.state, dead.tries, office.asked) == ("dead", 1, 1)
    assert dead.error == "The mail server refused it: 550 5.1.1 no such mailbox"


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
async def test_what_is_refused_for_now_arrives_later(transactions: Transactions, working: Working, at: str) -> None:
    async with opened(office := Office("451 4.7.1 later", "450 4.2.0 later", at=at)) as port:
        assert await sent(transactions, working, port) == []
    assert (office.asked, len(office.arrived)) == (3, 1)


@pytest.mark.parametrize("trouble", [HANG, DROP])
async def test_after_silence_before_the_mail_was_given_it_arrives_once(
    transactions: Transactions, working: Working, trouble: str
) -> None:
    async with opened(office := Office(trouble, trouble, trouble, at="RCPT")) as port:
        assert await sent(transactions, working, port) == []
    assert (office.asked, len(office.arrived)) == (4, 1)


@pytest.mark.parametrize("trouble", [HANG, DROP])
async def test_after_silence_in_place_of_an_answer_it_comes_twice_with_one_id(
    transactions: Transactions, working: Working, trouble: str
) -> None:
    async with opened(office := Office(trouble)) as port:
        assert await sent(transactions, working, port) == []
    first, second = office.arrived
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("trouble", [HANG, DROP])
async def test_after_silence_twice_it_is_not_sent_a_third_time(
    transactions: Transactions, working: Working, trouble: str
) -> None:
    async with opened(office := Office(*[trouble] * 9)) as port:
        [dead] = await sent(transactions, working, port)
        assert len(office.arrived) == 2
    assert dead.error.startswith(f"The mail server 127.0.0.1:{port}: ")
    assert dead.error.endswith("; it may have been done, but nobody has said so")


async def test_an_address_that_cannot_be_written_is_a_dead_letter_at_once(
    transactions: Transactions, working: Working
) -> None:
    @task("test.unfit")
    async def unfit(work: Work, _: Mail) -> None:
        await work.mailer.send(rendered("tests.mail", "greeting", to="two@x.org, three@x.org", public_url="", name="",
                                        link=""))  # fmt: skip

    async with transactions.begin(writes=True) as db:
        await unfit.later(db, MAIL)
    async with working(unfit):
        await until_done(transactions)
    dead = await the_row(transactions)
    assert (dead.state, dead.tries) == ("dead", 1)
    assert dead.error == "The mail cannot be written: there must be exactly one address"


async def test_the_log_has_what_a_server_says_on_one_line(transactions: Transactions, working: Working) -> None:
    with structlog.testing.capture_logs() as log:
        async with opened(Office("451 not\tnow", "550-no\r\n550 such \x1b[2Jmailbox")) as port:
            await sent(transactions, working, port)
    assert [line["reason"] for line in log] == [
        "The mail server refused it: 451 not now", "The mail server refused it: 550 no such ?[2Jmailbox",
    ]  # fmt: skip


async def test_a_dead_letter_arrives_when_it_is_retried(transactions: Transactions, working: Working) -> None:
    async with opened(office := Office("554 we are closed")) as port:
        await sent(transactions, working, port)
        async with transactions.writing.begin() as connection:
            assert await letters.retry(connection, None) == 1
        async with working(send, post=post_at(port)):
            await until_done(transactions)
    assert await rows(transactions) == []
    assert len(office.arrived) == 1


async def test_a_mail_waits_for_a_server_that_is_not_there(transactions: Transactions, working: Working) -> None:
    async with opened(Office()) as port:
        pass  # now nobody listens there
    async with transactions.begin(writes=True) as db:
        await send.later(db, MAIL)
    async with working(send, post=post_at(port)):

        async def has_been_tried() -> bool:
            return (await the_row(transactions)).tries >= 2

        await until(has_been_tried)
        row = await the_row(transactions)
    assert row.state == "waiting"
    assert row.error.startswith(f"The mail server 127.0.0.1:{port}: Error connecting to 127.0.0.1 on port {port}")


Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def speaking(speak: Speak) -> AsyncIterator[int]:
    """The port of a server that says what it wants to."""
    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never says a word."""
    await reader.read()
    writer.close()


async def closed(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Does not want to talk, for good."""
    writer.write(b"554 5.3.2 no mail here\r\n")
    writer.close()


async def foreign(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks another language."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()
    writer.close()


async def broken_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Goes away in the middle of a mail."""
    writer.write(b"220 mail.test\r\n")
    while line := await reader.readline():
        if line.startswith(b"DATA"):
            writer.write(b"354 go on\r\n")
            await reader.readline()
            writer.transport.abort()
            return
        writer.write(b"250 Ok\r\n")


def refusing(command: bytes, reply: bytes) -> Speak:
    """Refuses this command, and hangs up after it."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while line := await reader.readline():
            if line.startswith(command):
                writer.write(reply)
                break
            writer.write(b"250 Ok\r\n")
        writer.close()

    return speak


@pytest.mark.parametrize(
    ("speak", "error"),
    [
        (refusing(b"EHLO", b"554 no\r\n"), "no"),
        (refusing(b"MAIL", b"550 5.7.1 not from you\r\n"), "The mail server refused it: 550 5.7.1 not from you"),
        (refusing(b"DATA", b"554 no\r\n"), "The mail server refused it: 554 no"),
        (refusing(b"DATA", b""), "Unexpected EOF received"),
    ],
)
async def test_what_is_said_before_the_mail_and_not_of_its_recipient_is_no_word_about_the_mail(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch, speak: Speak, error: str
) -> None:
    monkeypatch.setattr("pydotorg.kernel.tasks.attempting.TRIES_MAX", 3)
    async with speaking(speak) as port:
        [dead] = await sent(transactions, working, port)
    assert dead.error.endswith(f"{error}; tried 3 times")
    assert dead.unanswered == 0


@pytest.mark.parametrize(
    ("speak", "tries", "error"),
    [
        (silent, 1, "Timed out waiting for server ready message"),
        (closed, 1, "The mail server refused it: 554 5.3.2 no mail here"),
        (foreign, 1, "Malformed SMTP response line: HTTP/1.1 400 Bad Request"),
        (broken_off, 1, "Connection lost; tried 2 times"),
    ],
)
async def test_a_server_that_is_none_is_named_with_its_trouble(
    transactions: Transactions, working: Working, monkeypatch: pytest.MonkeyPatch, speak: Speak, tries: int, error: str
) -> None:
    for limit in ("CONNECT_SECONDS_MAX", "ANSWER_SECONDS_MAX"):  # a busy machine is no trouble of those who do speak
        monkeypatch.setattr(f"pydotorg.kernel.mail.smtp.{limit}", 0.2 if speak is silent else 5)
    monkeypatch.setattr("pydotorg.kernel.tasks.attempting.TRIES_MAX", 2)
    async with speaking(speak) as port:
        [dead] = await sent(transactions, working, port)
    assert error in dead.error
    assert dead.tries == 1 + tries


async def test_mails_go_beside_each_other(transactions: Transactions, working: Working) -> None:
    async with opened(office := Office()) as port:
        async with transactions.begin(writes=True) as db:
            for number in range(40):
                await send.later(db, Mail(f"reader{number}@example.org", "News", "Hello"))
        async with working(send, post=post_at(port)):
            await until_done(transactions)
    assert len({message["Message-ID"] for message in office.arrived}) == 40
