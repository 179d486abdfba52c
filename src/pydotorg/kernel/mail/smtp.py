"""Mails by SMTP (RFC 5321), a connection for each; encrypted where the server offers it, its certificate checked.

Only this module imports the library, and it is imported when a server is configured.
"""

import asyncio
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from pydotorg.kernel.attempts import Hopeless, NotNow, Unanswered

from .post import HandOver, Post

CONNECT_SECONDS_MAX = 10
ANSWER_SECONDS_MAX = 20  # to one command
WHOLE_SECONDS_MAX = 45
FAREWELL_SECONDS_MAX = 1
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 5321 4.2.1: from the latter two on a reply is a refusal for now, and one for good
ACCEPTED, GO_ON, TEMPORARY, PERMANENT = 250, 354, 400, 500


class SmtpPost(Post):
    """A server, as PYDOTORG_SMTP_URL names it: `smtp://` or `smtps://`, with a login if it wants one."""

    def __init__(self, url: str, sender: Address, own_name: str) -> None:
        super().__init__(sender)
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
        self.login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self.encrypted, self.own_name = parts.scheme == "smtps", own_name
        self.trust: ssl.SSLContext | None = None

    async def deliver(self, message: EmailMessage, hand_over: HandOver) -> None:
        """Hand it over to the server."""
        if self.trust is None:  # reading all the authorities takes a while
            self.trust = await asyncio.to_thread(ssl.create_default_context)
        conversation = Conversation(
            hand_over, hostname=self.host, port=self.port, local_hostname=self.own_name, use_tls=self.encrypted,
            tls_context=self.trust, timeout=ANSWER_SECONDS_MAX,
        )  # fmt: skip
        try:
            async with asyncio.timeout(WHOLE_SECONDS_MAX):
                await self._say(conversation, message)
        except SMTPRecipientsRefused as error:
            raise refusal(error.recipients[0], of_this_mail=True) from error
        except SMTPResponseException as error:
            unanswered = conversation.given and error.code < TEMPORARY  # neither a refusal nor what was to be said
            raise (Unanswered(said(error)) if unanswered else refusal(error, conversation.given)) from error
        except SMTPNotSupported as error:
            raise (NotNow if str(message["To"]).isascii() else Hopeless)(f"{self}: {error}") from error
        except (SMTPException, OSError) as error:  # TimeoutError is an OSError
            raise (Unanswered if conversation.given else NotNow)(f"{self}: {why(error)}") from error
        except ValueError as error:
            raise Hopeless(f"The mail cannot be written: {error}") from error
        finally:
            await conversation.end()

    async def _say(self, conversation: "Conversation", message: EmailMessage) -> None:
        await conversation.connect(timeout=CONNECT_SECONDS_MAX)
        if self.login:
            if conversation.get_transport_info("sslcontext") is None and self.host not in LOOPBACK:
                raise NotNow(f"{self} offers no encryption, so it is not told the password")
            await conversation.login(*self.login)
        recipient = message["To"].addresses[0].addr_spec
        await conversation.send_message(message, sender=self.sender.addr_spec, recipients=[recipient])

    def __str__(self) -> str:
        return f"The mail server {self.host}:{self.port}"


class Conversation(SMTP):
    """One connection for one mail."""

    def __init__(self, hand_over: HandOver, **options: Any) -> None:
        super().__init__(**options)
        self.hand_over = hand_over
        #: whether the server waits for the mail, and would take every word for a part of it
        self.listens = False
        #: whether it has all of the mail, so that without an answer nobody knows what became of it
        self.given = False

    async def data(self, message: str | bytes, /, **options: Any) -> SMTPResponse:
        """The mail itself. Only its last line, a dot, makes it a mail: without that, none is delivered."""
        content = message.encode("ascii") if isinstance(message, str) else message
        answer = await self.execute_command(b"DATA", **options)
        if answer.code != GO_ON:
            raise SMTPDataError(answer.code, answer.message)
        self.listens = True
        await self._write(PERIOD_REGEX.sub(b"..", normalize_message_line_endings(content)))
        await self.hand_over()
        answer = await self._finish()
        self.listens = False
        if answer.code != ACCEPTED:
            raise SMTPDataError(answer.code, answer.message)
        return answer

    async def _write(self, content: bytes) -> None:
        """Write it, and wait until it has left."""
        if self.transport is None or self.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        cast("asyncio.WriteTransport", self.transport).set_write_buffer_limits(0)
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            self.protocol.write(content)
            await self.protocol._drain_helper()  # noqa: SLF001  what asyncio's own writers wait for

    async def _finish(self) -> SMTPResponse:
        if self.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        self.protocol.write(b".\r\n")
        self.given = True  # from here on
        return await self.protocol.read_response(timeout=ANSWER_SECONDS_MAX)

    async def rset(self, **options: Any) -> SMTPResponse:
        """Nothing: after a refusal the connection ends, and a server that is slow here must not hide the refusal."""
        del options
        return SMTPResponse(250, "")

    async def end(self) -> None:
        """Say goodbye, if anybody listens; what is delivered is delivered in any case."""
        with suppress(SMTPException, OSError):
            if self.is_connected and not self.listens:
                await self.quit(timeout=FAREWELL_SECONDS_MAX)
        self.close()


def refusal(error: SMTPResponseException, of_this_mail: bool) -> Exception:  # noqa: FBT001
    """What the server's reply means. What it says of us, at any other time, a change of its settings mends."""
    return (Hopeless if of_this_mail and error.code >= PERMANENT else NotNow)(said(error))


def said(error: SMTPResponseException) -> str:
    """The server's own words."""
    return f"The mail server refused it: {error.code} {error.message}"


def why(error: Exception) -> str:
    """In words; the timeout around everything has none."""
    return str(error) or "it took too long"
