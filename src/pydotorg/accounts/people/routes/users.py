"""`/api/v1/users`: people, as others see them, and as staff and superusers govern them."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts.people import directory, profiles, standing
from pydotorg.accounts.people.schemas import Profile, RolesOfUser, User, UserChange, UserFilters, UserIdentifier
from pydotorg.kernel.access import Caller, Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import PRIVATE, get, patch, post, put
from pydotorg.kernel.http.paging import Listing, Page


@get("/users", by=role(Role.staff), shows=PRIVATE)
async def users_list(db: Database, page: Page, where: UserFilters) -> Listing[User]:
    """List all accounts, for staff.

    Filters can be combined: an account must pass all of them.
    """
    return await directory.listed(db, page, where)


@get("/users/{id:str}", by=anyone, shows=PRIVATE)
async def users_get(db: Database, id: UserIdentifier, caller: Caller) -> Profile:
    """Get the public profile of somebody, by id or username.

    Its owner says whether it can be seen, and by whom his address. A profile that is not public, and one of an account
    that is deactivated or not confirmed, is there for its owner and for staff only.
    """
    return found(await profiles.profile(db, id, visible_to=caller), f"There is no user {id}.")


@patch("/users/{id:str}", by=role(Role.staff), of=users_get)
async def users_change(db: Database, id: UserIdentifier, change: UserChange, caller: Caller) -> User:
    """Change an account, as staff.

    A new address counts as confirmed, and the old one is told; no API token can set it, and nobody sets his own here.
    Superusers are changed by superusers only.
    """
    return await directory.change(db, id, change, by=caller)


@post("/users/{id:str}/deactivate", by=role(Role.staff))
async def users_deactivate(db: Database, id: UserIdentifier, caller: Caller) -> User:
    """Deactivate an account.

    Its sessions and its API tokens end at once, and for good. Nobody deactivates himself, or the last superuser;
    superusers are deactivated by superusers only.
    """
    return await standing.deactivate(db, id, by=caller)


@post("/users/{id:str}/reactivate", by=role(Role.staff))
async def users_reactivate(db: Database, id: UserIdentifier, caller: Caller) -> User:
    """Let a deactivated account in again.

    It has the password and the roles that it had; sessions and API tokens must be made anew.
    """
    return await standing.reactivate(db, id, by=caller)


@put("/users/{id:str}/roles", by=role(Role.superuser), of=users_get)
async def users_set_roles(db: Database, id: UserIdentifier, change: RolesOfUser, caller: Caller) -> User:
    """Set the roles of an account, as a superuser.

    They hold from the next request on; those that are not named are taken away. API tokens keep their scopes, and lose
    what they owed to a role. Nobody takes `superuser` from himself, or from the last one.
    """
    return await standing.set_roles(db, id, change.roles, by=caller)


routes: tuple[HTTPRouteHandler, ...] = (
    users_list, users_get, users_change, users_deactivate, users_reactivate, users_set_roles,
)  # fmt: skip
