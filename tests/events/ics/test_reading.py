"""Calendars as others write them, with what is odd about them."""

from datetime import UTC, datetime, timedelta

import pytest

from pydotorg.events.ics.entries import Entry
from pydotorg.events.ics.reading import Reading, read
from pydotorg.events.recurrence import occurrences
from pydotorg.events.schedule import Override, Schedule

GOOD = "UID:good\nSUMMARY:Good\nDTSTART:20260105T090000Z"


def calendar(*events: str, head: str = "", tail: str = "") -> str:
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}{tail}END:VCALENDAR\n"


def reading(*events: str, head: str = "", tail: str = "", timezone: str = "Europe/Zurich") -> Reading:
    return read(calendar(*events, head=head, tail=tail).encode(), timezone=timezone)


def only(*events: str, head: str = "", tail: str = "") -> Entry:
    found = reading(*events, head=head, tail=tail)
    assert found.skipped == []
    [entry] = found.entries
    return entry


def schedule_of(when: str, head: str = "") -> Schedule:
    return only(f"UID:1\nSUMMARY:x\n{when}", head=head).schedule


def test_an_event_is_read_whole() -> None:
    found = only(
        "UID:1@example.org\nSEQUENCE:3\nDTSTAMP:20260101T000000Z\nCREATED:20250101T000000Z\n"
        "LAST-MODIFIED:20260102T030405Z\nSUMMARY:PyLadies\\, Zürich\nDESCRIPTION:One\\ntwo\\; three \\\\ four\n"
        "LOCATION:Room 1\\, HB\nURL:https://example.org/a,b\nCATEGORIES:User groups,A\\,B\nCATEGORIES:More\n"
        "STATUS:CANCELLED\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T110000\n"
        "RRULE:BYDAY=MO;FREQ=WEEKLY\nX-WHAT:ever\nATTENDEE:mailto:ada@example.org"
    )
    assert found == Entry(
        uid="1@example.org",
        sequence=3,
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        title="PyLadies, Zürich",
        description="One\ntwo; three \\ four",
        location="Room 1, HB",
        url="https://example.org/a,b",
        categories=("User groups", "A,B", "More"),
        cancelled=True,
        schedule=Schedule(
            timezone="Europe/Berlin",
            starts=datetime(2026, 1, 5, 9),
            ends=datetime(2026, 1, 5, 11),
            rrule="FREQ=WEEKLY;BYDAY=MO",
        ),
    )


def test_hardly_anything_has_to_be_there() -> None:
    found = only("DTSTART:20260105T090000Z")
    assert (found.title, found.description, found.location, found.url) == ("Untitled event", "", "", "")
    assert found.uid == only("DTSTART:20260105T090000Z").uid
    assert found.uid != only("DTSTART:20260106T090000Z").uid
    assert found.updated_at is None
    assert read(b"BEGIN:VCALENDAR", timezone="UTC").entries == []


