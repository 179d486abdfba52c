"""A mail server that takes mails, or refuses, hangs and drops the connection as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPT, HANG, DROP = "250 Ok", "hang", "drop"


class Office:
    """What it says to each mail, in turn; then it accepts all. `at` is when: at RCPT, or once it has the mail."""

    def __init__(self, *answers: str, at: str = "DATA") -> None:
        self.answers, self.at = [*answers], at
        self.arrived: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.sessions: list[Session] = []
        self.logins: list[LoginPassword] = []
        self.asked = 0

    async def handle_RCPT(  # noqa: N802  its name in aiosmtpd
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        answer = await self._answer(server) if self.at == "RCPT" else ACCEPT
        if answer == ACCEPT:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        answer = ACCEPT if self.at == "RCPT" else await self._answer(server)
        if answer in (ACCEPT, HANG, DROP):  # who hangs or drops now may have put it into a mailbox
            self.arrived.append(message)
            self.envelopes.append(envelope)
            self.sessions.append(session)
        if answer == HANG:
            await asyncio.sleep(60)
        return answer

    async def _answer(self, server: SMTP) -> str:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else ACCEPT
        if answer == HANG and self.at == "RCPT":
            await asyncio.sleep(60)
        if answer == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer

    def authenticate(
        self, _: SMTP, __: Session, ___: Envelope, ____: str, given: LoginPassword
    ) -> AuthResult:  # fmt: skip
        self.logins.append(given)
        return AuthResult(success=given.password == b"correct: horse", handled=False)


@asynccontextmanager
async def opened(
    office: Office, *, encrypted: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None,
    login: bool = False, utf8: bool = False,
) -> AsyncIterator[int]:  # fmt: skip
    """The port on which it serves."""
    options: dict[str, Any] = {"hostname": "mail.test", "tls_context": starttls, "require_starttls": bool(starttls),
                               "enable_SMTPUTF8": utf8}  # fmt: skip
    if login:
        options |= {"authenticator": office.authenticate, "auth_require_tls": bool(starttls)}
    loop = asyncio.get_running_loop()
    serve = partial(SMTP, office, loop=loop, **options)
    async with await loop.create_server(serve, "127.0.0.1", 0, ssl=encrypted) as server:
        yield server.sockets[0].getsockname()[1]
