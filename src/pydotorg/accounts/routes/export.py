"""`/api/auth/me/export`: a copy of all that is stored about oneself."""

from litestar.handlers import HTTPRouteHandler
from msgspec import to_builtins

from pydotorg.accounts import queries
from pydotorg.accounts.schemas import Export
from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, in_person
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Exports
from pydotorg.kernel.http.operations import PRIVATE, get


@get("/me/export", by=in_person, shows=PRIVATE)
async def auth_me_export(db: Database, caller: Caller, exports: Exports) -> Export:
    """Get a copy of all that is stored about oneself.

    Without what is secret: passwords, tokens and mailed links are stored only as what tells whether they are right.
    """
    account = await queries.known(db, caller.account)
    stored = {name: to_builtins(await exported(db, caller)) for name, exported in sorted(exports.of.items())}
    return Export(clock.now(), account, stored)


routes: tuple[HTTPRouteHandler, ...] = (auth_me_export,)
