"""The counter of all workers of a host: exact, whatever happens to one of them."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pydotorg.kernel.frontdoor.counters import shared
from pydotorg.kernel.frontdoor.counters.memory import Memory
from pydotorg.kernel.frontdoor.counters.shared import Shared
from tests.limits.conftest import Hammer, begin, passed

WINDOW = 28_928_160
HOLDS_THE_LOCK = """
import fcntl, sys, time
file = open(sys.argv[1], "r+b")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_exactly_the_limit_passes_on_three_workers(table: Path, hammer: Hammer) -> None:
    workers = [hammer(f"shared:{table}", "192.0.2.1", requests=10_000, factor=100) for _ in range(3)]
    assert passed(workers) == 12_000


def test_exactly_the_limit_passes_although_a_worker_is_killed(table: Path, hammer: Hammer) -> None:
    victim = hammer(f"shared:{table}", "192.0.2.1", requests=1_000_000_000, factor=200)
    others = [hammer(f"shared:{table}", "192.0.2.1", requests=30_000, factor=200) for _ in range(2)]
    begin([victim])
    begin(others)
    assert others[0].stdout is not None
    dots = others[0].stdout.read(100)
    victim.kill()
    dots += b"".join(worker.communicate()[0] for worker in (*others, victim))
    assert victim.returncode == -signal.SIGKILL
    # the last one may have passed, and not have said so
    assert dots.count(b".") in (24_000, 23_999)


def test_the_lock_of_a_killed_worker_is_free(table: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS_THE_LOCK, table], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    with closing(Shared(table)) as counter:
        assert counter.count("LOW:192.0.2.1", WINDOW) == 1


def test_workers_continue_each_other(table: Path) -> None:
    with closing(Shared(table)) as one, closing(Shared(table)) as other:
        counts = [counter.count("LOW:192.0.2.1", WINDOW) for counter in (one, other, other, one)]
        assert counts == [1, 2, 3, 4]
        assert other.count("HIGH:192.0.2.1", WINDOW) == 1


def test_a_worker_that_is_late_counts_in_its_own_window(table: Path) -> None:
    with closing(Shared(table)) as one, closing(Shared(table)) as other:
        assert [one.count("LOW:192.0.2.1", WINDOW) for _ in range(2)] == [1, 2]
        assert other.count("LOW:192.0.2.1", WINDOW + 1) == 1
        assert one.count("LOW:192.0.2.1", WINDOW) == 3
        assert one.count("LOW:192.0.2.1", WINDOW + 1) == 2


def test_in_a_full_table_the_heavy_callers_stay(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "BUCKETS", 16)
    with closing(Shared(table)) as counter:
        heavy = [counter.count("LOW:192.0.2.1", WINDOW) for _ in range(120)][-1]
        for number in range(20_000):
            counter.count(f"LOW:2001:db8:0:{number:x}::/64", WINDOW)
        assert counter.count("LOW:192.0.2.1", WINDOW) == heavy + 1
        assert [counter.count("LOW:198.51.100.7", WINDOW) for _ in range(3)] == [1, 2, 3]


def test_the_slots_of_past_windows_are_free(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "BUCKETS", 1)
    with closing(Shared(table)) as counter:
        for number in range(shared.SLOTS):
            counter.count(f"LOW:192.0.2.{number}", WINDOW, 1000)
        counts = [counter.count(f"LOW:198.51.100.{number}", WINDOW + 2) for number in 2 * [*range(shared.SLOTS)]]
        assert counts == [1] * shared.SLOTS + [2] * shared.SLOTS


def test_a_count_that_has_no_room_stays_at_the_highest(table: Path) -> None:
    with closing(Shared(table)) as counter:
        assert counter.count("LOW:192.0.2.1", WINDOW, known=2**40) == counter.count("LOW:192.0.2.1", WINDOW)


def test_a_table_that_is_there_is_not_made_again(table: Path) -> None:
    with pytest.raises(FileExistsError):
        shared.create(table)
    assert table.stat().st_mode & 0o077 == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.integers(0, 3), st.integers(0, 9))))
def test_it_counts_as_the_counter_in_memory_does(table: Path, steps: list[tuple[str, int, int, int]]) -> None:
    table.unlink()
    shared.create(table)
    with closing(Shared(table)) as counter:
        simple = Memory()
        for key, late, requests, known in steps:
            expected = simple.count(key, WINDOW + late, requests, known)
            assert counter.count(key, WINDOW + late, requests, known) == expected
