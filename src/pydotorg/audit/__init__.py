"""The audit log, as staff read it; `kernel/database/audit.py` writes it."""

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.audit import AuditEntry
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain

from . import queries, schemas
from .routes import routes


async def exported(db: Database, of: Caller) -> list[schemas.Deed]:
    """What an account did."""
    return await db.all(queries.deeds(of.account))


domain = Domain(
    name="audit",
    description="Who changed what, and when.",
    routes=routes,
    tables=(AuditEntry,),
    exports={"audit": exported},
)
