"""Python's releases: versions, files, cycles and plans."""

from pydotorg.kernel.domain import Domain

from . import tables
from .routes import cycles, files, releases

domain = Domain(
    name="releases",
    description="Versions of Python, their files, the cycles of their support, and what is planned.",
    routes=(*releases.routes, *files.routes, *cycles.routes),
    tables=(
        tables.OperatingSystem, tables.ReleaseCycle, tables.Release, tables.ReleaseFile, tables.ScheduledRelease,
    ),
)  # fmt: skip
