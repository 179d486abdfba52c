"""Release cycles: made as soon as something belongs to them, with dates as they become known."""

from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import NotFound, found
from pydotorg.kernel.http.results import Stored
from pydotorg.releases import queries, schemas
from pydotorg.releases.bodies import DATES, CycleDates
from pydotorg.releases.names import is_cycle
from pydotorg.releases.tables import DATASET, ReleaseCycle
from pydotorg.releases.version import version_key


async def store(db: Database, cycle: str, dates: CycleDates) -> Stored[schemas.ReleaseCycle]:
    """Write down all that is known of a cycle of Python."""
    if not is_cycle(cycle):
        raise NotFound(f"{cycle} is no release cycle such as 3.15.")
    await turn_of(db, DATASET)
    is_new = await db.first(queries.release_cycles(cycle)) is None
    wanted = select(ReleaseCycle).where(ReleaseCycle.product == "python", ReleaseCycle.cycle == cycle)
    row = await db.to_change(wanted) or await known(db, "python", cycle)
    said = {name: getattr(dates, name) for name in (*DATES, "release_manager", "pep_url")}
    # that it is over, though nobody knows since when, is of no use once somebody does
    said["ended"] = row.ended and dates.end_of_life is None
    if any(getattr(row, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(row, name, value)
        row.updated_at = clock.now()
        await db.flush()
    shown = await db.first(queries.release_cycles(cycle))
    return Stored(found(shown, f"There is no release cycle {cycle}."), is_new)


async def known(db: Database, product: str, cycle: str) -> ReleaseCycle:
    """A cycle, which is made if nothing has belonged to it yet."""
    row = await db.get(ReleaseCycle, (product, cycle))
    if row is None:
        row = ReleaseCycle(
            product=product, cycle=cycle, cycle_key=version_key(cycle), start_of_development=None, feature_freeze=None,
            first_release=None, end_of_bugfix=None, end_of_life=None, ended=False, release_manager="", pep_url="",
            updated_at=clock.now(),
        )  # fmt: skip
        db.add(row)
        await db.flush()
    return row
