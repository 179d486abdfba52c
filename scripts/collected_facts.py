"""The facts as they were collected, and the files among them made fit to publish."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pydotorg.releases.artefacts import HOST

MEASURES = ("size", "md5", "sha256")
DIGESTS = ("md5", "sha256")

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


class Release(Struct, frozen=True):
    version: str
    date: date
    slug: str
    source_url: str
    recalled: bool = False


class Cycle(Struct, frozen=True):
    start_of_development: date | None
    feature_freeze: date | None
    first_release: date | None
    end_of_bugfix: date | None
    end_of_life: date | None
    release_manager: str
    pep_url: str


class File(Struct, frozen=True):
    url: str
    version: str
    filename: str
    os: str
    is_source: bool
    size: int | None = None
    md5: str = ""
    sha256: str = ""
    description: str = ""
    #: the slug of the page that lists the file
    release_slug: str = ""
    has_sigstore_bundle: bool = False
    #: what other sources say against this row
    conflicts: tuple[dict[str, Any], ...] = ()


class Plan(Struct, frozen=True):
    version: str
    date: date


class Calendar(Struct, frozen=True):
    name: str
    ics: str


class Taxonomies(Struct, frozen=True):
    job_types: Sequence[str] = ()
    job_categories: Sequence[str] = ()
    calendars: Sequence[Calendar] = ()


class Collected(Struct, frozen=True):
    releases: Sequence[Release]
    cycles: dict[str, Cycle]
    files: Sequence[File]
    scheduled: Sequence[Plan]
    taxonomies: Taxonomies = Taxonomies()


def read_collected(directory: Path) -> Collected:
    def content(name: str, kind: type[Row]) -> Row:
        try:
            return msgspec.json.decode((directory / name).read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError) as error:
            raise SystemExit(f"{directory / name} cannot be read: {error}") from error

    return Collected(
        releases=content("releases.json", list[Release]),
        cycles=content("release-cycle.json", dict[str, Cycle]),
        files=content("release_files.json", list[File]),
        scheduled=content("releases-scheduled.json", list[Plan]),
        taxonomies=content("taxonomies.json", Taxonomies),
    )


def publishable_files(collected: Collected, left_out: Counter[str]) -> list[File]:
    """The files on python.org, each once, at its release, and with nothing in it that is in doubt."""
    secure = [replace(row, url=re.sub("^http:", "https:", row.url)) for row in collected.files]
    hosted = [row for row in secure if row.url.startswith(HOST)]
    left_out["files on other hosts"] += len(secure) - len(hosted)
    merged = [merge(rows) for rows in grouped(hosted, lambda row: row.url).values()]
    left_out["rows about a file that another row is about, merged"] += len(hosted) - len(merged)
    versions = {page_key(release.slug): release.version for release in collected.releases}
    placed = [replace(row, version=versions.get(page_key(row.release_slug), row.version)) for row in merged]
    return without_doubts(placed, left_out)


def merge(rows: Sequence[File]) -> File:
    """One row of all about one file: what any of them knows, and as conflicts what they disagree about."""
    whole, *others = rows
    for row in others:
        known = {name: getattr(whole, name) or getattr(row, name) for name in File.__struct_fields__}
        against = {
            measure: getattr(row, measure)
            for measure in MEASURES
            if getattr(row, measure) not in {None, "", known[measure]}
        }
        whole = File(**{**known, "conflicts": (*whole.conflicts, *row.conflicts, against)})
    return whole


def page_key(slug: str) -> str:
    """A page is found with or without hyphens: python.org has a `python-335-rc1` among its `python-335rc2`."""
    return slug.replace("-", "")


def without_doubts(rows: Sequence[File], left_out: Counter[str]) -> list[File]:
    doubts = contradicted(rows)
    for digest in DIGESTS:
        for sharing in sharing_a(digest, rows):
            # Different files cannot share a digest. If they share their size, too, an error page was measured.
            one_page = len({row.size for row in sharing}) == 1
            for row in sharing:
                doubts[row.url].update(MEASURES if one_page else [digest])
    for row in rows:
        left_out.update(f"{measure} in doubt" for measure in doubts[row.url] if getattr(row, measure))
    unknown: dict[str, Any] = {"size": None, "md5": "", "sha256": ""}
    return [replace(row, **{measure: unknown[measure] for measure in doubts[row.url]}) for row in rows]


def contradicted(rows: Sequence[File]) -> defaultdict[str, set[str]]:
    """What sources disagree about, by the file's address."""
    doubts: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for conflict in row.conflicts:
            doubts[row.url].update(conflict.keys() & set(MEASURES))
    return doubts


def sharing_a(digest: str, rows: Iterable[File]) -> list[list[File]]:
    with_digest = (row for row in rows if getattr(row, digest))
    return [sharing for sharing in grouped(with_digest, attrgetter(digest)).values() if len(sharing) > 1]


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)
