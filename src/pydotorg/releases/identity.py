"""Identifiers that follow from the facts, so that every installation has the same."""

from datetime import date
from hashlib import sha256
from uuid import UUID

#: of what has no date of its own
BEGINNING = date(1970, 1, 1)
_MILLISECONDS_A_DAY = 86_400_000
_VERSION_7 = 0x7 << 76
_RFC_9562_VARIANT = 0b10 << 62


def stable_id(day: date, name: str) -> UUID:
    """The UUIDv7 of something with a name that dates from a day: midnight UTC, then the name's SHA-256.

    A release goes by its slug, and so do its files, all of them dated as the release; an operating system dates from
    1970-01-01. UUIDv7 has no room for days before 1970: they count as that day.
    """
    digest = int.from_bytes(sha256(name.encode()).digest())
    milliseconds = max(0, (day - BEGINNING).days) * _MILLISECONDS_A_DAY
    upper_bits = digest >> 244
    lower_bits = digest & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | _VERSION_7 | upper_bits << 64 | _RFC_9562_VARIANT | lower_bits)
