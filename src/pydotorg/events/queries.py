"""What is asked of the database about events and their occurrences: statements as values."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from pydotorg.kernel import clock
from pydotorg.kernel.database.columns import UTCDateTime
from pydotorg.kernel.database.fulltext.matching import among, same_text
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.lookups import looked_up
from pydotorg.kernel.database.now import NOW
from pydotorg.kernel.database.rows import ROWS_MAX, ROWS_PASSED, Rows, remembered
from pydotorg.kernel.database.shapes import Inner, Shape
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.columns import in_state
from pydotorg.kernel.review.directory import OWNER
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.taxonomy.chosen import Chosen
from pydotorg.kernel.text.moments import moment_of

from . import schemas, terms
from .filters import Asked, EventFilters, OccurrenceFilters, UpcomingFilters, Within
from .lifecycle import CANCELLED
from .schedule import DURATION_DAYS_MAX
from .tables import DATASET, LONG, Calendar, Event, EventLocation, Occurrence
from .window import AHEAD

T = TypeVar("T", bound=Struct)
IS_PUBLIC = or_(in_state(Event, APPROVED), in_state(Event, CANCELLED))
#: with an hour more where clocks are set back
LONGEST = timedelta(days=DURATION_DAYS_MAX + 1)


def _horizon() -> datetime:
    return datetime.combine(clock.today(), time(), UTC) + AHEAD


def _ago(span: timedelta) -> Callable[[], datetime]:
    return lambda: clock.asked() - span


HORIZON: ColumnElement[Any] = bindparam("horizon", callable_=_horizon, type_=UTCDateTime())
A_DAY_AGO: ColumnElement[Any] = bindparam("a_day_ago", callable_=_ago(LONG), type_=UTCDateTime())
LONG_AGO: ColumnElement[Any] = bindparam("long_ago", callable_=_ago(LONGEST), type_=UTCDateTime())
#: of each event, what runs now or begins next
SOON = aliased(Occurrence)
NEXT = aliased(Occurrence)
FOLLOWS = (
    select(NEXT.recurrence_id)
    .where(NEXT.event_id == Event.id, NEXT.ends_at > NOW, Event.status != CANCELLED)
    .order_by(NEXT.starts_at, NEXT.recurrence_id)
    .limit(1)
    .correlate(Event)
    .scalar_subquery()
)
CALENDAR = Inner(Chosen, (Calendar.id, Calendar.name, Calendar.slug))
LOCATION = Inner(schemas.Location, [getattr(EventLocation, name) for name in schemas.Location.__struct_fields__])
INSIDE = {
    "calendar": CALENDAR, "location": LOCATION, "next_occurrence": Inner(schemas.Span, (SOON.starts_at, SOON.ends_at)),
}  # fmt: skip
#: where it is given by what else is asked
LATER = INSIDE | {"next_occurrence": Inner(schemas.Span, (null(), null()))}
# as they stand in the indexes, which SQLite would not use for comparisons with 1
IS_SHOWN: ColumnElement[bool] = literal_column("occurrence.shown")
IS_FEATURED: ColumnElement[bool] = literal_column("event.featured")
IS_LONG: ColumnElement[bool] = literal_column("occurrence.long")
ENDS_NEXT = select(func.min(Occurrence.ends_at)).where(IS_SHOWN, Occurrence.ends_at > NOW)


def shaped(struct: type[T], inside: Mapping[str, Inner] = INSIDE) -> Shape[T]:
    """How rows become Structs with what events have."""
    return Shape(struct, Event, derived={"owner": OWNER}, inside=inside, lists=("categories",))


def _joined(shape: Shape[Any]) -> Select[Any]:
    """All events, in whatever state."""
    joined = select(*shape.columns).select_from(Event).outerjoin(Calendar, Calendar.id == Event.calendar_id)
    return joined.outerjoin(EventLocation, EventLocation.id == Event.location_id)


def everything(shape: Shape[Any]) -> Select[Any]:
    """The same, each with what follows of it."""
    return _joined(shape).outerjoin(SOON, and_(SOON.event_id == Event.id, SOON.recurrence_id == FOLLOWS))


PUBLIC, TIMELESS = shaped(schemas.Event), shaped(schemas.Event, LATER)
LISTED, OF_OCCURRENCES = everything(PUBLIC), _joined(TIMELESS)


def overlaps(since: str | None, until: str | None) -> list[ColumnElement[bool]]:
    """That an occurrence is within a time; what takes no time is, if that begins with it."""
    after, before = (None if text is None else moment_of(text) for text in (since, until))
    conditions: list[ColumnElement[bool]] = []
    if after is not None:
        conditions += [
            Occurrence.starts_at >= earlier(after, LONGEST),
            or_(Occurrence.ends_at > after, Occurrence.starts_at >= after),
        ]
    if before is not None:
        conditions.append(Occurrence.starts_at < before)
    return conditions


def earlier(moment: datetime, span: timedelta) -> datetime:
    """So long before a moment, or the first one that there is."""
    return max(moment, datetime.min.replace(tzinfo=UTC) + span) - span


@remembered
def listed(where: EventFilters) -> Rows[schemas.Event]:
    """The events that meet these conditions, by their first start."""
    conditions = [in_state(Event, where.status), *demanded(where), *happens_within(where)]
    counting = select(func.count()).select_from(Event).where(*conditions)
    statement = LISTED.where(*conditions).order_by(Event.starts_at, Event.id)
    return Rows(PUBLIC, statement, dataset=DATASET, counting=counting)


def happens_within(where: Within) -> list[ColumnElement[bool]]:
    """That one of its occurrences is within the time that is asked for."""
    within = overlaps(where.since, where.until)
    return [select(Occurrence.event_id).where(Occurrence.event_id == Event.id, *within).exists()] if within else []


def demanded(where: Asked) -> list[ColumnElement[bool]]:
    """What the parameters demand of an event; what was not given demands nothing."""
    conditions = [] if where.q is None else [among(Question.of(where.q), Event.document)]
    calendar: str | None = getattr(where, "calendar", None)
    if calendar is not None:
        conditions.append(Event.calendar_id == terms.CALENDARS.id_of(calendar))
    if where.category:
        conditions.append(terms.OF_EVENTS.has_any(Event.id, where.category))
    if where.location is not None:
        conditions.append(Event.location_id == terms.LOCATIONS.id_of(where.location))
    if where.country is not None:
        there = select(EventLocation.id).where(same_text(EventLocation.country_key, where.country))
        conditions.append(Event.location_id.in_(there))
    featured: bool | None = getattr(where, "featured", None)
    if featured is not None:
        conditions.append(IS_FEATURED if featured else not_(IS_FEATURED))
    return conditions


class When(Struct, frozen=True):
    """An occurrence, as far as it says of which event it is; the first three are the order of lists."""

    starts_at: datetime
    event_id: UUID
    recurrence_id: datetime
    ends_at: datetime
    title: str


WHEN: list[Any] = [getattr(Occurrence, name) for name in When.__struct_fields__]
IN_ORDER = WHEN[:3]


@remembered
def upcoming(where: UpcomingFilters) -> Rows[When]:
    """What runs now or begins within two years, soonest first."""
    begun = (Occurrence.starts_at > A_DAY_AGO, Occurrence.starts_at > LONG_AGO)
    return _by_start(where, [Occurrence.ends_at > NOW, Occurrence.starts_at < HORIZON], *begun)


@remembered
def occurrences(where: OccurrenceFilters) -> Rows[When]:
    """What happens within a time, or from now on, by start."""
    after = None if where.since is None else moment_of(where.since)
    within = overlaps(where.since, where.until)
    if after is None:
        begun = (Occurrence.starts_at > A_DAY_AGO, Occurrence.starts_at > LONG_AGO)
        return _by_start(where, [*within, Occurrence.ends_at > NOW], *begun)
    return _by_start(where, within, *(Occurrence.starts_at >= earlier(after, span) for span in (LONG, LONGEST)))


def _by_start(
    where: Asked, when: list[ColumnElement[bool]], short: ColumnElement[bool], long: ColumnElement[bool]
) -> Rows[When]:  # fmt: skip
    """The occurrences at these times, of the approved events that are asked for.

    Where many are, one goes through all occurrences by start until enough of them are of such events. Where few are,
    which one never knows of those that have a word, the events are found first.
    """
    demands = demanded(where)
    of_them = [looked_up(Occurrence.event_id, select(Event.id).where(*demands))] if demands else []
    conditions = [IS_SHOWN, *of_them, *when]
    found = select(*WHEN).where(*conditions).order_by(*IN_ORDER)
    counting = select(func.count()).select_from(Occurrence).where(*conditions)
    if where.q is not None:
        return Rows(When, found, dataset=DATASET, counting=counting)
    walked = _walked([IS_SHOWN, *_of_such(demands), *when], short, long)
    return Rows(When, walked, dataset=DATASET, counting=counting, few=found if demands else None)


def _of_such(demands: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """That an occurrence is of an event that meets these conditions."""
    such = select(Event.id).where(Event.id == Occurrence.event_id, *demands)
    # with an offset, PostgreSQL asks this of one occurrence after the other, and does not look for all such events
    return [such.offset(literal_column("0")).exists()] if demands else []


def _walked(
    conditions: list[ColumnElement[bool]], short: ColumnElement[bool], long: ColumnElement[bool]
) -> CompoundSelect[Any]:  # fmt: skip
    """The first occurrences that meet these conditions.

    What happens at a time may have begun long before, if it is long: so short and long ones are looked for apart, each
    along an index by start from a time on, and merged.
    """
    # with no more than is shown, PostgreSQL follows the index
    first = select(*WHEN).where(*conditions).order_by(*IN_ORDER).limit(ROWS_MAX + ROWS_PASSED)
    apart = ((not_(IS_LONG), short), (IS_LONG, long))
    merged = union_all(*(select(first.where(kind, since).subquery()) for kind, since in apart))
    return merged.order_by(*[*merged.selected_columns][:3])


async def events_of(db: Database, found: Sequence[When]) -> list[schemas.Event]:
    """The event of each of these, with this occurrence as its next."""
    wanted = Rows(TIMELESS, OF_OCCURRENCES.where(Event.id.in_({one.event_id for one in found})))
    by_id = {event.id: event for event in await terms.OF_EVENTS.complete(db, await db.all(wanted))}
    return [
        structs.replace(by_id[one.event_id], next_occurrence=schemas.Span(one.starts_at, one.ends_at)) for one in found
    ]


async def named_of(db: Database, found: Sequence[When]) -> list[schemas.EventOccurrence]:
    """Each of these, with the name of its event."""
    by_id = {event.id: event for event in await events_of(db, found)}
    return [_occurrence(one, by_id[one.event_id]) for one in found]


def _occurrence(one: When, event: schemas.Event) -> schemas.EventOccurrence:
    name = schemas.EventName(event.id, event.slug, event.title, event.calendar.slug)
    return schemas.EventOccurrence(
        name, one.title or event.title, one.starts_at, one.ends_at, event.timezone, event.all_day, one.recurrence_id
    )
