"""`/api/v1/audit`."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Role, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.operations import PRIVATE, get
from pydotorg.kernel.http.paging import Listing, Page

from . import queries
from .schemas import AuditEntry, AuditFilters


@get("/audit", by=role(Role.staff), shows=PRIVATE)
async def audit_list(db: Database, page: Page, where: AuditFilters) -> Listing[AuditEntry]:
    """List what was written: who did what, when, and what was there before.

    The newest first. Filters can be combined: an entry must pass all of them. Every write leaves an entry, which nobody
    can change; of secrets it only says that they changed.
    """
    found = await page.of(db, queries.entries(where))
    return Listing([queries.shown(row) for row in found.items], found.total, found.page)


routes: tuple[HTTPRouteHandler, ...] = (audit_list,)