@pytest.mark.parametrize(
    ("when", "starts", "ends", "all_day"),
    [
        ("DTSTART:20260105T090000\nDTEND:20260105T100000", "2026-01-05T09:00", "2026-01-05T10:00", False),
        ("DTSTART:20260105T090000\nDURATION:PT90M", "2026-01-05T09:00", "2026-01-05T10:30", False),
        ("DTSTART:20260328T200000\nDURATION:P1D", "2026-03-28T20:00", "2026-03-29T20:00", False),
        ("DTSTART:20260328T200000\nDURATION:PT24H", "2026-03-28T20:00", "2026-03-29T21:00", False),
        ("DTSTART:20260105T090000", "2026-01-05T09:00", "2026-01-05T09:00", False),
        (
            "DTSTART:20260105T090000\nDTEND;TZID=Europe/London:20260105T090000",
            "2026-01-05T09:00",
            "2026-01-05T10:00",
            False,
        ),
        ("DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107", "2026-01-05", "2026-01-07", True),
        ("DTSTART;VALUE=DATE:20260105", "2026-01-05", "2026-01-06", True),
        ("DTSTART:20260105", "2026-01-05", "2026-01-06", True),
        ("DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260105", "2026-01-05", "2026-01-06", True),
        ("DTSTART;VALUE=DATE:20260105\nDURATION:P1W", "2026-01-05", "2026-01-12", True),
        ("DTSTART;VALUE=DATE:20260105\nDTEND:20260106T120000", "2026-01-05", "2026-01-07", True),
    ],
)
def test_ends_are_said_in_many_ways(when: str, starts: str, ends: str, all_day: bool) -> None:
    found = schedule_of(when)
    assert (found.starts, found.ends) == (datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    assert found.all_day is all_day
    assert found.timezone == "Europe/Zurich"


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ('"Europe/Berlin"', "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("US/Eastern", "US/Eastern"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Europe/Kiev", "Europe/Kiev"),
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("America/New York", "America/New_York"),
        ("/citadel.org/20210210_1/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/mozilla.org/20050126_1/UTC", "UTC"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ('"Eastern Standard Time"', "America/New_York"),
        ("India Standard Time", "Asia/Calcutta"),
    ],
)
def test_zones_have_many_names(tzid: str, name: str) -> None:
    found = schedule_of(f"DTSTART;TZID={tzid}:20260105T090000")
    assert (found.timezone, found.starts) == (name, datetime(2026, 1, 5, 9))


def definition(tzid: str, standard: str, daylight: str = "", more: str = "") -> str:
    parts = f"BEGIN:STANDARD\n{standard}END:STANDARD\n"
    parts += f"BEGIN:DAYLIGHT\n{daylight}END:DAYLIGHT\n" if daylight else ""
    return f"BEGIN:VTIMEZONE\nTZID:{tzid}\n{more}{parts}END:VTIMEZONE\n"


STANDARD = "DTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"
DAYLIGHT = "DTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n"


def test_a_zone_that_is_only_defined_is_one_with_the_same_changes() -> None:
    ours = definition("Ours", STANDARD, DAYLIGHT)
    for day, hour in (("20260705", 7), ("20260328", 8), ("20260329", 7), ("20261024", 7), ("20261025", 8)):
        assert schedule_of(f"DTSTART;TZID=Ours:{day}T090000", ours).starts_at.hour == hour
    india = definition("(GMT+05:30) Chennai", "DTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\n")
    assert schedule_of('DTSTART;TZID="(GMT+05:30) Chennai":20260705T090000', india).timezone == "Asia/Calcutta"


def test_a_definition_may_say_where_it_is_from_or_list_its_changes() -> None:
    said = definition("Ours", STANDARD, DAYLIGHT, "X-LIC-LOCATION:Europe/Paris\n")
    assert schedule_of("DTSTART;TZID=Ours:20260705T090000", said).timezone == "Europe/Paris"
    listed = definition(
        "Ours",
        "DTSTART:20251026T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRDATE:20261025T030000,20271031T030000\n",
        "DTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRDATE:20270328T020000\n",
    )
    for day, hour in (("20260705", 7), ("20260328", 8), ("20260329", 7), ("20261025", 8)):
        assert schedule_of(f"DTSTART;TZID=Ours:{day}T090000", listed).starts_at.hour == hour


def test_a_zone_like_none_of_the_world_is_a_reason_to_leave_an_event_out() -> None:
    strange = definition("Ours", "DTSTART:19700101T000000\nTZOFFSETFROM:+0117\nTZOFFSETTO:+0117\n")
    for tzid in ("Ours", "../../etc/passwd", "x" * 50):
        found = reading(GOOD, f"UID:1\nDTSTART;TZID={tzid}:20260105T090000", head=strange)
        assert [entry.uid for entry in found.entries] == ["good"]
        assert [remark.reason for remark in found.skipped] == [f"Its zone {tzid!r} is none of the tz database."]


