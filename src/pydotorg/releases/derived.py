"""What is derived from the rows and today's date, and never stored: what is latest, and what status a cycle has."""

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, false, func, or_, select, true
from sqlalchemy.orm import aliased

from pydotorg.kernel import clock

from . import rules
from .tables import Release, ReleaseCycle

TODAY: ColumnElement[Any] = bindparam("today", callable_=clock.today, type_=Date())


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


def is_in_use(release: Any) -> ColumnElement[bool]:
    """Whether a release is, or was before it was yanked, for everybody: the install manager's previews are, too."""
    return and_(release.is_published == true(), or_(release.product != "python", release.pre_release == false()))


def _first_day_in_use() -> Any:
    """When the first release of a cycle came, as far as its releases tell."""
    other = aliased(Release)
    of_cycle = (other.product == ReleaseCycle.product, other.cycle == ReleaseCycle.cycle)
    return select(func.min(other.release_date)).where(*of_cycle, is_in_use(other)).scalar_subquery()


def _day(date: str) -> Any:
    return FIRST_RELEASE if date == "first_release" else getattr(ReleaseCycle, date)


IS_LATEST = func.coalesce(Release.version_key == newest_key(Release, "major"), false())
IS_LATEST_OF_CYCLE = func.coalesce(Release.version_key == newest_key(Release, "cycle"), false())
#: of a cycle that is over since nobody knows when, not all releases are known either
FIRST_RELEASE = case(
    (or_(ReleaseCycle.first_release.is_not(None), ReleaseCycle.ended == true()), ReleaseCycle.first_release),
    else_=_first_day_in_use(),
)
STATUS: ColumnElement[str] = case(
    (ReleaseCycle.ended == true(), "end-of-life"),
    *((_day(date) <= TODAY, status) for date, status in rules.PHASES),
    else_=rules.IN_DEVELOPMENT,
)
DERIVED: dict[str, Any] = {
    "is_latest": IS_LATEST,
    "is_latest_of_cycle": IS_LATEST_OF_CYCLE,
    "status": STATUS,
    "end_of_life": ReleaseCycle.end_of_life,
}
