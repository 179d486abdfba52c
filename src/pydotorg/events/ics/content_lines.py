"""Content lines as RFC 5545 3.1 has them: text that cannot leave its line, folded so that no line is too long."""

from datetime import UTC, datetime, timedelta

#: of 75 octets, one is for the space with which what is folded goes on
OCTETS_MAX = 74
FOLD = b"\r\n "
#: what must stay with the character behind it
ESCAPES = b"\\^"


def content_line(name: str, value: str) -> bytes:
    """A line with its end; the name has the parameters with it."""
    line = f"{name}:{value}".encode()
    if len(line) <= OCTETS_MAX:
        return line + b"\r\n"
    parts, begin = list[bytes](), 0
    while len(line) - begin > OCTETS_MAX:
        end = begin + OCTETS_MAX
        while line[end] & 0xC0 == 0x80:  # noqa: PLR2004  within a character of UTF-8
            end -= 1
        end -= line[end - 1] in ESCAPES
        parts.append(line[begin:end])
        begin = end
    return FOLD.join([*parts, line[begin:]]) + b"\r\n"


def escaped(text: str) -> str:
    """Text as the value of a line (RFC 5545 3.3.11), with the one kind of line break that there is within one."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def of_day(time: datetime) -> str:
    """A date."""
    return f"{time:%Y%m%d}"


def of_clock(time: datetime) -> str:
    """A time as clocks show it."""
    return f"{time:%Y%m%dT%H%M%S}"


def of_moment(moment: datetime) -> str:
    """A time in UTC."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def of_hours(length: timedelta) -> str:
    """An exact duration, in hours, since a day is as long as clocks make it (RFC 5545 3.3.6)."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{minutes}M{seconds}S" if seconds else f"{minutes}M" if minutes else ""
    return f"PT{hours}H{rest}"


def of_days(length: timedelta) -> str:
    """A duration in days, which are as long as clocks make them."""
    return f"P{length.days}D"
