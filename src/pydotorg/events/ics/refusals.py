"""Why a file cannot be taken as a whole; the text of each is a sentence that says so."""

FILE_BYTES_MAX = 5 * 1024 * 1024


class Refused(ValueError):
    """Any of them."""


class NotACalendar(Refused):
    """The file is no iCalendar file."""


class TooLarge(Refused):
    """The file has more than FILE_BYTES_MAX bytes."""


class ReadingFailed(Refused):
    """The file takes more time or memory to read than it may."""


def demand_size(raw: bytes) -> None:
    """Refuse a file that is too large."""
    if len(raw) > FILE_BYTES_MAX:
        raise TooLarge(f"The file has more than {FILE_BYTES_MAX // 1024**2} MiB.")
