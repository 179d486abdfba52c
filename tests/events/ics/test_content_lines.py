"""Lines are written as icalendar writes them, to the byte, only faster."""

from datetime import UTC, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from pydotorg.events.ics.content_lines import content_line, escaped, of_clock, of_day, of_days, of_hours, of_moment

#: no lone surrogates, which no text has here
ANY = st.characters(exclude_categories=["Cs"]) | st.sampled_from('\\\\^^,;:"é世🐍\u0301 ')
TEXT = st.text(ANY, max_size=400)


@given(TEXT.map(lambda text: text.replace("\n", " ").replace("\r", " ")))
def test_lines_are_folded_alike(value: str) -> None:
    assert content_line("DESCRIPTION", value) == Contentline(f"DESCRIPTION:{value}").to_ical() + b"\r\n"


@pytest.mark.parametrize("letter", ["x", "é", "世", "🐍", "\\", "^", "\\n"])
@pytest.mark.parametrize("before", range(4))
def test_lines_of_any_length_are_folded_alike(letter: str, before: int) -> None:
    for length in range(300):
        value = "y" * before + letter * length
        assert content_line("X", value) == Contentline(f"X:{value}").to_ical() + b"\r\n"


@given(TEXT.filter(lambda text: "\\N" not in text))
def test_text_is_escaped_alike(text: str) -> None:
    """But for a backslash before an N, which icalendar takes for a line break."""
    assert escaped(text) == icalendar.vText(text).to_ical().decode()


def test_a_backslash_before_an_n_is_kept() -> None:
    assert escaped("C:\\New\\new") == "C:\\\\New\\\\new"


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31)).map(lambda moment: moment.replace(microsecond=0)))
def test_times_are_written_alike(time: datetime) -> None:
    assert of_clock(time) == icalendar.vDatetime(time).to_ical().decode()
    assert of_day(time) == icalendar.vDate(time.date()).to_ical().decode()
    there = time.replace(tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert of_moment(there) == icalendar.vDatetime(there.astimezone(UTC)).to_ical().decode()


@given(st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds)))
def test_durations_are_read_as_they_were(length: timedelta) -> None:
    assert icalendar.vDuration.from_ical(of_hours(length)) == length


@given(st.integers(1, 400).map(lambda days: timedelta(days=days)))
def test_days_are_written_alike(length: timedelta) -> None:
    assert of_days(length) == icalendar.vDuration(length).to_ical().decode()
