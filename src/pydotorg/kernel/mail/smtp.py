"""Mails by SMTP (RFC 5321), a connection for each; encrypted where the server offers it, its certificate checked.

Only this module imports the library, and it is imported when a server is configured.
"""

import asyncio
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
)

from pydotorg.kernel.attempts import Hopeless, NotNow, Unanswered

from .post import Post

CONNECT_SECONDS_MAX = 10
ANSWER_SECONDS_MAX = 20  # to one command
WHOLE_SECONDS_MAX = 45
FAREWELL_SECONDS_MAX = 1
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TEMPORARY, PERMANENT = 400, 500  # from which on a reply is a refusal for now, and one for good: RFC 5321 4.2.1


class SmtpPost(Post):
    """A server, as PYDOTORG_SMTP_URL names it: `smtp://` or `smtps://`, with a login if it wants one."""

    def __init__(self, url: str, sender: Address, own_name: str) -> None:
        super().__init__(sender)
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
        self.login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self.encrypted, self.own_name = parts.scheme == "smtps", own_name
        self.trust: ssl.SSLContext | None = None

    async def deliver(self, message: EmailMessage) -> None:
        """Hand it over to the server."""
        if self.trust is None:  # reading all the authorities takes a while
            self.trust = await asyncio.to_thread(ssl.create_default_context)
        conversation = Conversation(
            hostname=self.host, port=self.port, local_hostname=self.own_name, use_tls=self.encrypted,
            tls_context=self.trust, timeout=ANSWER_SECONDS_MAX,
        )  # fmt: skip
        try:
            async with asyncio.timeout(WHOLE_SECONDS_MAX):
                await self._say(conversation, message)
        except SMTPRecipientsRefused as error:
            raise refusal(error.recipients[0]) from error
        except SMTPResponseException as error:
            raise refusal(error, given=conversation.given) from error
        except SMTPNotSupported as error:
            raise (NotNow if str(message["To"]).isascii() else Hopeless)(f"{self}: {error}") from error
        except (SMTPException, OSError) as error:  # TimeoutError is an OSError
            raise (Unanswered if conversation.given else NotNow)(f"{self}: {why(error)}") from error
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

    #: whether the mail itself is on its way, so that without an answer nobody knows what became of it
    given = False

    async def data(self, message: str | bytes, /, **options: Any) -> SMTPResponse:
        """The mail itself."""
        self.given = True
        return await super().data(message, **options)

    async def rset(self, **options: Any) -> SMTPResponse:
        """Nothing: after a refusal the connection ends, and a server that is slow here must not hide the refusal."""
        del options
        return SMTPResponse(250, "")

    async def end(self) -> None:
        """Say goodbye, if anybody listens; what is delivered is delivered in any case."""
        with suppress(SMTPException, OSError):
            if self.is_connected:
                await self.quit(timeout=FAREWELL_SECONDS_MAX)
        self.close()


def refusal(error: SMTPResponseException, *, given: bool = False) -> Exception:
    """What the server's reply means."""
    reason = f"The mail server refused it: {error.code} {error.message}"
    if error.code >= PERMANENT:
        return Hopeless(reason)
    # what is no refusal, nor what was to be said, tells nothing
    return NotNow(reason) if error.code >= TEMPORARY or not given else Unanswered(reason)


def why(error: Exception) -> str:
    """In words; the timeout around everything has none."""
    return str(error) or "it took too long"
