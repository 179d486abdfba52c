"""Calendars that follow from what other domains write, in the transactions in which they write it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.agenda import Agenda, Appointment
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.text.markdown import to_html

from . import terms
from .ics.entries import Entry
from .mirroring import Mirror, Wanted
from .origins import AGENDA, HAPPENS
from .schedule import Schedule
from .tables import DATASET, Calendar, Event
from .terms import NewCalendar
from .window import rows_of

#: what makes a name that is unique here unique in the world (RFC 7986 5.3)
OF = "@python.org"
_SAID: list[Any] = [Event.uid, Event.title, Event.starts, Event.description, Event.url, Event.there]


async def keep(db: Database, agenda: Agenda) -> None:
    """Let the calendar of an agenda, which is made if it is not there yet, have its appointments."""
    await turn_of(db, DATASET)
    calendar = await db.to_change(select(Calendar).where(Calendar.id == agenda.id)) or await _made(db, agenda)
    calendar.agenda = agenda.why
    appointments = await agenda.appointments(db)
    there = await _there(db, calendar, appointments)
    now = clock.now()
    wanted = [_wanted(each, now) for each in appointments if uid_of(each) not in there]
    await Mirror(db, calendar, AGENDA).keep(wanted, but=there)


async def _made(db: Database, agenda: Agenda) -> Calendar:
    new = NewCalendar(name=agenda.name, description=agenda.description, url=agenda.url)
    if await terms.CALENDARS.named(db, new.name) is not None:  # by somebody, for something else
        new.name = f"{agenda.name} {agenda.id.hex[-8:]}"
    await terms.CALENDARS.make(db, new, agenda.id)
    return await db.get_one(Calendar, agenda.id)


async def _there(db: Database, calendar: Calendar, appointments: Sequence[Appointment]) -> set[str]:
    """The UIDs of those that are in the calendar as they are: nearly all, whatever is written."""
    said = {
        uid_of(each): (each.title, _midnight(each.day), each.description, each.url, HAPPENS) for each in appointments
    }
    own = select(*_SAID).where(Event.calendar_id == calendar.id, Event.origin == AGENDA)
    return {uid for uid, *stored in map(tuple, await db.fetch(own)) if said.get(uid) == tuple(stored)}


def uid_of(appointment: Appointment) -> str:
    """By which its event is known in the world."""
    return appointment.uid + OF


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _wanted(appointment: Appointment, now: datetime) -> Wanted:
    day = _midnight(appointment.day)
    schedule = Schedule(timezone="UTC", starts=day, ends=day + timedelta(days=1), all_day=True)
    entry = Entry(
        uid=uid_of(appointment), schedule=schedule, title=appointment.title, description=appointment.description,
        url=appointment.url,
    )  # fmt: skip
    return Wanted(entry, to_html(appointment.description), rows_of(schedule, now=now), appointment.id)
