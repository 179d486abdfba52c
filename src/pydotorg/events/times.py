"""When an event happens, as somebody says it: in UTC, as clocks there show it, or as a day."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, structs

from pydotorg.kernel.http.bodies import Part
from pydotorg.kernel.text.addresses import LinkOrNothing
from pydotorg.kernel.text.plain import LineOrNothing, Markdown, whole

from .schedule import DATES_MAX, Fault, Override, Schedule, faults_of, normalised
from .zones import unknown, wall, zone

When = Annotated[
    str,
    Meta(
        pattern=whole(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
            r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
        ),
        description="A time in UTC or with its offset, or without one, as the clocks of the zone show it; or a day.",
        extra={"message": "must be a time such as 2027-03-27T08:00:00Z or, in the event's zone, 2027-03-27T09:00:00"},
        examples=["2027-03-27T09:00:00"],
    ),
]  # fmt: skip
Whens = Annotated[list[When], Meta(max_length=DATES_MAX)]
NO_TIME = "must be a time that there is"


class Changed(Part):
    """One occurrence that differs from the others; what is not said is as with the others."""

    recurrence_id: Annotated[When, Meta(description="When it would begin by the rule.")]
    cancelled: Annotated[bool, Meta(description="Whether it does not happen.")] = False
    starts: When | UnsetType | None = UNSET
    ends: When | UnsetType | None = UNSET
    title: LineOrNothing | UnsetType | None = UNSET
    description: Markdown | UnsetType | None = UNSET
    url: LinkOrNothing | UnsetType | None = UNSET
    location: LineOrNothing | UnsetType | None = UNSET


Overrides = Annotated[list[Changed], Meta(max_length=DATES_MAX)]


class Said:
    """The members of a body that say when something happens, as the clocks of a zone show it.

    What cannot be read is a fault, under the name of its member.
    """

    def __init__(self, timezone: str, *, all_day: bool) -> None:
        self.timezone, self.all_day = timezone, all_day
        self.place = zone(timezone)
        self.faults: list[Fault] = []

    def time(self, member: str, text: str) -> datetime:
        """A time as clocks show it; of whole days, the day that was written or that it is there."""
        try:
            said = datetime.fromisoformat(text.upper())
            shown = said if said.tzinfo is None or self.place is None else wall(said, self.place)
        except (ValueError, OverflowError):
            self.faults.append((member, NO_TIME))
            return datetime(2000, 1, 1)
        shown = shown.replace(tzinfo=None)
        if self.all_day and shown.time() != time() and said.time() == time():
            return said.replace(tzinfo=None)
        return shown

    def times(self, member: str, texts: Sequence[str]) -> tuple[datetime, ...]:
        """Several, in order and each once."""
        read = (self.time(f"{member}.{place}", text) for place, text in enumerate(texts))
        return tuple(sorted(set(read)))

    def overrides(self, given: Sequence[Changed]) -> tuple[Override, ...]:
        """Occurrences that differ, in order."""
        made = (self._override(f"overrides.{place}", one) for place, one in enumerate(given))
        return tuple(sorted(made, key=lambda one: one.recurrence_id))

    def _override(self, member: str, given: Changed) -> Override:
        said = {name: getattr(given, name) for name in ("title", "description", "url", "location")}
        return Override(
            recurrence_id=self.time(f"{member}.recurrence_id", given.recurrence_id),
            cancelled=given.cancelled,
            starts=self.time(f"{member}.starts", given.starts) if given.starts else None,
            ends=self.time(f"{member}.ends", given.ends) if given.ends else None,
            **{name: text for name, text in said.items() if text is not UNSET},
        )


#: the members of a body that say it
MEMBERS = ("timezone", "starts_at", "ends_at", "all_day", "rrule", "rdates", "exdates", "overrides")
NO_MOMENT = datetime(2000, 1, 1)
UNKNOWN = Schedule(timezone="UTC", starts=NO_MOMENT, ends=NO_MOMENT)


def schedule_of(said: dict[str, Any], known: Schedule | None, timezone: str, faults: list[Fault]) -> Schedule:
    """When an event happens that says this, and the rest as `known` before.

    Without an end, it takes a day if it takes whole days, else no time. What is wrong is added to `faults`; then the
    schedule is of no use.
    """
    name = said.get("timezone", known.timezone if known else timezone)
    if wrong := unknown(name):
        faults.append(("timezone", wrong))
        return UNKNOWN
    read = Said(name, all_day=said.get("all_day", known.all_day if known else False))
    schedule = _read(read, said, known)
    found = read.faults or [*_in_their_words(faults_of(schedule))]
    faults += found
    return UNKNOWN if found else normalised(schedule)


def _read(read: "Said", said: dict[str, Any], known: Schedule | None) -> Schedule:
    given = {name: read.time(name, said[name]) for name in ("starts_at", "ends_at") if name in said}
    starts = given["starts_at"] if known is None or "starts_at" in given else known.starts
    ends = starts + timedelta(days=1 if read.all_day else 0) if known is None else known.ends
    made = Schedule(
        timezone=read.timezone, starts=starts, ends=given.get("ends_at", ends), all_day=read.all_day,
        rrule=said.get("rrule", known.rrule if known else "").strip(),
    )  # fmt: skip
    before = made if known is None else _moved(known, starts - known.starts)
    return structs.replace(
        made,
        rdates=read.times("rdates", said["rdates"]) if "rdates" in said else before.rdates,
        exdates=read.times("exdates", said["exdates"]) if "exdates" in said else before.exdates,
        overrides=read.overrides(said["overrides"]) if "overrides" in said else before.overrides,
    )


def _moved(known: Schedule, by: timedelta) -> Schedule:
    """With what differs from the rule still differing, where all occurrences begin earlier or later."""
    return structs.replace(
        known,
        exdates=tuple(date + by for date in known.exdates),
        overrides=tuple(structs.replace(one, recurrence_id=one.recurrence_id + by) for one in known.overrides),
    )


def _in_their_words(faults: Iterator[Fault]) -> Iterator[Fault]:
    """Faults under the names that members have in bodies."""
    called = {"starts": "starts_at", "ends": "ends_at"}
    return ((called.get(member, member), message) for member, message in faults)
