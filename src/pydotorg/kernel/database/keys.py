"""The ids of rows: UUIDs of version 7, which sort by the time at which they were made."""

import secrets
from uuid import UUID

from pydotorg.kernel import clock

_VERSION_7 = 0x7 << 76
_RFC_9562_VARIANT = 0b10 << 62


def new_id() -> UUID:
    """A new id (RFC 9562 5.7): the Unix time in milliseconds, then 74 random bits."""
    milliseconds = int(clock.unix() * 1000)
    return UUID(
        int=milliseconds << 80 | _VERSION_7 | secrets.randbits(12) << 64 | _RFC_9562_VARIANT | secrets.randbits(62)
    )
