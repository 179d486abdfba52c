"""The time, asked in one place, so that a test can set it."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """This day in UTC: on which statuses of cycles change, and planned releases become overdue."""
    return now().date()
