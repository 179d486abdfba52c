"""What is asked of the database about releases: statements as values, with one `first_visible` for all.

Latest, status and overdue are derived here, from the rows and today's date, and never stored.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Date, and_, bindparam, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.transaction import Database, Rows
from pydotorg.kernel.http.errors import refusal
from pydotorg.kernel.http.identifiers import named
from pydotorg.kernel.http.paging import ordered
from pydotorg.kernel.http.query import Query

from . import rules, schemas, tables
from .artefacts import ARCH_ALIASES

T = TypeVar("T", bound=Struct)
TODAY: ColumnElement[Any] = bindparam("today", callable_=clock.today, type_=Date())
Cycle, File, Release = tables.ReleaseCycle, tables.ReleaseFile, tables.Release
Scheduled, System = tables.ScheduledRelease, tables.OperatingSystem


def is_offered(release: Any) -> ColumnElement[bool]:
    """Whether a release is there to be installed: published, not yanked."""
    return and_(release.is_published == true(), release.yanked == false())


def is_stable(release: Any) -> ColumnElement[bool]:
    """Whether a release can be the latest: offered, and final."""
    return and_(release.pre_release == false(), is_offered(release))


def newest_key(table: Any, *same: str) -> Any:
    """The version key of the newest stable release that shares its product and these columns with a row."""
    other = aliased(Release)
    shared = [getattr(other, name) == getattr(table, name) for name in ("product", *same)]
    return select(func.max(other.version_key)).where(*shared, is_stable(other)).scalar_subquery()


IS_LATEST = func.coalesce(Release.version_key == newest_key(Release, "major"), false())
IS_LATEST_OF_CYCLE = func.coalesce(Release.version_key == newest_key(Release, "cycle"), false())
STATUS: ColumnElement[str] = case(
    (Cycle.ended == true(), "end-of-life"),
    *((getattr(Cycle, date) <= TODAY, status) for date, status in rules.PHASES),
    else_=rules.IN_DEVELOPMENT,
)
DERIVED: dict[str, Any] = {
    "is_latest": IS_LATEST,
    "is_latest_of_cycle": IS_LATEST_OF_CYCLE,
    "status": STATUS,
    "end_of_life": Cycle.end_of_life,
}
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
LATEST = {"status": STATUS, "latest": Release.version, "latest_release_date": Release.release_date}
CYCLES = (
    select(*_columns(schemas.ReleaseCycle, Cycle, LATEST))
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


async def first_visible(db: Database, rows: Rows[T], to: Caller) -> T | None:
    """The first row that exists for this caller.

    What is published everybody sees alike. Only where nothing is, the caller is asked: else he would get an answer of
    his own, that nobody may store, to what is public.
    """
    published = Rows(rows.struct, rows.statement.where(IS_PUBLISHED))
    return await db.first(published) or (await db.first(rows) if to.has(Role.release_manager) else None)


def is_shown_in_lists(caller: Caller, *, published: bool) -> ColumnElement[bool]:
    """Lists are the same for everybody, unless somebody who may see drafts asks for them."""
    if not published and not caller.has(Role.release_manager):
        raise refusal(caller, "Unpublished releases are shown to release managers only.")
    return Release.is_published == (true() if published else false())


def equals(column: Any, wanted: Any) -> ColumnElement[bool]:
    """Equality, with booleans as constants: SQLite uses an index for `is_published = 1`, not for a parameter."""
    literal = (true() if wanted else false()) if isinstance(wanted, bool) else wanted
    equality: ColumnElement[bool] = column == literal
    return equality


def names_release(identifier: str) -> ColumnElement[bool]:
    """The release with this id, version or slug."""
    return named(identifier, Release.id, Release.version, Release.slug)


def names_system(identifier: str) -> ColumnElement[bool]:
    """The operating system with this id or slug."""
    return named(identifier, System.id, System.slug)


Filters = dict[str, Callable[[Any], ColumnElement[bool]]]
RELEASE_FILTERS: Filters = {
    **{name: partial(equals, getattr(Release, name)) for name in ("product", "cycle", "major", "version")},
    **{name: partial(equals, getattr(Release, name)) for name in ("pre_release", "yanked")},
    **{name: partial(equals, DERIVED[name]) for name in ("is_latest", "is_latest_of_cycle", "status")},
    "released_after": lambda day: Release.release_date >= day,
    "released_before": lambda day: Release.release_date <= day,
    "updated_after": lambda moment: Release.updated_at >= moment,
    "os": lambda system: exists().where(File.release_id == Release.id, File.os_id == System.id, names_system(system)),
    "q": lambda text: Release.name.icontains(text, autoescape=True),
}
FILE_FILTERS: Filters = {
    "release": names_release,
    "os": names_system,
    "kind": partial(equals, File.kind),
    "arch": lambda arch: File.arch == processor(arch),
    "sha256": lambda digest: File.sha256_sum == digest.lower(),
    "filename": partial(equals, File.filename),
    "q": lambda text: or_(*(column.icontains(text, autoescape=True) for column in (File.filename, File.name))),
}


DOWNLOAD_FILTERS: Filters = {**FILE_FILTERS, "arch": lambda arch: File.arch.in_(rules.runs_on(processor(arch)))}


def processor(name: str) -> str:
    """The name that we have for a processor."""
    return ARCH_ALIASES.get(name, name)


def _conditions(filters: Filters, where: Query) -> list[ColumnElement[bool]]:
    """What the given parameters demand; those that were not given demand nothing."""
    wanted = ((condition, getattr(where, name, None)) for name, condition in filters.items())
    return [condition(value) for condition, value in wanted if value is not None]


def summaries(where: schemas.ReleaseFilters, *, visible_to: Caller) -> Rows[schemas.ReleaseSummary]:
    """The releases of a list."""
    shown = is_shown_in_lists(visible_to, published=where.is_published)
    statement = SUMMARIES.where(shown, *_conditions(RELEASE_FILTERS, where))
    return Rows(schemas.ReleaseSummary, statement.order_by(*ordered(where.sort, SORT_KEYS, Release.id)))


def is_of(line: rules.Line) -> ColumnElement[bool]:
    """Whether a release is Python's, and of this major version or cycle."""
    return and_(Release.product == "python", *(getattr(Release, name) == value for name, value in line.items()))


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


