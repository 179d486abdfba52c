"""Files are read in a process of their own: the same is read, and whatever is in them, it ends."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from pydotorg.events.ics import apart, child
from pydotorg.events.ics.apart import Readers, read_apart
from pydotorg.events.ics.entries import Remark
from pydotorg.events.ics.expansions import OCCURRENCES_MAX_OF_IMPORT, Asked, Expanded, Expansion, Told
from pydotorg.events.ics.reading import read
from pydotorg.events.ics.refusals import FILE_BYTES_MAX, NotACalendar, ReadingFailed, TooLarge
from pydotorg.events.ics.writing import written
from pydotorg.events.window import rows_of
from pydotorg.kernel.one_thread import TooManyWait
from pydotorg.kernel.text.markdown import to_html

from .samples import HEAD, RECURRING, at, entry

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = written(HEAD, [entry(schedule, f"{number}@python.org") for number, schedule in enumerate(RECURRING.values())])
BROKEN = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Never\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nDTSTART:20260301\n"
BROKEN += b"URL:ftp://example.org\nEND:VEVENT\n"


async def attempt(raw: bytes) -> Expansion:
    return await read_apart(raw, timezone="Europe/Zurich", now=NOW)


def children() -> set[str]:
    """The processes that this one has begun, and that have not ended."""
    own = os.getpid()
    return {each for task in Path(f"/proc/{own}/task").iterdir() for each in (task / "children").read_text().split()}


@pytest.mark.parametrize("raw", [FILE, BROKEN, written(HEAD, [])], ids=["all kinds", "broken", "empty"])
async def test_the_same_is_read_with_the_times_at_which_it_happens(raw: bytes) -> None:
    here, there = read(raw, timezone="Europe/Zurich"), await attempt(raw)
    for said in ("name", "skipped", "altered", "unread", "is_whole"):
        assert getattr(there, said) == getattr(here, said), said
    rows = [rows_of(each.schedule, now=NOW) for each in here.entries]
    htmls = [to_html(each.description) for each in here.entries]
    assert there.entries == [*map(Expanded, here.entries, htmls, rows)]


async def test_what_is_no_calendar_is_told_as_ever() -> None:
    with pytest.raises(NotACalendar, match=r"^The file is a web page or XML; an iCalendar file is needed\.$"):
        await attempt(b"<html>")


async def test_nothing_is_begun_for_what_is_too_large_or_has_no_zone() -> None:
    before = children()
    with pytest.raises(TooLarge, match="more than 5 MiB"):
        await attempt(b"x" * (FILE_BYTES_MAX + 1))
    with pytest.raises(LookupError):
        await read_apart(FILE, timezone="Europe/Nowhere", now=NOW)
    assert children() == before


async def test_a_file_of_the_largest_size_is_read() -> None:
    padding = b"X-PADDING:" + b"x" * 60 + b"\n"
    raw = (FILE + padding * (FILE_BYTES_MAX // len(padding)))[:FILE_BYTES_MAX]
    assert len((await attempt(raw)).entries) == len(RECURRING)


async def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    monkeypatch.setattr(apart, "SECONDS_MAX", 0.01)
    with pytest.raises(ReadingFailed, match=r"^It takes longer than 0\.01 seconds to read the file"):
        await attempt(FILE)
    assert children() == before


async def test_whoever_goes_away_leaves_nothing_behind() -> None:
    before = children()
    reading = asyncio.ensure_future(attempt(FILE))
    while children() == before:  # noqa: ASYNC110  no event tells
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() == before


async def test_a_process_that_fails_is_told_as_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CHILD", "no-such-file.py")
    with pytest.raises(ReadingFailed, match="more time or memory"):
        await attempt(FILE)


def instead(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Let another process answer."""
    path = folder / "instead.py"
    path.write_text(f"import sys\n{program}", encoding="ascii")
    monkeypatch.setattr(apart, "CHILD", path)


async def test_what_answers_too_much_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = children()
    instead(monkeypatch, tmp_path, "while True: sys.stdout.write('x' * 1_000_000)")
    with pytest.raises(ReadingFailed, match=r"^What the file says takes more than 62 MiB, written out\.$"):
        await attempt(FILE)
    assert children() == before


async def test_an_answer_may_be_as_large_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    question = msgspec.msgpack.encode(Asked(FILE, "UTC", NOW))
    size = len(await apart._answered(question))
    monkeypatch.setattr(apart, "ANSWER_BYTES_MAX", size)
    assert len(await apart._answered(question)) == size
    monkeypatch.setattr(apart, "ANSWER_BYTES_MAX", size - 1)
    with pytest.raises(ReadingFailed, match="written out"):
        await apart._answered(question)


