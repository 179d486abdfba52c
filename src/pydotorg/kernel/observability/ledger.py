"""The numbers of all workers of this host: each keeps its own in a file, and whoever is asked adds them up.

A worker that has ended leaves its file behind, so what was counted never goes back while the service runs.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import structlog

from pydotorg.kernel.metrics import Readings, Tallies

log = structlog.get_logger(__name__)

SUFFIX = ".tallies"
#: a worker that has not written for so long has ended: what it held is gone
SILENCE_SECONDS_MAX = 5.0
decoder = msgspec.msgpack.Decoder(Tallies)


class Ledger:
    """This worker's tallies, and in `folder` those of its fellows; without a folder it has none."""

    def __init__(self, tallies: Tallies, folder: Path | None, read: Callable[[], Readings] = Readings) -> None:
        self.tallies, self.folder, self.read = tallies, folder, read
        self.name = uuid4().hex
        self.could_write = True

    def write(self) -> None:
        """Let the fellows know; a disk that is full must not end a worker."""
        self.tallies.readings = self.read()
        if self.folder is None:
            return
        try:
            draft = self.folder / f"{self.name}.draft"
            draft.write_bytes(msgspec.msgpack.encode(self.tallies))
            draft.replace(self.folder / f"{self.name}{SUFFIX}")
        except OSError as error:
            if self.could_write:
                log.warning("metrics are not shared", folder=str(self.folder), reason=str(error))
            self.could_write = False
        else:
            self.could_write = True

    def total(self) -> Tallies:
        """What all workers have counted up to now."""
        self.write()  # before anybody sees it: else the next who is asked, another worker, might tell less
        total = Tallies()
        total.add(self.tallies)
        for fellow in self._fellows():
            total.add(fellow)
        return total

    def _fellows(self) -> Iterator[Tallies]:
        for file in self.folder.glob(f"*{SUFFIX}") if self.folder else ():
            if file.stem == self.name:
                continue
            try:
                tallies = decoder.decode(file.read_bytes())
                age = time.time() - file.stat().st_mtime  # both by the clock of the file system, whatever `clock` says
            except (OSError, msgspec.DecodeError):
                continue  # no file of a worker, whatever it is
            if abs(age) > SILENCE_SECONDS_MAX:
                tallies.readings = tallies.readings.afterwards()
            yield tallies
