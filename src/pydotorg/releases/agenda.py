"""What is known of the days to come, and of those that were planned: freezes, ends of support, planned releases.

A plan stays when its release is published, so its appointment stays, too, and moves to the day of the release. What was
never planned is no appointment.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, select, true

from pydotorg.kernel.agenda import Agenda, Appointment
from pydotorg.kernel.database.transaction import Database

from .identity import BEGINNING, stable_id
from .tables import Release, ReleaseCycle, ScheduledRelease


class Milestone(NamedTuple):
    """A date in the life of a cycle, and how a calendar tells of it."""

    column: str
    uid: str
    title: str
    meaning: str


MILESTONES = (
    Milestone("feature_freeze", "feature-freeze", "feature freeze", "gets fixes, but no new features"),
    Milestone("end_of_bugfix", "end-of-bugfix", "end of bug fixes", "gets security fixes at most"),
    Milestone("end_of_life", "end-of-life", "end of life", "gets no fixes any more, not even of security problems"),
)
CYCLES = (
    select(ReleaseCycle.cycle, ReleaseCycle.pep_url, *(getattr(ReleaseCycle, each.column) for each in MILESTONES))
    .where(ReleaseCycle.product == "python")
)  # fmt: skip
_IS_ITS_CYCLE = and_(ReleaseCycle.product == "python", ReleaseCycle.cycle == ScheduledRelease.cycle)
_IS_PUBLISHED = and_(
    Release.product == "python", Release.version_key == ScheduledRelease.version_key, Release.is_published == true()
)
_OF_PLAN: tuple[Any, ...] = (
    ScheduledRelease.version, ScheduledRelease.date, ReleaseCycle.pep_url, Release.release_date,
    Release.release_page_url,
)  # fmt: skip
PLANS = (
    select(*_OF_PLAN)
    .select_from(ScheduledRelease)
    .outerjoin(ReleaseCycle, _IS_ITS_CYCLE)
    .outerjoin(Release, _IS_PUBLISHED)
)


async def appointments(db: Database) -> list[Appointment]:
    """All that has a date, the earliest first."""
    of_cycles = [each for row in await db.fetch(CYCLES) for each in _of_cycle(row)]
    planned = [_of_plan(row) for row in await db.fetch(PLANS)]
    return sorted([*of_cycles, *planned], key=lambda each: (each.day, each.uid))


def _of_cycle(row: Any) -> Iterator[Appointment]:
    for each in MILESTONES:
        day = getattr(row, each.column)
        if day is not None:
            sentence = f"From this day on, Python {row.cycle} {each.meaning}."
            description = _with_link(sentence, "release schedule", row.pep_url)
            yield _appointment(
                f"{each.uid}-{row.cycle}", f"Python {row.cycle}: {each.title}", day, description, row.pep_url
            )  # fmt: skip


def _of_plan(row: Any) -> Appointment:
    if row.release_date is None:
        day, sentence = row.date, f"Python {row.version} is planned for this day."
        what, url = "release schedule", row.pep_url or ""
    else:
        day, sentence = row.release_date, f"Python {row.version} was released on this day."
        what, url = "release page", row.release_page_url
    title = f"Python {row.version}: release"
    return _appointment(f"release-{row.version}", title, day, _with_link(sentence, what, url), url)


def _appointment(uid: str, title: str, day: date, description: str, url: str) -> Appointment:
    return Appointment(uid, stable_id(BEGINNING, uid), title, day, description, url)


def _with_link(sentence: str, what: str, url: str) -> str:
    return f"{sentence} See the [{what}]({url})." if url else sentence


SCHEDULE = Agenda(
    id=stable_id(BEGINNING, "calendar-python-release-schedule"),
    name="Python release schedule",
    description=(
        "Planned releases of Python; and for each of its versions, the feature freeze, the end of bug fixes and the "
        "end of life. It follows from the dates of the release cycles and the planned releases."
    ),
    url="https://devguide.python.org/versions/",
    why="it follows from the releases of Python. Change their dates instead.",
    tables=frozenset(table.__tablename__ for table in (ReleaseCycle, ScheduledRelease, Release)),
    appointments=appointments,
)
