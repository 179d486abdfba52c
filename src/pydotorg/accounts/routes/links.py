"""`/api/auth/verify-email`, `reset-password` and what asks for their links: what mailed links are good for."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts import changing, links, mails
from pydotorg.accounts.links import Purpose, is_awaited
from pydotorg.accounts.passwords import Passwords, demand_good, demand_long
from pydotorg.accounts.schemas import Address, LinkSecret, PasswordReset
from pydotorg.kernel.access import Tier, anyone
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, Unavailable
from pydotorg.kernel.http.operations import post

SPENT = Fault("token", "body", "is not valid, has been used, or is older than an hour")


@post("/verify-email", by=anyone, tier=Tier.critical, raises=(Conflict,))
async def auth_verify_email(link: LinkSecret, db: Database) -> None:
    """Confirm an address with the token from a mail.

    Of a new account, or the new one of an account; that is told to the old address.
    """
    used = await links.use(db, link.token, Purpose.verify_email)
    if used is None or not is_awaited(*used):
        raise Invalid([SPENT])
    await changing.confirm(db, *used)


@post("/resend-verification", by=anyone, tier=Tier.critical)
async def auth_resend_verification(address: Address, db: Database) -> None:
    """Ask for another mail to confirm an address.

    The answer is the same whether or not an account waits for it.
    """
    await mails.mail_confirmation_again.later(db, mails.Asked(address.email))


@post("/forgot-password", by=anyone, tier=Tier.critical)
async def auth_forgot_password(address: Address, db: Database) -> None:
    """Ask for a mail with which to set a new password.

    The answer is the same whether or not there is an account.
    """
    await mails.mail_reset.later(db, mails.Asked(address.email))


@post("/reset-password", by=anyone, tier=Tier.critical, raises=(Unavailable,))
async def auth_reset_password(reset: PasswordReset, passwords: Passwords, db: Database) -> None:
    """Set a new password with the token from a mail.

    All sessions end. A password that is not good enough does not spend the token.
    """
    demand_long(reset.password)
    password_hash = await passwords.hashed(reset.password)
    used = await links.use(db, reset.token, Purpose.reset_password)
    if used is None:
        raise Invalid([SPENT])
    account, _ = used
    demand_good(reset.password, account.username, account.email)
    await changing.set_password(db, account, password_hash)


routes: tuple[HTTPRouteHandler, ...] = (
    auth_verify_email, auth_resend_verification, auth_forgot_password, auth_reset_password,
)  # fmt: skip
