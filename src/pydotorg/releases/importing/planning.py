"""What becomes of our releases when python.org has spoken: pure, from rows to rows.

What python.org says wins. What it has no word for stays, or is derived where a row is new; what it leaves empty about
the content of a file stays as long as nothing that it says contradicts; a row that it does not have stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from pydotorg.releases import rules
from pydotorg.releases.addresses import page_of
from pydotorg.releases.artefacts import classify, kind_of
from pydotorg.releases.importing.merging import Merge, Row, Subject, label, merge
from pydotorg.releases.importing.reading import Reading
from pydotorg.releases.version import version_key

EPOCH = date(1970, 1, 1)
#: what tells the content of a file
CONTENT = ("url", "filesize", "md5_sum", "sha256_sum")


class Here(Struct):
    """The rows of our database."""

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


def plan(here: Here, systems: Reading, releases: Reading, files: Reading, now: datetime) -> Plan:
    """All that changes; what does not change keeps its `updated_at`."""
    merged_systems = merge(Systems(), systems.rows, here.systems)
    merged_releases = merge(Releases(), releases.rows, here.releases)
    related, orphans = _related(files.rows, merged_systems, merged_releases)
    merged_files = merge(Files(merged_releases.after), related, here.files)
    merged_files.skipped += orphans
    for merged, reading in ((merged_systems, systems), (merged_releases, releases), (merged_files, files)):
        merged.skipped += reading.skipped
    _leave_one_button_each(merged_files)
    _note_unknown_names(merged_files)
    _know_binaries(merged_releases, merged_files)
    for merged in (merged_releases, merged_files):
        for row in (*merged.added, *(after for _, after in merged.changed)):
            row["updated_at"] = now
    for row in merged_releases.added:
        row["created_at"] = now
    return Plan(merged_systems, _new_cycles(here.cycles, merged_releases, now), merged_releases, merged_files)


class Systems(Subject):
    """Operating systems go by their slug alone: their numbers are small, and another service may mix them."""

    same = (("slug",),)
    unique = (("number",), ("slug",), ("name",))

    def born(self, said: Row) -> date:
        del said
        return EPOCH

    def new(self, said: Row) -> Row:
        del said
        return {}


class Releases(Subject):
    """Releases go by number, else by version."""

    same = (("number",), ("product", "version_key"))
    unique = (("number",), ("slug",), ("product", "version_key"))

    def born(self, said: Row) -> date:
        day: date = said["release_date"]
        return day

    def new(self, said: Row) -> Row:
        return {
            "yanked": False, "yanked_reason": "", "release_page_url": page_of(said["slug"]),
            "has_binaries": None, "content": "",
        }  # fmt: skip

    def renewed(self, before: Row, said: Row) -> Row:
        is_the_same = before["version_key"] == said["version_key"]  # 3.14 is 3.14.0
        return {**before, **said, "version": (before if is_the_same else said)["version"]}


class Files(Subject):
    """Files go by number, else by address or name within the release."""

    same = (("number",), ("release_id", "url"), ("release_id", "filename"))
    unique = (("number",), ("slug",), ("release_id", "filename"))

    def __init__(self, releases: Mapping[UUID, Row]) -> None:
        self.releases = releases

    def born(self, said: Row) -> date:
        day: date = self.releases[said["release_id"]]["release_date"]
        return day

    def new(self, said: Row) -> Row:
        artefact = classify(said["filename"])
        kind = kind_of(said["filename"], is_source=said["is_source"])
        return {"kind": kind, "arch": artefact.arch if artefact else ""}

    def renewed(self, before: Row, said: Row) -> Row:
        known = {name: said[name] or before[name] for name in CONTENT}
        contradicts = any(before[name] and before[name] != known[name] for name in CONTENT)
        is_another = before["filename"] != said["filename"]
        return {**before, **said, **({} if contradicts else known), **(self.new(said) if is_another else {})}


def _related(rows: Iterable[Row], systems: Merge, releases: Merge) -> tuple[list[Row], list[tuple[str, str]]]:
    """Files with the ids of their releases and systems; and, with the reason, those that have none here."""
    release_ids = {row["number"]: row["id"] for row in releases.after.values()}
    system_ids = {row["number"]: row["id"] for row in systems.after.values()}
    related, orphans = [], []
    for row in rows:
        said = dict(row)
        release, system = said.pop("release"), said.pop("os")
        if release not in release_ids:
            orphans.append((label(row), f"its release {release} is not here"))
        elif system not in system_ids:
            orphans.append((label(row), f"its operating system {system} is not here"))
        else:
            related.append({**said, "release_id": release_ids[release], "os_id": system_ids[system]})
    return related, orphans


def _leave_one_button_each(files: Merge) -> None:
    """One download button per release and system: of a row that stays as it is, else of the lowest number."""
    owners: dict[tuple[UUID, UUID], Row] = {}
    for row in (*files.others, *sorted(files.merged.values(), key=lambda row: row["number"])):
        if row["download_button"]:
            owner = owners.setdefault((row["release_id"], row["os_id"]), row)
            if owner is not row:
                row["download_button"] = False
                files.notes.append((label(row), f"goes without its download button, which {label(owner)} has"))


def _note_unknown_names(files: Merge) -> None:
    for row in files.added:
        if classify(row["filename"]) is None:
            files.notes.append((label(row), f"{row['filename']} is a new form of name; taken for kind {row['kind']}"))


def _know_binaries(releases: Merge, files: Merge) -> None:
    """A file that is no source settles what was not known."""
    with_binaries = {row["release_id"] for row in files.after.values() if not row["is_source"]}
    for row in releases.merged.values():
        if row["has_binaries"] is None and row["id"] in with_binaries:
            row["has_binaries"] = True


def _new_cycles(standing: Iterable[Row], releases: Merge, now: datetime) -> list[Row]:
    """Cycles that are not here yet; of their dates only the first stable release's can be told."""
    known = {(row["product"], row["cycle"]) for row in standing}
    unknown = {(row["product"], row["cycle"]) for row in releases.merged.values()} - known
    return [
        {
            "product": product, "cycle": cycle, "cycle_key": version_key(cycle), "start_of_development": None,
            "feature_freeze": None, "first_release": min(_days_in_use(releases, product, cycle), default=None),
            "end_of_bugfix": None, "end_of_life": None, "ended": False, "release_manager": "", "pep_url": "",
            "updated_at": now,
        }
        for product, cycle in sorted(unknown)
    ]  # fmt: skip


def _days_in_use(releases: Merge, product: str, cycle: str) -> Iterator[date]:
    """The days of releases that were for everybody."""
    for row in releases.merged.values():
        is_of_it = (row["product"], row["cycle"]) == (product, cycle)
        if is_of_it and rules.is_in_use(product, pre_release=row["pre_release"]):
            yield row["release_date"]
