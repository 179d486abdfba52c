"""Files that mean harm: what they cost is bounded, and nothing but two exceptions comes out."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pydotorg.events.ics.lines import EVENTS_MAX
from pydotorg.events.ics.reading import Reading, read
from pydotorg.events.ics.refusals import FILE_BYTES_MAX, NotACalendar, TooLarge
from pydotorg.events.schedule import faults_of

GOOD = "UID:good\nSUMMARY:Good\nDTSTART:20260105T090000Z\n"
FULL = FILE_BYTES_MAX - 1000
#: of a file that is as large as one may be, on a busy machine
SECONDS_MAX = 10
#: whose rules take a while each; of more of them, a process that reads them is stopped
MANY = 2000


def calendar(*events: str, head: str = "") -> bytes:
    blocks = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\n{head}{blocks}END:VCALENDAR\n".encode()


def zones(parts: str) -> str:
    return "".join(f"BEGIN:VTIMEZONE\nTZID:Z{number}\n{parts}END:VTIMEZONE\n" for number in range(100))


CHANGE = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n{}END:STANDARD\n"
IN_ZONES = [f"UID:{number}\nDTSTART;TZID=Z{number}:20260105T090000\n" for number in range(100)]
HOURS = ",".join(map(str, range(24)))
HOSTILE = {
    "a line of 5 MiB": calendar(GOOD, f"{GOOD}UID:b\nDESCRIPTION:{'x' * (FULL - 200)}\n"),
    "a line of many folds": calendar(GOOD + "DESCRIPTION:" + "\n x" * (FULL // 3) + "\n"),
    "many parameters": calendar(f"{GOOD}DTEND{';X=1' * 240_000}:20260105T100000Z\n"),
    "many values of a parameter": calendar(f"{GOOD}DTEND;X={'x,' * 500_000}:20260105T100000Z\n"),
    "a quote without an end": calendar(f'{GOOD}DTEND;X="{"x;" * 500_000}:20260105T100000Z\n'),
    "deep nesting": b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * (FULL // 8) + b"BEGIN:VEVENT\n",
    "deep nesting in an event": calendar(GOOD + "BEGIN:VALARM\n" * (FULL // 13)),
    "events without ends": b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * (FULL // 13),
    "ends without events": b"BEGIN:VCALENDAR\n" + b"END:VEVENT\n" * (FULL // 11),
    "exceptions by lines": calendar(GOOD + "RRULE:FREQ=DAILY\n" + "EXDATE:20260105T090000Z\n" * 200_000),
    "exceptions in a line": calendar(f"{GOOD}RRULE:FREQ=DAILY\nEXDATE:{'20260105T090000Z,' * 60_000}\n"),
    "events too many": calendar(*(f"UID:{number}\nDTSTART:20260105T090000Z\n" for number in range(EVENTS_MAX + 1))),
    "dense rules": calendar(
        *(f"UID:{number}\nDTSTART:20260105T090000Z\nRRULE:FREQ=HOURLY;INTERVAL=17\n" for number in range(MANY))
    ),
    "rules of many hours": calendar(
        *(
            f"UID:{number}\nDTSTART:20260105T09{number % 60:02}00Z\nRRULE:FREQ=YEARLY;BYMONTHDAY={number % 31 + 1};"
            f"BYHOUR={HOURS};INTERVAL={number % 7 + 1}\n"
            for number in range(EVENTS_MAX)
        )
    ),
    "versions of one event": calendar(*["UID:a\nDTSTART:20260105T090000Z\n"] * EVENTS_MAX),
    "occurrences of one event": calendar(
        f"{GOOD}RRULE:FREQ=DAILY\n",
        *(
            f"UID:good\nDTSTART:20260105T090000Z\nRECURRENCE-ID:20260105T{number // 3600:02}{number // 60 % 60:02}"
            f"{number % 60:02}Z\n"
            for number in range(EVENTS_MAX - 1)
        ),
    ),
    "zones by the second": calendar(*IN_ZONES, head=zones(CHANGE.format("RRULE:FREQ=SECONDLY\n") * 100)),
    "zones by the day": calendar(*IN_ZONES, head=zones(CHANGE.format("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE\n") * 100)),
    "zones by lists": calendar(*IN_ZONES, head=zones(CHANGE.format(f"RDATE:{'20260101T000000,' * 2000}\n"))),
}


def attempt(raw: bytes) -> Reading | None:
    try:
        return read(raw, timezone="Europe/Zurich")
    except (NotACalendar, TooLarge):
        return None


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_long(name: str) -> None:
    raw = HOSTILE[name]
    assert len(raw) <= FILE_BYTES_MAX
    begun = time.process_time()
    found = attempt(raw)
    assert time.process_time() - begun < SECONDS_MAX
    assert found is not None
    assert len(found.entries) <= EVENTS_MAX


def test_what_is_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(TooLarge, match="more than 5 MiB"):
        read(b"BEGIN:VCALENDAR\n" + b"x" * FILE_BYTES_MAX, timezone="UTC")
    begun = time.process_time()
    with pytest.raises(TooLarge):
        read(b"\n" * 100 * 1024**2, timezone="UTC")
    assert time.process_time() - begun < 0.5


def test_of_too_many_events_the_first_are_taken() -> None:
    found = read(HOSTILE["events too many"], timezone="UTC")
    assert len(found.entries) == EVENTS_MAX
    assert [remark.reason for remark in found.skipped] == [
        "It has more than 10000 events: the others are left out. What is not in it was not cancelled."
    ]
    assert not found.is_whole


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \n\r\n ", "is empty"),
        (b"<!DOCTYPE html><html>BEGIN:VEVENT</html>", "is a web page or XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "is a web page or XML"),
        (b'{"events": []}', "is JSON"),
        (b"[]", "is JSON"),
        (b"BEGIN:VCARD\nEND:VCARD", "has no BEGIN:VCALENDAR"),
        (b"\0" * 1000, "has no BEGIN:VCALENDAR"),
        (bytes(range(256)), "has no BEGIN:VCALENDAR"),
        (b"\xff\xfe", "has no BEGIN:VCALENDAR"),
    ],
)
def test_what_is_no_calendar_is_named_in_a_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(NotACalendar, match=says):
        read(raw, timezone="UTC")


def test_the_zone_to_read_in_must_be_one() -> None:
    with pytest.raises(LookupError, match="nowhere"):
        read(calendar(GOOD), timezone="nowhere")


#: what files are made of, and what breaks them
PIECES = [
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "TZID:Z", "BEGIN:STANDARD",
    "END:STANDARD", "END:VTIMEZONE", "BEGIN:VALARM", "END:VALARM", "UID:1", "UID:2", "SEQUENCE:1", "SEQUENCE:x",
    "DTSTART:20260105T090000Z", "DTSTART;TZID=Z:20260329T023000", "DTSTART;TZID=Europe/Zurich:20260329T023000",
    "DTSTART;VALUE=DATE:20260105", "DTSTART:00010101T000000", "DTSTART:99991231T235959Z", "DTSTART;TZID=Z:99991231",
    "DTSTART;TZID=Asia/Tokyo:00010101T000000", "DTSTART:19700101", "DTSTART:22001231T235959", "DTEND:20260105T100000Z",
    "DTEND;VALUE=DATE:20260106", "DTEND:00010101", "DTEND;TZID=Asia/Tokyo:20260105T100000", "DURATION:P1D",
    "DURATION:-P1D", "DURATION:PT1H", "DURATION:P999999999999999D", "DURATION:P", "RRULE:FREQ=DAILY", "RRULE:",
    "RRULE:FREQ=WEEKLY;UNTIL=99991231", "RRULE:FREQ=DAILY;UNTIL=20260105", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "RRULE:FREQ=YEARLY;COUNT=5", "RDATE:20260106T090000Z", "RDATE;VALUE=PERIOD:20260106T090000Z/PT1H",
    "RDATE;VALUE=PERIOD:20260106T090000Z/99991231T000000Z", "RDATE;VALUE=PERIOD:20260106T090000Z/P9D", "RDATE:/",
    "EXDATE:20260106T090000Z", "EXDATE;VALUE=DATE:20260106", "EXDATE:00010101", "RECURRENCE-ID:20260106T090000Z",
    "RECURRENCE-ID;VALUE=DATE:20260106", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z", "STATUS:CANCELLED",
    "RECURRENCE-ID:99991231T000000", "SUMMARY:x", "SUMMARY:\\", "SUMMARY", "SUMMARY;:", 'SUMMARY;A="', "URL:https://a",
    "URL:javascript:x", "CATEGORIES:a,\\,,b\\", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZOFFSETTO:+9999",
    "X-LIC-LOCATION:Europe/Paris", "X-WR-TIMEZONE:Z", "X-WR-CALNAME:n", ":", ";", "", " ", "\t folded", "\0", "\x85",
    "DTSTART;TZID=^n:20260105T090000", "TZID;X=1:Europe/Berlin", "LAST-MODIFIED:99991231T235959Z", "CREATED:x",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES), max_size=30),
    st.lists(st.sampled_from(PIECES), max_size=10),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(["DTSTART:20260105T090000Z", "RECURRENCE-ID:20260106T090000Z"], [], "\n")
def test_whatever_is_put_together_of_such_gives_entries_without_faults(
    pieces: list[str], head: list[str], end: str
) -> None:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        *head,
        "BEGIN:VEVENT",
        *pieces,
        "END:VEVENT",
        "BEGIN:VEVENT",
        *GOOD.split("\n"),
    ]
    found = read(end.join([*lines, "END:VEVENT", "END:VCALENDAR"]).encode(), timezone="Europe/Zurich")
    assert [list(faults_of(entry.schedule)) for entry in found.entries if list(faults_of(entry.schedule))] == []
    assert "good" in {entry.uid for entry in found.entries}
    assert len({entry.uid for entry in found.entries}) == len(found.entries)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    attempt(raw)
    assert attempt(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + raw) is not None
