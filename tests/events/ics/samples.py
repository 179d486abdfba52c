"""Entries of all kinds, for whoever writes or reads them."""

from datetime import UTC, datetime, timedelta

from pydotorg.events.ics.entries import CalendarHead, Entry
from pydotorg.events.schedule import Override, Schedule

CHANGED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HEAD = CalendarHead(
    name="Python events; all, of them",
    description="Where people meet.\nEverywhere.",
    url="https://www.python.org/events/?a=1,2;b",
)


def at(
    starts: str, rule: str = "", *, hours: float = 1, timezone: str = "Europe/Zurich", all_day: bool = False
) -> Schedule:
    start = datetime.fromisoformat(starts)
    return Schedule(timezone=timezone, starts=start, ends=start + timedelta(hours=hours), rrule=rule, all_day=all_day)


def entry(schedule: Schedule, uid: str = "1@python.org", **said: object) -> Entry:
    return Entry(**{"uid": uid, "title": "PyLadies", "schedule": schedule, "updated_at": CHANGED, **said})  # type: ignore[arg-type]


OVERRIDES = (
    Override(recurrence_id=datetime(2026, 3, 30, 9), starts=datetime(2026, 4, 2, 20), title="Elsewhen, by the way"),
    Override(recurrence_id=datetime(2026, 4, 6, 9), cancelled=True),
    Override(recurrence_id=datetime(2026, 4, 13, 9), ends=datetime(2026, 4, 13, 18), venue="The long room"),
    Override(recurrence_id=datetime(2026, 4, 20, 9), url="https://example.org/special"),
)
RECURRING = {
    "over both changes of clocks": at("2026-01-05T09:00", "FREQ=WEEKLY;BYDAY=MO,WE"),
    "at the hour of the change": at("2026-03-01T01:59:59", "FREQ=DAILY;UNTIL=20261101"),
    "in the south": at("2026-01-05T09:00", "FREQ=WEEKLY", timezone="Australia/Sydney"),
    "by half an hour": at("2026-01-05T09:00", "FREQ=WEEKLY", timezone="Australia/Lord_Howe"),
    "under an old name": at("2026-01-05T09:00", "FREQ=MONTHLY;BYDAY=-1SU", timezone="US/Eastern"),
    "under a name of today": at("2026-01-05T09:00", "FREQ=MONTHLY;BYDAY=2TU", timezone="Europe/Kyiv"),
    "without changes": at("2026-01-05T09:00", "FREQ=MONTHLY;BYMONTHDAY=-1", timezone="Asia/Calcutta"),
    "where clocks change on a Saturday": at("2026-01-03T09:00", "FREQ=DAILY;INTERVAL=3", timezone="America/Nuuk"),
    "where winter saves time": at("2026-01-03T09:00", "FREQ=DAILY;INTERVAL=3", timezone="Europe/Dublin"),
    "by Ramadan": at("2026-01-03T09:00", "FREQ=WEEKLY", timezone="Asia/Gaza"),
    "in UTC": at("2026-01-03T09:00", "FREQ=WEEKLY;COUNT=30", timezone="UTC"),
    "on leap days": at("2024-02-29T09:00", "FREQ=YEARLY"),
    "by position": at("2026-01-30T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    "by weeks": at("2026-05-11T09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    "long ago": at("1997-05-12T09:00", "FREQ=WEEKLY;INTERVAL=2", timezone="America/New_York"),
    "whole days": at("2026-03-27", "FREQ=WEEKLY;UNTIL=20261231", hours=72, all_day=True),
    "with dates and exceptions": Schedule(
        timezone="Europe/Zurich",
        starts=datetime(2026, 1, 5, 9),
        ends=datetime(2026, 1, 5, 10),
        rrule="FREQ=WEEKLY;COUNT=20",
        rdates=(datetime(2026, 1, 7, 18), datetime(2026, 7, 7, 18)),
        exdates=(datetime(2026, 1, 12, 9), datetime(2026, 2, 3, 9)),
    ),
    "whole days with dates and exceptions": Schedule(
        timezone="Europe/Zurich",
        starts=datetime(2026, 1, 5),
        ends=datetime(2026, 1, 6),
        all_day=True,
        rrule="FREQ=WEEKLY;COUNT=20",
        rdates=(datetime(2026, 1, 7),),
        exdates=(datetime(2026, 1, 12),),
    ),
}
