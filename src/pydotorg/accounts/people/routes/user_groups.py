"""`/api/v1/user-groups`."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts.people import user_groups
from pydotorg.accounts.people.schemas import GroupFilters, GroupIdentifier, NewUserGroup, UserGroup, UserGroupChange
from pydotorg.accounts.people.tables import GROUPS
from pydotorg.kernel.access import Caller, Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden, found
from pydotorg.kernel.http.operations import delete, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created


@get("/user-groups", by=anyone, shows=GROUPS, raises=(Forbidden,))
async def user_groups_list(db: Database, page: Page, where: GroupFilters, caller: Caller) -> Listing[UserGroup]:
    """List user groups, by their names.

    Those that are not approved are shown to staff only, and only where they ask for them with `approved=false`.
    """
    return await page.of(db, user_groups.listed(where, visible_to=caller))


@get("/user-groups/{id:str}", by=anyone, shows=GROUPS)
async def user_groups_get(db: Database, id: GroupIdentifier, caller: Caller) -> UserGroup:
    """Get a user group, by id or slug.

    One that is not approved is there for staff only.
    """
    return found(await user_groups.one(db, id, visible_to=caller), f"There is no user group {id}.")


@post("/user-groups", by=role(Role.staff), of=user_groups_get)
async def user_groups_create(db: Database, new: NewUserGroup) -> Created[UserGroup]:
    """Make a user group, as staff.

    Its slug follows from its name.
    """
    made = await user_groups.make(db, new)
    return Created(made, f"/api/v1/user-groups/{made.id}")


@patch("/user-groups/{id:str}", by=role(Role.staff), of=user_groups_get)
async def user_groups_change(db: Database, id: GroupIdentifier, change: UserGroupChange) -> UserGroup:
    """Change, approve or trust a user group, as staff.

    Its slug stays, whatever its name becomes: addresses lead to it.
    """
    return await user_groups.change(db, id, change)


@delete("/user-groups/{id:str}", by=role(Role.staff), of=user_groups_get)
async def user_groups_delete(db: Database, id: GroupIdentifier) -> None:
    """Remove a user group, as staff.

    Its address is then a 404.
    """
    await user_groups.remove(db, id)


routes: tuple[HTTPRouteHandler, ...] = (
    user_groups_list, user_groups_get, user_groups_create, user_groups_change, user_groups_delete,
)  # fmt: skip
