"""What the parameters of a list demand: exact matches, written in the ways of the two editions.

A filter makes a condition of a text, or None if the text demands nothing; a `Mismatch` says why it can be neither.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func

from pydotorg.kernel.http.errors import BadRequest, Fault
from pydotorg.kernel.http.query import Verbatim
from pydotorg.releases.filters import equals
from pydotorg.releases.tables import OperatingSystem, Release, ReleaseFile

from .editions import ResourceName
from .rows import VERSION, VERSIONS

Condition = ColumnElement[bool]
Filter = Callable[[str], Condition | None]
Filters = Mapping[str, Filter]
#: PostgreSQL's integers end at 2³¹
INTEGER_MAX = 2**31 - 1
NUMBER = re.compile(r"[0-9]{1,9}")
INTEGER = re.compile(r"\s*[-+]?[0-9]{1,40}\s*")
TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
MISMATCHED = "Invalid resource lookup data provided (mismatched type)."
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


class Mismatch(ValueError):
    """What cannot be the value of a parameter."""


def text(column: Any) -> Filter:
    """Exactly this text; no database has a NUL in one."""
    return lambda value: false() if "\0" in value else column == value


def part(column: Any) -> Filter:
    """This text is in it, letter by letter: LIKE would heed case on one database only."""

    def read(value: str) -> Condition | None:
        return (false() if "\0" in value else func.replace(column, value, "") != column) if value else None

    return read


def flag(column: Any) -> Filter:
    """True or false; of v2, anything else demands nothing."""

    def read(value: str) -> Condition | None:
        word = value.strip().lower()
        return equals(column, word in TRUE) if word in TRUE | FALSE else None

    return read


def strict(lenient: Filter) -> Filter:
    """The same, where a word that demands nothing is an error."""

    def read(value: str) -> Condition:
        condition = lenient(value)
        if condition is None:
            raise Mismatch(value)
        return condition

    return read


def number(column: Any) -> Filter:
    """Exactly this integer; one that no database has is that of no row."""

    def read(value: str) -> Condition:
        if not INTEGER.fullmatch(value):
            raise Mismatch(NO_CHOICE)
        return equals(column, int(value)) if abs(int(value)) <= INTEGER_MAX else false()

    return read


def version_choice(value: str) -> Condition:
    """One of the versions that these APIs know; anything else is an error."""
    if value not in map(str, VERSIONS):
        raise Mismatch(f"Select a valid choice. {value} is not one of the available choices.")
    return equals(VERSION, int(value))


def version_begins(value: str) -> Condition | None:
    """A version that begins with these digits: 1 means 100, too."""
    return text(func.substr(cast(VERSION, String), 1, len(value)))(value)


def day(column: Any) -> Filter:
    """The midnight with which a day begins; no release is of another time."""

    def read(value: str) -> Condition:
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment
            return column == moment.date() if moment.time().isoformat() == "00:00:00" else false()
        raise Mismatch("Enter a valid date/time.")

    return read


SYSTEM_FILTERS = {"name": text(OperatingSystem.name), "slug": text(OperatingSystem.slug)}
RELEASE_FILTERS = {"name": text(Release.name), "slug": text(Release.slug)}
FLAGS = {"is_published": flag(Release.is_published), "pre_release": flag(Release.pre_release)}
FILE_FILTERS = {
    "name": text(ReleaseFile.name), "slug": text(ReleaseFile.slug), "os": number(OperatingSystem.number),
    "release": number(Release.number), "description__contains": part(ReleaseFile.description),
}  # fmt: skip

IN_V2: dict[ResourceName, Filters] = {
    "os": SYSTEM_FILTERS,
    "release": {**RELEASE_FILTERS, **FLAGS, "version": version_choice, "release_date": day(Release.release_date)},
    "release_file": FILE_FILTERS,
}
IN_V1: dict[ResourceName, Filters] = {
    "os": SYSTEM_FILTERS,
    "release": {
        **RELEASE_FILTERS, **{name: strict(each) for name, each in FLAGS.items()}, "version": number(VERSION),
        "version__startswith": version_begins,
    },
    "release_file": {
        **FILE_FILTERS, "os__slug": text(OperatingSystem.slug), "os__name": text(OperatingSystem.name),
        "release__slug": text(Release.slug), "release__name": text(Release.name), "release__version": number(VERSION),
    },
}  # fmt: skip
#: what any list of v2 takes, and ignores
IGNORED_IN_V2 = frozenset({"limit", "page", "format"})


def conditions_in_v2(resource: ResourceName, asked: Verbatim) -> list[Condition]:
    """What a query string of v2 demands; files alone refuse what they do not know."""
    filters = IN_V2[resource]
    faults = []
    if resource == "release_file":
        unknown = asked.given.keys() - filters.keys() - IGNORED_IN_V2
        faults = [Fault("error", "query", not_allowed(name)) for name in sorted(unknown)]
    given = {name: each for name, each in filters.items() if asked.last(name)}  # an empty one demands nothing
    found, mismatches = _read(given, asked)
    faults += [Fault(name, "query", message) for name, message in mismatches]
    if faults:
        raise BadRequest(faults, faults[0].message)
    return found


def conditions_in_v1(resource: ResourceName, asked: Verbatim, members: Iterable[str]) -> list[Condition]:
    """What a query string of v1 demands; a member must not be filtered in another way than those that are there."""
    filters = {**IN_V1[resource], **{f"{name}__exact": each for name, each in IN_V1[resource].items()}}
    faults = [Fault(name, "query", message) for name, message in _refused_in_v1(asked, filters, set(members))]
    found, mismatches = _read({name: each for name, each in filters.items() if name in asked.given}, asked)
    faults += [Fault(name, "query", MISMATCHED) for name, _ in mismatches]
    if faults:
        raise BadRequest(faults, faults[0].message)
    return found


def _refused_in_v1(asked: Verbatim, filters: Filters, members: set[str]) -> Iterator[tuple[str, str]]:
    for name in asked.given:
        member = name.partition("__")[0]
        if member in members and name not in filters:
            known = any(each.partition("__")[0] == member for each in filters)
            yield name, not_allowed(name) if known else f"The '{member}' field does not allow filtering."


def not_allowed(name: str) -> str:
    """What is said of a filter that there is not."""
    member, _, lookup = name.partition("__")
    return f"'{lookup or 'exact'}' is not an allowed filter on the '{member}' field."


def _read(filters: Filters, asked: Verbatim) -> tuple[list[Condition], list[tuple[str, str]]]:
    """The conditions of these filters, and what is wrong with others."""
    found: list[Condition] = []
    mismatches: list[tuple[str, str]] = []
    for name, each in filters.items():
        try:
            condition = each(asked.last(name) or "")
        except Mismatch as mismatch:
            mismatches.append((name, str(mismatch)))
        else:
            found += [] if condition is None else [condition]
    return found, mismatches
