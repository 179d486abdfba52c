"""What a domain says will happen on which days, for whoever keeps calendars: neither knows the other."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from msgspec import Struct

from .database.transaction import Database


class Appointment(Struct, frozen=True):
    """What happens on a day. Whatever else about it changes, it keeps its `uid`, which no other of its agenda has."""

    uid: str
    #: the same on every installation
    id: UUID
    title: str
    day: date
    description: str  # Markdown
    url: str


class Agenda(Struct, frozen=True):
    """All appointments of a kind, for a calendar: what is not among them any more is cancelled.

    They follow from rows of its `tables`, which the audit log knows, and never from the time. Who keeps them takes the
    turn of what he writes before he asks for them, so that the last to write has asked last.
    """

    #: of the calendar, the same on every installation
    id: UUID
    name: str
    description: str  # Markdown
    url: str
    #: why nobody else decides about an appointment, and what to do instead: it goes on after "Nobody can cancel it: "
    why: str
    tables: frozenset[str]
    appointments: Callable[[Database], Awaitable[list[Appointment]]]


#: makes what is kept of an agenda the same as its appointments
Keep = Callable[[Database, Agenda], Awaitable[None]]
