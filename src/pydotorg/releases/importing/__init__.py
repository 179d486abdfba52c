"""What a running python.org says of its releases, into our database: `pydotorg import`."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from pydotorg.kernel import clock
from pydotorg.kernel.database.audit import summarise
from pydotorg.kernel.database.engine import take_turn
from pydotorg.kernel.database.following import follow_all
from pydotorg.kernel.database.transaction import Following
from pydotorg.releases.importing import forms
from pydotorg.releases.importing.planning import Plan, plan
from pydotorg.releases.importing.reading import PATIENCE, CannotRead, Patience, Progress, Service, Tell, base_of
from pydotorg.releases.importing.report import lines, numbers
from pydotorg.releases.importing.storing import read_here, write

__all__ = ["CannotRead", "base_of", "import_from", "lines"]


async def import_from(
    engine: AsyncEngine,
    base: str,
    *,
    dry_run: bool,
    progress: Progress,
    tell: Tell,
    patience: Patience = PATIENCE,
    following: Sequence[Following] = (),
) -> Plan:
    """Read all, then write all in one transaction, which a dry run takes back; answers what was planned.

    `progress` hears of what was read, and in all; `tell` hears of each trouble that a pause may mend.
    """
    service = Service(base, patience, progress, tell)
    systems, releases, files = await service.read(forms.System, forms.Release, forms.File)
    async with engine.connect() as connection, connection.begin() as transaction:
        await take_turn(connection)
        planned = plan(await read_here(connection), systems, releases, files, clock.now())
        await write(connection, planned)
        if written := numbers(planned):
            await summarise(connection, "change", "import", base, written)
            await follow_all(connection, following)
        if dry_run:
            await transaction.rollback()
    return planned
