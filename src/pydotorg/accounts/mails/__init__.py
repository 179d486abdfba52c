"""The mails about accounts. What is in them that is secret is made when they are sent: it never waits in the queue.

Whatever is asked for an address, one task is queued, whether or not there is an account: that is only looked up when it
is done, so that nobody can tell by an answer, or by the time it takes.
"""

from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy import select

from pydotorg.accounts import links, queries
from pydotorg.accounts.credentials import AccessTokens
from pydotorg.accounts.links import Purpose, is_awaited
from pydotorg.accounts.names import key_of
from pydotorg.accounts.tables import Account
from pydotorg.kernel.attempts import Hopeless
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.mail.templates import rendered
from pydotorg.kernel.tasks.declaring import Work, task

PACKAGE = "pydotorg.accounts"
#: the template of a mail, the username, the link and its secret; None if there is nothing to send
Prepared = tuple[str, str, str, str] | None

log = structlog.get_logger(__name__)


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

    async def prepare(db: Database) -> Prepared:
        account = await queries.to_change(db, Account.id == order.account)  # mails are counted one by one
        if account is None or not is_awaited(account, order.email):
            return None
        owner = (await db.execute(select(Account).where(queries.called(order.email)))).scalar_one_or_none()
        if owner is not None:
            return await _linked(db, work, "address_known", owner, Purpose.nothing, order.email)
        return await _linked(db, work, "confirmation", account, Purpose.verify_email, order.email)

    await _send(work, order.email, await work.transactions.write(prepare))


@task("accounts.confirmation_again", in_transaction=True)
async def mail_confirmation_again(db: Database, order: Asked) -> None:
    """Have such a link sent again, to an address that an account waits for: the newest, if there are several."""
    waiting = select(Account.id).where(Account.email_key == key_of(order.email), Account.email_verified.is_(False))
    latest = await db.fetch(waiting.order_by(Account.created_at.desc(), Account.id.desc()).limit(1))
    for (account,) in latest:
        await mail_confirmation.later(db, Confirming(account, order.email))


@task("accounts.reset")
async def mail_reset(work: Work, order: Asked) -> None:
    """Send a link that lets the owner of an address set a new password, if there is one."""

    async def prepare(db: Database) -> Prepared:
        account = await queries.to_change(db, queries.called(order.email) & Account.is_active)
        if account is None:
            return None
        return await _linked(db, work, "reset", account, Purpose.reset_password, account.email)

    await _send(work, order.email, await work.transactions.write(prepare))


@task("accounts.change")
async def mail_change(work: Work, order: Told) -> None:
    """Tell somebody what has been changed of his account."""
    names = select(Account.username).where(Account.id == order.account)
    rows = await work.transactions.read(lambda db: db.fetch(names))
    if rows:
        await _send(work, order.email, (order.mail, rows[0][0], "", ""))


async def _linked(db: Database, work: Work, name: str, account: Account, purpose: Purpose, email: str) -> Prepared:
    """The mail with a link for this; None if it need not be sent, or not so often."""
    secret = await links.make(db, work.part(AccessTokens).key, work.id, account.id, purpose, email)
    if secret is None:
        log.info("mail not sent", task=str(work.id), mail=name)
        return None
    if purpose is Purpose.nothing:
        return name, account.username, "", ""
    return name, account.username, f"{work.public_url}/account/{purpose}#{secret}", secret


async def _send(work: Work, to: str, prepared: Prepared) -> None:
    if prepared is None:
        return
    name, username, link, secret = prepared
    mail = rendered(
        PACKAGE, name, to=to, public_url=work.public_url, username=username, link=link, secret=secret
    )  # fmt: skip
    try:
        await work.mailer.send(mail)
    except Hopeless:
        await work.transactions.write(lambda db: links.forget(db, work.id))
        raise


tasks = (mail_confirmation, mail_confirmation_again, mail_reset, mail_change)
