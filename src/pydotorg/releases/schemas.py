"""Releases as clients see them and ask for them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.kernel.http.query import Lenient, Query
from pydotorg.kernel.text.plain import SearchText, Slug

Product = Literal["python", "install-manager"]
Status = Literal["feature", "prerelease", "bugfix", "security", "end-of-life"]
Kind = Literal[
    "installer", "web-installer", "archive", "free-threaded", "embeddable", "source", "framework", "manifest",
    "documentation", "debug", "test",
]  # fmt: skip
Arch = Literal["amd64", "arm64", "x86", "universal2", "intel", "universal", "x86_64", "x64", "aarch64", "win32", "i386"]

Time = Annotated[datetime, Meta(tz=True, examples=["2026-10-09T12:00:00Z"])]
Day = Annotated[date, Meta(examples=["2026-09-30"])]
Version = Annotated[
    str,
    Meta(
        max_length=50, pattern=r"^[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?$", examples=["3.14.8"],
        extra={"message": "must be a version such as 3.14.8 or 3.15.0rc2"},
    ),
]  # fmt: skip
Cycle = Annotated[
    str,
    Meta(
        max_length=20, pattern=r"^[0-9]+\.[0-9]+$", examples=["3.14"],
        extra={"message": "must be a cycle such as 3.14"},
    ),
]  # fmt: skip
Identifier = Annotated[SearchText, Meta(examples=["python-3148"])]
ReleaseIdentifier = Annotated[str, Meta(description="Id, version or slug of a release.", examples=["3.14.8"])]
ReleaseSlug = Annotated[str, Meta(description="Slug of a release.", examples=["python-3148"])]
FileIdentifier = Annotated[
    str, Meta(description="Id or slug of a file.", examples=["python-3148-gzipped-source-tarball"])
]
SystemIdentifier = Annotated[str, Meta(description="Id or slug of an operating system.", examples=["windows"])]
MajorOrCycle = Annotated[str, Meta(description="A major version or a cycle.", examples=["3.14"])]
Url = Annotated[str, Meta(examples=["https://www.python.org/ftp/python/3.14.8/Python-3.14.8.tgz"])]


class OperatingSystem(Struct, frozen=True):
    """What files are for; source code counts as one."""

    id: UUID
    name: Annotated[str, Meta(examples=["Windows"])]
    slug: Annotated[str, Meta(examples=["windows"])]


class File(Struct, frozen=True):
    """A file of a release; `filesize` is null where it is not known, a checksum or an address of a sidecar empty."""

    id: UUID
    name: Annotated[str, Meta(examples=["Gzipped source tarball"])]
    slug: Annotated[str, Meta(examples=["python-3148-gzipped-source-tarball"])]
    release_id: UUID
    version: Annotated[str, Meta(examples=["3.14.8"])]
    os: Annotated[str, Meta(description="Slug of its operating system.", examples=["source"])]
    arch: Annotated[str, Meta(description="Empty where it runs anywhere.", examples=[""])]
    kind: Annotated[str, Meta(examples=["source"])]
    filename: Annotated[str, Meta(examples=["Python-3.14.8.tgz"])]
    description: str
    is_source: Annotated[bool, Meta(examples=[True])]
    url: Url
    filesize: Annotated[int, Meta(ge=0, description="In bytes.", examples=[29_884_123])] | None
    md5_sum: Annotated[str, Meta(examples=["b5a25f0ae4b5a3f2a05b5d1b1f1d5f4e"])]
    sha256_sum: Annotated[str, Meta(examples=["5462f9099dfd30e238def83c71d91897d8caa5ff6ebc7a50f14d4802cdaaa79a"])]
    gpg_signature_file: Annotated[str, Meta(examples=[""])]
    sigstore_signature_file: Annotated[str, Meta(examples=[""])]
    sigstore_cert_file: Annotated[str, Meta(examples=[""])]
    sigstore_bundle_file: Annotated[
        str, Meta(examples=["https://www.python.org/ftp/python/3.14.8/Python-3.14.8.tgz.sigstore"])
    ]
    sbom_spdx2_file: Annotated[str, Meta(examples=[""])]
    download_button: bool
    updated_at: Time


class ReleaseFields(Struct, frozen=True):
    """What every answer about a release says."""

    id: UUID
    product: Product
    name: Annotated[str, Meta(examples=["Python 3.14.8"])]
    slug: Annotated[str, Meta(examples=["python-3148"])]
    version: Annotated[str, Meta(examples=["3.14.8"])]
    cycle: Annotated[str, Meta(examples=["3.14"])]
    major: Annotated[int, Meta(examples=[3])]
    pre_release: bool
    is_published: Annotated[bool, Meta(examples=[True])]
    is_latest: Annotated[bool, Meta(description="The newest stable release of its major version.")]
    is_latest_of_cycle: Annotated[bool, Meta(description="The newest stable release of its cycle.", examples=[True])]
    release_date: Day
    status: Annotated[Status, Meta(description="That of its cycle, today.", examples=["bugfix"])]
    end_of_life: Annotated[date, Meta(description="That of its cycle.", examples=["2030-10-01"])] | None
    yanked: Annotated[bool, Meta(description="Withdrawn: do not install it.")]
    yanked_reason: Annotated[str, Meta(examples=[""])]
    release_notes_url: Annotated[str, Meta(examples=["https://docs.python.org/release/3.14.8/whatsnew/changelog.html"])]
    release_page_url: Annotated[str, Meta(examples=["https://www.python.org/downloads/release/python-3148/"])]
    show_on_download_page: Annotated[bool, Meta(examples=[True])]
    has_binaries: Annotated[bool, Meta(examples=[True])] | None
    created_at: Time
    updated_at: Time


class ReleaseSummary(ReleaseFields, frozen=True):
    """A release; with its files where `include=files` asks for them."""

    files: list[File] | UnsetType = UNSET


class Release(ReleaseFields, frozen=True):
    """A release with all its details."""

    content: Annotated[str, Meta(description="Markdown.", examples=[""])]
    content_html: Annotated[str, Meta(description="The same as sanitised HTML.", examples=[""])]
    files: list[File]


class ReleaseCycle(Struct, frozen=True):
    """A feature version and the dates of its life; null where they are not known."""

    cycle: Cycle
    status: Annotated[Status, Meta(description="From its dates and today.", examples=["bugfix"])]
    start_of_development: Annotated[date, Meta(examples=["2024-05-08"])] | None
    feature_freeze: Annotated[date, Meta(examples=["2025-05-07"])] | None
    first_release: Annotated[date, Meta(examples=["2025-10-07"])] | None
    end_of_bugfix: Annotated[date, Meta(examples=["2027-10-07"])] | None
    end_of_life: Annotated[date, Meta(examples=["2030-10-01"])] | None
    release_manager: Annotated[str, Meta(examples=["Hugo van Kemenade"])]
    pep_url: Annotated[str, Meta(examples=["https://peps.python.org/pep-0745/"])]
    latest: Annotated[str, Meta(description="Its newest stable version.", examples=["3.14.8"])] | None
    latest_release_date: Day | None


class ScheduledRelease(Struct, frozen=True):
    """A planned release, until it is published."""

    version: Annotated[str, Meta(examples=["3.14.9"])]
    cycle: Annotated[str, Meta(examples=["3.14"])]
    date: Annotated[date, Meta(examples=["2026-12-01"])]
    overdue: Annotated[bool, Meta(description="Its day has passed, and it is not published.")]


Include = Annotated[Literal["files"], Meta(description="`files`: with the files of each release.")]


class ReleaseFilters(Query, frozen=True):
    """Which releases, and in which order."""

    product: Annotated[Product, Meta(description="Python itself, or its install manager.")] = "python"
    cycle: Annotated[Cycle, Meta(description="Of this cycle.")] | None = None
    major: Annotated[int, Meta(ge=0, le=9999, description="Of this major version.", examples=[3])] | None = None
    version: Annotated[Version, Meta(description="Exactly this version.")] | None = None
    pre_release: Annotated[bool, Meta(description="Only pre-releases, or only stable releases.")] | None = None
    status: Annotated[Status, Meta(description="Of cycles with this status today.")] | None = None
    is_latest: Annotated[bool, Meta(description="Only the newest stable release of each major version.")] | None = None
    is_latest_of_cycle: Annotated[bool, Meta(description="Only the newest stable release of each cycle.")] | None = None
    yanked: Annotated[bool, Meta(description="Only withdrawn releases, or only the others.")] | None = None
    released_after: Annotated[Day, Meta(description="Released on this day or later.")] | None = None
    released_before: Annotated[Day, Meta(description="Released on this day or earlier.")] | None = None
    updated_after: Annotated[Time, Meta(description="Changed here at this time or later.")] | None = None
    os: (
        Annotated[Slug, Meta(description="With a file for this operating system (slug).", examples=["windows"])] | None
    ) = None
    q: Annotated[SearchText, Meta(description="This text is part of the name.")] | None = None
    is_published: Annotated[bool, Meta(description="`false`: drafts, for release managers only.")] = True
    include: Include | None = None
    sort: Annotated[
        Literal["version", "-version", "release_date", "-release_date", "updated_at", "-updated_at"],
        Meta(description="By what; `-` in front for descending."),
    ] = "-version"

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """A span of days must not be empty."""
        if self.released_after and self.released_before and self.released_after > self.released_before:
            yield "released_before", "must not be earlier than `released_after`"


class LatestFilters(Query, frozen=True):
    """What counts as latest."""

    pre_release: Annotated[bool, Meta(description="`true` admits pre-releases.")] = False
    include: Include | None = None


class FileFilters(Query, frozen=True):
    """Which files."""

    release: Annotated[Identifier, Meta(description="Of this release: id, version or slug.")] | None = None
    os: (
        Annotated[Identifier, Meta(description="For this operating system: id or slug.", examples=["windows"])] | None
    ) = None
    kind: Annotated[Kind, Meta(description="Of this kind.")] | None = None
    arch: Annotated[Arch, Meta(description="For this processor; `x86_64` means `amd64`, and so on.")] | None = None
    sha256: Annotated[
        str,
        Meta(
            pattern="^[0-9A-Fa-f]{64}$", description="With this SHA-256 sum.",
            extra={"message": "must be 64 hexadecimal digits"},
            examples=["5462f9099dfd30e238def83c71d91897d8caa5ff6ebc7a50f14d4802cdaaa79a"],
        ),
    ] | None = None  # fmt: skip
    filename: (
        Annotated[SearchText, Meta(description="With exactly this name.", examples=["Python-3.14.8.tgz"])] | None
    ) = None
    q: Annotated[SearchText, Meta(description="This text is part of the file name or of the name.")] | None = None


class Download(Lenient, frozen=True):
    """Which file of the newest release."""

    os: Identifier | None = None
    arch: Arch | None = None
    kind: Kind | None = None

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """Something must tell the file from the others."""
        if not (self.os or self.arch or self.kind):
            yield "os", "say which file: give at least one of `os`, `arch` and `kind`"
