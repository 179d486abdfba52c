"""Mails go encrypted where the server offers it, to nobody whose certificate is not trusted; so do passwords."""

import ssl
from uuid import uuid4

import pytest

from pydotorg.kernel.attempts import Hopeless, NotNow
from pydotorg.kernel.mail import smtp
from pydotorg.kernel.mail.composing import Mail, composed, sender_of
from pydotorg.kernel.mail.smtp import SmtpPost

from .office import Office, opened

pytestmark = pytest.mark.anyio

SENDER = sender_of("noreply@example.org")
LOGIN = "python.org:correct%3A%20horse"


async def deliver(url: str, to: str = "alice@example.org") -> None:
    message = composed(Mail(to, "News", "Hello"), SENDER, uuid4())
    await SmtpPost(url, SENDER, "www.example.org").deliver(message, noted)


async def noted() -> None:
    """Nobody asks how often."""


@pytest.mark.usefixtures("trusted")
async def test_starttls_is_used_where_it_is_offered(tls: ssl.SSLContext) -> None:
    async with opened(office := Office(), starttls=tls) as port:
        await deliver(f"smtp://localhost:{port}")
    [session] = office.sessions
    assert session.ssl is not None


@pytest.mark.usefixtures("trusted")
async def test_smtps_is_encrypted_from_the_first_word(tls: ssl.SSLContext) -> None:
    async with opened(office := Office(), encrypted=tls) as port:
        await deliver(f"smtps://localhost:{port}")
        assert len(office.arrived) == 1
        with pytest.raises(NotNow):
            await deliver(f"smtp://localhost:{port}")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_gets_no_mail(tls: ssl.SSLContext, scheme: str) -> None:
    at_once = tls if scheme == "smtps" else None
    async with opened(office := Office(), encrypted=at_once, starttls=None if at_once else tls) as port:
        with pytest.raises(NotNow, match="certificate verify failed"):
            await deliver(f"{scheme}://localhost:{port}")
    assert office.arrived == []


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_of_another_host_gets_no_mail(tls: ssl.SSLContext) -> None:
    async with opened(office := Office(), starttls=tls) as port:
        with pytest.raises(NotNow, match="certificate verify failed"):
            await deliver(f"smtp://127.0.0.1:{port}")
    assert office.arrived == []


@pytest.mark.usefixtures("trusted")
async def test_a_server_that_wants_a_login_gets_the_one_of_the_address(tls: ssl.SSLContext) -> None:
    async with opened(office := Office(), starttls=tls, login=True) as port:
        await deliver(f"smtp://{LOGIN}@localhost:{port}")
        assert office.logins[0].login == b"python.org"
        with pytest.raises(NotNow, match="535"):
            await deliver(f"smtp://python.org:wrong@localhost:{port}")
    assert len(office.arrived) == 1


async def test_a_password_is_told_without_encryption_only_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(office := Office(), login=True) as port:
        await deliver(f"smtp://{LOGIN}@127.0.0.1:{port}")
        assert len(office.logins) == 1
        monkeypatch.setattr(smtp, "LOOPBACK", frozenset())
        with pytest.raises(NotNow, match="offers no encryption, so it is not told the password"):
            await deliver(f"smtp://{LOGIN}@127.0.0.1:{port}")
    assert len(office.logins) == 1


async def test_an_error_does_not_repeat_the_password() -> None:
    async with opened(Office()) as port:
        with pytest.raises(NotNow) as refused:
            await deliver(f"smtp://python.org:hunter2@127.0.0.1:{port}")
    assert "hunter2" not in str(refused.value)
    assert "python.org" not in str(refused.value)


async def test_an_address_beyond_ascii_goes_to_a_server_that_knows_such_and_to_no_other() -> None:
    async with opened(office := Office()) as port:
        with pytest.raises(Hopeless, match="SMTPUTF8 is not supported"):
            await deliver(f"smtp://127.0.0.1:{port}", "jürgen@example.org")
    async with opened(office, utf8=True) as port:
        await deliver(f"smtp://127.0.0.1:{port}", "jürgen@example.org")
    assert office.envelopes[0].rcpt_tos == ["jürgen@example.org"]
