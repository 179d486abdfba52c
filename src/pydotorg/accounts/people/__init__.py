"""People as others see them: profiles, roles, memberships and user groups."""

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain

from . import memberships, schemas, tables
from .routes import ROUTES


async def exported(db: Database, of: Caller) -> list[schemas.Membership]:
    """The membership of an account, if it has one."""
    return await db.all(memberships.of(of.account))


domain = Domain(
    name="users",
    description="Public profiles, what staff do with accounts, memberships and user groups.",
    routes=ROUTES,
    tables=(tables.Membership, tables.UserGroup),
    exports={"memberships": exported},
)
