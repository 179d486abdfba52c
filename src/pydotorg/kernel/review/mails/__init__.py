"""The mails about what is reviewed: at each step its owner and the moderators are told, but for who made the step.

To whom, is settled in the transaction of the step; the address is looked up when the mail leaves.
"""

from collections.abc import Sequence
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
    """A step that was made, with one thing or with several, and who is told; without a path, it is gone."""

    account: UUID
    called: str
    title: str
    path: str
    done: str
    reason: str
    by: str
    is_owner: bool = False
    number: int = 1


async def tell(
    db: Database, directory: Directory, review: Review[R], row: R, *, done: str, reason: str = "",
    caller: Caller | None = None, owner: bool = True, moderators: bool = True, is_gone: bool = False,
) -> None:  # fmt: skip
    """Have it told, as far as there is something to be told, to all whom it concerns; each of them once.

    Moderators have nothing to do with what was never submitted.
    """
    if not done:
        return
    decide = moderators and row.submitted_at is not None
    deciding = [each.account for each in await directory.of_role(db, review.moderators)] if decide else []
    concerned = dict.fromkeys([*([row.owner_id] if owner and row.owner_id else []), *deciding])
    path = "" if is_gone else f"/api/v1{review.path}/{row.slug}"
    for account in concerned:
        told = Told(
            account, review.called, review.title(row), path, done, reason, name_of(caller), account == row.owner_id
        )  # fmt: skip
        await _later(db, told, caller)


async def tell_moderators_of_all(
    db: Database, directory: Directory, review: Review[R], rows: Sequence[R], *, done: str, reason: str, caller: Caller
) -> None:  # fmt: skip
    """Have moderators told, in one mail each, of a step that was made with several rows."""
    for each in await directory.of_role(db, review.moderators):
        told = Told(
            each.account, review.called, review.title(rows[0]), f"/api/v1{review.path}/{rows[0].slug}", done, reason,
            name_of(caller), number=len(rows),
        )  # fmt: skip
        await _later(db, told, caller)


def name_of(caller: Caller | None) -> str:
    """Who made a step; nobody, if the clock did."""
    return "" if caller is None else caller.identity.username


async def _later(db: Database, told: Told, caller: Caller | None) -> None:
    if caller is None or told.account != caller.account:
        await mail_step.later(db, told)


@task("review.step")
async def mail_step(work: Work, told: Told) -> None:
    """Tell somebody of a step, if he can still be reached."""
    directory = work.part(Directory)
    whom = await work.transactions.read(lambda db: directory.of_account(db, told.account))
    if whom is None:
        return
    what = f"{told.called} “{told.title}”{f' and {told.number - 1} more have' if told.number > 1 else ' has'}"
    mail = rendered(
        PACKAGE, "step", to=whom.email, public_url=work.public_url, username=whom.username, what=what,
        link=told.path and f"{work.public_url}{told.path}", done=told.done, reason=told.reason,
        by=told.by, is_owner=told.is_owner,
    )  # fmt: skip
    await work.mailer.send(mail)
