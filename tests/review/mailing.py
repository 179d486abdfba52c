"""Does what has been queued with moves and comments, and reads the mails."""

from email.message import EmailMessage
from typing import Any

from sqlalchemy import text

from pydotorg.app import Application
from pydotorg.kernel.mail.composing import sender_of
from pydotorg.kernel.mail.post import HandOver, Post
from pydotorg.kernel.tasks.declaring import Equipment, Task
from pydotorg.kernel.tasks.worker import Worker
from tests.accounts.people import Person
from tests.working import until_done

SITE = "https://www.example.org"


class Tray(Post):
    """Where mails lie that have been delivered."""

    def __init__(self) -> None:
        super().__init__(sender_of("noreply@example.org"))
        self.mails: list[EmailMessage] = []

    async def deliver(self, message: EmailMessage, hand_over: HandOver) -> None:
        await hand_over()
        self.mails.append(message)


class Office:
    """Works off what an application has queued."""

    def __init__(self, app: Application) -> None:
        self.app, self.tray = app, Tray()

    async def forget(self) -> None:
        """Throw away what has been queued so far, and the mails that have been sent."""
        self.tray.mails.clear()
        async with self.app.transactions.begin(writes=True) as db:
            await db.execute(text("delete from task"))

    async def does(self, task: Task[Any], order: Any) -> None:
        """Do this task, and what else is queued."""
        async with self.app.transactions.begin(writes=True) as db:
            await task.later(db, order)
        await self.works()

    async def works(self) -> list[EmailMessage]:
        """All mails, once everything that is queued has been done."""
        equipment = Equipment(self.app.transactions, self.tray, SITE, self.app.parts)
        worker = Worker(equipment, self.app.worker.attempts.known, [], led=False)
        await worker.start()
        try:
            await until_done(self.app.transactions)
        finally:
            await worker.stop()
        return self.tray.mails

    async def mails_to(self, who: Person) -> list[EmailMessage]:
        """Those to somebody's account."""
        return [mail for mail in await self.works() if mail["To"] == f"{who.name}@example.org"]


def said_in(mail: EmailMessage, kind: str = "plain") -> str:
    """What a mail says, in plain text or as HTML."""
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content