def test_floating_times_and_whole_days_are_where_the_calendar_is() -> None:
    for when in ("DTSTART:20260105T090000", "DTSTART;VALUE=DATE:20260105"):
        assert schedule_of(when).timezone == "Europe/Zurich"
        assert schedule_of(when, "X-WR-TIMEZONE:America/New_York\n").timezone == "America/New_York"
        assert schedule_of(when, "X-WR-TIMEZONE:nowhere\n").timezone == "Europe/Zurich"
    assert schedule_of("DTSTART:20260105T090000Z", "X-WR-TIMEZONE:America/New_York\n").timezone == "UTC"


def test_dates_and_exceptions_are_said_in_whatever_zone() -> None:
    found = schedule_of(
        "DTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=DAILY\n"
        "EXDATE;TZID=Europe/Berlin:20260106T090000,20260107T090000\nEXDATE:20260108T080000Z\n"
        "EXDATE;TZID=Europe/London:20260109T080000\nEXDATE;VALUE=DATE:20260110\nEXDATE:\n"
        "RDATE;TZID=Europe/Berlin:20260111T180000"
    )
    assert found.exdates == tuple(datetime(2026, 1, day, 9) for day in (6, 7, 8, 9, 10))
    assert found.rdates == (datetime(2026, 1, 11, 18),)


def test_a_period_is_a_date_and_where_it_is_longer_an_override() -> None:
    found = schedule_of(
        "DTSTART:20260105T090000\nDTEND:20260105T100000\n"
        "RDATE;VALUE=PERIOD:20260106T090000/PT1H,20260107T090000/PT2H,20260108T090000/20260108T120000"
    )
    assert found.rdates == tuple(datetime(2026, 1, day, 9) for day in (6, 7, 8))
    assert found.overrides == (
        Override(recurrence_id=datetime(2026, 1, 7, 9), ends=datetime(2026, 1, 7, 11)),
        Override(recurrence_id=datetime(2026, 1, 8, 9), ends=datetime(2026, 1, 8, 12)),
    )


WEEKLY = (
    "UID:w\nSUMMARY:Weekly\nDESCRIPTION:Same\nDTSTART;TZID=Europe/Berlin:20260105T090000\n"
    "DTEND;TZID=Europe/Berlin:20260105T100000\nRRULE:FREQ=WEEKLY"
)


def test_what_differs_is_joined_with_its_event_wherever_it_stands() -> None:
    moved = (
        "UID:w\nSUMMARY:Weekly\nDESCRIPTION:Same\nRECURRENCE-ID;TZID=Europe/Berlin:20260112T090000\n"
        "DTSTART:20260113T170000Z\nDTEND:20260113T180000Z"
    )
    cancelled = "UID:w\nRECURRENCE-ID:20260119T080000Z\nDTSTART:20260119T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    longer = (
        "UID:w\nSUMMARY:Long\nRECURRENCE-ID;VALUE=DATE:20260126\nDTSTART;TZID=Europe/Berlin:20260126T090000\n"
        "DURATION:PT3H"
    )
    found = only(moved, cancelled, WEEKLY, longer)
    assert found.schedule.overrides == (
        Override(recurrence_id=datetime(2026, 1, 12, 9), starts=datetime(2026, 1, 13, 18)),
        Override(recurrence_id=datetime(2026, 1, 19, 9), cancelled=True),
        Override(recurrence_id=datetime(2026, 1, 26, 9), ends=datetime(2026, 1, 26, 12), title="Long"),
    )
    starts = [
        one.starts_at
        for one in occurrences(
            found.schedule, after=datetime(2026, 1, 6, tzinfo=UTC), before=datetime(2026, 1, 27, tzinfo=UTC)
        )
    ]
    assert starts == [datetime(2026, 1, 13, 17, tzinfo=UTC), datetime(2026, 1, 26, 8, tzinfo=UTC)]


