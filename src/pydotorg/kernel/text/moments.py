"""Days and times as people give them in a query string."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

from .plain import whole

#: a day, or a moment with its zone
DayOrTime = Annotated[
    str,
    Meta(
        pattern=whole(
            r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
            r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?"
            r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?"
        ),
        extra={"message": "must be a day such as 2026-10-09 or a time such as 2026-10-09T12:00:00Z"},
        examples=["2026-10-09"],
    ),
]  # fmt: skip
NEVER = "must be a day or a time that there is"


def moment_of(text: str) -> datetime | None:
    """The moment with which a day begins in UTC, or that a text names; None if there is no such thing."""
    try:
        moment = datetime.fromisoformat(text.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
