"""When an event happens, as somebody says it: in UTC, as clocks there show it, or as a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, structs

from pydotorg.kernel.http.bodies import Part, Rules
from pydotorg.kernel.text.addresses import LinkOrNothing
from pydotorg.kernel.text.plain import Line, LineOrNothing, Markdown, whole

from .moving import Astray, moved
from .rules import YEARS, Unreadable, read_rule
from .schedule import DATES_MAX, Fault, Override, Schedule, faults_of, normalised
from .zones import instant, unknown, wall, zone

WhenSaid = Annotated[
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
SeveralSaid = Annotated[list[WhenSaid], Meta(max_length=DATES_MAX)]
MIDNIGHT, DAY_CHARACTERS = time(), len("2027-03-27")
NO_TIME = f"must be a time that there is, in the years {YEARS.start} to {YEARS.stop - 1}"


def no_time(text: str) -> str | None:
    """What is wrong with what shall be a time, whatever the zone, if anything is."""
    return None if _read(text) else NO_TIME


def no_rule(text: str) -> str | None:
    """What is wrong with what shall be a rule, or nothing."""
    try:
        if text.strip():
            read_rule(text)
    except Unreadable as unreadable:
        return str(unreadable)
    return None


def _read(text: str) -> datetime | None:
    try:
        said = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return said if said.year in YEARS else None


#: of the members of a body, by themselves
RULES: Rules = {
    "timezone": unknown, "starts_at": no_time, "ends_at": no_time, "rrule": no_rule,
}  # fmt: skip


class DifferingOccurrence(Part):
    """One occurrence that differs from the others; what is not said is as with the others."""

    recurrence_id: Annotated[WhenSaid, Meta(description="When it would begin by the rule.")]
    cancelled: Annotated[bool, Meta(description="Whether it does not happen.")] = False
    starts: WhenSaid | UnsetType | None = UNSET
    ends: WhenSaid | UnsetType | None = UNSET
    title: Line | UnsetType | None = UNSET
    description: Markdown | UnsetType | None = UNSET
    url: LinkOrNothing | UnsetType | None = UNSET
    venue: (
        Annotated[LineOrNothing, Meta(description="Where it is, in words; no filter looks for it.")] | UnsetType | None
    ) = UNSET


Overrides = Annotated[list[DifferingOccurrence], Meta(max_length=DATES_MAX)]


class Clocks:
    """Reads the members of a body that say when something happens, as the clocks of a zone show it.

    What cannot be read is a fault, under the name of its member.
    """

    def __init__(self, timezone: str, *, all_day: bool) -> None:
        self.timezone, self.all_day = timezone, all_day
        self.place = zone(timezone) or UTC
        self.faults: list[Fault] = []
        #: whether something was said of which only a zone tells what clocks show then
        self.were_asked = False

    def read(self, member: str, text: str, at: time = MIDNIGHT) -> datetime:
        """A time as clocks show it; of whole days, the day that was written or that it is there.

        A day alone is meant `at` a time.
        """
        said = _read(text)
        if said is None:
            self.faults.append((member, NO_TIME))
            return NO_MOMENT
        if len(text) == DAY_CHARACTERS:
            return said if self.all_day else datetime.combine(said, at)
        if said.tzinfo is None:
            return said
        self.were_asked = True
        shown = wall(said, self.place)
        return self._day(said, shown) if self.all_day else self._once(member, said, shown)

    def _day(self, said: datetime, shown: datetime) -> datetime:
        """The day that begins then: there, or else as it was written."""
        midnight = datetime.combine(shown, time())
        if shown.time() == time() or instant(midnight, self.place) == said:  # midnight itself may be skipped
            return midnight
        return said.replace(tzinfo=None) if said.time() == time() else shown

    def _once(self, member: str, said: datetime, shown: datetime) -> datetime:
        if instant(shown, self.place) != said:
            meant = f"{shown:%Y-%m-%d %H:%M}, which clocks in {self.timezone} show twice"
            self.faults.append((member, f"must not be the second {meant}; take the zone UTC for it"))
        return shown

    def times(self, member: str, texts: Sequence[str], at: time) -> tuple[datetime, ...]:
        """Several, as they were given."""
        return tuple(self.read(f"{member}.{place}", text, at) for place, text in enumerate(texts))

    def overrides(self, given: Sequence[DifferingOccurrence], at: time) -> tuple[Override, ...]:
        """Occurrences that differ, as they were given."""
        return tuple(self._override(f"overrides.{place}", one, at) for place, one in enumerate(given))

    def _override(self, member: str, given: DifferingOccurrence, at: time) -> Override:
        said = {name: getattr(given, name) for name in ("title", "description", "url", "venue")}
        return Override(
            recurrence_id=self.read(f"{member}.recurrence_id", given.recurrence_id, at),
            cancelled=given.cancelled,
            starts=self.read(f"{member}.starts", given.starts) if given.starts else None,
            ends=self.read(f"{member}.ends", given.ends) if given.ends else None,
            **{name: text for name, text in said.items() if text is not UNSET},
        )


#: the members of a body that say it
MEMBERS = ("timezone", "starts_at", "ends_at", "all_day", "rrule", "rdates", "exdates", "overrides")
BOTH: tuple[str, ...] = ("starts_at", "ends_at")
DATES = ("rdates", "exdates", "overrides")
NO_MOMENT = datetime(2000, 1, 1)
UNKNOWN = Schedule(timezone="UTC", starts=NO_MOMENT, ends=NO_MOMENT)


def schedule_of(said: dict[str, Any], known: Schedule | None, timezone: str | None, faults: list[Fault]) -> Schedule:
    """When an event happens that says this, and the rest as `known` before.

    Without an end, it takes a day if it takes whole days, else no time. What is wrong is added to `faults`; then the
    schedule is of no use. Without any zone neither, only what is wrong in each is added.
    """
    name = said.get("timezone", known.timezone if known else timezone)
    if name is not None and (wrong := unknown(name)):
        faults.append(("timezone", wrong))
        return UNKNOWN
    clocks = Clocks(name or "UTC", all_day=said.get("all_day", known.all_day if known else False))
    schedule = _scheduled(clocks, said, known)
    needs_zone = name is None and (clocks.were_asked or "Z" in schedule.rrule.upper())  # as UNTIL=…Z, and nothing else
    found = clocks.faults or ([] if needs_zone else [*_in_their_words(faults_of(schedule), said)])
    faults += found
    return UNKNOWN if found or name is None else normalised(schedule)


def _scheduled(clocks: Clocks, said: dict[str, Any], known: Schedule | None) -> Schedule:
    given = {name: clocks.read(name, said[name]) for name in BOTH if name in said}
    if known is not None and clocks.timezone == known.timezone:
        given |= _said_again(said, known)
    starts = given["starts_at"] if known is None or "starts_at" in given else known.starts
    without_end = starts + _usual(all_day=clocks.all_day)
    if known is None:
        known = Schedule(timezone=clocks.timezone, starts=starts, ends=without_end, all_day=clocks.all_day)
    has_no_end = known.ends - known.starts == _usual(all_day=known.all_day)
    rrule, at = said["rrule"].strip() if "rrule" in said else None, starts.time()
    onto = structs.replace(known, timezone=clocks.timezone, starts=starts, all_day=clocks.all_day)
    before = _moved(clocks, structs.replace(known, **{name: () for name in DATES if name in said}), onto, rrule)
    return structs.replace(
        onto,
        ends=given.get("ends_at", without_end if has_no_end else known.ends),
        rrule=before.rrule if rrule is None else rrule,
        rdates=clocks.times("rdates", said["rdates"], at) if "rdates" in said else before.rdates,
        exdates=clocks.times("exdates", said["exdates"], at) if "exdates" in said else before.exdates,
        overrides=clocks.overrides(said["overrides"], at) if "overrides" in said else before.overrides,
    )


def _usual(*, all_day: bool) -> timedelta:
    """How long an event takes that says no end."""
    return timedelta(days=1 if all_day else 0)


def _moved(clocks: Clocks, known: Schedule, onto: Schedule, rrule: str | None) -> Schedule:
    try:
        return known if clocks.faults else moved(known, onto, rrule)
    except Astray as astray:
        clocks.faults.append(("starts_at", str(astray)))
        return known


def _said_again(said: dict[str, Any], known: Schedule) -> dict[str, datetime]:
    """What is said as it was answered, in UTC: a time that clocks skip is one moment with the time an hour later."""
    before = {"starts_at": known.starts, "ends_at": known.ends}
    return {name: before[name] for name in BOTH if name in said and _read(said[name]) == getattr(known, name)}


def _in_their_words(faults: Iterator[Fault], said: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults under the names that members have in bodies, and of those that were said."""
    called, is_start_wrong = {"starts": "starts_at", "ends": "ends_at"}, False
    for member, message in faults:
        is_start_wrong |= member == "starts"
        if member != "ends" or "ends_at" in said:
            yield called.get(member, member), message
        elif not is_start_wrong:
            yield "starts_at", "must be before the end: say a new `ends_at` too"
