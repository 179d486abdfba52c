"""The time, asked in one place, so that a test can set it, and so that an answer knows when the clock ends it."""

import time
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from math import inf


class Lifetime:
    """Until when what is being computed stays true: the first moment, in Unix time, at which the clock changes it."""

    __slots__ = ("asked", "ends")

    def __init__(self, asked: datetime | None = None) -> None:
        self.ends = inf
        #: the one moment that all of it is about
        self.asked = asked


#: of the answer that is being computed here, if one is
_computing: ContextVar[Lifetime | None] = ContextVar("_computing", default=None)


def unix() -> float:
    """This moment as Unix time, in seconds."""
    return time.time()


def now() -> datetime:
    """This moment, in UTC, to the microsecond."""
    return datetime.fromtimestamp(unix(), UTC)


def today() -> date:
    """This day in UTC: on which statuses of cycles change, and planned releases become overdue.

    An answer for which it is asked ends with the day.
    """
    moment = now()
    changes_at((moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0))
    return moment.date()


def changes_at(moment: datetime) -> None:
    """The clock changes at this moment what is being computed: an event begins, a job expires."""
    lifetime = _computing.get()
    if lifetime is not None:
        lifetime.ends = min(lifetime.ends, moment.timestamp())


def ends() -> float:
    """Until when what is being computed here stays true, as far as is known yet; in Unix time."""
    lifetime = _computing.get()
    return inf if lifetime is None else lifetime.ends


def asked() -> datetime:
    """The moment that an answer is about: one for all of its statements; where none is being read, now."""
    lifetime = _computing.get()
    return now() if lifetime is None or lifetime.asked is None else lifetime.asked


def lifetime(*, reads: bool = False) -> Lifetime:
    """The lifetime of the answer whose computing begins here, in this task; one that only reads is about this moment.

    A write may wait for its turn, and is about the moment at which it has it.
    """
    fresh = Lifetime(now() if reads else None)
    _computing.set(fresh)
    return fresh
