"""What becomes of our rows when python.org has spoken: pure, from rows to rows.

A row of the service is the row here of the same number, else the one that means the same: an operating system goes by
its slug, a release by its version, a file by its address or its name within the release. What the service says wins;
what it has no word for stays, or is derived where the row is new. A row here that the service does not have stays.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from pydotorg.releases.artefacts import Arch, Kind, classify
from pydotorg.releases.identity import stable_id
from pydotorg.releases.version import version_key

from .reading import Listing

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]

EPOCH = date(1970, 1, 1)
PAGES = "https://www.python.org/downloads/release/"
INSTALLERS = (".exe", ".msi", ".msix", ".pkg", ".dmg")
#: what tells a file's content: where one of these is unknown to the service, ours counts if none contradicts
CONTENT = ("url", "filesize", "md5_sum", "sha256_sum")


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
        return [row for id, row in self.merged.items() if id not in self.standing]

    @property
    def changed(self) -> list[tuple[Row, Row]]:
        """Rows that differ, as (before, after)."""
        return [
            (self.standing[id], row)
            for id, row in self.merged.items()
            if id in self.standing and row != self.standing[id]
        ]

    @property
    def others(self) -> list[Row]:
        """Rows that stay as they are because the service has none for them."""
        return [row for id, row in self.standing.items() if id not in self.merged]


class Here(Struct):
    """The rows of a database; the text of releases, which the service does not show, is not among them."""

    systems: list[Row]
    cycles: list[Row]
    releases: list[Row]
    files: list[Row]


class Plan(Struct):
    """What is to be written."""

    systems: Merge
    cycles: list[Row]
    releases: Merge
    files: Merge


def plan(here: Here, systems: Listing, releases: Listing, files: Listing, now: datetime) -> Plan:
    """All that changes; what did not change keeps its `updated_at`."""
    merged_systems = _merged(
        systems.rows, here.systems, same=[("slug",)], unique=[("number",), ("slug",), ("name",)], complete=_system
    )
    merged_releases = _merged(
        releases.rows,
        here.releases,
        same=[("number",), ("product", "version_key")],
        unique=[("number",), ("slug",), ("product", "version_key")],
        complete=_release,
    )
    related, orphans = _related(files.rows, merged_systems, merged_releases)
    merged_files = _merged(
        related,
        here.files,
        same=[("number",), ("release_id", "url"), ("release_id", "filename")],
        unique=[("number",), ("slug",)],
        complete=lambda row, before: _file(row, before, merged_releases.after),
    )
    _leave_one_button_each(merged_files)
    _know_binaries(merged_releases, merged_files)
    merged_files.notes += [
        (label(row), f"kind and arch cannot be read from {row['filename']}; taken for {row['kind']}")
        for row in merged_files.added
        if classify(row["filename"]) is None
    ]
    for merge, listing in ((merged_systems, systems), (merged_releases, releases), (merged_files, files)):
        merge.skipped = listing.skipped + (orphans if listing is files else []) + merge.skipped
    for merge in (merged_releases, merged_files):
        _date(merge, now)
    return Plan(merged_systems, _new_cycles(here.cycles, merged_releases, now), merged_releases, merged_files)


def label(row: Row) -> str:
    """How a report calls a row."""
    return f"{row['number']} {row['slug']}"


def _merged(
    rows: Sequence[Row],
    standing: Sequence[Row],
    *,
    same: Sequence[Key],
    unique: Sequence[Key],
    complete: Callable[[Row, Row | None], Row],
) -> Merge:
    found = _found(rows, standing, same)
    merge = Merge({row["id"]: row for row in standing})
    taken = set(merge.standing)
    completed = []
    # those that are here come first: a new row must not take what is theirs
    for row in sorted(rows, key=lambda row: row["number"] not in found):
        whole = complete(row, found.get(row["number"]))
        if row["number"] not in found:
            if whole["id"] in taken:  # of a row that had this slug when it was made
                whole["id"] = stable_id(whole["born"], label(row))
            taken.add(whole["id"])
            del whole["born"]
        completed.append(whole)
    for row, reason in _refuse_duplicates(completed, standing, unique):
        merge.skipped.append((label(row), reason))
    merge.merged = {row["id"]: row for row in completed}
    return merge


def _found(rows: Sequence[Row], standing: Sequence[Row], same: Sequence[Key]) -> dict[int, Row]:
    """The row here for each number of the service: by the first key for all, then by the next among what is left."""
    found: dict[int, Row] = {}
    for key in same:
        taken = {row["id"] for row in found.values()}
        free = {_values(row, key): row for row in standing if row["id"] not in taken}
        for row in rows:
            if row["number"] not in found and (match := free.pop(_values(row, key), None)):
                found[row["number"]] = match
    return found


def _values(row: Row, key: Key) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _refuse_duplicates(rows: list[Row], standing: Sequence[Row], unique: Sequence[Key]) -> list[tuple[Row, str]]:
    """Take out of `rows` what would stand twice, and say why.

    A row that is refused keeps what it has, which another may have been about to take: so again, until all fits.
    """
    refused: list[tuple[Row, str]] = []
    while True:
        coming = {row["id"] for row in rows}
        owners = {(key, _values(row, key)): row for row in standing if row["id"] not in coming for key in unique}
        before = len(refused)
        for row in rows:
            claims = [(key, _values(row, key)) for key in unique]
            if clash := next((claim for claim in claims if claim in owners), None):
                key, values = clash
                refused.append((row, f"its {key[-1]} {values[-1]} is that of {label(owners[clash])}"))
            else:
                owners.update(dict.fromkeys(claims, row))
        if len(refused) == before:
            return refused
        for row, _ in refused[before:]:
            rows.remove(row)


def _system(row: Row, before: Row | None) -> Row:
    return {**before, **row} if before else {**row, "id": stable_id(EPOCH, row["slug"]), "born": EPOCH}


def _release(row: Row, before: Row | None) -> Row:
    if before:
        same = before["version_key"] == row["version_key"]  # 3.14 is 3.14.0
        return {**before, **row, "version": before["version"] if same else row["version"]}
    born = row["release_date"]
    return {
        **row, "id": stable_id(born, row["slug"]), "born": born, "yanked": False, "yanked_reason": "",
        "release_page_url": f"{PAGES}{row['slug']}/", "has_binaries": None, "content": "",
    }  # fmt: skip


def _related(rows: Iterable[Row], systems: Merge, releases: Merge) -> tuple[list[Row], list[tuple[str, str]]]:
    """Files with the ids of their releases and systems; and those that have none here."""
    release_ids, system_ids = ({row["number"]: id for id, row in merge.after.items()} for merge in (releases, systems))
    related, orphans = [], []
    for row in rows:
        said = dict(row)
        release, system = said.pop("release"), said.pop("os")
        if release not in release_ids or system not in system_ids:
            what = f"release {release}" if release not in release_ids else f"operating system {system}"
            orphans.append((label(row), f"there is no {what}"))
        else:
            related.append({**said, "release_id": release_ids[release], "os_id": system_ids[system]})
    return related, orphans


def _file(row: Row, before: Row | None, releases: dict[UUID, Row]) -> Row:
    if before is None:
        born = releases[row["release_id"]]["release_date"]
        return {**row, **_read_from_name(row), "id": stable_id(born, row["slug"]), "born": born}
    known = {name: row[name] or before[name] for name in CONTENT}
    contradicts = any(before[name] and before[name] != known[name] for name in CONTENT)
    read = {} if row["filename"] == before["filename"] else _read_from_name(row)
    return {**before, **row, **read, **({} if contradicts else known)}


def _read_from_name(row: Row) -> dict[str, Kind | Arch]:
    if artefact := classify(row["filename"]):
        return {"kind": artefact.kind, "arch": artefact.arch}
    if row["is_source"]:
        return {"kind": "source", "arch": ""}
    return {"kind": "installer" if row["filename"].endswith(INSTALLERS) else "archive", "arch": ""}


def _leave_one_button_each(files: Merge) -> None:
    """One download button per release and system: of rows that stay as they are, else of the lowest number."""
    owners: dict[tuple[UUID, UUID], Row] = {}
    for row in [*files.others, *sorted(files.merged.values(), key=lambda row: row["number"])]:
        if row["download_button"]:
            owner = owners.setdefault((row["release_id"], row["os_id"]), row)
            if owner is not row:
                row["download_button"] = False
                files.notes.append((label(row), f"goes without its download button: {label(owner)} has one"))


def _know_binaries(releases: Merge, files: Merge) -> None:
    """A file that is no source settles what was not known."""
    with_binaries = {row["release_id"] for row in files.after.values() if not row["is_source"]}
    for id, row in releases.merged.items():
        if row["has_binaries"] is None and id in with_binaries:
            row["has_binaries"] = True


def _new_cycles(standing: Iterable[Row], releases: Merge, now: datetime) -> list[Row]:
    """Cycles that are not here yet; nothing is known of them but when they had their first stable release."""
    known = {(row["product"], row["cycle"]) for row in standing}
    unknown = {(row["product"], row["cycle"]) for row in releases.merged.values()} - known
    return [
        {
            "product": product, "cycle": cycle, "cycle_key": version_key(cycle), "start_of_development": None,
            "feature_freeze": None, "first_release": min(_first_days(releases, product, cycle), default=None),
            "end_of_bugfix": None, "end_of_life": None, "ended": False, "release_manager": "", "pep_url": "",
            "updated_at": now,
        }
        for product, cycle in sorted(unknown)
    ]  # fmt: skip


def _first_days(releases: Merge, product: str, cycle: str) -> Iterator[date]:
    """The days of stable releases; the install manager has no life before its first, so any of its releases counts."""
    for row in releases.merged.values():
        if (row["product"], row["cycle"]) == (product, cycle) and not (row["pre_release"] and product == "python"):
            yield row["release_date"]


def _date(merge: Merge, now: datetime) -> None:
    for row in merge.added:
        row["updated_at"] = now
    for _, row in merge.changed:
        row["updated_at"] = now
