"""The mails about what is reviewed: at each step its owner and the moderators are told, but for who made the step.

To whom, is settled in the transaction of the step; the address is looked up when the mail leaves.
"""

from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.mail.templates import rendered
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.columns import Reviewed
from pydotorg.kernel.review.directory import Directory
from pydotorg.kernel.tasks.declaring import Work, task

R = TypeVar("R", bound=Reviewed)
PACKAGE = "pydotorg.kernel.review"


class Told(Struct):
    """A step that was made, and who is told."""

    account: UUID
    called: str
    title: str
    path: str
    done: str
    reason: str
    by: str
    is_owner: bool


async def tell(
    db: Database, directory: Directory, review: Review[R], row: R, *, done: str, reason: str = "",
    caller: Caller | None = None, owner: bool = True, moderators: bool = True,
) -> None:  # fmt: skip
    """Have it told, as far as there is something to be told, to all whom it concerns; each of them once."""
    if not done:
        return
    actor = caller.account if caller is not None else None
    deciding = [each.account for each in await directory.of_role(db, review.moderators)] if moderators else []
    concerned = dict.fromkeys([*([row.owner_id] if owner and row.owner_id else []), *deciding])
    by = caller.identity.username if caller is not None else ""
    for account in concerned:
        if account != actor:
            told = Told(
                account, review.called, review.title(row), f"/api/v1{review.path}/{row.slug}", done, reason, by,
                account == row.owner_id,
            )  # fmt: skip
            await mail_step.later(db, told)


@task("review.step")
async def mail_step(work: Work, told: Told) -> None:
    """Tell somebody of a step, if he can still be reached."""
    directory = work.part(Directory)
    whom = await work.transactions.read(lambda db: directory.of_account(db, told.account))
    if whom is None:
        return
    mail = rendered(
        PACKAGE, "step", to=whom.email, public_url=work.public_url, username=whom.username, called=told.called,
        title=told.title, link=f"{work.public_url}{told.path}", done=told.done, reason=told.reason, by=told.by,
        is_owner=told.is_owner,
    )  # fmt: skip
    await work.mailer.send(mail)
