"""Calendars that follow from what other domains write, in the transactions in which they write it."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.agenda import Agenda, Appointment
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.text.markdown import to_html

from . import terms
from .ics.entries import Entry
from .mirroring import Mirror, Wanted
from .schedule import Schedule
from .tables import DATASET, Calendar
from .terms import NewCalendar
from .window import rows_of

#: what makes a name that is unique here unique in the world (RFC 7986 5.3)
OF = "@python.org"


async def keep(db: Database, agenda: Agenda) -> None:
    """Let the calendar of an agenda, which is made if it is not there yet, have its appointments."""
    await turn_of(db, DATASET)
    calendar = await db.to_change(select(Calendar).where(Calendar.id == agenda.id)) or await _made(db, agenda)
    now = clock.now()
    wanted = [_wanted(each, now) for each in await agenda.appointments(db)]
    await Mirror(db, calendar, "agenda").keep(wanted)


async def _made(db: Database, agenda: Agenda) -> Calendar:
    new = NewCalendar(name=agenda.name, description=agenda.description, url=agenda.url)
    await terms.CALENDARS.make(db, new, agenda.id)
    return await db.get_one(Calendar, agenda.id)


def _wanted(appointment: Appointment, now: datetime) -> Wanted:
    day = datetime.combine(appointment.day, time())
    schedule = Schedule(timezone="UTC", starts=day, ends=day + timedelta(days=1), all_day=True)
    entry = Entry(
        uid=appointment.uid + OF, schedule=schedule, title=appointment.title, description=appointment.description,
        url=appointment.url,
    )  # fmt: skip
    return Wanted(entry, to_html(appointment.description), rows_of(schedule, now=now), appointment.id)
