"""`/api/auth/sessions`, `tokens` and `change-password`: one's own credentials, for somebody who signed in himself."""

from uuid import UUID

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts import api_tokens, changing, sessions
from pydotorg.accounts.passwords import demand_long
from pydotorg.accounts.proving import Proof
from pydotorg.accounts.schemas import (
    NewToken,
    PasswordChange,
    Session,
    SessionIdentifier,
    Token,
    TokenIdentifier,
    TokenOrder,
)
from pydotorg.kernel.access import Caller, Tier, in_person
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import NotFound, TooManyRequests, Unavailable
from pydotorg.kernel.http.identifiers import UUID_TEXT
from pydotorg.kernel.http.operations import PRIVATE, Sender, delete, get, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created


@get("/sessions", by=in_person, shows=PRIVATE)
async def auth_sessions_list(db: Database, page: Page, caller: Caller) -> Listing[Session]:
    """List where one is signed in, what was used last first."""
    return await page.of(db, sessions.of(caller.account, caller.session))


@delete("/sessions/{id:str}", by=in_person)
async def auth_sessions_end(db: Database, id: SessionIdentifier, caller: Caller) -> None:
    """Sign out somewhere else, or here."""
    if not UUID_TEXT.fullmatch(id) or not await sessions.end(db, caller.account, only=UUID(id)):
        raise NotFound("One is not signed in there.")


@get("/tokens", by=in_person, shows=PRIVATE)
async def auth_tokens_list(db: Database, page: Page, caller: Caller) -> Listing[Token]:
    """List one's own API tokens, the newest first; never their secrets."""
    return await page.of(db, api_tokens.of(caller.account))


@post("/tokens", by=in_person, repeatable=False)
async def auth_tokens_create(db: Database, order: TokenOrder, caller: Caller) -> Created[NewToken]:
    """Make an API token.

    The answer shows its secret, which is stored nowhere. It can do what its scopes say, as far as its owner still may.
    """
    made = await api_tokens.make(db, order, caller.account)
    return Created(made, f"/api/auth/tokens/{made.id}")


@delete("/tokens/{id:str}", by=in_person)
async def auth_tokens_revoke(db: Database, id: TokenIdentifier, caller: Caller) -> None:
    """Revoke one of one's own API tokens; it is good for nothing from now on."""
    if not UUID_TEXT.fullmatch(id) or not await api_tokens.revoke(db, UUID(id), of=caller.account):
        raise NotFound(f"There is no token {id}.")


@post("/change-password", by=in_person, tier=Tier.critical, raises=(TooManyRequests, Unavailable))
async def auth_change_password(
    change: PasswordChange, caller: Caller, sender: Sender, proof: Proof, db: Database
) -> None:
    """Set another password.

    All other sessions end; API tokens stay.
    """
    demand_long(change.password)
    proved = await proof.demand_mine(caller.account, change.current_password, "current_password", sender)
    password_hash = await proof.passwords.hashed(change.password)
    await changing.change_password(db, caller.account, change.password, password_hash, proved, caller.session)


routes: tuple[HTTPRouteHandler, ...] = (
    auth_sessions_list, auth_sessions_end, auth_tokens_list, auth_tokens_create, auth_tokens_revoke,
    auth_change_password,
)  # fmt: skip
