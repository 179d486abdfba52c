"""The bundled facts in a database: added once, as a whole, and nothing that is there is touched."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from pydotorg import migrations
from pydotorg.events.tables import Calendar
from pydotorg.jobs.tables import Job, JobCategory, JobType, TypeOfJob
from pydotorg.kernel.database.engine import create_engine
from pydotorg.kernel.database.transaction import Transactions
from pydotorg.releases import tables
from pydotorg.snapshot.loading import load
from pydotorg.snapshot.records import read_facts
from tests.conftest import configured

from .conftest import Connecting

pytestmark = pytest.mark.anyio

TABLES = (
    tables.OperatingSystem, tables.ReleaseCycle, tables.Release, tables.ReleaseFile, tables.ScheduledRelease,
    JobCategory, JobType, Job, TypeOfJob,
)  # fmt: skip
RELEASES = {"operating_system": 5, "release_cycle": 32, "release": 651, "release_file": 4145, "scheduled_release": 20}
#: of jobs only the words are bundled: who is offered a job here is nobody's invention
JOBS = {"job_category": 4, "job_type": 8, "job": 0, "type_of_job": 0}
STORED = RELEASES | JOBS
ALL = STORED | {"calendar": 2}
NOTHING = dict.fromkeys(ALL, 0)


@pytest.fixture
async def migrated(engine: AsyncEngine) -> AsyncEngine:
    await migrations.upgrade(engine)
    return engine


@pytest.fixture
async def seeded(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(configured(fresh_database).database_url, writes=True)
    yield engine
    await engine.dispose()


async def counts(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            table.__tablename__: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in TABLES
        }


async def contents(engine: AsyncEngine) -> list[list[Any]]:
    async with engine.connect() as connection:
        return [[*(await connection.execute(select(table.__table__)))] for table in TABLES]


async def test_of_two_loads_at_once_one_adds_and_the_other_finds_nothing_missing(
    migrated: AsyncEngine, connecting: Connecting
) -> None:
    heard: list[tuple[int, int]] = []
    loads = (load(migrated, progress=lambda *told: heard.append(told)), load(connecting()))
    assert sorted(await asyncio.gather(*loads), key=lambda added: sum(added.values())) == [NOTHING, ALL]
    assert await counts(migrated) == STORED
    assert heard[-1] == (sum(ALL.values()), sum(ALL.values()))
    assert all(one[0] <= other[0] and one[1] == other[1] for one, other in pairwise(heard))

    before = await contents(migrated)
    assert await load(migrated) == NOTHING, "and so does a third"
    assert await load(migrated, only_if_empty=True) == {}
    assert await contents(migrated) == before


async def test_a_load_that_is_interrupted_leaves_nothing(migrated: AsyncEngine) -> None:
    def pull_the_plug(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load(migrated, progress=pull_the_plug)
    assert await counts(migrated) == dict.fromkeys(STORED, 0)


async def test_a_load_adds_what_is_missing_and_leaves_alone_what_was_changed(seeded: AsyncEngine) -> None:
    release, file = tables.Release, tables.ReleaseFile
    async with seeded.begin() as connection:
        await connection.execute(delete(tables.ScheduledRelease).where(tables.ScheduledRelease.version == "3.14.9"))
        await connection.execute(delete(file).where(file.filename == "python-3.14.8-amd64.exe"))
        await connection.execute(delete(release).where(release.version == "3.13.16"))
        changed = {"yanked": True, "yanked_reason": "It was ours to say.", "is_published": False}
        await connection.execute(update(release).where(release.version == "3.14.7").values(**changed))
        await connection.execute(update(file).where(file.filename == "Python-3.14.8.tgz").values(name="Ours"))
    before = await contents(seeded)
    with_files = 11
    added = {"release": 1, "release_file": 1 + with_files, "scheduled_release": 1}
    assert await load(seeded, only_if_empty=True) == {}
    assert await load(seeded) == NOTHING | added
    assert await counts(seeded) == STORED
    after = await contents(seeded)
    assert all(set(old) <= set(new) for old, new in zip(before, after, strict=True))


async def test_a_release_that_came_from_elsewhere_keeps_the_files_that_it_came_with(seeded: AsyncEngine) -> None:
    release, file = tables.Release, tables.ReleaseFile
    async with seeded.begin() as connection:
        row = (await connection.execute(select(release.__table__).where(release.version == "3.13.16"))).mappings().one()
        await connection.execute(delete(release).where(release.version == "3.13.16"))
        system = (await connection.execute(select(tables.OperatingSystem.id).limit(1))).scalar_one()
        await connection.execute(insert(release), [{**row, "id": system, "number": 77}])
    assert await load(seeded) == NOTHING
    async with seeded.connect() as connection:
        of_it = select(func.count()).select_from(file).join(release).where(release.version == "3.13.16")
        assert (await connection.execute(of_it)).scalar_one() == 0


async def test_samples_are_a_draft_and_jobs_that_say_that_nobody_offers_them(seeded: AsyncEngine) -> None:
    made_up = {"release": 1, "release_file": 2, "job": 2, "type_of_job": 3}
    assert await load(seeded, samples=True) == NOTHING | made_up
    assert await load(seeded, samples=True) == NOTHING
    async with seeded.connect() as connection:
        drafts = select(tables.Release.version).where(tables.Release.is_published.is_(False))
        assert [*(await connection.execute(drafts)).scalars()] == ["3.16.0a3"]
        jobs = [*await connection.execute(select(Job.job_title, Job.description))]
        assert all(title.startswith("Example: ") and "**invented**" in text for title, text in jobs)


async def test_a_database_of_before_the_job_board_gets_what_that_begins_with(seeded: AsyncEngine) -> None:
    """Whoever has updated finds the bundled types and categories, and his releases as they were."""
    async with seeded.begin() as connection:
        await connection.execute(delete(tables.ScheduledRelease))
        for table in (JobCategory, JobType):
            await connection.execute(delete(table))
    assert await load(seeded, only_if_empty=True) == JOBS
    assert await counts(seeded) == STORED | {"scheduled_release": 0}


async def test_who_has_made_job_types_of_his_own_keeps_only_these(seeded: AsyncEngine) -> None:
    async with seeded.begin() as connection:
        await connection.execute(delete(JobCategory))
        await connection.execute(delete(JobType).where(JobType.slug != "web"))
    assert await load(seeded, only_if_empty=True) == {}
    assert await load(seeded) == NOTHING | {"job_category": 4, "job_type": 7}, "unless he asks for it"


async def test_what_is_stored_is_what_the_facts_say(transactions: Transactions) -> None:
    facts = read_facts()
    async with transactions.begin(writes=False, here=False) as db:
        stored = {*(await db.execute(select(tables.Release.id, tables.Release.number, tables.Release.version)))}
        assert stored == {(record.id, record.number, record.version) for record in facts.releases}
        numbers = {*(await db.execute(select(tables.ReleaseFile.number, tables.ReleaseFile.slug)))}
        assert numbers == {(record.number, record.slug) for record in facts.files}


async def test_the_calendars_of_python_org_are_there_and_know_where_their_events_are(
    transactions: Transactions,
) -> None:
    async with transactions.begin(writes=False, here=False) as db:
        stored = {*(await db.execute(select(Calendar.name, Calendar.source).where(Calendar.agenda == "")))}
    assert stored == {(record.name, record.source) for record in read_facts().calendars}
    assert {name for name, _ in stored} == {"Python Events Calendar", "Python User Group Calendar"}
