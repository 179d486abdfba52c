from datetime import UTC, date, datetime
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from pydotorg.releases.identity import stable_id


@given(st.dates(min_value=date(1970, 1, 1)), st.text("abc019-_é"))
def test_an_id_is_a_version_7_uuid_of_midnight(day: date, name: str) -> None:
    identifier = stable_id(day, name)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert identifier.version == 7
    assert identifier.variant == RFC_4122
    assert identifier.int >> 80 == round(midnight.timestamp() * 1000)


@given(st.dates())
def test_names_of_one_day_have_ids_of_their_own(day: date) -> None:
    assert stable_id(day, "python-3148") != stable_id(day, "python-31316")


def test_ids_sort_by_day() -> None:
    assert stable_id(date(1994, 2, 15), "python-101") < stable_id(date(2026, 9, 30), "python-3148")


def test_days_before_1970_count_as_its_first() -> None:
    assert stable_id(date(1956, 1, 31), "guido") == stable_id(date(1970, 1, 1), "guido")


def test_ids_stay_as_every_installation_has_them() -> None:
    assert stable_id(date(1994, 2, 15), "python-101") == UUID("00b13f40-7400-7a76-8f5b-b3f7e0c09689")
    assert stable_id(date(1970, 1, 1), "windows") == UUID("00000000-0000-7340-b603-48484bbc10b5")
