"""What is asked of the database about releases: statements as values, with one `first_visible` for all."""

from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select, true
from sqlalchemy.orm import aliased

from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.rows import Rows, remembered
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import refusal
from pydotorg.kernel.http.paging import ordered

from . import rules, schemas, tables
from .derived import DERIVED, FIRST_RELEASE, STATUS, TODAY, is_offered, is_stable, newest_key
from .filters import (
    DOWNLOAD_FILTERS,
    FILE_FILTERS,
    RELEASE_FILTERS,
    conditions,
    equals,
    names_file,
    names_release,
    names_system,
)

T = TypeVar("T", bound=Struct)
Cycle, File, Release = tables.ReleaseCycle, tables.ReleaseFile, tables.Release
Scheduled, System = tables.ScheduledRelease, tables.OperatingSystem
SORT_KEYS = {
    name: getattr(Release, f"{name}_key" if name == "version" else name)
    for name in ("version", "release_date", "updated_at")
}


def _columns(struct: Any, table: Any, derived: dict[str, Any]) -> list[Any]:
    """The columns that a Struct shows, in the order of its fields."""
    return [derived[name].label(name) if name in derived else getattr(table, name) for name in struct.__struct_fields__]


SUMMARIES = (
    select(*_columns(schemas.ReleaseFields, Release, DERIVED))
    .select_from(Release)
    .join(Cycle, and_(Cycle.product == Release.product, Cycle.cycle == Release.cycle))
)
FILES = (
    select(*_columns(schemas.File, File, {"version": Release.version, "os": System.slug}))
    .select_from(File)
    .join(Release, Release.id == File.release_id)
    .join(System, System.id == File.os_id)
    .order_by(Release.version_key.desc(), File.filename, File.id)
)
SYSTEMS = select(*_columns(schemas.OperatingSystem, System, {})).select_from(System)


_published = aliased(Release)
_is_published = exists().where(
    _published.product == "python", _published.version_key == Scheduled.version_key, _published.is_published == true()
)
IS_LISTED = or_(
    *(getattr(Cycle, date).is_not(None) for date in (*(date for date, _ in rules.PHASES), "start_of_development")),
    exists().where(
        _published.product == Cycle.product, _published.cycle == Cycle.cycle, _published.is_published == true()
    ),
    exists().where(Scheduled.cycle == Cycle.cycle),
)
OF_CYCLES = {
    "status": STATUS, "first_release": FIRST_RELEASE, "latest": Release.version,
    "latest_release_date": Release.release_date,
}  # fmt: skip
CYCLES = (
    select(*_columns(schemas.ReleaseCycle, Cycle, OF_CYCLES))
    .select_from(Cycle)
    .outerjoin(Release, and_(Release.product == Cycle.product, Release.version_key == newest_key(Cycle, "cycle")))
)
SCHEDULED = (
    select(*_columns(schemas.ScheduledRelease, Scheduled, {"overdue": Scheduled.date < TODAY}))
    .select_from(Scheduled)
    .where(~_is_published)
    .order_by(Scheduled.date, Scheduled.version_key)
)


IS_PUBLISHED = Release.is_published == true()


class Guarded(Struct, Generic[T], frozen=True):
    """Rows of which not everybody may see all: what is published, and everything."""

    published: Rows[T]
    everything: Rows[T]


def guarded(struct: type[T], statement: Select[Any]) -> Guarded[T]:
    """The rows of a statement, and those of them that are published."""
    return Guarded(Rows(struct, statement.where(IS_PUBLISHED)), Rows(struct, statement))


async def first_visible(db: Database, rows: Guarded[T], to: Caller) -> T | None:
    """The first row that exists for this caller.

    What is published everybody sees alike. Only where nothing is, the caller is asked: else he would get an answer of
    his own, that nobody may store, to what is public.
    """
    published = await db.first(rows.published)
    return published or (await db.first(rows.everything) if to.has(Role.release_manager) else None)


def summaries(where: schemas.ReleaseFilters, *, visible_to: Caller) -> Rows[schemas.ReleaseSummary]:
    """The releases of a list: the same for everybody, unless somebody who may see drafts asks for them."""
    if not where.is_published and not visible_to.has(Role.release_manager):
        raise refusal(visible_to, "Unpublished releases are shown to release managers only.")
    return _summaries(where)


@remembered
def _summaries(where: schemas.ReleaseFilters) -> Rows[schemas.ReleaseSummary]:
    shown = equals(Release.is_published, where.is_published)
    statement = SUMMARIES.where(shown, *conditions(RELEASE_FILTERS, where))
    return Rows(schemas.ReleaseSummary, statement.order_by(*ordered(where.sort, SORT_KEYS, Release.id)))


def is_of(line: rules.Line) -> ColumnElement[bool]:
    """Whether a release is Python's, and of this major version or cycle."""
    return and_(Release.product == "python", getattr(Release, line.column) == line.value)


