"""Accounts: who somebody is, how he signs in, and what he may do."""

from collections.abc import Mapping
from typing import Any

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.domain import Domain
from pydotorg.settings import Settings

from . import addressees, api_tokens, mails, pages, schemas, sessions, tables, tidying
from .credentials import AccessTokens
from .identification import Identification
from .last_use import LastUse
from .passwords import Passwords
from .proving import Proof
from .registering import Confirmation
from .routes import ROUTES
from .secret_key import secret_key

ISSUER = "pydotorg"


def parts(settings: Settings, transactions: Transactions) -> list[Any]:
    """What handlers of accounts ask for by its type."""
    tokens = AccessTokens(lambda: secret_key(settings), settings.secret_key_previous, settings.public_url or ISSUER)
    last_use = LastUse(transactions)
    identification = Identification(transactions, tokens, last_use)
    passwords = Passwords()
    proof, confirmation = (
        Proof(transactions, passwords, lambda: tokens.key),
        Confirmation(settings.smtp_url is not None),
    )
    return [tokens, last_use, identification, passwords, proof, confirmation, addressees.DIRECTORY]


async def close(parts: Mapping[type, Any]) -> None:
    """End what they have begun."""
    parts[Passwords].close()
    await parts[LastUse].close()


async def exported_sessions(db: Database, of: Caller) -> list[schemas.Session]:
    """Where an account is signed in."""
    return await db.all(sessions.of(of.account, of.session))


async def exported_tokens(db: Database, of: Caller) -> list[schemas.Token]:
    """The API tokens of an account, without their secrets."""
    return await db.all(api_tokens.of(of.account))


domain = Domain(
    name="accounts",
    description="Signing in, one's own account, and API tokens.",
    base="/api/auth",
    routes=ROUTES,
    tables=(
        tables.Account, tables.AccountRole, tables.Session, tables.ApiToken, tables.MailedLink, tables.FailedLogins,
    ),
    pages=pages.routes,
    tasks=(*mails.tasks, tidying.tidy_up),
    schedule=tidying.schedule,
    exports={"sessions": exported_sessions, "tokens": exported_tokens},
    parts=parts,
)  # fmt: skip
