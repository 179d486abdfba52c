"""The mails about accounts. What is in them that is secret is made when they are sent: it never waits in the queue.

Whatever is asked for an address, one task is queued, whether or not there is an account: that is only looked up when it
is done, so that nobody can tell by an answer, or by the time it takes.
"""

from functools import partial
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from pydotorg.accounts import links, queries
from pydotorg.accounts.links import Purpose
from pydotorg.accounts.names import key_of
from pydotorg.accounts.tables import Account
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.mail.templates import rendered
from pydotorg.kernel.tasks.declaring import Work, task

PACKAGE = "pydotorg.accounts"


class Confirming(Struct):
    """An address that somebody says is his."""

    account: UUID
    email: str


class Asked(Struct):
    """An address for which something was asked; whose it is, nobody has looked up yet."""

    email: str


class Told(Struct):
    """What has been changed of an account, and the address to which it is told."""

    account: UUID
    email: str
    mail: str


async def confirm_address(db: Database, account: Account, email: str) -> None:
    """Have the address of a new account confirmed, or another one, which counts from then on."""
    await mail_confirmation.later(db, Confirming(account.id, email))


async def tell_of_new_password(db: Database, account: Account) -> None:
    """Tell an account that it has a new password."""
    await mail_change.later(db, Told(account.id, account.email, "password_changed"))


async def tell_of_new_address(db: Database, account: Account, old: str) -> None:
    """Tell the old address of an account that it is no longer that."""
    await mail_change.later(db, Told(account.id, old, "address_changed"))


@task("accounts.confirmation")
async def mail_confirmation(work: Work, order: Confirming) -> None:
    """Send a link that confirms an address; if it is another account's already, tell its owner."""

    async def prepare(db: Database) -> tuple[str, str | None, str] | None:
        account = await queries.to_change(db, Account.id == order.account)  # links are counted one by one
        if account is None:
            return None
        owner = (await db.execute(select(Account).where(queries.called(order.email)))).scalar_one_or_none()
        if owner is not None and owner.id != account.id:
            return "address_known", "", owner.username
        return (
            "confirmation",
            await links.make(db, work.id, account.id, Purpose.verify_email, order.email),
            account.username,
        )

    await _send(work, order.email, await work.transactions.write(prepare), Purpose.verify_email)


@task("accounts.confirmation_again")
async def mail_confirmation_again(work: Work, order: Asked) -> None:
    """Send such links again, to an address that accounts wait for."""
    waiting = select(Account.id).where(Account.email_key == key_of(order.email), Account.email_verified.is_(False))
    for (account,) in await work.transactions.read(lambda db: db.fetch(waiting)):
        await work.transactions.write(
            partial(mail_confirmation.later, order=Confirming(account, order.email))  # each is a mail of its own
        )


@task("accounts.reset")
async def mail_reset(work: Work, order: Asked) -> None:
    """Send a link that lets the owner of an address set a new password, if there is one."""

    async def prepare(db: Database) -> tuple[str, str | None, str] | None:
        account = await queries.to_change(db, queries.called(order.email) & Account.is_active)
        if account is None:
            return None
        return (
            "reset",
            await links.make(db, work.id, account.id, Purpose.reset_password, account.email),
            account.username,
        )

    await _send(work, order.email, await work.transactions.write(prepare), Purpose.reset_password)


@task("accounts.change")
async def mail_change(work: Work, order: Told) -> None:
    """Tell somebody what has been changed of his account."""
    names = select(Account.username).where(Account.id == order.account)
    rows = await work.transactions.read(lambda db: db.fetch(names))
    await _send(work, order.email, (order.mail, "", rows[0][0]) if rows else None, Purpose.reset_password)


async def _send(work: Work, to: str, prepared: tuple[str, str | None, str] | None, purpose: Purpose) -> None:
    """Send the mail with this name, secret and username; none if there is nobody, or the secret is None."""
    if prepared is not None and prepared[1] is not None:
        name, secret, username = prepared
        link = f"{work.public_url}/account/{purpose}#{secret}" if secret else ""
        await work.mailer.send(
            rendered(
                PACKAGE, name, to=to, public_url=work.public_url, username=username, link=link, secret=secret,
            )
        )  # fmt: skip


tasks = (mail_confirmation, mail_confirmation_again, mail_reset, mail_change)
