"""What the parameters of a list demand of its rows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, true

from pydotorg.kernel.http.identifiers import named
from pydotorg.kernel.http.query import Query

from . import rules
from .artefacts import ARCH_ALIASES
from .derived import DERIVED
from .tables import OperatingSystem as System
from .tables import Release
from .tables import ReleaseFile as File


def equals(column: Any, wanted: Any) -> ColumnElement[bool]:
    """Equality, with booleans as constants: SQLite uses an index for `is_published = 1`, not for a parameter."""
    literal = (true() if wanted else false()) if isinstance(wanted, bool) else wanted
    equality: ColumnElement[bool] = column == literal
    return equality


def names_release(identifier: str) -> ColumnElement[bool]:
    """The release with this id, version or slug."""
    return named(identifier, Release.id, Release.version, Release.slug)


def names_file(identifier: str) -> ColumnElement[bool]:
    """The file with this id or slug."""
    return named(identifier, File.id, File.slug)


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


def conditions(filters: Filters, where: Query) -> list[ColumnElement[bool]]:
    """What the given parameters demand; those that were not given demand nothing."""
    wanted = ((condition, getattr(where, name, None)) for name, condition in filters.items())
    return [condition(value) for condition, value in wanted if value is not None]
