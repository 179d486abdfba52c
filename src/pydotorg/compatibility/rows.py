"""Rows as the download API shows them: Core rows, straight to bytes."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, case, false, func, select

from pydotorg.kernel.http.results import Encoded
from pydotorg.releases.derived import IS_LATEST, newest_key
from pydotorg.releases.queries import IS_PUBLISHED
from pydotorg.releases.tables import OperatingSystem, Release, ReleaseFile

from .editions import V1, Edition, Resource, ResourceName, marks

#: the major versions of Python that clients know, and what the install manager has for one
MAJORS = (1, 2, 3)
OF_THE_MANAGER = 100
VERSIONS = (*MAJORS, OF_THE_MANAGER)
VERSION: ColumnElement[int] = case((Release.product == "python", Release.major), else_=OF_THE_MANAGER)
#: the newest stable one of its `version`
LATEST: ColumnElement[bool] = case(
    (Release.product == "python", IS_LATEST), else_=func.coalesce(Release.version_key == newest_key(Release), false())
)


# thousands at once, of nothing but text and numbers: the garbage collector need not look through them
class System(Struct, gc=False):
    """An operating system."""

    name: str
    slug: str
    resource_uri: str


class ReleaseRow(Struct, gc=False):
    """A release."""

    name: str
    slug: str
    version: int
    is_published: bool
    is_latest: bool
    release_date: str
    pre_release: bool
    release_page: None
    release_notes_url: str
    show_on_download_page: bool
    resource_uri: str


class FileRow(Struct, gc=False):
    """A file."""

    name: str
    slug: str
    os: str
    release: str
    description: str
    is_source: bool
    url: str
    gpg_signature_file: str
    md5_sum: str
    sha256_sum: str
    filesize: int
    download_button: bool
    resource_uri: str
    sigstore_signature_file: str
    sigstore_cert_file: str
    sigstore_bundle_file: str
    sbom_spdx2_file: str


#: where a file has numbers that become addresses; all other columns are members as they are
SYSTEM, RELEASE, URI = (FileRow.__struct_fields__.index(name) for name in ("os", "release", "resource_uri"))
OF_SYSTEMS: list[Any] = [OperatingSystem.name, OperatingSystem.slug, OperatingSystem.number]
OF_RELEASES: list[Any] = [
    Release.name, Release.slug, VERSION, Release.is_published, LATEST, Release.release_date, Release.pre_release,
    Release.release_notes_url, Release.show_on_download_page, Release.number,
]  # fmt: skip
OF_FILES: list[Any] = [
    ReleaseFile.name, ReleaseFile.slug, OperatingSystem.number, Release.number, ReleaseFile.description,
    ReleaseFile.is_source, ReleaseFile.url, ReleaseFile.gpg_signature_file, ReleaseFile.md5_sum,
    ReleaseFile.sha256_sum, func.coalesce(ReleaseFile.filesize, 0), ReleaseFile.download_button, ReleaseFile.number,
    ReleaseFile.sigstore_signature_file, ReleaseFile.sigstore_cert_file, ReleaseFile.sigstore_bundle_file,
    ReleaseFile.sbom_spdx2_file,
]  # fmt: skip
SYSTEMS = select(*OF_SYSTEMS).select_from(OperatingSystem)
RELEASES = select(*OF_RELEASES).select_from(Release)
FILES = (
    select(*OF_FILES)
    .select_from(ReleaseFile)
    .join(Release, Release.id == ReleaseFile.release_id)
    .join(OperatingSystem, OperatingSystem.id == ReleaseFile.os_id)
)


class Numbered(Protocol):
    """A table whose rows have numbers."""

    id: Any
    number: Any


class Source(Struct, frozen=True):
    """Where the rows of a resource come from, in the order of their numbers; and whether there are hidden ones."""

    table: type[Numbered]
    statement: Select[Any]
    has_drafts: bool
    form: type[Struct]
    show: "Callable[[Any, Spelling], Struct]"

    @property
    def members(self) -> tuple[str, ...]:
        """What a row says."""
        return self.form.__struct_fields__

    def rows(self, *conditions: ColumnElement[bool], everything: bool) -> Select[Any]:
        """Those that meet these conditions: all of them, or what the public sees."""
        hidden = () if everything else (IS_PUBLISHED,)
        return self.statement.where(*hidden, *conditions).order_by(self.table.number)

    def of_number(self, number: int, *, everything: bool) -> Select[Any]:
        """One row, and behind its columns the id by which it is known today."""
        return self.rows(self.table.number == number, everything=everything).add_columns(self.table.id)


class Addresses(dict[int, str]):
    """Of the rows of a resource by their numbers, each written once."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __missing__(self, number: int) -> str:
        address = self[number] = f"{self.place}/{number}/"
        return address


class Spelling:
    """How an edition writes addresses and days for whoever asked at this base; many rows share those that they name."""

    def __init__(self, edition: Edition, base: str) -> None:
        self.edition = edition
        begin = f"{base if edition.absolute else ''}{edition.path}"
        self.systems, self.releases = Addresses(f"{begin}/os"), Addresses(f"{begin}/release")
        self.files = f"{begin}/release_file"

    def encoded(self, value: Any) -> bytes:
        """JSON; v1 sorts the members."""
        return msgspec.json.encode(value, order="sorted" if self.edition is V1 else None)


def _system(row: Any, spelling: Spelling) -> System:
    name, slug, number = row
    return System(name, slug, spelling.systems[number])


def _release(row: Any, spelling: Spelling) -> ReleaseRow:
    name, slug, version, published, latest, day, pre_release, notes, shown, number = row
    moment = f"{day.isoformat()}T00:00:00{spelling.edition.zone}"
    uri = spelling.releases[number]
    return ReleaseRow(name, slug, version, published, latest, moment, pre_release, None, notes, shown, uri)


def _file(row: Any, spelling: Spelling) -> FileRow:
    members = [*row]
    members[SYSTEM] = spelling.systems[members[SYSTEM]]
    members[RELEASE] = spelling.releases[members[RELEASE]]
    members[URI] = f"{spelling.files}/{members[URI]}/"
    return FileRow(*members)


SOURCES: dict[ResourceName, Source] = {
    "os": Source(OperatingSystem, SYSTEMS, has_drafts=False, form=System, show=_system),
    "release": Source(Release, RELEASES, has_drafts=True, form=ReleaseRow, show=_release),
    "release_file": Source(ReleaseFile, FILES, has_drafts=True, form=FileRow, show=_file),
}


def shown(resource: Resource, rows: Sequence[Any], spelling: Spelling) -> list[Struct]:
    """These rows, as this edition has them."""
    show = SOURCES[resource.name].show
    return [show(row, spelling) for row in rows]


def item(resource: Resource, row: Any, spelling: Spelling, base: str) -> Encoded:
    """The answer about one row, as `of_number` finds it."""
    *columns, id = row
    body = spelling.encoded(SOURCES[resource.name].show(columns, spelling))
    return Encoded(body, headers=marks(base, f"{resource.successor}/{id}"))
