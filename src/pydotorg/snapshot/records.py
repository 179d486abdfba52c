"""The bundled facts, one record a line: what python.org has released, and what it plans.

A record holds what cannot be derived. Everything else follows from it by the rules of `pydotorg.releases`, and a
member that is absent has its default, so that a line shows what is known and a change of facts reads as a diff.
"""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from pydotorg.kernel.text.slugs import slug_of as slug_of_name
from pydotorg.releases.artefacts import HOST, Arch, Kind, file_slug, usual_path
from pydotorg.releases.identity import stable_id
from pydotorg.releases.version import cycle_of, is_pre_release, major_of, name_of, slug_of


class Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """`number`, where a record has one, is its integer id in the download API: once given, it stays."""


AnyRecord = TypeVar("AnyRecord", bound=Record)


class OperatingSystemRecord(Record, frozen=True):
    number: int
    slug: str
    name: str

    @property
    def id(self) -> UUID:
        return stable_id(date(1970, 1, 1), self.slug)


class CycleRecord(Record, frozen=True):
    cycle: str
    start_of_development: date | None = None
    feature_freeze: date | None = None
    first_release: date | None = None
    end_of_bugfix: date | None = None
    end_of_life: date | None = None
    release_manager: str = ""
    pep_url: str = ""
    #: all that is known of the cycles before 1.6
    ended: bool = False


class ReleaseRecord(Record, frozen=True):
    number: int
    version: str
    date: date
    yanked: bool = False
    yanked_reason: str = ""
    release_notes_url: str = ""
    release_page_url: str = ""
    has_binaries: bool | None = None
    is_published: bool = True

    @property
    def id(self) -> UUID:
        return stable_id(self.date, self.slug)

    @property
    def name(self) -> str:
        return name_of(self.version)

    @property
    def slug(self) -> str:
        return slug_of(self.version)

    @property
    def cycle(self) -> str:
        return cycle_of(self.version)

    @property
    def major(self) -> int:
        return major_of(self.version)

    @property
    def pre_release(self) -> bool:
        return is_pre_release(self.version)


class FileRecord(Record, frozen=True):
    """`name`, `os`, `arch` and `kind` are kept, not derived: a better classifier must not move what is published."""

    number: int
    version: str
    filename: str
    name: str
    os: str
    kind: Kind
    arch: Arch = ""
    #: the directory below the host; empty for the usual one, `ftp/python/3.14.0/` for 3.14.0 and all that led to it
    path: str = ""
    description: str = ""
    size: int | None = None
    md5: str = ""
    sha256: str = ""
    #: a Sigstore bundle stands beside the file
    sigstore: bool = False
    download_button: bool = False

    def id(self, released: date) -> UUID:
        return stable_id(released, self.slug)

    @property
    def slug(self) -> str:
        return file_slug(slug_of(self.version), self.name)

    @property
    def is_source(self) -> bool:
        return self.kind == "source"

    @property
    def url(self) -> str:
        return HOST + (self.path or usual_path(self.version)) + self.filename


class ScheduledRecord(Record, frozen=True):
    version: str
    date: date


class TermRecord(Record, frozen=True):
    """A type, category or calendar, by its name."""

    name: str

    @property
    def slug(self) -> str:
        return slug_of_name(self.name)


class CalendarRecord(TermRecord, frozen=True):
    """A calendar of python.org, and where its events are published until they are kept here."""

    source: str


class JobRecord(Record, frozen=True):
    """A job that nobody offers: none is bundled, and some are made up to develop with."""

    job_title: str
    company_name: str
    city: str
    country: str
    category: str
    job_types: tuple[str, ...]
    description: str
    telecommuting: bool = False

    @property
    def slug(self) -> str:
        return slug_of_name(f"{self.job_title} {self.company_name}")


class Facts(Struct, frozen=True):
    """Everything bundled; releases, files and plans in version order, oldest first."""

    operating_systems: Sequence[OperatingSystemRecord] = ()
    cycles: Sequence[CycleRecord] = ()
    releases: Sequence[ReleaseRecord] = ()
    files: Sequence[FileRecord] = ()
    scheduled: Sequence[ScheduledRecord] = ()
    job_categories: Sequence[TermRecord] = ()
    job_types: Sequence[TermRecord] = ()
    jobs: Sequence[JobRecord] = ()
    calendars: Sequence[CalendarRecord] = ()


def together(some: Facts, more: Facts) -> Facts:
    """Two sets of facts as one."""
    pairs = zip(structs.astuple(some), structs.astuple(more), strict=True)
    return Facts(*((*records, *others) for records, others in pairs))


def read_facts() -> Facts:
    """The snapshot that this package carries."""
    return Facts(
        operating_systems=_records("operating_systems", OperatingSystemRecord),
        cycles=_records("cycles", CycleRecord),
        releases=_records("releases", ReleaseRecord),
        files=_records("files", FileRecord),
        scheduled=_records("scheduled", ScheduledRecord),
        job_categories=_records("job_categories", TermRecord),
        job_types=_records("job_types", TermRecord),
        calendars=_records("calendars", CalendarRecord),
    )


def _records(name: str, kind: type[AnyRecord]) -> list[AnyRecord]:
    lines = (files(__package__) / "facts" / f"{name}.jsonl").read_bytes()
    return msgspec.json.Decoder(kind).decode_lines(lines)
