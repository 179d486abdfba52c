"""Build the bundled snapshot: `python scripts/build_snapshot.py DIRECTORY`.

DIRECTORY holds the facts as they were collected: `releases.json`, `releases-scheduled.json`, `release-cycle.json`,
`release_files.json` and `taxonomies.json`. What comes of them goes to `src/pydotorg/snapshot/facts`. The same facts
give the same bytes, and a number that the snapshot has given stays with its release or file.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from itertools import count, pairwise
from pathlib import Path

import msgspec

from collected_facts import Collected, File, Release, grouped, publishable_files, read_collected
from pydotorg.releases.artefacts import HOST, Artefact, classify, usual_path
from pydotorg.releases.version import cycle_of, final_of, is_pre_release, version_key
from pydotorg.snapshot.records import (
    CalendarRecord,
    CycleRecord,
    Facts,
    FileRecord,
    OperatingSystemRecord,
    ReleaseRecord,
    ScheduledRecord,
    TermRecord,
    read_facts,
)

FACTS = Path(__file__).resolve().parents[1] / "src" / "pydotorg" / "snapshot" / "facts"
FIRST_NUMBER = 1_000_000
FIRST_DAY = date(1991, 2, 20)
RELEASES_MIN = 651
CYCLES_MIN = 32
PUBLIC_URL = re.compile(r"https://www\.python\.org/[A-Za-z0-9._/-]+")
SLUG = re.compile("[A-Za-z0-9_-]{1,200}")
PAGES = f"{HOST}downloads/release/"

OPERATING_SYSTEMS = (
    OperatingSystemRecord(1, "windows", "Windows"),
    OperatingSystemRecord(2, "macos", "macOS"),
    OperatingSystemRecord(3, "source", "Source release"),
    OperatingSystemRecord(4, "android", "Android"),
    OperatingSystemRecord(5, "ios", "iOS"),
)
# The collected dates contradict those of the releases around them; these are the days of the git tags.
CORRECTED_DATES = {"2.1.1": date(2001, 7, 20), "2.3.5": date(2005, 2, 8), "2.7.3": date(2012, 4, 9)}
#: what samples have, and facts have not
MADE_UP = ("jobs",)
RECALLS = {
    "3.9.0b2": "Recalled; 3.9.0b3 takes its place.",
    "3.9.3": "Recalled for breaking the ABI of 3.9 (bpo-43710); 3.9.4 takes its place.",
}


def build(collected: Collected, known: Facts, left_out: Counter[str]) -> Facts:
    rows = publishable_files(collected, left_out)
    return Facts(
        operating_systems=OPERATING_SYSTEMS,
        cycles=cycle_records(collected),
        releases=release_records(collected, rows, known),
        files=file_records(rows, known),
        scheduled=[
            ScheduledRecord(plan.version, plan.date)
            for plan in sorted(collected.scheduled, key=lambda plan: version_key(plan.version))
        ],
        job_categories=[TermRecord(name) for name in sorted(collected.taxonomies.job_categories)],
        job_types=[TermRecord(name) for name in sorted(collected.taxonomies.job_types)],
        calendars=[CalendarRecord(each.name, each.ics) for each in collected.taxonomies.calendars],
    )


def cycle_records(collected: Collected) -> list[CycleRecord]:
    oldest_known = min(map(version_key, collected.cycles))
    undated = {cycle_of(release.version) for release in collected.releases} - collected.cycles.keys()
    require(all(version_key(cycle) < oldest_known for cycle in undated), f"a cycle lacks its dates: {undated}")
    records = [CycleRecord(name, **msgspec.structs.asdict(cycle)) for name, cycle in collected.cycles.items()]
    records += [CycleRecord(name, ended=True) for name in undated]
    return sorted(records, key=lambda record: version_key(record.cycle))


def release_records(collected: Collected, rows: Sequence[File], known: Facts) -> list[ReleaseRecord]:
    numbers = numbering({release.version: release.number for release in known.releases})
    files_of = grouped(rows, lambda row: row.version)
    return [
        ReleaseRecord(
            number=numbers[release.version],
            version=release.version,
            date=CORRECTED_DATES.get(release.version, release.date),
            yanked=release.recalled,
            yanked_reason=recall(release),
            release_notes_url=notes_url(release),
            release_page_url=page_url(release, files_of.get(release.version, ())),
            has_binaries=has_binaries(release.version, files_of),
        )
        for release in sorted(collected.releases, key=lambda release: version_key(release.version))
    ]


def recall(release: Release) -> str:
    """Why the release was recalled; empty if it was not."""
    require(not release.recalled or release.version in RECALLS, f"{release.version} is recalled, but RECALLS lacks why")
    return RECALLS[release.version] if release.recalled else ""


def notes_url(release: Release) -> str:
    """The change log of a final release; what the documentation keeps of older and of recalled ones is not certain."""
    if is_pre_release(release.version) or release.recalled or version_key(release.version) < version_key("3.4"):
        return ""
    return f"https://docs.python.org/release/{release.version}/whatsnew/changelog.html"


def page_url(release: Release, rows: Iterable[File]) -> str:
    """The release's page, if the facts tell of one: they were read from it, or files of the release are known."""
    if release.source_url.startswith(PAGES):
        return release.source_url
    slugs = {row.release_slug for row in rows}
    return f"{PAGES}{max(slugs) or release.slug}/" if slugs else ""


