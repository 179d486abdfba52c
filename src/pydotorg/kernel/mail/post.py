"""How mails leave: by SMTP, or, where no server is configured, into the log, in which a developer finds the link."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from msgspec import Struct

from pydotorg.kernel.attempts import Hopeless
from pydotorg.settings import Settings

from .composing import Mail, composed, sender_of

log = structlog.get_logger(__name__)

NOBODY = "noreply@localhost"
#: awaited just before nobody can take a mail back; what it raises keeps the mail here
HandOver = Callable[[], Awaitable[None]]


class Post(ABC):
    """Takes finished messages."""

    def __init__(self, sender: Address) -> None:
        self.sender = sender

    @abstractmethod
    async def deliver(self, message: EmailMessage, hand_over: HandOver) -> None:
        """Deliver it; raises `Hopeless`, `NotNow` or `Unanswered` with the reason if that was not possible."""


class LogPost(Post):
    """Writes mails into the log, secrets in links and all: that is what it is for."""

    async def deliver(self, message: EmailMessage, hand_over: HandOver) -> None:
        """One line a mail; a warning, because nobody but the reader of the log gets it."""
        await hand_over()
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        log.warning("mail", to=str(message["To"]), subject=str(message["Subject"]), text=text)


class Mailer(Struct, frozen=True):
    """Sends the mails of one task, whose id is their origin: one that is sent again has the same `Message-ID`."""

    post: Post
    origin: UUID
    hand_over: HandOver

    async def send(self, mail: Mail) -> None:
        """Send it now; raises as `Post.deliver`. Only for a task: a request queues its mail."""
        try:
            message = composed(mail, self.post.sender, self.origin)
        except ValueError as error:
            raise Hopeless(f"The mail cannot be written: {error}") from error
        await self.post.deliver(message, self.hand_over)
        log.info("mail delivered", task=str(self.origin), message_id=message["Message-ID"])


def post_of(settings: Settings) -> Post:
    """The post that is configured."""
    sender = sender_of(settings.mail_from or NOBODY)
    if settings.smtp_url is None:
        return LogPost(sender)
    from .smtp import SmtpPost  # its library is no use to those who send nothing

    return SmtpPost(settings.smtp_url, sender, urlsplit(settings.public_url or "").hostname or "localhost")
