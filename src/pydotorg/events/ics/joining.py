"""Events of a file joined by their UIDs: the newest version of each, with the occurrences that differ."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from pydotorg.events.schedule import DATES_MAX, Override, Schedule, faults_of, normalised

from .drafts import CHANGES_ALL_AFTER, UNTITLED, Draft, bounded_uid
from .entries import Entry, Remark
from .local_times import ShownTwice
from .mishaps import mishap
from .timing import Clocks, override, schedule
from .values import Stated, Unusable

#: how iCalendar calls the members of a schedule
CALLED = {
    "starts": "start (DTSTART)", "ends": "end (DTEND)", "rrule": "rule (RRULE)", "rdates": "RDATEs",
    "exdates": "EXDATEs", "overrides": "changed occurrences", "recurrence_id": "RECURRENCE-ID", "timezone": "zone",
}  # fmt: skip


class Taken(NamedTuple):
    """An entry, and what it was made of: its event, and the occurrences that differ."""

    entry: Entry
    drafts: Sequence[Draft]


def joined(drafts: Sequence[Draft], skipped: list[Remark]) -> Iterator[Taken]:
    """Entries of which no two have one UID; what cannot be taken is added to `skipped`, with the reason."""
    by_uid = dict[str, list[Draft]]()
    for one in drafts:
        by_uid.setdefault(one.uid, []).append(one)
    taken = set(by_uid)
    for same in by_uid.values():
        try:
            yield from list(_of_one_uid(same, taken, skipped))
        except Exception:  # noqa: BLE001  one bad event never stops the others
            skipped.append(_remark(same[0], mishap()))


def _of_one_uid(same: Sequence[Draft], taken: set[str], skipped: list[Remark]) -> Iterator[Taken]:
    wholes = [one for one in same if not one.component.first("RECURRENCE-ID")]
    occurrences = list(_occurrences(same, skipped))
    if not wholes:
        yield from _orphans(occurrences, taken, skipped)
        return
    newest = _newest(wholes)
    skipped.extend(_remark(one, "The file has a newer version of it.") for one in wholes if one is not newest)
    if any(one.changes_all_after for one in same):  # without that, most of it would be at wrong times
        skipped.append(_remark(newest, CHANGES_ALL_AFTER))
    else:
        yield from _whole(newest, occurrences, skipped)


def unread(drafts: Iterable[Draft], entries: Iterable[Entry]) -> list[str]:
    """The UIDs of what is there, but not among the entries; an occurrence goes with its event, if that is."""
    taken = {entry.uid for entry in entries}
    there = [one for one in drafts if one.uid not in taken]
    private = {_uid(one) for one in there if one.is_private}
    return sorted({*map(_uid, there)} - taken - private)


def _newest(versions: Sequence[Draft]) -> Draft:
    """Of equal ones the last in the file."""
    return max(reversed(versions), key=lambda one: one.version)


def _remark(draft: Draft, reason: str) -> Remark:
    return Remark(draft.place, draft.title, reason)


def _occurrences(same: Sequence[Draft], skipped: list[Remark]) -> Iterator[tuple[Draft, Stated]]:
    """The newest version of each changed occurrence, with the start that it had."""
    versions = dict[Stated, list[Draft]]()
    for one in same:
        try:
            original = one.overridden()
        except Unusable as unusable:
            skipped.append(_remark(one, str(unusable)))
        else:
            if original:
                versions.setdefault(original, []).append(one)
    for original, changed in versions.items():
        yield _newest(changed), original


def _whole(newest: Draft, occurrences: Iterable[tuple[Draft, Stated]], skipped: list[Remark]) -> Iterator[Taken]:
    try:
        entry, drafts = _differing(_entry(newest), occurrences, skipped)
        yield Taken(entry, [newest, *drafts])
    except Unusable as unusable:
        skipped.append(_remark(newest, str(unusable)))


def _differing(entry: Entry, occurrences: Iterable[tuple[Draft, Stated]], skipped: list[Remark]) -> Taken:
    """An event with its changed occurrences, and those that were taken. Raises Unusable."""
    when = entry.schedule
    changed, absent = {one.recurrence_id: one for one in when.overrides}, set[datetime]()
    drafts = dict[datetime, Draft]()
    for one, original in occurrences:
        try:
            found = _override(one, original, entry)
            if len(changed) == DATES_MAX and found.recurrence_id not in changed:
                raise Unusable(f"It is one of more than {DATES_MAX} changed occurrences.")  # noqa: TRY301
            changed[found.recurrence_id], drafts[found.recurrence_id] = found, one
        except Unusable as unusable:
            skipped.append(_remark(one, f"As one occurrence of its event, it was left out. {unusable}"))
            if isinstance(unusable, _Absent):
                absent.add(unusable.recurrence_id)
    when = replace(when, exdates=(*when.exdates, *absent), overrides=tuple(changed.values()))
    if absent:
        _demand_faultless(when)
    return Taken(replace(entry, schedule=normalised(when)), [*drafts.values()])


def _orphans(occurrences: Sequence[tuple[Draft, Stated]], taken: set[str], skipped: list[Remark]) -> Iterator[Taken]:
    """Occurrences whose event is not in the file, as when one is invited to a single one: events of their own."""
    for one, original in occurrences:
        uid = _uid_alone(one, original)
        try:
            if uid in taken:
                raise Unusable("Another event of the file is the same occurrence.")  # noqa: TRY301
            entry = _entry(one)
        except Unusable as unusable:
            skipped.append(_remark(one, str(unusable)))
        else:
            taken.add(uid)
            yield Taken(replace(entry, uid=uid), [one])


def _uid(draft: Draft) -> str:
    """By which an event of its own is known; of what nobody can tell whose occurrence it is, its event's."""
    try:
        original = draft.overridden()
    except Unusable:
        return draft.uid
    return _uid_alone(draft, original) if original else draft.uid


def _uid_alone(draft: Draft, original: Stated) -> str:
    return bounded_uid(f"{draft.uid}#{original.time:%Y%m%dT%H%M%S}{'Z' if original.is_utc else ''}")


def _entry(draft: Draft) -> Entry:
    when = schedule(draft)
    _demand_faultless(when)
    if "title" not in draft.texts:
        draft.alter(f"It has no SUMMARY, so it became {UNTITLED!r}.")
    return Entry(
        uid=draft.uid,
        sequence=draft.sequence,
        schedule=normalised(when),
        cancelled=draft.cancelled,
        created_at=draft.created_at,
        updated_at=draft.updated_at,
        **{"title": draft.title} | draft.texts,
    )


class _Absent(Unusable):
    """An occurrence that cannot be taken, and does not happen as the others do either."""

    def __init__(self, recurrence_id: datetime, reason: str) -> None:
        super().__init__(reason)
        self.recurrence_id = recurrence_id


def _override(draft: Draft, original: Stated, entry: Entry) -> Override:
    recurrence_id = Clocks.of(entry.schedule, draft.zones).start(original)
    try:
        found = override(draft, recurrence_id, entry)
        _demand_faultless(replace(entry.schedule, rrule="", rdates=(), exdates=(), overrides=(found,)))
    except Unusable as unusable:
        if draft.is_private or draft.cancelled or isinstance(unusable, ShownTwice):
            raise _Absent(recurrence_id, str(unusable)) from None
        raise
    return found


def _demand_faultless(when: Schedule) -> None:
    for member, message in faults_of(when):
        called = CALLED[next(name for name in reversed(member.split(".")) if name in CALLED)]
        raise Unusable(f"Its {called} {message}.")
