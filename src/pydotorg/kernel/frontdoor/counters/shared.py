"""A counter in a file that all workers of a host map into their memory, exact over them.

Each request takes the file's lock, because to increment and to read must be one step. The kernel releases the lock
when a worker dies. To take and release it costs about 1 µs, all of a count about 2 µs, and 4 µs while another worker
does nothing but count.

The file is a table of buckets. A key belongs to one bucket, and is known there by its fingerprint, made with a secret
of the file, so that nobody can choose addresses that collide. Only slots of past windows are free. In a full bucket
the key with the fewest requests makes room, and is forgotten.
"""

import hashlib
import mmap
import os
import secrets
import sys
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path

SECRET_BYTES = 16
BUCKETS = 2**15
SLOTS = 8  # in a bucket
SLOT_BYTES = 16  # 8 of the fingerprint, 4 of the window, 4 of the count
NAME_BYTES = 12  # what says whose slot it is: fingerprint and window
BUCKET_BYTES = SLOTS * SLOT_BYTES
TABLE_BYTES = SECRET_BYTES + BUCKETS * BUCKET_BYTES
COUNT_MAX = 2**32 - 1
PLACES_MAX = 10_000


def create(path: Path) -> None:
    """Make the file, as the parent of the workers does before there are any; it belongs where memory is, not on a disk.

    What is not written takes no room: a table in which nobody is counted has one page.
    """
    path.touch(0o600, exist_ok=False)
    with path.open("wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.truncate(TABLE_BYTES)


class Shared:
    """A worker's view of the file. A worker opens it himself: a lock is no lock between those who inherited it."""

    __slots__ = ("file", "numbers", "places", "secret", "table", "window")

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDWR)
        self.table = mmap.mmap(self.file, TABLE_BYTES)
        self.numbers = memoryview(self.table).cast("I")
        self.secret = self.table[:SECRET_BYTES]
        self.window = 0
        self.places: dict[str, tuple[bytes, int]] = {}  # of this window: the name, and where its bucket begins

    def count(self, key: str, window: int, requests: int = 1, known: int = 0) -> int:
        """Count requests; how many that makes in this window, if there were at least the known ones before."""
        if window != self.window or len(self.places) > PLACES_MAX:
            self.window, self.places = window, {}
        name, bucket = self.places.get(key) or self._place(key)
        flock(self.file, LOCK_EX)
        try:
            start = self.table.find(name, bucket, bucket + BUCKET_BYTES)
            if start < 0:
                start = self._make_room(name, bucket)
            place = (start + NAME_BYTES) // 4
            total = min(max(self.numbers[place], known) + requests, COUNT_MAX)
            self.numbers[place] = total
        finally:
            flock(self.file, LOCK_UN)
        return total

    def close(self) -> None:
        """Leave the file to the others."""
        self.numbers.release()
        self.table.close()
        os.close(self.file)

    def _place(self, key: str) -> tuple[bytes, int]:
        digest = hashlib.blake2b(key.encode(), digest_size=NAME_BYTES, key=self.secret).digest()
        bucket = SECRET_BYTES + int.from_bytes(digest[8:], "little") % BUCKETS * BUCKET_BYTES
        place = self.places[key] = (digest[:8] + self.window.to_bytes(4, sys.byteorder), bucket)
        return place

    def _make_room(self, name: bytes, bucket: int) -> int:
        """A slot for a new key: a free one, or else that of the key with the fewest requests."""

        def worth(start: int) -> tuple[bool, int, int, int]:
            window, count = self.numbers[(start + 8) // 4], self.numbers[(start + NAME_BYTES) // 4]
            # The windows beside this one are in use too: workers do not pass from one to the next at the same moment.
            # Among equals the name decides, or else newcomers would drive out each other only.
            return abs(window - self.window) <= 1, window, count, (start // SLOT_BYTES + name[0]) % SLOTS

        start = min(range(bucket, bucket + BUCKET_BYTES, SLOT_BYTES), key=worth)
        self.table[start : start + SLOT_BYTES] = name + bytes(4)
        return start
