"""What is asked of the database about releases: statements as values, built once, with one `visible_to` for all.

Latest, status and overdue are derived here, from the rows and today's date, and never stored.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.transaction import Rows
from pydotorg.kernel.http.errors import Forbidden, Unauthenticated
from pydotorg.kernel.http.identifiers import named
from pydotorg.kernel.http.paging import ordered

from . import rules, schemas, tables
from .artefacts import ARCH_ALIASES

TODAY: ColumnElement[Any] = bindparam("today", callable_=clock.today, type_=Date())
Cycle, File, Release = tables.ReleaseCycle, tables.ReleaseFile, tables.Release
Scheduled, System = tables.ScheduledRelease, tables.OperatingSystem


def is_stable(release: Any) -> ColumnElement[bool]:
    """Whether a release can be the latest: published, final, not yanked."""
    return and_(release.pre_release == false(), release.is_published == true(), release.yanked == false())


def _newest(*same: str) -> ColumnElement[bool]:
    """Whether a release is the newest stable one among those that share these columns with it."""
    other = aliased(Release)
    shared = [getattr(other, name) == getattr(Release, name) for name in ("product", *same)]
    newest = select(func.max(other.version_key)).where(*shared, is_stable(other)).scalar_subquery()
    return func.coalesce(Release.version_key == newest, false())


IS_LATEST = _newest("major")
IS_LATEST_OF_CYCLE = _newest("cycle")
STATUS = case(
    (Cycle.ended == true(), "end-of-life"),
    *((getattr(Cycle, date) <= TODAY, status) for date, status in rules.PHASES),
    else_=rules.IN_DEVELOPMENT,
)
DERIVED: dict[str, ColumnElement[Any]] = {
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
SYSTEMS = select(*_columns(schemas.OperatingSystem, System, {}))


_of_cycle = aliased(Release)
_newest_of_cycle = (
    select(func.max(_of_cycle.version_key))
    .where(_of_cycle.product == Cycle.product, _of_cycle.cycle == Cycle.cycle, is_stable(_of_cycle))
    .scalar_subquery()
)
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
    .outerjoin(Release, and_(Release.product == Cycle.product, Release.version_key == _newest_of_cycle))
)
SCHEDULED = (
    select(*_columns(schemas.ScheduledRelease, Scheduled, {"overdue": Scheduled.date < TODAY}))
    .where(~_is_published)
    .order_by(Scheduled.date, Scheduled.version_key)
)


def is_visible_to(caller: Caller) -> ColumnElement[bool]:
    """What exists for this caller; files, lists and counts ask the same."""
    return true() if caller.has(Role.release_manager) else Release.is_published == true()


def is_shown_in_lists(wanted: bool, caller: Caller) -> ColumnElement[bool]:
    """Lists are the same for everybody, unless somebody who may see drafts asks for them."""
    if not wanted and not caller.has(Role.release_manager):
        refusal = Unauthenticated if caller.is_anonymous else Forbidden
        raise refusal("Unpublished releases are shown to release managers only.")
    return Release.is_published == (true() if wanted else false())


def summaries(where: schemas.ReleaseFilters, *, visible_to: Caller) -> Rows[schemas.ReleaseSummary]:
    """The releases of a list."""
    conditions = [
        is_shown_in_lists(where.is_published, visible_to),
        *_equal(where, "product", "cycle", "major", "version", "pre_release", "yanked"),
        *_same(IS_LATEST, where.is_latest),
        *_same(IS_LATEST_OF_CYCLE, where.is_latest_of_cycle),
    ]
    if where.status is not None:
        conditions.append(where.status == STATUS)
    if where.released_after is not None:
        conditions.append(Release.release_date >= where.released_after)
    if where.released_before is not None:
        conditions.append(Release.release_date <= where.released_before)
    if where.updated_after is not None:
        conditions.append(Release.updated_at >= where.updated_after)
    if where.os is not None:
        conditions.append(
            exists().where(File.release_id == Release.id, File.os_id == System.id, System.slug == where.os)
        )
    if where.q is not None:
        conditions.append(Release.name.icontains(where.q, autoescape=True))
    statement = SUMMARIES.where(*conditions).order_by(*ordered(where.sort, SORT_KEYS, Release.id))
    return Rows(schemas.ReleaseSummary, statement)


def _equal(where: schemas.ReleaseFilters, *names: str) -> Iterable[ColumnElement[bool]]:
    for name in names:
        wanted = getattr(where, name)
        if wanted is not None:
            yield from _same(getattr(Release, name), wanted)


def _same(column: Any, wanted: Any) -> Iterable[ColumnElement[bool]]:
    # SQLite uses an index for `is_published = 1`, and for neither `is_published` nor a bound parameter's `IS 1`
    if wanted is not None:
        yield column == ((true() if wanted else false()) if isinstance(wanted, bool) else wanted)


def latest(*, pre_releases: bool, major: int | None = None, cycle: str | None = None) -> Rows[schemas.ReleaseSummary]:
    """The newest release of Python, of a major version or of a cycle; stable unless pre-releases are admitted."""
    conditions = [Release.product == "python", Release.is_published == true(), Release.yanked == false()]
    conditions += [] if pre_releases else [Release.pre_release == false()]
    conditions += [] if major is None else [Release.major == major]
    conditions += [] if cycle is None else [Release.cycle == cycle]
    return Rows(schemas.ReleaseSummary, SUMMARIES.where(*conditions).order_by(Release.version_key.desc()))


class ReleaseWithContent(schemas.ReleaseFields, frozen=True):
    """The row behind a detail."""

    content: str


def release(identifier: str, *, visible_to: Caller) -> Rows[ReleaseWithContent]:
    """One release by id, version or slug."""
    return _release(named(identifier, Release.id, Release.version, Release.slug), visible_to)


def release_by_slug(slug: str, *, visible_to: Caller) -> Rows[ReleaseWithContent]:
    """One release by its slug alone."""
    return _release(Release.slug == slug, visible_to)


def _release(wanted: ColumnElement[bool], caller: Caller) -> Rows[ReleaseWithContent]:
    # two products may share a version; Python comes first
    statement = (
        SUMMARIES.add_columns(Release.content).where(wanted, is_visible_to(caller)).order_by(Release.product.desc())
    )
    return Rows(ReleaseWithContent, statement)


def files_of(releases: Iterable[UUID]) -> Rows[schemas.File]:
    """All files of these releases, which the caller has been shown."""
    return Rows(schemas.File, FILES.where(File.release_id.in_(list(releases))))


def files(where: schemas.FileFilters) -> Rows[schemas.File]:
    """The files of a list."""
    conditions = [Release.is_published == true()]
    if where.release is not None:
        conditions.append(named(where.release, Release.id, Release.version, Release.slug))
    if where.sha256 is not None:
        conditions.append(File.sha256_sum == where.sha256.lower())
    if where.filename is not None:
        conditions.append(File.filename == where.filename)
    if where.q is not None:
        conditions.append(or_(*(column.icontains(where.q, autoescape=True) for column in (File.filename, File.name))))
    return Rows(schemas.File, FILES.where(*conditions, *of_sort(where)))


def of_sort(where: schemas.FileFilters | schemas.Download) -> list[ColumnElement[bool]]:
    """Files for this operating system, of this kind, for this processor."""
    conditions: list[ColumnElement[bool]] = []
    if where.os is not None:
        conditions.append(named(where.os, System.id, System.slug))
    if where.kind is not None:
        conditions.append(File.kind == where.kind)
    if where.arch is not None:
        conditions.append(File.arch == ARCH_ALIASES.get(where.arch, where.arch))
    return conditions


def file(identifier: str, *, visible_to: Caller) -> Rows[schemas.File]:
    """One file by id or slug; it exists for whom its release exists."""
    return Rows(schemas.File, FILES.where(named(identifier, File.id, File.slug), is_visible_to(visible_to)))


def downloads(where: schemas.Download, *, major: int | None = None, cycle: str | None = None) -> Rows[schemas.File]:
    """The files that a download may mean, those of the newest stable release first, and there the best one first."""
    conditions = [Release.product == "python", is_stable(Release), *of_sort(where)]
    conditions += [] if major is None else [Release.major == major]
    conditions += [] if cycle is None else [Release.cycle == cycle]
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
    return Rows(schemas.OperatingSystem, SYSTEMS.where(named(identifier, System.id, System.slug)))


def release_cycles(cycle: str | None = None) -> Rows[schemas.ReleaseCycle]:
    """Cycles of Python, newest first; one that only a draft has made is not shown."""
    statement = CYCLES.where(Cycle.product == "python", IS_LISTED).order_by(Cycle.cycle_key.desc())
    return Rows(schemas.ReleaseCycle, statement if cycle is None else statement.where(Cycle.cycle == cycle))


def scheduled_releases() -> Rows[schemas.ScheduledRelease]:
    """What is planned and not published yet, by date."""
    return Rows(schemas.ScheduledRelease, SCHEDULED)
