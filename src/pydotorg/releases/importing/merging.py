"""How rows of a service meet rows of ours: pure, the same for every table."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from pydotorg.releases.identity import stable_id

Row: TypeAlias = dict[str, Any]
#: columns that are compared together
Key: TypeAlias = tuple[str, ...]


class Subject:
    """One table: by which columns a row is known again, what is unique, and what becomes of a row."""

    #: the first key for all rows, then the next among what is left
    same: Sequence[Key]
    unique: Sequence[Key]

    def born(self, said: Row) -> date:
        """The day in a new row's id."""
        raise NotImplementedError

    def new(self, said: Row) -> Row:
        """The columns that the service has no word for, in a new row."""
        raise NotImplementedError

    def renewed(self, before: Row, said: Row) -> Row:
        """A row that is here already."""
        return {**before, **said}


class Merge(Struct):
    """One table: its rows as they stand, and as they will be where the service has them."""

    standing: dict[UUID, Row]
    merged: dict[UUID, Row] = {}
    skipped: list[tuple[str, str]] = []
    notes: list[tuple[str, str]] = []

    @property
    def after(self) -> dict[UUID, Row]:
        return self.standing | self.merged

    @property
    def added(self) -> list[Row]:
        return [row for row in self.merged.values() if row["id"] not in self.standing]

    @property
    def changed(self) -> list[tuple[Row, Row]]:
        """Rows that differ, as (before, after)."""
        kept = [(self.standing[row["id"]], row) for row in self.merged.values() if row["id"] in self.standing]
        return [(before, after) for before, after in kept if before != after]

    @property
    def others(self) -> list[Row]:
        """Rows that stay as they are, because nothing that could be used was said about them."""
        return [row for row in self.standing.values() if row["id"] not in self.merged]


def merge(subject: Subject, rows: Sequence[Row], standing: Sequence[Row]) -> Merge:
    """Rows of the service, each with a `number` of its own, into ours; those that would stand twice are skipped."""
    found = _found(subject.same, rows, standing)
    taken = {row["id"] for row in standing}
    merged = []
    # those that are here come first: a new row must not take what is theirs
    for said in sorted(rows, key=lambda said: said["number"] not in found):
        if before := found.get(said["number"]):
            merged.append(subject.renewed(before, said))
        else:
            merged.append({"id": _new_id(subject.born(said), said, taken), **said, **subject.new(said)})
    skipped = _without_duplicates(subject.unique, merged, standing)
    return Merge({row["id"]: row for row in standing}, {row["id"]: row for row in merged}, skipped)


def label(row: Row) -> str:
    """How a report calls a row."""
    return f"{row['number']} {row['slug']}"


def _found(same: Sequence[Key], rows: Sequence[Row], standing: Sequence[Row]) -> dict[int, Row]:
    """Our row for each number of the service that has one here."""
    found: dict[int, Row] = {}
    for key in same:
        taken = {row["id"] for row in found.values()}
        free = {_values(row, key): row for row in standing if row["id"] not in taken}
        for said in rows:
            if said["number"] not in found and (match := free.pop(_values(said, key), None)):
                found[said["number"]] = match
    return found


def _values(row: Row, key: Key) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _new_id(day: date, said: Row, taken: set[UUID]) -> UUID:
    new_id = stable_id(day, said["slug"])
    if new_id in taken:  # by a row that had this slug when it was made
        new_id = stable_id(day, label(said))
    taken.add(new_id)
    return new_id


def _without_duplicates(unique: Sequence[Key], rows: list[Row], standing: Sequence[Row]) -> list[tuple[str, str]]:
    """Take out of `rows` what would stand twice; answers which, and why.

    A row that is taken out keeps what it has, which another may have been about to take: so again, until all fits.
    """
    refused: list[tuple[str, str]] = []
    while True:
        coming = {row["id"] for row in rows}
        owners = {(key, _values(row, key)): row for row in standing if row["id"] not in coming for key in unique}
        fitting = []
        for row in rows:
            claims = [(key, _values(row, key)) for key in unique]
            clash = next((claim for claim in claims if claim in owners), None)
            if clash:
                key, values = clash
                refused.append((label(row), f"its {key[-1]} {values[-1]} is that of {label(owners[clash])}"))
            else:
                owners.update(dict.fromkeys(claims, row))
                fitting.append(row)
        if len(fitting) == len(rows):
            return refused
        rows[:] = fitting
