"""Events: written and changed by their owners, or by moderators."""

from uuid import UUID

from sqlalchemy import select

from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body, said
from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.review.writing import Authoring, Columns, Wrong

from . import tables
from .bodies import PLAIN, TERMS
from .review import EVENTS
from .schedule import Fault
from .tables import Calendar, Event
from .times import MEMBERS, schedule_of


def begins(id: UUID) -> Columns:
    """Of a new event, there is no version that anybody has seen, and it follows from nothing else."""
    return {"uid": str(id), "sequence": 0, "digest": "", "origin": ""}


async def follows(db: Database, body: Body, event: Event | None, columns: Columns) -> tuple[Columns, Wrong]:
    """When it happens."""
    faults: list[Fault] = []
    known = None if event is None else event.schedule
    zone = await _zone_of(db, columns["calendar_id"]) if known is None else known.timezone
    return tables.columns_of(schedule_of(said(body, MEMBERS), known, zone, faults)), faults


async def _zone_of(db: Database, calendar: UUID | None) -> str | None:
    found = await db.fetch(select(Calendar.timezone).where(Calendar.id == calendar))
    return found[0][0] if found else None


async def demand_movable(db: Database, event: Event, different: Columns) -> None:
    """Refuse another calendar to what would come back in its own, and to what the other has."""
    if "calendar_id" not in different:
        return
    if event.origin == "import":
        raise Conflict("This event stays in its calendar: the next import would bring it back there.", "calendar")
    same = select(Event.slug).where(Event.calendar_id == different["calendar_id"], Event.uid == event.uid)
    if found := (await db.execute(same)).scalar_one_or_none():
        raise Conflict(f"That calendar has this event already, as {found}.", "calendar", slug=found)


AUTHORING: Authoring[Event] = Authoring(
    review=EVENTS, plain=PLAIN, terms=TERMS, titled=("title",), featured="featured", begins=begins, follows=follows,
    demand_possible=demand_movable,
)  # fmt: skip