def test_an_occurrence_without_its_event_is_an_event() -> None:
    orphan = "UID:w\nSUMMARY:Once\nRECURRENCE-ID:20260119T080000Z\nDTSTART:20260120T080000Z"
    found = only(orphan)
    assert (found.uid, found.title, found.schedule.rrule) == ("w#20260119T080000Z", "Once", "")
    assert found.schedule.starts == datetime(2026, 1, 20, 8)


def test_no_two_entries_have_one_uid() -> None:
    orphan = "UID:w\nRECURRENCE-ID;TZID={}:20260119T080000\nDTSTART:20260120T080000Z"
    found = reading(
        orphan.format("Europe/Berlin"),
        orphan.format("Europe/London"),
        "UID:v\nRECURRENCE-ID:20260119T080000Z\nDTSTART:20260120T080000Z",
        "UID:v#20260119T080000Z\nDTSTART:20260120T080000Z",
        f"UID:{'x' * 250}\nRECURRENCE-ID:20260119T080000Z\nDTSTART:20260120T080000Z",
    )
    uids = [entry.uid for entry in found.entries]
    assert uids[:2] == ["w#20260119T080000", "v#20260119T080000Z"]
    assert len(uids[2]) == 32
    assert [remark.place for remark in found.skipped] == ["w", "v"]


def test_an_occurrence_with_an_empty_title_is_called_as_the_others() -> None:
    [override] = only(
        WEEKLY, "UID:w\nSUMMARY:\nRECURRENCE-ID:20260112T080000Z\nDTSTART:20260112T090000Z"
    ).schedule.overrides
    assert override.title is None


def test_dates_come_in_order_however_a_file_has_them() -> None:
    found = schedule_of(
        "DTSTART:20260105T090000\nRRULE:FREQ=DAILY\nEXDATE:20260109T090000\nEXDATE:20260107T090000,20260109T090000\n"
        "RDATE:20260111T180000,20260110T180000"
    )
    assert found.exdates == tuple(datetime(2026, 1, day, 9) for day in (7, 9))
    assert found.rdates == tuple(datetime(2026, 1, day, 18) for day in (10, 11))


def test_the_newest_version_counts() -> None:
    first, second = f"{GOOD}\nSEQUENCE:1", f"{GOOD}\nSEQUENCE:2\nLOCATION:New"
    for order in ((first, second), (second, first)):
        found = reading(*order)
        assert [entry.location for entry in found.entries] == ["New"]
        assert [remark.reason for remark in found.skipped] == ["The file has a newer version of it."]
    stamped = (f"{GOOD}\nLAST-MODIFIED:20260102T000000Z\nLOCATION:New", f"{GOOD}\nLAST-MODIFIED:20260101T000000Z")
    assert [entry.location for entry in reading(*stamped).entries] == ["New"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("UID:1\nSUMMARY:x", "It has no DTSTART, so nobody knows when it begins."),
        ("UID:1\nDTSTART:soon", "Its DTSTART is no time: 'soon'."),
        ("UID:1\nDTSTART:20260230T000000Z", "Its DTSTART is no time: '20260230T000000Z'."),
        ("UID:1\nDTSTART:16010101T000000Z", "Its DTSTART is in the year 1601."),
        ("UID:1\nDTSTART:20250101T000000Z\nDTEND:99991231T000000Z", "Its DTEND is in the year 9999."),
        ("UID:1\nDTSTART:19500101T000000Z", "Its start (DTSTART) must be in the years 1970 to 2200."),
        ("UID:1\nDTSTART:20260105T090000Z\nDTEND:20260104T090000Z", "Its end (DTEND) must not be before the start."),
        ("UID:1\nDTSTART:20260105T090000Z\nDURATION:P9999D", "It lasts more than 366 days."),
        ("UID:1\nDTSTART:20260105T090000Z\nDURATION:long", "Its DURATION is none: 'long'."),
        (
            "UID:1\nDTSTART:20260105T090000Z\nRRULE:FREQ=SECONDLY",
            "Its rule (RRULE) must have one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY in FREQ.",
        ),
        (
            "UID:1\nDTSTART:20260105T090000Z\nRRULE:FREQ=HOURLY",
            "Its rule (RRULE) must not make more than 1000 occurrences within two years; end it or thin it out.",
        ),
        ("UID:1\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
         "It has several rules (RRULE), which cannot be kept."),
        ("UID:1\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY",
         "It has an EXRULE, which RFC 5545 no longer knows."),
        ("UID:1\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY\nEXDATE:never", "Its EXDATE is no time: 'never'."),
        ("UID:1\nDTSTART:20260105T090000Z\nBEGIN:VEVENT\nUID:2", "It has no END:VEVENT."),
    ],
)  # fmt: skip
def test_one_bad_event_never_stops_the_others(event: str, reason: str) -> None:
    found = reading(GOOD, event, GOOD.replace("good", "better"))
    assert {entry.uid for entry in found.entries} >= {"good", "better"}
    assert found.skipped[0].reason == reason


