"""Each number under its name, as Prometheus reads it."""

import re

import pytest

from pydotorg import __version__
from pydotorg.kernel.metrics import BOUNDS, Outcome, Readings
from pydotorg.kernel.observability.exposition import exposed

from .scraping import numbers, worker


def test_answers_are_counted_by_operation_and_status() -> None:
    ledger = worker()
    for operation, status in (("releases_list", 200), ("releases_list", 200), ("releases_list", 400), (None, 404)):
        ledger.tallies.answered(operation, status)
    assert numbers(ledger)["pydotorg_requests_total"] == {
        ("releases_list", "200"): 2, ("releases_list", "400"): 1, ("none", "404"): 1,
    }  # fmt: skip


def test_every_outcome_of_the_store_is_there_from_the_beginning() -> None:
    ledger = worker()
    outcomes: list[Outcome] = ["hit", "hit", "revalidated"]
    for outcome in outcomes:
        ledger.tallies.looked_up(outcome)
    assert numbers(ledger)["pydotorg_stored_answers_total"] == {
        ("hit",): 2, ("miss",): 0, ("shared",): 0, ("revalidated",): 1,
    }  # fmt: skip


def test_refusals_are_counted_by_tier_and_kind_of_caller() -> None:
    ledger = worker()
    for rank in ("anonymous", "anonymous", "staff"):
        ledger.tallies.refused("LOW", rank)
    found = numbers(ledger)["pydotorg_quota_refusals_total"]
    assert found == {("anonymous", "LOW"): 2, ("staff", "LOW"): 1}


@pytest.mark.parametrize("place", range(len(BOUNDS)))
def test_a_bucket_holds_its_bound_and_all_below(place: int) -> None:
    ledger = worker()
    bound = BOUNDS[place]
    for seconds in (bound, bound * 1.0001, 0.0, 1000.0):
        ledger.tallies.computed("files_list", seconds)
    found = numbers(ledger)["pydotorg_computing_seconds_bucket"]
    assert found[str(bound), "files_list"] == 2
    assert found["+Inf", "files_list"] == 4
    assert sorted(found.values()) == [*found.values()], "they are cumulative"


def test_a_histogram_has_its_sum_and_its_count_by_operation() -> None:
    ledger = worker()
    for operation, seconds in (("files_list", 0.25), ("files_list", 0.5), ("releases_list", 1.0)):
        ledger.tallies.computed(operation, seconds)
    found = numbers(ledger)
    assert found["pydotorg_computing_seconds_sum"] == {("files_list",): 0.75, ("releases_list",): 1.0}
    assert found["pydotorg_computing_seconds_count"] == {("files_list",): 2, ("releases_list",): 1}


def test_what_other_parts_know_is_asked_for_when_it_is_read() -> None:
    known = Readings(questions=5, stored_answers=7, stored_bytes=900, database_away=True)
    found = numbers(worker(readings=known))
    assert found["pydotorg_revision_questions_total"] == {(): 5}
    assert found["pydotorg_store_answers"] == {(): 7}
    assert found["pydotorg_store_bytes"] == {(): 900}
    assert found["pydotorg_database_away"] == {(): 1}
    assert found["pydotorg_counting_in_memory"] == {(): 0}


def test_the_version_and_the_start_are_there() -> None:
    ledger = worker()
    found = numbers(ledger)
    assert found["pydotorg_info"] == {(__version__,): 1}
    assert found["pydotorg_start_time_seconds"] == {(): pytest.approx(ledger.tallies.started)}


def test_what_the_system_knows_of_a_process_is_told_only_where_there_is_one() -> None:
    tallies = worker().tallies
    alone, of_several = (exposed(tallies, of_one_process=only).decode() for only in (True, False))
    assert "process_" not in of_several
    assert ("process_cpu_seconds_total" in alone) == ("process_resident_memory_bytes" in alone)


def test_every_metric_says_what_it_is() -> None:
    text = exposed(worker().tallies, of_one_process=False).decode()
    helped = dict(re.findall(r"^# HELP (\S+) (.*)$", text, flags=re.MULTILINE))
    typed = dict(re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, flags=re.MULTILINE))
    assert helped.keys() == typed.keys()
    assert all(name.startswith("pydotorg_") and text.endswith(".") for name, text in helped.items())
