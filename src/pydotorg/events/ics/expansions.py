"""What a file says, with the times at which its events happen; and how the process that reads it is asked and answers.

Nothing here needs what it takes to read a file: only that process does.
"""

from datetime import datetime

from msgspec import Raw, Struct

from pydotorg.events.recurrence import Occurrence

from .entries import Entry, Remark

#: beyond these, events are left out
OCCURRENCES_MAX_OF_IMPORT = 200_000


class Expanded(Struct, frozen=True):
    """An event, its description as HTML, and those of its occurrences that are kept today."""

    entry: Entry
    html: str
    occurrences: list[Occurrence]


class Expansion(Struct, frozen=True):
    """What a file says; the schedules are normalised."""

    name: str
    entries: list[Expanded]
    #: events, or single occurrences, that were left out
    skipped: list[Remark]
    #: events that were taken, but not as they are
    altered: list[Remark]
    #: UIDs of events that are there, but could not be taken
    unread: list[str]
    #: whether there is no more of it: what is not in it is gone
    is_whole: bool


class Asked(Struct, frozen=True):
    """The file, the zone of times that name none, and the moment whose day is today."""

    raw: bytes
    timezone: str
    now: datetime


class Told(Struct, frozen=True, tag="told"):
    """An expansion, each of its events encoded by itself: so many can be decoded with pauses."""

    name: str
    entries: list[Raw]
    skipped: list[Remark]
    altered: list[Remark]
    unread: list[str]
    is_whole: bool


class Refusal(Struct, frozen=True, tag="refusal"):
    """The name of the error, and its sentence."""

    kind: str
    sentence: str