def has_binaries(version: str, files_of: Mapping[str, Sequence[File]]) -> bool | None:
    """Sources only is certain of a final release and of previews of such a final, of others it is not known."""
    known, known_of_final = files_of.get(version, ()), files_of.get(final_of(version), ())
    if any(not row.is_source for row in known):
        return True
    return False if known and known_of_final and all(row.is_source for row in known_of_final) else None


def file_records(rows: Sequence[File], known: Facts) -> list[FileRecord]:
    numbers = numbering({(file.version, file.filename): file.number for file in known.files})
    siblings = grouped(rows, lambda row: row.version)
    in_order = sorted(rows, key=lambda row: (version_key(row.version), row.filename))
    return [file_record(row, numbers[row.version, row.filename], siblings[row.version]) for row in in_order]


def file_record(row: File, number: int, siblings: Sequence[File]) -> FileRecord:
    artefact = classify(row.filename)
    if artefact is None or (artefact.os, artefact.is_source) != (row.os, row.is_source):
        raise SystemExit(f"{row.filename} is a file for {row.os}, but is taken for {artefact}")
    require(row.url.endswith(f"/{row.filename}"), f"{row.url} has another name than {row.filename}")
    path = row.url.removeprefix(HOST).removesuffix(row.filename)
    return FileRecord(
        number=number,
        version=row.version,
        filename=row.filename,
        name=artefact.name,
        os=artefact.os,
        kind=artefact.kind,
        arch=artefact.arch,
        path="" if path == usual_path(row.version) else path,
        description=tidy(row.description),
        size=row.size,
        md5=row.md5,
        sha256=row.sha256,
        sigstore=row.has_sigstore_bundle,
        download_button=has_button(row, artefact, siblings),
    )


def tidy(description: str) -> str:
    """Without sizes, footnotes and a second sentence."""
    text = re.sub(r"^\s*~.*|^\{Deprecated\)|\s*\[\d+\].*|\.\s.*", "", description).strip()
    return re.sub("^For ", "for ", text)


def has_button(row: File, artefact: Artefact, siblings: Sequence[File]) -> bool:
    """On Windows the recommended installer; on macOS the only one, if it serves both Intel and Apple silicon."""
    if artefact.os == "macos":
        return artefact.arch == "universal2" and [file.os for file in siblings].count("macos") == 1
    # Where python.org describes the files, it has recommended this one in every final release since 3.9.1. Of some
    # newer releases the facts have no descriptions.
    undescribed = not any(file.description for file in siblings)
    return row.description == "Recommended" or (undescribed and artefact.name == "Windows installer (64-bit)")


