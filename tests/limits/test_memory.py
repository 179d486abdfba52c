"""The counter of one process: exact, and bounded."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from pydotorg.kernel.frontdoor.counters.memory import CALLERS_MAX, Memory

WINDOW = 28_928_160
MEGABYTE = 2**20


def test_a_million_addresses_neither_fill_the_memory_nor_free_a_heavy_caller() -> None:
    counter = Memory()
    heavy = [counter.count("LOW:192.0.2.1", WINDOW) for _ in range(120)][-1]
    for number in range(1_000_000):
        counter.count(f"LOW:2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64", WINDOW)
        if number % 10_000 == 0:
            heavy += 1
            assert counter.count("LOW:192.0.2.1", WINDOW) == heavy
    assert len(counter.counts) <= CALLERS_MAX
    assert sys.getsizeof(counter.counts) < 10 * MEGABYTE


def test_the_windows_before_the_last_are_dropped() -> None:
    counter = Memory()
    for window in range(WINDOW, WINDOW + 3):
        counter.count("LOW:192.0.2.1", window)
    assert (counter.window, counter.window_before) == (WINDOW + 2, WINDOW + 1)
    assert counter.count("LOW:192.0.2.1", WINDOW) == 1


def test_a_request_counted_late_counts_in_its_own_window() -> None:
    counter = Memory()
    counts = [counter.count("LOW:192.0.2.1", WINDOW + late) for late in (0, 0, 1, 0, 1)]
    assert counts == [1, 2, 1, 3, 2]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 9))))
def test_a_count_becomes_the_highest_known_and_the_new_requests(steps: list[tuple[str, int, int]]) -> None:
    counter, totals = Memory(), {"a": 0, "b": 0}
    for key, requests, known in steps:
        totals[key] = max(totals[key], known) + requests
        assert counter.count(key, WINDOW, requests, known) == totals[key]
