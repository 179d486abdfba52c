"""What is written of a zone, against the zone itself."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from dateutil.tz import tzical

from pydotorg.events.ics.clock_changes import LOOKED_UP_UNTIL, changes_since
from pydotorg.events.ics.vtimezones import vtimezone
from pydotorg.events.zones import names, zone

#: of every kind: rules in north and south, on Saturdays and Fridays, by Ramadan, none, half hours, politics, old names
ZONES = [
    "Europe/Zurich", "Europe/Dublin", "Europe/Moscow", "Europe/Kiev", "Europe/Volgograd", "Europe/Istanbul",
    "America/New_York", "US/Pacific", "America/Nuuk", "America/Sao_Paulo", "America/Caracas", "America/Havana",
    "Asia/Gaza", "Asia/Jerusalem", "Asia/Tehran", "Asia/Calcutta", "Asia/Kathmandu", "Asia/Pyongyang", "Asia/Amman",
    "Africa/Casablanca", "Africa/Cairo", "Africa/Windhoek", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Norfolk",
    "Antarctica/Troll", "Etc/GMT+5", "Atlantic/Azores",
]  # fmt: skip
#: those of which no rule of iCalendar says when clocks change: each change is listed, up to 2116
UNRULY = {"Africa/Cairo"}


def moments_of(since: int, until: int) -> list[datetime]:
    """Twice a day, at hours at which no clock is set."""
    begin, end = datetime(since, 1, 1, 6, 30, tzinfo=UTC), datetime(until, 12, 31, tzinfo=UTC)
    return [begin + timedelta(hours=12) * halves for halves in range((end - begin) // timedelta(hours=12))]


@pytest.mark.parametrize("name", ZONES)
def test_another_program_gets_the_same_times_from_it(name: str) -> None:
    """Compared with dateutil, which reads the definition by rules and knows no list of zones."""
    place = zone(name)
    assert place is not None
    read = tzical(StringIO(vtimezone(name, 2005).decode())).get(name)
    assert read is not None
    for begin, end in ((2005, 2012), (2024, 2030), (2060, 2061), *(() if name in UNRULY else [(2119, 2121)])):
        for moment in moments_of(begin, end)[::3]:
            wall = moment.astimezone(place).replace(tzinfo=None, fold=0)
            assert wall.replace(tzinfo=read).utcoffset() == wall.replace(tzinfo=place).utcoffset(), wall


@pytest.mark.parametrize("name", ["Antarctica/Casey", *ZONES])
def test_no_change_of_clocks_is_missed(name: str) -> None:
    """No zone keeps an offset for less than a week."""
    place = zone(name)
    changes = changes_since(name, 1969)
    moment, after = datetime(1969, 1, 2, tzinfo=UTC), iter(changes[1:])
    now, coming = changes[0], next(after, None)
    while moment.year < LOOKED_UP_UNTIL:
        if coming and coming.moment <= moment:
            assert coming.offset_before == now.offset
            now, coming = coming, next(after, None)
        there = moment.astimezone(place)
        assert (now.offset, now.name) == (there.utcoffset(), there.tzname()), moment
        moment += timedelta(days=7)


@pytest.mark.parametrize("since", [2026, LOOKED_UP_UNTIL - 1, 2199])
def test_however_late_events_are_clocks_go_on_to_be_set(since: int) -> None:
    assert vtimezone("Europe/Zurich", since).count(b"RRULE") == 2


def test_of_usual_zones_little_is_said() -> None:
    for name in ("Europe/Zurich", "US/Eastern", "Australia/Sydney", "Europe/Dublin", "Asia/Jerusalem"):
        written = vtimezone(name, 2026)
        assert written.count(b"BEGIN:STANDARD") + written.count(b"BEGIN:DAYLIGHT") == 3, name
        assert b"RDATE" not in written
        assert len(written) < 600


def test_winters_are_standard_time_even_where_tzdata_says_otherwise() -> None:
    written = vtimezone("Europe/Dublin", 2026).decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000" in written
    assert "BEGIN:STANDARD\r\nDTSTART:20261025T020000" in written


def test_of_no_zone_much_is_said() -> None:
    assert max(len(vtimezone(name, 2026)) for name in sorted(names())[::7]) < 5000
    assert len(vtimezone("Asia/Gaza", 1970)) < 10_000


def test_there_is_none_for_a_name_that_is_none() -> None:
    with pytest.raises(LookupError, match="passwd"):
        vtimezone("../../etc/passwd", 2026)
