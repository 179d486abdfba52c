"""`/api/auth/me`: one's own account."""

from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from pydotorg.accounts import changing, queries
from pydotorg.accounts.proving import Proof
from pydotorg.accounts.registering import Confirmation
from pydotorg.accounts.schemas import Account, AccountChange, Closing
from pydotorg.kernel.access import Caller, Scope, Tier, in_person, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Leavings
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid, TooManyRequests, Unavailable
from pydotorg.kernel.http.operations import PRIVATE, Sender, delete, get, patch, post


@get("/me", by=signed_in(Scope.account_read), shows=PRIVATE)
async def auth_me(db: Database, caller: Caller) -> Account:
    """Get one's own account."""
    return await queries.known(db, caller.account)


@post("/me", by=signed_in(Scope.account_read), tier=Tier.low)
async def auth_me_posted(db: Database, caller: Caller) -> Account:
    """Get one's own account, for clients that POST where credentials are.

    The same as `GET /api/auth/me`.
    """
    return await queries.known(db, caller.account)


@patch("/me", by=in_person, of=auth_me, raises=(TooManyRequests, Unavailable))
async def auth_me_change(
    change: AccountChange, caller: Caller, sender: Sender, proof: Proof, db: Database, confirmation: Confirmation
) -> Account:
    """Change one's own account.

    A new address needs the password. Where the service can send mail, it counts once it is confirmed, and the old one
    is told.
    """
    proved = None
    if change.email is not UNSET:
        if change.current_password is UNSET:
            raise Invalid([Fault("current_password", "body", "is required with an email")])
        proved = await proof.demand_mine(caller.account, change.current_password, "current_password", sender)
    await changing.change(db, caller.account, change, confirmation, proved)
    return await queries.known(db, caller.account)


@delete("/me", by=in_person, of=auth_me, raises=(Conflict, TooManyRequests, Unavailable))
async def auth_me_close(
    closing: Closing, caller: Caller, sender: Sender, proof: Proof, db: Database, leavings: Leavings
) -> None:
    """Close one's own account.

    It is deleted with all that belongs to it alone; what it published stays, without its name. Before,
    `GET /api/auth/me/export` gives a copy.
    """
    proved = await proof.demand_mine(caller.account, closing.password, "password", sender)
    await changing.close(db, caller.account, proved, leavings)


routes: tuple[HTTPRouteHandler, ...] = (auth_me, auth_me_posted, auth_me_change, auth_me_close)
