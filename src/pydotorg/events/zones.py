"""Zones of the world by their names in tzdata, old names included, and moments as their clocks show them.

All rules come from the package tzdata, never from the machine: every host says the same about the same time.
"""

from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

#: of the longest name, and more than that
NAME_CHARACTERS_MAX = 64
SUGGESTIONS_MAX = 3


@lru_cache(1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of that name, if there is one; no file is touched for a name that tzdata does not list."""
    if name not in names():
        return None
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


@cache
def names() -> frozenset[str]:
    """Those that tzdata has, old ones included."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(listed) - {"Factory"}  # which is no place, but "not set yet"


def nearest(name: str) -> list[str]:
    """Names that somebody may have meant: of the same place elsewhere written, or spelt alike."""
    if len(name) > NAME_CHARACTERS_MAX:
        return []
    asked = name.strip().replace(" ", "_").casefold()
    spelt = {known.casefold(): known for known in sorted(names())}
    places = [known for folded, known in spelt.items() if folded.rpartition("/")[2] == asked.rpartition("/")[2]]
    alike = [spelt[folded] for folded in get_close_matches(asked, spelt, SUGGESTIONS_MAX)]
    return list(dict.fromkeys([*places, *alike]))[:SUGGESTIONS_MAX]


def unknown(name: str) -> str | None:
    """What is wrong with what shall be the name of a zone, if anything is."""
    if zone(name) is not None:
        return None
    suggestions = " or ".join(nearest(name))
    meant = f"; did you mean {suggestions}?" if suggestions else ""
    return f"must be the name of a zone of the tz database, such as Europe/Amsterdam{meant}"


def instant(wall: datetime, place: tzinfo) -> datetime:
    """The moment, in UTC, at which the clocks of a place show a time.

    A time that daylight saving skips is read with the offset before the gap; of one that comes twice, the first is
    meant (RFC 5545 3.3.5).
    """
    return wall.replace(tzinfo=place, fold=0).astimezone(UTC)


def wall(moment: datetime, place: tzinfo) -> datetime:
    """What the clocks of a place show at a moment."""
    return moment.astimezone(place).replace(tzinfo=None, fold=0)
