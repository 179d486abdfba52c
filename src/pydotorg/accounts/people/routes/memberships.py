"""`/api/v1/memberships`: one's own membership in the Python Software Foundation; for staff, all of them."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts.people import memberships
from pydotorg.accounts.people.schemas import (
    Membership,
    MembershipChange,
    MembershipFilters,
    MembershipIdentifier,
    NewMembership,
)
from pydotorg.kernel.access import Caller, Scope, in_person, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden
from pydotorg.kernel.http.operations import PRIVATE, delete, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created


@get("/memberships", by=signed_in(Scope.account_read), shows=PRIVATE)
async def memberships_list(
    db: Database, page: Page, where: MembershipFilters, caller: Caller
) -> Listing[Membership]:  # fmt: skip
    """List one's own membership; for staff, those of everybody.

    An API token needs the scope `account:read`, and to see those of others `users:write` as well.
    """
    return await page.of(db, memberships.listed(where, visible_to=caller))


@get("/memberships/{id:str}", by=signed_in(Scope.account_read), shows=PRIVATE)
async def memberships_get(db: Database, id: MembershipIdentifier, caller: Caller) -> Membership:
    """Get a membership, one's own; staff get any.

    `may_vote` ends 366 days after the member has affirmed that he votes.
    """
    return await memberships.one(db, id, visible_to=caller)


@post("/memberships", by=in_person, of=memberships_get)
async def memberships_create(db: Database, new: NewMembership, caller: Caller) -> Created[Membership]:
    """Become a basic member.

    One membership is enough for everybody; staff change its kind.
    """
    made = await memberships.make(db, new, caller.account)
    return Created(made, f"/api/v1/memberships/{made.id}")


@patch("/memberships/{id:str}", by=signed_in(Scope.users_write), of=memberships_get, raises=(Forbidden,))
async def memberships_change(
    db: Database, id: MembershipIdentifier, change: MembershipChange, caller: Caller
) -> Membership:
    """Change a membership, one's own; staff change any.

    `votes: true` affirms anew, for 366 days, that one votes: nobody says so for another. Only staff set `kind`.
    """
    return await memberships.change(db, id, change, by=caller)


@delete("/memberships/{id:str}", by=in_person, of=memberships_get, raises=(Forbidden,))
async def memberships_end(db: Database, id: MembershipIdentifier, caller: Caller) -> None:
    """End one's own membership.

    The account stays.
    """
    await memberships.end(db, id, by=caller)


routes: tuple[HTTPRouteHandler, ...] = (
    memberships_list, memberships_create, memberships_get, memberships_change, memberships_end,
)  # fmt: skip
