"""Whom a mail reaches. Accounts fill it in (`accounts.parts`): the kernel knows callers, not accounts."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Uuid, column, func, select, table

from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import SENTENCES, Unauthenticated

#: as much of the table as says what somebody is called
NAMES = table("account", column("id", Uuid()), column("username"))
#: of what `NAMES` is joined to; empty once the account is closed
OWNER = func.coalesce(NAMES.c.username, "")


class Addressee(Struct, frozen=True):
    """Somebody who can be written to."""

    account: UUID
    username: str
    email: str


class Directory(Struct, frozen=True):
    """Finds the owner of an account, if he can still sign in; and those with a role, or, without any, who stand in."""

    of_account: Callable[[Database, UUID], Awaitable[Addressee | None]]
    of_role: Callable[[Database, Role], Awaitable[Sequence[Addressee]]]


async def demand_stays(db: Database, caller: Caller) -> None:
    """Let nobody close the caller's account until this transaction ends; a 401 if somebody just has.

    To be asked before the turn of a dataset is taken: who closes an account takes both in this order, too.
    """
    own = select(NAMES.c.id).where(NAMES.c.id == caller.account).with_for_update(read=True, key_share=True)
    if (await db.execute(own)).first() is None:
        raise Unauthenticated(SENTENCES[401])
