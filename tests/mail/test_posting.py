"""Where mails go, as it is configured; without a server, into the log."""

import pytest
import structlog

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.mail.composing import Mail
from pydotorg.kernel.mail.post import LogPost, post_of
from pydotorg.kernel.mail.smtp import SmtpPost
from pydotorg.kernel.tasks.sending import send
from tests.conftest import configured
from tests.working import Working, until_done

pytestmark = pytest.mark.anyio

NOWHERE = "sqlite:////no/such/place/database.db"


def test_without_a_server_mails_go_to_the_log() -> None:
    post = post_of(configured(NOWHERE))
    assert isinstance(post, LogPost)
    assert str(post.sender) == "noreply@localhost"


@pytest.mark.parametrize(
    ("url", "host", "port", "login"),
    [
        ("smtp://mail.example", "mail.example", 25, None),
        ("smtps://mail.example", "mail.example", 465, None),
        ("smtp://bob:p%40ss%2Fword@mail.example:587", "mail.example", 587, ("bob", "p@ss/word")),
        ("smtp://bob@mail.example", "mail.example", 25, ("bob", "")),
        ("smtp://[::1]:2525", "::1", 2525, None),
    ],
)
def test_the_address_of_the_server_says_everything(
    url: str, host: str, port: int, login: tuple[str, str] | None
) -> None:
    public = {"PYDOTORG_PUBLIC_URL": "https://www.example.org", "PYDOTORG_MAIL_FROM": "python.org <a@example.org>"}
    post = post_of(configured(NOWHERE, PYDOTORG_SMTP_URL=url, **public))
    assert isinstance(post, SmtpPost)
    assert (post.host, post.port, post.login, post.encrypted) == (host, port, login, url.startswith("smtps"))
    assert (post.own_name, post.sender.addr_spec) == ("www.example.org", "a@example.org")


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("noreply@example.org", "", "noreply@example.org"),
        ("<noreply@example.org>", "", "noreply@example.org"),
        ("python.org <noreply@example.org>", "python.org", "noreply@example.org"),
        ('"Foundation, Python" <noreply@example.org>', "Foundation, Python", "noreply@example.org"),
        ("Foundation, Python <noreply@example.org>", "Foundation, Python", "noreply@example.org"),
        ("Jürgen <noreply@example.org>", "Jürgen", "noreply@example.org"),
    ],
)
def test_the_sender_is_as_it_is_set(text: str, name: str, address: str) -> None:
    public = {"PYDOTORG_PUBLIC_URL": "https://www.example.org", "PYDOTORG_SMTP_URL": "smtp://mail.example"}
    sender = post_of(configured(NOWHERE, PYDOTORG_MAIL_FROM=text, **public)).sender
    assert (sender.display_name, sender.addr_spec) == (name, address)


async def test_the_log_has_one_line_with_all_that_a_developer_needs(
    transactions: Transactions, working: Working
) -> None:
    mail = Mail("alice@example.org", "Grüße", "Hello,\ngo to https://example.org/x#secret\n", "<p>Hello</p>")
    with structlog.testing.capture_logs() as log:
        async with transactions.begin(writes=True) as db:
            await send.later(db, mail)
        async with working(send):
            await until_done(transactions)
    assert [{**line, "task": None, "message_id": None} for line in log] == [
        {"event": "mail", "log_level": "warning", "to": mail.to, "subject": mail.subject, "text": mail.text,
         "task": None, "message_id": None},
        {"event": "mail delivered", "log_level": "info", "task": None, "message_id": None},
    ]  # fmt: skip
