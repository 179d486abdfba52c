"""The bundled facts, into a database: what is missing is added, what is there stays as it is; one transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from msgspec import structs
from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pydotorg.events.tables import Calendar, Event
from pydotorg.jobs.tables import Job, JobCategory, JobType, TypeOfJob
from pydotorg.kernel import clock
from pydotorg.kernel.database.audit import summarise
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.engine import learn, take_turn
from pydotorg.kernel.database.following import follow_all
from pydotorg.kernel.database.transaction import Following
from pydotorg.kernel.domain import following_of
from pydotorg.releases import tables
from pydotorg.releases.artefacts import SIDECARS
from pydotorg.releases.version import cycle_of, version_key

from . import jobs
from .events import calendars
from .records import Facts, FileRecord, ReleaseRecord, read_facts, together
from .samples import SAMPLES

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Callable[[AsyncConnection, Facts], Awaitable[list[Row]]]
Progress: TypeAlias = Callable[[int, int], None]

ROWS_A_STATEMENT = 500
PRODUCT = "python"


class Room(NamedTuple):
    """The tables of a domain, each with what makes its missing rows; which of them show that the room is in use."""

    begun_by: tuple[type[Base], ...]
    tables: tuple[tuple[type[Base], Rows], ...]


def unseen(done: int, total: int) -> None:
    """Progress that nobody watches."""


async def load(
    engine: AsyncEngine, *, only_if_empty: bool = False, samples: bool = False, progress: Progress = unseen
) -> dict[str, int]:
    """Add what is missing; answers how many rows were added to each table.

    `only_if_empty` leaves alone each room in which there is something already: it is somebody's own. `progress` hears
    of rows done and rows in all. Of several processes that load at once, one adds and the others find nothing missing.
    """
    async with engine.begin() as connection:
        await take_turn(connection)
        rooms = [room for room in ROOMS if not only_if_empty or await is_empty(connection, room)]
        if not rooms:
            return {}
        facts = together(read_facts(), SAMPLES) if samples else read_facts()
        return await _add(connection, facts, rooms, progress)


async def is_empty(connection: AsyncConnection, room: Room) -> bool:
    """Whether there is nothing that would say that somebody has begun to fill this room."""
    found = [(await connection.execute(select(exists(select(table))))).scalar_one() for table in room.begun_by]
    return not any(found)


async def _add(
    connection: AsyncConnection, facts: Facts, rooms: Sequence[Room], progress: Progress
) -> dict[str, int]:  # fmt: skip
    total = sum(len(records) for records in structs.astuple(facts))
    done, added = 0, {}
    for table, rows in (each for room in rooms for each in room.tables):
        missing = await rows(connection, facts)
        for start in range(0, len(missing), ROWS_A_STATEMENT):
            batch = missing[start : start + ROWS_A_STATEMENT]
            await connection.execute(insert(table), batch)
            done += len(batch)
            progress(done, total)
        added[table.__tablename__] = len(missing)
    await learn(connection, (table for table, rows in added.items() if rows))
    if done:
        await summarise(connection, "create", "snapshot", "", added)
    await follow_all(connection, following())
    progress(total, total)
    return added


def following() -> list[Following]:
    """What follows from the facts: the calendar of what is planned."""
    # with them comes all of the service, which a start on a database that is not empty does without
    from pydotorg import accounts, events, releases

    return following_of((accounts.domain, releases.domain, events.domain))  # whose rows refer to accounts


async def _known(connection: AsyncConnection, *columns: Any) -> set[Any]:
    rows = await connection.execute(select(*columns))
    return {row[0] if len(columns) == 1 else tuple(row) for row in rows}


async def _operating_systems(connection: AsyncConnection, facts: Facts) -> list[Row]:
    known = await _known(connection, tables.OperatingSystem.slug)
    return [
        {"id": record.id, **structs.asdict(record)} for record in facts.operating_systems if record.slug not in known
    ]


async def _cycles(connection: AsyncConnection, facts: Facts) -> list[Row]:
    known, now = await _known(connection, tables.ReleaseCycle.product, tables.ReleaseCycle.cycle), clock.now()
    return [
        {
            "product": PRODUCT, "cycle_key": version_key(record.cycle), "updated_at": now,
            **structs.asdict(record),
        }
        for record in facts.cycles
        if (PRODUCT, record.cycle) not in known
    ]  # fmt: skip


async def _releases(connection: AsyncConnection, facts: Facts) -> list[Row]:
    known, now = await _known(connection, tables.Release.product, tables.Release.version_key), clock.now()
    return [_release(record, now) for record in facts.releases if (PRODUCT, version_key(record.version)) not in known]


def _release(record: ReleaseRecord, now: datetime) -> Row:
    return {
        "id": record.id, "number": record.number, "product": PRODUCT, "name": record.name, "slug": record.slug,
        "version": record.version, "version_key": version_key(record.version), "cycle": record.cycle,
        "major": record.major, "pre_release": record.pre_release, "is_published": record.is_published,
        "release_date": record.date,
        "yanked": record.yanked, "yanked_reason": record.yanked_reason, "release_notes_url": record.release_notes_url,
        "release_page_url": record.release_page_url, "show_on_download_page": True,
        "has_binaries": record.has_binaries, "content": "", "created_at": now, "updated_at": now,
    }  # fmt: skip


async def _files(connection: AsyncConnection, facts: Facts) -> list[Row]:
    """Files of our own releases only: a release that came from elsewhere came with the files it has.

    An import gives files the slugs of python.org, so a file is known by its name, too; buttons stay where they are.
    """
    table = tables.ReleaseFile
    ours = await _known(connection, tables.Release.id)
    systems = dict(await _known(connection, tables.OperatingSystem.slug, tables.OperatingSystem.id))
    slugs, ids = await _known(connection, table.slug), await _known(connection, table.id)
    names = await _known(connection, table.release_id, table.filename)
    buttons = await _known(connection, table.download_button, table.release_id, table.os_id)
    releases = {record.version: record for record in facts.releases}
    now = clock.now()
    rows = [_file(record, releases[record.version], systems, now) for record in facts.files]
    return [
        {**row, "download_button": row["download_button"] and (True, row["release_id"], row["os_id"]) not in buttons}
        for row in rows
        if row["release_id"] in ours
        and row["slug"] not in slugs
        and row["id"] not in ids
        and (row["release_id"], row["filename"]) not in names
    ]


def _file(record: FileRecord, release: ReleaseRecord, systems: Mapping[str, UUID], now: datetime) -> Row:
    sidecars = dict.fromkeys(SIDECARS, "")
    if record.sigstore:
        sidecars["sigstore_bundle_file"] = record.url + SIDECARS["sigstore_bundle_file"]
    return {
        "id": record.id(release.date), "number": record.number, "release_id": release.id, "os_id": systems[record.os],
        "name": record.name, "slug": record.slug, "arch": record.arch, "kind": record.kind,
        "filename": record.filename, "description": record.description, "is_source": record.is_source,
        "url": record.url, "filesize": record.size, "md5_sum": record.md5, "sha256_sum": record.sha256, **sidecars,
        "download_button": record.download_button, "updated_at": now,
    }  # fmt: skip


async def _scheduled(connection: AsyncConnection, facts: Facts) -> list[Row]:
    known = await _known(connection, tables.ScheduledRelease.version_key)
    return [
        {
            "version": record.version,
            "version_key": version_key(record.version),
            "cycle": cycle_of(record.version),
            "date": record.date,
        }
        for record in facts.scheduled
        if version_key(record.version) not in known
    ]


RELEASES = Room(
    begun_by=(tables.Release, tables.ReleaseCycle),
    tables=(
        (tables.OperatingSystem, _operating_systems),
        (tables.ReleaseCycle, _cycles),
        (tables.Release, _releases),
        (tables.ReleaseFile, _files),
        (tables.ScheduledRelease, _scheduled),
    ),
)
JOBS = Room(
    begun_by=(JobCategory, JobType, Job),
    tables=((JobCategory, jobs.categories), (JobType, jobs.types), (Job, jobs.jobs), (TypeOfJob, jobs.types_of_jobs)),
)
#: another calendar follows from the releases
EVENTS = Room(begun_by=(Calendar, Event), tables=((Calendar, calendars),))
ROOMS = (RELEASES, JOBS, EVENTS)