def numbering(given: Mapping[Hashable, int]) -> defaultdict[Hashable, int]:
    """The numbers given before; whoever has none gets the next."""
    return defaultdict(count(max([FIRST_NUMBER - 1, *given.values()]) + 1).__next__, given)


def check(facts: Facts) -> None:
    """What holds of every snapshot."""
    require(len(facts.releases) >= RELEASES_MIN and len(facts.cycles) >= CYCLES_MIN, "releases or cycles are missing")
    cycles = {record.cycle for record in facts.cycles}
    versions = {release.version for release in facts.releases}
    for release in facts.releases:
        require(release.cycle in cycles, f"{release.version} has no cycle")
        require(FIRST_DAY <= release.date <= datetime.now(UTC).date(), f"{release.version} is of {release.date}")
    for plan in facts.scheduled:
        require(plan.version not in versions and cycle_of(plan.version) in cycles, f"{plan.version} cannot be planned")
    disorder = out_of_order([release for release in facts.releases if not release.pre_release])
    require(not disorder, f"final releases are older than what came before: {disorder}")
    for resource in (facts.releases, facts.files):
        require_unique(record.slug for record in resource)
        require_unique(record.number for record in resource)
    check_files(facts.files, versions)


def check_files(files: Sequence[FileRecord], versions: AbstractSet[str]) -> None:
    for file in files:
        require(file.version in versions, f"{file.url} is of an unknown release")
        require(PUBLIC_URL.fullmatch(file.url) is not None and ".." not in file.url, f"{file.url} is no public address")
        require(SLUG.fullmatch(file.slug) is not None, f"{file.slug} is no slug")
        require(re.fullmatch("([0-9a-f]{32})?", file.md5) is not None, f"{file.url} has a malformed MD5")
        require(re.fullmatch("([0-9a-f]{64})?", file.sha256) is not None, f"{file.url} has a malformed SHA-256")
        require(file.size is None or file.size > 0, f"{file.url} has an impossible size")
    require_unique((file.version, file.os) for file in files if file.download_button)


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        raise SystemExit(f"Nothing is written: {otherwise}.")


def require_unique(keys: Iterable[Hashable]) -> None:
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    require(not repeated, f"more than one has {repeated}")


def write(facts: Facts) -> None:
    for name, records in msgspec.structs.asdict(facts).items():
        if name in MADE_UP:
            continue
        (FACTS / f"{name}.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(records))


def report(facts: Facts, known: Facts, left_out: Counter[str]) -> None:
    for name, records in msgspec.structs.asdict(facts).items():
        print(f"{len(records):6} {name.replace('_', ' ')} (before: {len(getattr(known, name))})")
    print("Left out:")
    for reason, times in sorted(left_out.items()):
        print(f"{times:6} {reason}")
    print("Older than what came before, and kept so:", ", ".join(out_of_order(facts.releases)) or "nothing")
    gone = {file.url for file in known.files} - {file.url for file in facts.files}
    print("No longer there:", ", ".join(sorted(gone)) or "nothing")


def out_of_order(releases: Sequence[ReleaseRecord]) -> list[str]:
    return [
        f"{later.version} ({later.date}, {earlier.version}: {earlier.date})"
        for earlier, later in pairwise(releases)
        if earlier.cycle == later.cycle and earlier.date > later.date
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the bundled snapshot from collected facts.")
    parser.add_argument("directory", type=Path, help="where the collected facts are")
    known, left_out = read_facts(), Counter[str]()
    facts = build(read_collected(parser.parse_args().directory), known, left_out)
    check(facts)
    write(facts)
    report(facts, known, left_out)


if __name__ == "__main__":
    main()
