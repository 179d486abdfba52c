"""Files of others are read in a process of their own: whatever is in them, it takes nothing from who asks for pages.

That process is killed when it takes too long or answers too much, or when nobody waits for it any more.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from pydotorg.events.zones import zone
from pydotorg.kernel.breathing import breathing
from pydotorg.kernel.one_thread import TooManyWait

from .expansions import OCCURRENCES_MAX_OF_IMPORT, Asked, Expanded, Expansion, Refusal, Told
from .refusals import FILE_BYTES_MAX, NotACalendar, ReadingFailed, TooLarge, demand_size

CHILD = Path(__file__).with_name("child_entrance.py")
SECONDS_MAX = 30
CHILDREN_MAX = 2
#: those that are read included
WAITING_MAX = 10
#: three times and their names for each occurrence; and all texts, as they are and as HTML, which is a few times as long
ANSWER_BYTES_MAX = 64 * OCCURRENCES_MAX_OF_IMPORT + 10 * FILE_BYTES_MAX
COMPLAINT_BYTES_MAX = 2000
PIECE_BYTES = 64 * 1024

REFUSALS = {error.__name__: error for error in (NotACalendar, TooLarge)}
_told = msgspec.msgpack.Decoder(Told | Refusal)
_expanded = msgspec.msgpack.Decoder(Expanded)

log = structlog.get_logger("events")


class Readers:
    """Reads files for all who ask this process, a few at a time; who would wait for long is sent away before."""

    def __init__(self) -> None:
        self.turns, self.waiting = asyncio.Semaphore(CHILDREN_MAX), 0

    async def read(self, raw: bytes, *, timezone: str, now: datetime) -> Expansion:
        """As `read_apart` does, once it is its turn; or `TooManyWait`."""
        if self.waiting >= WAITING_MAX:
            raise TooManyWait
        self.waiting += 1
        try:
            async with self.turns:
                return await read_apart(raw, timezone=timezone, now=now)
        finally:
            self.waiting -= 1


async def read_apart(raw: bytes, *, timezone: str, now: datetime) -> Expansion:
    """The events of an iCalendar file, with the occurrences that are kept on the day of `now`.

    Times that name no zone, and whole days, are meant in the calendar's own zone (X-WR-TIMEZONE), or else in the given
    one. Raises NotACalendar, TooLarge or ReadingFailed, each with a sentence; LookupError if the given zone is none.
    """
    demand_size(raw)
    if zone(timezone) is None:
        raise LookupError(timezone)
    told = _told.decode(await _answered(msgspec.msgpack.encode(Asked(raw, timezone, now))))
    if isinstance(told, Refusal):
        raise REFUSALS[told.kind](told.sentence)
    entries = [_expanded.decode(each) async for each in breathing(told.entries)]
    return Expansion(told.name, entries, told.skipped, told.altered, told.unread, told.is_whole)


async def _answered(question: bytes) -> bytearray:
    """What the process answers. Raises ReadingFailed."""
    # neither its folder's modules (-P) nor our secrets are any of its business
    public = {name: value for name, value in os.environ.items() if not name.startswith("PYDOTORG_")}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", CHILD, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=public
    )
    try:
        async with asyncio.timeout(SECONDS_MAX):
            answer, complaint = await _exchanged(child, question)
    except TimeoutError:
        raise ReadingFailed(f"It takes longer than {SECONDS_MAX} seconds to read the file.") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if complaint or child.returncode:
        said = complaint.decode(errors="replace")
        log.warning("a calendar could not be read as expected", status=child.returncode, said=said)
    if len(answer) > ANSWER_BYTES_MAX:
        raise ReadingFailed(f"What the file says takes more than {ANSWER_BYTES_MAX // 1024**2} MiB, written out.")
    if child.returncode:
        raise ReadingFailed("It takes more time or memory to read the file than it may.")
    return answer


async def _exchanged(child: Process, question: bytes) -> tuple[bytearray, bytes]:
    """What a process answers, and the end of what it complains about; one that answers too much is killed."""
    assert child.stdin and child.stdout and child.stderr  # noqa: PT018, S101  as they were asked for
    async with asyncio.TaskGroup() as tasks:
        complaint = tasks.create_task(_last(child.stderr, COMPLAINT_BYTES_MAX))
        tasks.create_task(_tell(child.stdin, question))
        answer = await _first(child.stdout, ANSWER_BYTES_MAX)
        if len(answer) > ANSWER_BYTES_MAX:
            child.kill()
    await child.wait()
    return answer, complaint.result()


async def _tell(pipe: asyncio.StreamWriter, question: bytes) -> None:
    with suppress(ConnectionError):  # who does not listen to the end will have answered why
        pipe.write(question)
        await pipe.drain()
    pipe.close()


async def _first(pipe: asyncio.StreamReader, most: int) -> bytearray:
    """All that comes; where that is too much, a little more than may come."""
    found = bytearray()
    while len(found) <= most and (piece := await pipe.read(PIECE_BYTES)):
        found += piece
    return found


async def _last(pipe: asyncio.StreamReader, most: int) -> bytes:
    """The end of all that comes."""
    found = b""
    while piece := await pipe.read(PIECE_BYTES):
        found = (found + piece)[-most:]
    return found
