"""Python's releases: versions, files, cycles and plans."""

from pydotorg.kernel.domain import Domain

from . import agenda, tables
from .routes import cycles, files, plans, releases, systems

domain = Domain(
    name="releases",
    description="Versions of Python, their files, the cycles of their support, and what is planned.",
    routes=(*releases.routes, *plans.routes, *files.routes, *systems.routes, *cycles.routes),
    tables=(
        tables.OperatingSystem, tables.ReleaseCycle, tables.Release, tables.ReleaseFile, tables.ScheduledRelease,
        tables.Numbering,
    ),
    agendas=(agenda.SCHEDULE,),
)  # fmt: skip
