"""What shall be published: pure, from what was measured, what a name tells, and what the server knows already."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from msgspec import Struct, structs
from packaging.version import InvalidVersion, Version

from pydotorg.releases.artefacts import HOST, SIDECARS, Artefact, classify, file_slug, other_version, usual_path
from pydotorg.releases.version import slug_of

from .answers import StoredFile
from .directory import Measured
from .errors import CannotPublish

#: what python.org offers first: the installer for this system and these processors
OFFERED = {("windows", "amd64"), ("macos", "universal2")}
#: how many every release of Python has in its version
NUMBERS = 3
Known: TypeAlias = Mapping[str, StoredFile]
Body: TypeAlias = dict[str, Any]


class Entry(Struct, frozen=True):
    """One file of the release as it shall be."""

    filename: str
    os: str
    arch: str
    kind: str
    name: str
    url: str
    filesize: int
    sha256_sum: str
    sidecars: tuple[str, ...]
    description: str = ""
    md5_sum: str = ""
    download_button: bool = False

    @property
    def body(self) -> Body:
        """What the API is told of it."""
        return {
            "url": self.url, "os": self.os, "arch": self.arch, "kind": self.kind, "name": self.name,
            "is_source": self.kind == "source", "description": self.description, "filesize": self.filesize,
            "md5_sum": self.md5_sum, "sha256_sum": self.sha256_sum, "download_button": self.download_button,
            **{member: self.url + SIDECARS[member] for member in self.sidecars},
        }  # fmt: skip


def demand_version(text: str) -> None:
    """Refuse what is no version of Python, or not written as its releases are: with three numbers."""
    with suppress(InvalidVersion):
        version = Version(text)
        stage = "".join(map(str, version.pre or ()))
        spelled = ".".join(map(str, (*version.release, 0, 0)[:NUMBERS])) + stage
        if text == spelled:
            return
        if version == Version(spelled):  # no post, no development, no local build
            raise CannotPublish(f"--version must be written as {spelled}.")
    raise CannotPublish("--version must be a version of Python, such as 3.14.9 or 3.15.0rc2.")


def misplaced(version: str, filenames: Iterable[str]) -> Iterator[str]:
    """Why files do not belong to this version of Python."""
    for filename in filenames:
        if filename.startswith("python-manager-"):
            yield f"{filename} belongs to the install manager, which is no part of a release of Python."
        elif other := other_version(filename, version):
            yield f"{filename} is of version {other}, not {version}."


def unknown(files: Sequence[Measured], known: Known) -> list[Measured]:
    """Those of which neither the name nor the server tells what they are."""
    return [file for file in files if file.filename not in known and classify(file.filename) is None]


def plan(version: str, files: Sequence[Measured], known: Known, told: Mapping[str, Artefact]) -> list[Entry]:
    """Every file as it shall be; those that are neither known nor told are left out.

    What only people decide stays for a file that the server knows: its names, its description, its place, its button.
    """
    entries = list[Entry]()
    for file in files:
        if (stored := known.get(file.filename)) is not None:
            entries.append(_as_before(file, stored))
        elif artefact := told.get(file.filename) or classify(file.filename):
            entries.append(_new(version, file, artefact))
    if faults := list(_same_names(version, entries)):
        raise CannotPublish(*faults)
    return _with_buttons(entries, known)


def _as_before(file: Measured, stored: StoredFile) -> Entry:
    return Entry(
        file.filename, stored.os, stored.arch, stored.kind, stored.name, stored.url, file.size, file.sha256,
        file.sidecars, stored.description, stored.md5_sum if stored.sha256_sum == file.sha256 else "",
        stored.download_button,
    )  # fmt: skip


def _new(version: str, file: Measured, artefact: Artefact) -> Entry:
    url = HOST + usual_path(version) + file.filename
    return Entry(
        file.filename, artefact.os, artefact.arch, artefact.kind, artefact.name, url, file.size, file.sha256,
        file.sidecars,
    )  # fmt: skip


def _same_names(version: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Slugs are made of names, so no two files of a release share one."""
    slugs = {entry.filename: file_slug(slug_of(version), entry.name) for entry in entries}
    for slug, times in Counter(slugs.values()).items():
        if times > 1:
            alike = [entry for entry in entries if slugs[entry.filename] == slug]
            yield f"{' and '.join(entry.filename for entry in alike)} would both be called {alike[0].name}."


def _with_buttons(entries: Sequence[Entry], known: Known) -> list[Entry]:
    """With the button that python.org has for a system, where the server has none yet, and where it is clear."""
    decided = {entry.os for entry in entries if entry.download_button}
    fitting = [entry for entry in entries if entry.kind == "installer" and (entry.os, entry.arch) in OFFERED]
    rivals = Counter(entry.os for entry in fitting)
    chosen = {entry.filename for entry in fitting if entry.os not in decided and rivals[entry.os] == 1}
    new = chosen - known.keys()
    return [structs.replace(entry, download_button=True) if entry.filename in new else entry for entry in entries]
