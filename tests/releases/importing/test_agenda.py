"""An import, too, is told to who keeps calendars, in its transaction."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import insert

from pydotorg.kernel.database.transaction import Database, Following
from pydotorg.releases import importing
from pydotorg.releases.agenda import SCHEDULE, appointments
from pydotorg.releases.tables import ScheduledRelease
from pydotorg.releases.version import version_key
from tests.releases.importing.installation import HASTE, Installation
from tests.releases.importing.service import PythonOrg

pytestmark = pytest.mark.anyio


async def take_over(installation: Installation, base: str, following: Sequence[Following]) -> None:
    await importing.import_from(
        installation.engine, base, dry_run=False, patience=HASTE, progress=lambda *_: None, tell=lambda _: None,
        following=following,
    )  # fmt: skip


PLAN = insert(ScheduledRelease).values(
    version="3.14.9", version_key=version_key("3.14.9"), cycle="3.14", date=date(2026, 12, 1)
)


async def test_a_planned_release_that_python_org_has_published_is_told_with_its_day(
    python_org: PythonOrg, installation: Installation
) -> None:
    told: list[dict[str, str]] = []

    async def follow(db: Database) -> None:
        told.append({each.uid: f"{each.day}" for each in await appointments(db)})

    await installation.change(PLAN)
    python_org.release(17, "Python 3.14.9", slug="python-3149", release_date="2026-12-03T00:00:00Z")
    for _ in range(2):
        await take_over(installation, python_org.url, [Following(SCHEDULE.tables, follow)])
    assert told == [{"release-3.14.9": "2026-12-03"}], "the second import writes nothing"


async def test_an_import_is_taken_back_if_what_follows_fails(python_org: PythonOrg, installation: Installation) -> None:
    async def fail(db: Database) -> None:
        del db
        raise LookupError

    python_org.release(17, "Python 3.14.9", slug="python-3149")
    before = await installation.everything()
    with pytest.raises(LookupError):
        await take_over(installation, python_org.url, [Following(SCHEDULE.tables, fail)])
    assert await installation.everything() == before
