"""What a schedule may say, and what is said of one that may not be."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from pydotorg.events.schedule import DATES_MAX, Override, Schedule, faults_of, normalised
from pydotorg.events.zones import instant, names, nearest, wall, zone

NINE, TEN = datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 10)  # a Monday
SINGLE = Schedule(timezone="Europe/Zurich", starts=NINE, ends=TEN)
DAY = Schedule(timezone="Europe/Zurich", starts=datetime(2026, 1, 5), ends=datetime(2026, 1, 6), all_day=True)


def ruled(rule: str, schedule: Schedule = SINGLE) -> Schedule:
    return replace(schedule, rrule=rule)


def members_of(schedule: Schedule) -> list[str]:
    return [member for member, _ in faults_of(schedule)]


def message_of(schedule: Schedule) -> str:
    [(_, message)] = faults_of(schedule)
    return message


@pytest.mark.parametrize(
    "schedule",
    [
        SINGLE,
        DAY,
        replace(SINGLE, ends=NINE),
        replace(SINGLE, starts=datetime(1970, 1, 1), ends=datetime(1970, 1, 2)),
        replace(SINGLE, starts=datetime(2200, 12, 31), ends=datetime(2200, 12, 31, 1)),
        replace(SINGLE, ends=NINE + timedelta(days=366)),
        replace(SINGLE, timezone="US/Eastern"),
        replace(SINGLE, timezone="Asia/Calcutta"),
        replace(SINGLE, timezone="Europe/Kiev"),
        replace(SINGLE, timezone="UTC"),
        ruled("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20271231T225959Z"),
        ruled("FREQ=HOURLY;COUNT=8"),
        ruled("FREQ=HOURLY;UNTIL=20260106T090000Z"),
        ruled("FREQ=HOURLY;INTERVAL=18"),
        ruled("FREQ=DAILY;COUNT=1000"),
        ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        ruled("FREQ=MONTHLY;BYDAY=-1SU", DAY),
        ruled("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ruled("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;WKST=SU"),
        ruled("FREQ=DAILY;UNTIL=99991231T235959Z"),
        replace(SINGLE, rdates=(TEN,), exdates=(NINE,), overrides=(Override(recurrence_id=NINE, starts=TEN),)),
    ],
)
def test_what_can_be_kept_has_no_faults(schedule: Schedule) -> None:
    assert list(faults_of(schedule)) == []


@pytest.mark.parametrize(
    ("schedule", "member", "says"),
    [
        (replace(SINGLE, timezone="Europe/Zürich"), "timezone", "Europe/Zurich"),
        (replace(SINGLE, timezone="zurich"), "timezone", "Europe/Zurich"),
        (replace(SINGLE, timezone="EST6"), "timezone", "such as Europe/Amsterdam"),
        (replace(SINGLE, timezone=""), "timezone", "such as Europe/Amsterdam"),
        (replace(SINGLE, ends=NINE - timedelta(seconds=1)), "ends", "before the start"),
        (replace(SINGLE, ends=NINE + timedelta(days=367)), "ends", "366 days"),
        (replace(SINGLE, starts=datetime(1969, 12, 31)), "starts", "1970 to 2200"),
        (replace(SINGLE, starts=NINE.replace(microsecond=1)), "starts", "whole second"),
        (replace(DAY, ends=DAY.starts), "ends", "at least one day"),
        (replace(DAY, starts=NINE, ends=NINE + timedelta(days=1)), "starts", "midnight"),
        (ruled("weekly"), "rrule", "FREQ=WEEKLY;BYDAY=MO"),
        (ruled("INTERVAL=2"), "rrule", "how often"),
        (ruled("FREQ=SECONDLY"), "rrule", "YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY"),
        (ruled("FREQ=MINUTELY;COUNT=2"), "rrule", "YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY"),
        (ruled("FREQ=DAILY;FREQ=WEEKLY"), "rrule", "FREQ once"),
        (ruled("FREQ=DAILY;BYEASTER=1"), "rrule", "BYEASTER=1"),
        (ruled("FREQ=DAILY;COUNT=1001"), "rrule", "1 to 1000 in COUNT"),
        (ruled("FREQ=DAILY;COUNT=100000000"), "rrule", "1 to 1000 in COUNT"),
        (ruled("FREQ=DAILY;COUNT=0"), "rrule", "1 to 1000 in COUNT"),
        (ruled("FREQ=DAILY;COUNT=-1"), "rrule", "1 to 1000 in COUNT"),
        (ruled("FREQ=DAILY;COUNT=٣"), "rrule", "1 to 1000 in COUNT"),
        (ruled("FREQ=DAILY;INTERVAL=0"), "rrule", "INTERVAL"),
        (ruled("FREQ=DAILY;COUNT=2;UNTIL=20270101"), "rrule", "UNTIL or by COUNT"),
        (ruled("FREQ=DAILY;UNTIL=20270230"), "rrule", "in UNTIL"),
        (ruled("FREQ=DAILY;UNTIL=00010101T000000Z"), "rrule", "in UNTIL"),
        (ruled("FREQ=DAILY;UNTIL=20260104"), "rrule", "not before the start"),
        (ruled("FREQ=MONTHLY;BYMONTHDAY=0"), "rrule", "but not 0, in BYMONTHDAY"),
        (ruled("FREQ=MONTHLY;BYMONTHDAY=32"), "rrule", "-31 to 31"),
        (ruled("FREQ=MONTHLY;BYMONTHDAY=1,,2"), "rrule", "whole numbers in BYMONTHDAY"),
        (ruled("FREQ=MONTHLY;BYDAY=0MO"), "rrule", "-1SU in BYDAY"),
        (ruled("FREQ=MONTHLY;BYDAY=XX"), "rrule", "-1SU in BYDAY"),
        (ruled("FREQ=WEEKLY;BYDAY=1MO"), "rrule", "MONTHLY or YEARLY"),
        (ruled("FREQ=WEEKLY;BYMONTHDAY=1"), "rrule", "BYMONTHDAY with FREQ=WEEKLY"),
        (ruled("FREQ=MONTHLY;BYWEEKNO=1"), "rrule", "FREQ=YEARLY only"),
        (ruled("FREQ=DAILY;BYYEARDAY=1"), "rrule", "YEARLY or HOURLY only"),
        (ruled("FREQ=MONTHLY;BYSETPOS=1"), "rrule", "another BY part"),
        (ruled("FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,10;BYSETPOS=1"), "rrule", "several times of a day"),
        (ruled("FREQ=WEEKLY;WKST=1"), "rrule", "in WKST"),
        (ruled("FREQ=HOURLY"), "rrule", "1000 occurrences within two years"),
        (ruled("FREQ=HOURLY;INTERVAL=17"), "rrule", "1000 occurrences within two years"),
        (ruled("FREQ=DAILY;BYHOUR=9,17"), "rrule", "1000 occurrences within two years"),
        (ruled("FREQ=DAILY;BYMINUTE=0,10,20,30,40;BYHOUR=9,10,11,12,13"), "rrule", "24 starts a day"),
        (ruled("FREQ=DAILY;BYHOUR=9", DAY), "rrule", "whole days"),
        (ruled("FREQ=HOURLY;COUNT=2", DAY), "rrule", "whole days"),
        (ruled("FREQ=DAILY;BYMONTH=" + "1," * 250 + "1"), "rrule", "500 characters"),
        (replace(SINGLE, rdates=(NINE,) * (DATES_MAX + 1)), "rdates", "1000"),
        (replace(SINGLE, exdates=(NINE,) * (DATES_MAX + 1)), "exdates", "1000"),
        (replace(SINGLE, rdates=(NINE, datetime(2300, 1, 1))), "rdates.1", "1970 to 2200"),
        (replace(DAY, exdates=(NINE,)), "exdates.0", "midnight"),
        (replace(SINGLE, overrides=(Override(recurrence_id=NINE),) * 2), "overrides.1.recurrence_id", "another"),
        (
            replace(
                SINGLE, overrides=tuple(Override(recurrence_id=datetime(2026, 3, 29, hour, 30)) for hour in (2, 3))
            ),
            "overrides.1.recurrence_id",
            "another",
        ),
        (replace(SINGLE, overrides=(Override(recurrence_id=TEN, ends=NINE),)), "overrides.0.ends", "before the start"),
        (
            replace(SINGLE, overrides=(Override(recurrence_id=NINE, starts=TEN, ends=NINE),)),
            "overrides.0.ends",
            "before the start",
        ),
        (replace(DAY, overrides=(Override(recurrence_id=NINE),)), "overrides.0.recurrence_id", "midnight"),
    ],
)
def test_each_fault_is_named_where_it_is(schedule: Schedule, member: str, says: str) -> None:
    assert (member, True) in [(named, says in message) for named, message in faults_of(schedule)]


def test_a_rule_that_is_thin_at_first_and_dense_later_is_too_much() -> None:
    # it begins on the last day of a year, and the next for it is five years later
    hours = "BYHOUR=" + ",".join(map(str, range(24)))
    begun = replace(SINGLE, starts=datetime(2026, 12, 31, 9), ends=datetime(2026, 12, 31, 10))
    dense = f"FREQ=YEARLY;INTERVAL=5;BYDAY=MO,TU,WE,TH,FR,SA,SU;{hours}"
    assert "within two years" in message_of(ruled(dense, begun))
    assert "within two years" not in "".join(
        message for _, message in faults_of(ruled(f"{dense};UNTIL=20270101T000000Z", begun))
    )


def test_an_end_may_not_come_before_a_start_that_clocks_skip() -> None:
    """Half past two is read with the offset before the gap, so it is half past three of summer time."""
    skipped = replace(SINGLE, starts=datetime(2026, 3, 29, 2, 30), ends=datetime(2026, 3, 29, 3, 0))
    assert members_of(skipped) == ["ends"]
    assert members_of(replace(skipped, ends=datetime(2026, 3, 29, 3, 30))) == []


@pytest.mark.parametrize(
    ("rule", "schedule", "text"),
    [
        ("freq=weekly;byday=we,mo;interval=1;wkst=mo;", SINGLE, "FREQ=WEEKLY;BYDAY=WE,MO;INTERVAL=1;WKST=MO"),
        ("BYDAY=MO;FREQ=WEEKLY;INTERVAL=02;WKST=SU", SINGLE, "FREQ=WEEKLY;BYDAY=MO;INTERVAL=02;WKST=SU"),
        ("FREQ=MONTHLY;BYDAY=+1MO,-1SU,FR", SINGLE, "FREQ=MONTHLY;BYDAY=+1MO,-1SU,FR"),
        ("FREQ=DAILY;UNTIL=20270701", SINGLE, "FREQ=DAILY;UNTIL=20270701T215959Z"),
        ("FREQ=DAILY;UNTIL=20270701T090000", SINGLE, "FREQ=DAILY;UNTIL=20270701T070000Z"),
        ("FREQ=DAILY;UNTIL=20270701T070000Z", SINGLE, "FREQ=DAILY;UNTIL=20270701T070000Z"),
        ("FREQ=DAILY;UNTIL=19700101T003000", SINGLE, "FREQ=DAILY;UNTIL=19691231T233000Z"),
        ("FREQ=DAILY;UNTIL=20270701", DAY, "FREQ=DAILY;UNTIL=20270701"),
        ("FREQ=DAILY;UNTIL=20270701T220000Z", DAY, "FREQ=DAILY;UNTIL=20270702"),
        ("FREQ=DAILY;UNTIL=20270701T000000Z", DAY, "FREQ=DAILY;UNTIL=20270701"),
        ("FREQ=DAILY;UNTIL=99991231", DAY, "FREQ=DAILY"),
        ("FREQ=YEARLY;BYMONTHDAY=-1,1;BYMONTH=2,1", SINGLE, "FREQ=YEARLY;BYMONTHDAY=-1,1;BYMONTH=2,1"),
    ],
)
def test_a_rule_is_kept_as_its_author_has_it_but_for_its_end(rule: str, schedule: Schedule, text: str) -> None:
    written = normalised(ruled(rule, schedule))
    assert written.rrule == text
    assert normalised(written) == written


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "Europe/../UTC", "a\0b", "x" * 10_000, "", "."])
def test_no_file_is_touched_for_a_name_that_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names()

    def touched(*_: object) -> None:
        raise AssertionError(name)

    monkeypatch.setattr("pydotorg.events.zones.files", touched)
    assert zone(name) is None
    assert nearest(name) == [] or len(name) < 100


def test_every_name_of_tzdata_is_a_zone_by_that_name() -> None:
    assert len(names()) > 590
    for name in names():
        found = zone(name)
        assert found is not None
        assert found.key == name


def test_a_time_that_is_skipped_or_doubled_is_read_as_the_standard_says() -> None:
    zurich = zone("Europe/Zurich")
    assert zurich is not None
    assert instant(datetime(2026, 3, 29, 2, 30), zurich) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 25, 2, 30), zurich) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 25, 2, 30, fold=1), zurich) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), zurich).fold == 0


def test_a_whole_day_is_from_midnight_to_midnight_of_its_zone() -> None:
    changing = replace(DAY, starts=datetime(2026, 3, 29), ends=datetime(2026, 3, 30))
    assert changing.starts_at == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert changing.ends_at == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_of_no_year_here_is_a_fault_like_any_other(year: int) -> None:
    strange = Override(recurrence_id=datetime(year, 12, 31, 23))
    assert members_of(replace(SINGLE, timezone="America/New_York", overrides=(strange, strange))) == [
        "overrides.0.recurrence_id", "overrides.1.recurrence_id", "overrides.1.recurrence_id",
    ]  # fmt: skip


def test_of_two_overrides_of_one_moment_the_last_is_kept() -> None:
    """Such as files of others have them, where each is said in another way."""
    first, second = (Override(recurrence_id=datetime(2026, 3, 29, hour, 30)) for hour in (2, 3))
    assert normalised(replace(SINGLE, overrides=(first, second))).overrides == (second,)
    assert normalised(replace(SINGLE, overrides=(second, first))).overrides == (first,)


def test_a_schedule_goes_through_json() -> None:
    rich = replace(
        ruled("FREQ=DAILY"),
        rdates=(TEN,),
        exdates=(NINE,),
        overrides=(
            Override(recurrence_id=NINE, starts=TEN, title="Later"),
            Override(recurrence_id=TEN, cancelled=True),
        ),
    )
    assert msgspec.json.decode(msgspec.json.encode(rich), type=Schedule) == rich
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        msgspec.json.decode(
            msgspec.json.encode(rich).replace(b"2026-01-05T09:00:00", b"2026-01-05T09:00:00Z"), type=Schedule
        )
