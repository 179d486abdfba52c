"""The process that reads one file of somebody else's, with limits of its own, and ends.

Its standard input is an `Asked`, its standard output a `Told` or a `Refusal`, in MessagePack.
"""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from pydotorg.events.window import rows_of
from pydotorg.kernel.text.markdown import to_html

from .entries import Entry, Remark
from .expansions import OCCURRENCES_MAX_OF_IMPORT, Asked, Expanded, Refusal, Told
from .mishaps import mishap
from .reading import read
from .refusals import FILE_BYTES_MAX, Refused

#: beyond what it has when it begins
MEMORY_BYTES_MAX = 1024**3
CPU_SECONDS_MAX = 20
ASKED_BYTES_MAX = FILE_BYTES_MAX + 1024
#: whoever asks for pages goes first
NICENESS = 10


def main() -> None:
    """Read what was asked, and answer."""
    limit()
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(ASKED_BYTES_MAX), type=Asked)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(asked)))


def limit() -> None:
    """Take no more of the machine than reading a file is worth."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere nobody says what it has, nor holds it to a limit
        begun = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        with suppress(ValueError):  # somebody has set a lower one
            resource.setrlimit(resource.RLIMIT_AS, (begun + MEMORY_BYTES_MAX, begun + MEMORY_BYTES_MAX))


def answer(asked: Asked) -> Told | Refusal:
    """What the file says, or why it cannot be taken."""
    try:
        found = read(asked.raw, timezone=asked.timezone)
    except Refused as refused:
        return Refusal(type(refused).__name__, str(refused))
    skipped = list[Remark]()
    entries = [msgspec.Raw(msgspec.msgpack.encode(each)) for each in expanded(found.entries, skipped, asked.now)]
    unread = [*found.unread, *(one.place for one in skipped)]
    return Told(found.name, entries, [*found.skipped, *skipped], found.altered, unread, found.is_whole)


def expanded(entries: list[Entry], skipped: list[Remark], now: datetime) -> Iterator[Expanded]:
    """The entries with their occurrences, as long as there is room; the others are added to `skipped`."""
    room = OCCURRENCES_MAX_OF_IMPORT
    for place, entry in enumerate(entries):
        try:
            made = Expanded(entry, to_html(entry.description), rows_of(entry.schedule, now=now))
        except Exception:  # noqa: BLE001  one bad event never stops the others
            skipped.append(Remark(entry.uid, entry.title, mishap()))
            continue
        if len(made.occurrences) > room:
            reason = f"The events before it have almost {OCCURRENCES_MAX_OF_IMPORT} occurrences; no more are taken."
            skipped.extend(Remark(each.uid, each.title, reason) for each in entries[place:])
            return
        room -= len(made.occurrences)
        yield made