@pytest.mark.parametrize(
    ("occurrence", "says"),
    [
        ("RECURRENCE-ID:20260119T080000Z\nDTSTART;VALUE=DATE:20260119", "whole day among times"),
        ("RECURRENCE-ID:20260119T080000Z\nDTSTART:soon", "Its DTSTART is no time"),
        ("RECURRENCE-ID:20260119T080000Z\nDTSTART:20260119T080000Z\nDTEND:20260118T080000Z", "before the start"),
    ],
)
def test_a_bad_occurrence_leaves_its_event_as_it_is(occurrence: str, says: str) -> None:
    found = reading(WEEKLY, f"UID:w\nSUMMARY:Bad\n{occurrence}")
    assert [entry.schedule.overrides for entry in found.entries] == [()]
    [remark] = found.skipped
    assert (remark.place, remark.title) == ("w", "Bad")
    assert says in remark.reason


def test_an_event_that_changes_from_an_occurrence_on_is_left_out_rather_than_shown_at_wrong_times() -> None:
    found = reading(WEEKLY, "UID:w\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260119T080000Z\nDTSTART:20260119T090000Z")
    assert found.entries == []
    assert all("THISANDFUTURE" in remark.reason for remark in found.skipped)
    assert found.unread == ["w"]


@pytest.mark.parametrize("kind", ["PRIVATE", "confidential", "X-INTERNAL", "", "PUBLIC\nCLASS:PRIVATE"])
def test_what_is_not_for_everybody_is_left_out_and_does_not_stay(kind: str) -> None:
    found = reading(f"UID:1\nDTSTART:20260105T090000Z\nCLASS:{kind}", "UID:2\nDTSTART:20260105T090000Z\nCLASS:PUBLIC")
    assert [entry.uid for entry in found.entries] == ["2"]
    assert [remark.reason for remark in found.skipped] == ["It is not for everybody: it has a CLASS other than PUBLIC."]
    assert found.unread == []


def test_what_is_cut_or_dropped_is_reported() -> None:
    found = reading(
        f"UID:1\nDTSTART:20260105T090000Z\nSUMMARY:{'x' * 201}\nDESCRIPTION:{'y' * 100_001}\nLOCATION:{'z' * 300}\n"
        "URL:javascript:alert(1)"
    )
    [entry] = found.entries
    assert (len(entry.title), len(entry.description), len(entry.location), entry.url) == (200, 100_000, 200, "")
    assert [remark.reason for remark in found.altered] == [
        "Its SUMMARY was cut to 200 characters.",
        "Its DESCRIPTION was cut to 100000 characters.",
        "Its LOCATION was cut to 200 characters.",
        "Its URL was left out, since it is no address of a page: 'javascript:alert(1)'.",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "https://ada:pw@example.org",
        "https://x y.example",
    ],
)
def test_only_addresses_of_pages_are_kept(url: str) -> None:
    assert only(f"{GOOD}\nURL:{url}").url == ""
    assert only(f"{GOOD}\nURL:https://example.org/?a=1").url == "https://example.org/?a=1"


