"""Whichever worker is asked, the numbers are those of all, and what was counted never goes back."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pydotorg.kernel.metrics import Readings
from pydotorg.kernel.observability.ledger import SILENCE_SECONDS_MAX

from .scraping import numbers, worker

KNOWN = Readings(questions=1, stored_answers=2, stored_bytes=300)
A_WORKER_THAT_DIES = """
import os, signal, sys
from pathlib import Path
from pydotorg.kernel.metrics import Readings, Tallies
from pydotorg.kernel.observability.ledger import Ledger

ledger = Ledger(Tallies(), Path(sys.argv[1]), lambda: Readings(5, 10, 1000, True, True))
for _ in range(3):
    ledger.tallies.answered("releases_list", 200)
ledger.tallies.looked_up("miss")
ledger.tallies.computed("releases_list", 0.25)
ledger.tallies.refused("LOW", "anonymous")
ledger.tallies.delayed(0.004)
ledger.write()
os.kill(os.getpid(), signal.SIGKILL)
"""


def write_as_a_process_that_dies(folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", A_WORKER_THAT_DIES, folder], check=False, timeout=60)
    assert ended.returncode == -9


def grow_old(folder: Path) -> None:
    """As if nobody had written for a while."""
    then = time.time() - SILENCE_SECONDS_MAX - 1
    for file in folder.iterdir():
        os.utime(file, (then, then))


def test_the_numbers_of_another_process_are_added_though_it_died(tmp_path: Path) -> None:
    write_as_a_process_that_dies(tmp_path)
    survivor = worker(tmp_path, KNOWN)
    survivor.tallies.answered("releases_list", 200)
    survivor.tallies.computed("releases_list", 0.5)
    found = numbers(survivor)
    assert found["pydotorg_requests_total"] == {("releases_list", "200"): 4}
    assert found["pydotorg_stored_answers_total"]["miss",] == 1
    assert found["pydotorg_computing_seconds_sum"] == {("releases_list",): 0.75}
    assert found["pydotorg_computing_seconds_count"] == {("releases_list",): 2}
    assert found["pydotorg_quota_refusals_total"] == {("anonymous", "LOW"): 1}
    assert found["pydotorg_event_loop_delay_seconds_count"] == {(): 1}
    assert found["pydotorg_revision_questions_total"] == {(): 6}
    assert found["pydotorg_store_answers"] == {(): 12}
    assert found["pydotorg_store_bytes"] == {(): 1300}
    assert found["pydotorg_database_away"] == found["pydotorg_counting_in_memory"] == {(): 1}


def test_what_a_dead_worker_held_is_gone_and_what_it_counted_stays(tmp_path: Path) -> None:
    write_as_a_process_that_dies(tmp_path)
    grow_old(tmp_path)
    found = numbers(worker(tmp_path, KNOWN))
    assert found["pydotorg_requests_total"] == {("releases_list", "200"): 3}
    assert found["pydotorg_revision_questions_total"] == {(): 6}
    assert found["pydotorg_store_answers"] == {(): 2}
    assert found["pydotorg_store_bytes"] == {(): 300}
    assert found["pydotorg_database_away"] == found["pydotorg_counting_in_memory"] == {(): 0}


def test_whoever_is_asked_next_tells_no_less(tmp_path: Path) -> None:
    """What one worker shows is in its file before, however long ago that file was due."""
    first, second = worker(tmp_path), worker(tmp_path)
    for count in range(1, 4):
        first.tallies.answered("os_list", 200)
        for asked in (first, second):
            assert numbers(asked)["pydotorg_requests_total"] == {("os_list", "200"): count}


def test_a_worker_does_not_count_itself_twice(tmp_path: Path) -> None:
    ledger = worker(tmp_path, KNOWN)
    ledger.tallies.answered("os_list", 200)
    for _ in range(3):
        ledger.write()
        assert ledger.total().requests == {("os_list", 200): 1}
        assert ledger.total().readings.stored_answers == 2


def test_asking_changes_nothing(tmp_path: Path) -> None:
    first, second = worker(tmp_path), worker(tmp_path)
    for ledger in (first, second):
        ledger.tallies.computed("os_list", 0.1)
        ledger.tallies.delayed(0.1)
    second.write()
    assert first.total() == first.total()
    assert first.tallies.computing["os_list"].buckets.count(1) == 1


def test_all_is_counted_since_the_first_of_them_started(tmp_path: Path) -> None:
    first, second = worker(tmp_path), worker(tmp_path)
    first.tallies.started = 1000.0
    first.write()
    assert second.total().started == 1000.0
    assert second.tallies.started > 1000.0


def torn(folder: Path) -> None:
    ledger = worker(folder)
    ledger.tallies.answered("os_list", 200)
    ledger.write()
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-3])


def of_another_version(folder: Path) -> None:
    ledger = worker(folder)
    ledger.tallies.answered("os_list", 200)
    ledger.tallies.delays.buckets.append(1)
    ledger.write()


def foreign(folder: Path) -> None:
    (folder / "notes.tallies").write_text("no tallies at all")
    (folder / "empty.tallies").touch()
    (folder / "folder.tallies").mkdir()
    (folder / "broken.tallies").symlink_to(folder / "nothing")


def unfinished(folder: Path) -> None:
    ledger = worker(folder)
    ledger.tallies.answered("os_list", 200)
    ledger.write()
    [file] = folder.iterdir()
    file.rename(file.with_suffix(".draft"))


@pytest.mark.parametrize("leave", [torn, of_another_version, foreign, unfinished])
def test_what_is_no_whole_file_of_a_worker_is_ignored(leave: Callable[[Path], None], tmp_path: Path) -> None:
    leave(tmp_path)
    ledger = worker(tmp_path)
    ledger.tallies.answered("os_list", 404)
    assert ledger.total().requests == {("os_list", 404): 1}


def test_nothing_but_whole_files_is_left(tmp_path: Path) -> None:
    for ledger in (worker(tmp_path), worker(tmp_path)):
        for _ in range(3):
            ledger.write()
    assert [file.suffix for file in tmp_path.iterdir()] == [".tallies", ".tallies"]


def test_a_folder_that_is_gone_is_said_once_and_ends_nothing(tmp_path: Path) -> None:
    ledger = worker(tmp_path / "gone")
    ledger.tallies.answered("os_list", 200)
    with capture_logs() as lines:
        for _ in range(3):
            assert ledger.total().requests == {("os_list", 200): 1}
    assert [line["event"] for line in lines] == ["metrics are not shared"]
    (tmp_path / "gone").mkdir()
    assert worker(tmp_path / "gone").total().requests == {}
    ledger.write()
    assert worker(tmp_path / "gone").total().requests == {("os_list", 200): 1}