@remembered
def latest(line: rules.Line, *, pre_releases: bool) -> Rows[schemas.ReleaseSummary]:
    """The newest release of a line of Python; stable unless pre-releases are admitted."""
    admitted = is_offered(Release) if pre_releases else is_stable(Release)
    return Rows(schemas.ReleaseSummary, SUMMARIES.where(is_of(line), admitted).order_by(Release.version_key.desc()))


#: two products may share a version
PYTHON_FIRST = Release.product.desc()


class ReleaseWithContent(schemas.ReleaseFields, frozen=True):
    """The row behind a detail."""

    content: str


DETAILS = SUMMARIES.add_columns(Release.content).order_by(PYTHON_FIRST)


@remembered
def _release(identifier: str) -> Guarded[ReleaseWithContent]:
    return guarded(ReleaseWithContent, DETAILS.where(names_release(identifier)))


async def release(db: Database, identifier: str, *, visible_to: Caller) -> ReleaseWithContent | None:
    """One release by id, version or slug."""
    return await first_visible(db, _release(identifier), visible_to)


def rows_of_release(identifier: str) -> Select[tables.Release]:
    """The row behind what `release` answers to whoever may see drafts."""
    published_first = Release.is_published.desc()
    return select(Release).where(names_release(identifier)).order_by(published_first, PYTHON_FIRST).limit(1)


def slugs_of_releases(identifier: str) -> Select[str]:
    """Of all releases that this names, for whoever may see drafts."""
    return select(Release.slug).where(names_release(identifier)).order_by(Release.slug)


async def release_by_slug(db: Database, slug: str, *, visible_to: Caller) -> ReleaseWithContent | None:
    """One release by its slug alone."""
    return await first_visible(db, guarded(ReleaseWithContent, DETAILS.where(Release.slug == slug)), visible_to)


class ReleaseId(Struct, frozen=True):
    """All that is needed of a release to find what belongs to it."""

    id: UUID


IDS = select(Release.id).select_from(Release).order_by(PYTHON_FIRST)


async def release_id(db: Database, identifier: str, *, visible_to: Caller) -> ReleaseId | None:
    """The id of a release, by id, version or slug."""
    return await first_visible(db, guarded(ReleaseId, IDS.where(names_release(identifier))), visible_to)


def files_of(*releases: UUID) -> Rows[schemas.File]:
    """All files of these releases, which the caller has been shown."""
    return Rows(schemas.File, FILES.where(File.release_id.in_(releases)))


@remembered
def files(where: schemas.FileFilters) -> Rows[schemas.File]:
    """The files of a list."""
    return Rows(schemas.File, FILES.where(IS_PUBLISHED, *conditions(FILE_FILTERS, where)))


async def file(db: Database, identifier: str, *, visible_to: Caller) -> schemas.File | None:
    """One file by id or slug; it exists for whom its release exists."""
    wanted = FILES.where(names_file(identifier))
    return await first_visible(db, guarded(schemas.File, wanted), visible_to)


def rows_of_file(identifier: str) -> Select[tables.ReleaseFile]:
    """The row behind what `file` answers to whoever may see drafts."""
    return select(File).where(names_file(identifier))


def downloads(where: schemas.Download, line: rules.Line) -> Rows[schemas.File]:
    """The files that a download may mean, those of the newest stable release first, and there the best one first."""
    wanted = [is_of(line), is_stable(Release), *conditions(DOWNLOAD_FILTERS, where)]
    preferred = (
        Release.version_key.desc(),
        File.download_button.desc(),
        _place(File.kind, rules.KINDS_BY_PREFERENCE),
        _place(File.arch, rules.ARCHES_BY_PREFERENCE),
        File.filename,
        File.id,
    )
    return Rows(schemas.File, FILES.where(*wanted).order_by(None).order_by(*preferred))


def _place(column: Any, order: tuple[str, ...]) -> ColumnElement[int]:
    return case({value: place for place, value in enumerate(order)}, value=column, else_=len(order))


@remembered
def operating_systems() -> Rows[schemas.OperatingSystem]:
    """All of them, in the order of their numbers."""
    return Rows(schemas.OperatingSystem, SYSTEMS.order_by(System.number, System.id))


def operating_system(identifier: str) -> Rows[schemas.OperatingSystem]:
    """One by id or slug."""
    return Rows(schemas.OperatingSystem, SYSTEMS.where(names_system(identifier)))


@remembered
def release_cycles(cycle: str | None = None) -> Rows[schemas.ReleaseCycle]:
    """Cycles of Python, newest first; one that only a draft has made is not shown."""
    statement = CYCLES.where(Cycle.product == "python", IS_LISTED).order_by(Cycle.cycle_key.desc())
    return Rows(schemas.ReleaseCycle, statement if cycle is None else statement.where(Cycle.cycle == cycle))


@remembered
def scheduled_releases(version: str | None = None) -> Rows[schemas.ScheduledRelease]:
    """What is planned and not published yet, by date."""
    wanted = SCHEDULED if version is None else SCHEDULED.where(Scheduled.version == version)
    return Rows(schemas.ScheduledRelease, wanted)