def test_there_is_room_for_all_occurrences_in_an_answer() -> None:
    [row] = rows_of(at("2026-03-01T09:00"), now=NOW)
    assert len(msgspec.msgpack.encode(row)) * OCCURRENCES_MAX_OF_IMPORT + 10 * FILE_BYTES_MAX <= apart.ANSWER_BYTES_MAX


async def test_who_complains_without_end_is_heard_to_the_end_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = msgspec.msgpack.encode(Told("Loud", [], [], [], [], is_whole=True))
    instead(monkeypatch, tmp_path, f"sys.stderr.write('x' * 10_000_000 + 'y'); sys.stdout.buffer.write({told!r})")
    with capture_logs() as logs:
        assert (await attempt(FILE)).name == "Loud"
    assert [each["said"] for each in logs] == ["x" * (apart.COMPLAINT_BYTES_MAX - 1) + "y"]


async def test_who_does_not_listen_to_the_end_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = msgspec.msgpack.encode(Told("Deaf", [], [], [], [], is_whole=True))
    instead(monkeypatch, tmp_path, f"sys.stdin.close(); sys.stdout.buffer.write({told!r})")
    assert (await attempt(b"x" * FILE_BYTES_MAX)).name == "Deaf"


async def test_a_few_are_read_at_a_time_and_a_few_may_wait() -> None:
    readers, before, most = Readers(), children(), 0
    reading = [asyncio.ensure_future(readers.read(FILE, timezone="UTC", now=NOW)) for _ in range(apart.WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyWait):
        await readers.read(FILE, timezone="UTC", now=NOW)
    for each in reading[3:]:
        each.cancel()
    while not all(each.done() for each in reading):
        most = max(most, len(children() - before))
        await asyncio.sleep(0.01)
    assert most == apart.CHILDREN_MAX
    assert [len(each.result().entries) for each in reading[:3]] == [len(RECURRING)] * 3
    assert len((await readers.read(FILE, timezone="UTC", now=NOW)).entries) == len(RECURRING)


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("bytearray(3 * 2**29)", "MemoryError"),
        ("import resource; print(resource.getrlimit(resource.RLIMIT_CPU), file=sys.stderr)", "(20, 20)"),
        ("import os; print(os.nice(0), file=sys.stderr)", "10"),
    ],
    ids=["memory", "seconds", "niceness"],
)
def test_the_process_has_limits(statement: str, ends: str) -> None:
    program = f"import sys; from pydotorg.events.ics.child import limit; limit(); {statement}"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stderr.strip().endswith(ends)


def test_the_process_begins_quickly_since_it_needs_little() -> None:
    asked = msgspec.msgpack.encode(Asked(FILE, "UTC", NOW))
    command = [sys.executable, "-P", "-X", "importtime", str(apart.CHILD)]
    ended = subprocess.run(command, input=asked, capture_output=True, check=True)
    assert len(msgspec.msgpack.decode(ended.stdout, type=Told).entries) == len(RECURRING)
    brought = {line.rpartition("|")[2].strip() for line in ended.stderr.decode().splitlines()}
    assert brought >= {"pydotorg.events.window", "icalendar"}
    assert {"litestar", "sqlalchemy", "pydotorg.events"}.isdisjoint(brought)


def test_who_asks_need_not_be_able_to_read() -> None:
    program = "import pydotorg.events.ics.apart, sys; print(*sorted(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "icalendar" not in ended.stdout.split()


def test_beyond_so_many_occurrences_events_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    weekly = at("2020-01-06T09:00", "FREQ=WEEKLY")
    rows = len(rows_of(weekly, now=NOW))
    monkeypatch.setattr(child, "OCCURRENCES_MAX_OF_IMPORT", 2 * rows + 1)
    once = at("2026-03-01T09:00")
    raw = written(HEAD, [entry(each, f"{number}") for number, each in enumerate([weekly, weekly, once, once, weekly])])
    told = child.answer(Asked(raw, "UTC", NOW))
    assert isinstance(told, Told)
    assert len(told.entries) == 3
    reason = f"The events before it have almost {2 * rows + 1} occurrences; no more are taken."
    assert told.skipped == [Remark(str(number), "PyLadies", reason) for number in (3, 4)]
    assert (told.unread, told.is_whole) == (["3", "4"], True)