def test_scripts_stay_text_and_control_characters_go() -> None:
    script = "<script>alert('x')</script>"
    found = only(
        f"UID:1\0{script}\nDTSTART:20260105T090000Z\nSUMMARY:{script}\0\x1b[0m\ttabbed\\nline\n"
        f"DESCRIPTION:{script}\0\x07\ufffe\\n\ttabbed\nLOCATION:{script}\nCATEGORIES:{script},\0"
    )
    assert found.uid == f"1 {script}"
    assert found.title == f"{script} [0m tabbed line"
    assert found.description == f"{script}\n\ttabbed"
    assert (found.location, found.categories) == (script, (script,))


def test_what_is_no_event_is_passed_over() -> None:
    found = only(
        f"{GOOD}\nBEGIN:VALARM\nTRIGGER:-PT15M\nDESCRIPTION:Alarm\nDTSTART:20200101T000000Z\nEND:VALARM\nLOCATION:Here",
        head="BEGIN:VTODO\nUID:t\nSUMMARY:Do\nEND:VTODO\n",
        tail="BEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\n",
    )
    assert (found.uid, found.description, found.location) == ("good", "", "Here")


def test_a_file_may_have_several_calendars_each_with_its_zone() -> None:
    first = calendar("UID:1\nDTSTART:20260105T090000", head="X-WR-TIMEZONE:Asia/Tokyo\nX-WR-CALNAME:One\\, two\n")
    second = calendar("UID:2\nDTSTART:20260105T090000", head="X-WR-TIMEZONE:Asia/Seoul\n")
    found = read((first + second).encode(), timezone="UTC")
    assert found.name == "One, two"
    assert [entry.schedule.timezone for entry in found.entries] == ["Asia/Tokyo", "Asia/Seoul"]


FOLDED = calendar("UID:1\nDTSTART:20260105T090000Z\nSUMMARY:Grü\n ße aus\n \tZürich")


@pytest.mark.parametrize(
    "raw",
    [
        FOLDED.encode(),
        FOLDED.replace("\n", "\r\n").encode(),
        FOLDED.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + FOLDED.encode(),
        b"\n\n  \n" + FOLDED.replace("\n", "\n\n").replace("\n\n ", "\n ").encode(),
        FOLDED.encode("utf-16"),
        FOLDED.encode("cp1252"),
        FOLDED.encode().replace("ü".encode(), b"\xc3\r\n \xbc"),
        FOLDED.replace("BEGIN:VCALENDAR", "begin:vcalendar").replace("SUMMARY", "Summary").encode(),
        FOLDED.replace("VERSION:2.0\n", "").replace("END:VCALENDAR\n", "").encode(),
    ],
)
def test_files_are_coded_and_folded_in_many_ways(raw: bytes) -> None:
    [entry] = read(raw, timezone="UTC").entries
    assert entry.title == "Grüße aus Zürich"


def test_a_uid_that_is_too_long_becomes_a_short_one_that_stays() -> None:
    first, again, other = (only(f"UID:{'x' * 300}{end}\nDTSTART:20260105T090000Z").uid for end in "aab")
    assert first == again != other
    assert len(first) == 32


def test_a_thousand_events_are_read_and_followed_for_two_years_well_within_the_time_of_an_import() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    found = reading(*(WEEKLY.replace("UID:w", f"UID:{number}") for number in range(1000)))
    assert len(found.entries) == 1000
    made = [
        one
        for entry in found.entries
        for one in occurrences(entry.schedule, after=begin, before=begin + timedelta(731))
    ]
    assert len(made) == 104_000