async def release(db: Database, identifier: str, *, visible_to: Caller) -> ReleaseWithContent | None:
    """One release by id, version or slug."""
    return await first_visible(db, Rows(ReleaseWithContent, DETAILS.where(names_release(identifier))), visible_to)


async def release_by_slug(db: Database, slug: str, *, visible_to: Caller) -> ReleaseWithContent | None:
    """One release by its slug alone."""
    return await first_visible(db, Rows(ReleaseWithContent, DETAILS.where(Release.slug == slug)), visible_to)


class ReleaseId(Struct, frozen=True):
    """All that is needed of a release to find what belongs to it."""

    id: UUID


IDS = select(Release.id).select_from(Release).order_by(PYTHON_FIRST)


async def release_id(db: Database, identifier: str, *, visible_to: Caller) -> ReleaseId | None:
    """The id of a release, by id, version or slug."""
    return await first_visible(db, Rows(ReleaseId, IDS.where(names_release(identifier))), visible_to)


def files_of(releases: Iterable[UUID]) -> Rows[schemas.File]:
    """All files of these releases, which the caller has been shown."""
    return Rows(schemas.File, FILES.where(File.release_id.in_(list(releases))))


def files(where: schemas.FileFilters) -> Rows[schemas.File]:
    """The files of a list."""
    return Rows(schemas.File, FILES.where(IS_PUBLISHED, *_conditions(FILE_FILTERS, where)))


async def file(db: Database, identifier: str, *, visible_to: Caller) -> schemas.File | None:
    """One file by id or slug; it exists for whom its release exists."""
    wanted = FILES.where(named(identifier, File.id, File.slug))
    return await first_visible(db, Rows(schemas.File, wanted), visible_to)


def downloads(where: schemas.Download, line: rules.Line) -> Rows[schemas.File]:
    """The files that a download may mean, those of the newest stable release first, and there the best one first."""
    conditions = [is_of(line), is_stable(Release), *_conditions(DOWNLOAD_FILTERS, where)]
    preferred = (
        Release.version_key.desc(),
        File.download_button.desc(),
        _place(File.kind, rules.KINDS_BY_PREFERENCE),
        _place(File.arch, rules.ARCHES_BY_PREFERENCE),
        File.filename,
        File.id,
    )
    return Rows(schemas.File, FILES.where(*conditions).order_by(None).order_by(*preferred))


def _place(column: Any, order: tuple[str, ...]) -> ColumnElement[int]:
    return case({value: place for place, value in enumerate(order)}, value=column, else_=len(order))


def operating_systems() -> Rows[schemas.OperatingSystem]:
    """All of them, in the order of their numbers."""
    return Rows(schemas.OperatingSystem, SYSTEMS.order_by(System.number, System.id))


def operating_system(identifier: str) -> Rows[schemas.OperatingSystem]:
    """One by id or slug."""
    return Rows(schemas.OperatingSystem, SYSTEMS.where(names_system(identifier)))


def release_cycles(cycle: str | None = None) -> Rows[schemas.ReleaseCycle]:
    """Cycles of Python, newest first; one that only a draft has made is not shown."""
    statement = CYCLES.where(Cycle.product == "python", IS_LISTED).order_by(Cycle.cycle_key.desc())
    return Rows(schemas.ReleaseCycle, statement if cycle is None else statement.where(Cycle.cycle == cycle))


def scheduled_releases() -> Rows[schemas.ScheduledRelease]:
    """What is planned and not published yet, by date."""
    return Rows(schemas.ScheduledRelease, SCHEDULED)
