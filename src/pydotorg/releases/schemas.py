"""Releases as clients see them and ask for them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.kernel.http.query import Lenient, Query
from pydotorg.kernel.text.plain import SearchText, Slug, Time, whole

from . import artefacts, version

Product = Annotated[Literal["python", "install-manager"], Meta(title="Product", examples=["python"])]
Status = Annotated[
    Literal["feature", "prerelease", "bugfix", "security", "end-of-life"], Meta(title="Status", examples=["bugfix"])
]
Kind = Annotated[artefacts.Kind, Meta(title="Kind", examples=["installer"])]
ArchOrAlias = Annotated[
    Literal["amd64", "arm64", "x86", "universal2", "intel", "universal", "x86_64", "x64", "aarch64", "win32", "i386"],
    Meta(title="ArchOrAlias", examples=["amd64"]),
]

Day = Annotated[date, Meta(examples=["2026-10-09"])]
Version = Annotated[
    str,
    Meta(
        max_length=version.CHARACTERS_MAX, pattern=whole(version.FORM), examples=["3.15.0"],
        extra={"message": "must be a version such as 3.14.8 or 3.15.0rc2"},
    ),
]  # fmt: skip
Cycle = Annotated[
    str,
    Meta(
        max_length=20, pattern=whole(r"[0-9]+\.[0-9]+"), examples=["3.15"], description="A feature version.",
        extra={"message": "must be a cycle such as 3.14"},
    ),
]  # fmt: skip
Identifier = Annotated[SearchText, Meta(examples=["python-3150"])]
#: Those that python.org has files for stand in the document; one that is added later can be asked for all the same.
System = Annotated[
    Slug,
    Meta(examples=["windows"], extra_json_schema={"enum": ["windows", "macos", "source", "android", "ios"]}),
]
ReleaseIdentifier = Annotated[str, Meta(description="Id, version or slug of a release.", examples=["3.15.0"])]
ReleaseSlug = Annotated[str, Meta(description="Slug of a release.", examples=["python-3150"])]
FileIdentifier = Annotated[
    str, Meta(description="Id or slug of a file.", examples=["python-3150-windows-installer-64-bit"])
]
SystemIdentifier = Annotated[str, Meta(description="Id or slug of an operating system.", examples=["windows"])]
MajorOrCycle = Annotated[str, Meta(description="A major version such as 3, or a cycle.", examples=["3.15"])]
ReleaseId = Annotated[UUID, Meta(examples=["01a11df5-a400-716b-a6cc-eacae98a9c30"])]
Sidecar = Annotated[str, Meta(description="Where it is; empty where there is none.", examples=[""])]


class OperatingSystem(Struct, frozen=True):
    """What files are for; source code counts as one."""

    id: Annotated[UUID, Meta(examples=["00000000-0000-7340-b603-48484bbc10b5"])]
    name: Annotated[str, Meta(examples=["Windows"])]
    slug: Annotated[str, Meta(examples=["windows"])]

    surrogate_key: ClassVar[str] = "os:{0.id}"


class File(Struct, frozen=True):
    """A file of a release; a checksum that is not known is empty."""

    id: Annotated[UUID, Meta(examples=["01a11df5-a400-7aa2-9cad-912210732698"])]
    name: Annotated[
        str, Meta(description="What it is, as python.org says it.", examples=["Windows installer (64-bit)"])
    ]
    slug: Annotated[
        str, Meta(description="A name that no other file has.", examples=["python-3150-windows-installer-64-bit"])
    ]
    release_id: ReleaseId
    version: Annotated[str, Meta(description="That of its release.", examples=["3.15.0"])]
    os: Annotated[str, Meta(description="Slug of its operating system.", examples=["windows"])]
    arch: Annotated[
        artefacts.Arch,
        Meta(
            title="Arch", description="The processors it runs on; empty where they do not matter.", examples=["amd64"]
        ),
    ]
    kind: Kind
    filename: Annotated[str, Meta(examples=["python-3.15.0-amd64.exe"])]
    description: Annotated[str, Meta(description="For whom it is, where that has to be said.", examples=[""])]
    is_source: Annotated[bool, Meta(description="Whether it is the source code.")]
    url: Annotated[
        str,
        Meta(
            examples=["https://www.python.org/ftp/python/3.15.0/python-3.15.0-amd64.exe"],
            extra_json_schema={"format": "uri"},
        ),
    ]
    filesize: (
        Annotated[int, Meta(ge=0, description="In bytes; null where it is not known.", examples=[45_383_680])] | None
    )
    md5_sum: Annotated[str, Meta(examples=[""])]
    sha256_sum: Annotated[str, Meta(examples=["67d9a63eb145a34aa939f02eadbf8c57f21fcdd6decb901ccac578d2d1f01d6f"])]
    gpg_signature_file: Sidecar
    sigstore_signature_file: Sidecar
    sigstore_cert_file: Sidecar
    sigstore_bundle_file: Annotated[
        Sidecar, Meta(examples=["https://www.python.org/ftp/python/3.15.0/python-3.15.0-amd64.exe.sigstore"])
    ]
    sbom_spdx2_file: Sidecar
    download_button: Annotated[
        bool, Meta(description="The one to offer first for this operating system.", examples=[True])
    ]
    updated_at: Time

    surrogate_key: ClassVar[str] = "file:{0.id}"


class ReleaseFields(Struct, frozen=True):
    """What every answer about a release says."""

    id: ReleaseId
    product: Product
    name: Annotated[str, Meta(examples=["Python 3.15.0"])]
    slug: Annotated[str, Meta(description="A name that no other release has.", examples=["python-3150"])]
    version: Annotated[str, Meta(examples=["3.15.0"])]
    cycle: Annotated[str, Meta(description="Its feature version.", examples=["3.15"])]
    major: Annotated[int, Meta(examples=[3])]
    pre_release: Annotated[bool, Meta(description="An alpha, a beta or a release candidate.")]
    is_published: Annotated[bool, Meta(description="False for a draft.", examples=[True])]
    is_latest: Annotated[bool, Meta(description="The newest stable release of its major version.", examples=[True])]
    is_latest_of_cycle: Annotated[bool, Meta(description="The newest stable release of its cycle.", examples=[True])]
    release_date: Day
    status: Annotated[Status, Meta(description="That of its cycle, today.")]
    end_of_life: (
        Annotated[date, Meta(description="That of its cycle; null where it is not known.", examples=["2031-10-01"])]
        | None
    )
    yanked: Annotated[bool, Meta(description="Withdrawn: do not install it.")]
    yanked_reason: Annotated[str, Meta(description="Why; empty for all others.", examples=[""])]
    release_notes_url: Annotated[
        str,
        Meta(
            description="Empty where there are none.",
            examples=["https://docs.python.org/release/3.15.0/whatsnew/changelog.html"],
        ),
    ]
    release_page_url: Annotated[
        str,
        Meta(description="Its page on python.org.", examples=["https://www.python.org/downloads/release/python-3150/"]),
    ]
    show_on_download_page: Annotated[bool, Meta(examples=[True])]
    has_binaries: (
        Annotated[bool, Meta(description="Whether there are installers; null where it is not known.", examples=[True])]
        | None
    )
    created_at: Time
    updated_at: Time

    surrogate_key: ClassVar[str] = "release:{0.id}"


class ReleaseSummary(ReleaseFields, frozen=True):
    """A release; with its files where `include=files` asks for them."""

    files: Annotated[list[File], Meta(description="Only where they are asked for.")] | UnsetType = UNSET


class Release(ReleaseFields, frozen=True):
    """A release with all its details."""

    content: Annotated[str, Meta(description="Markdown.", examples=[""])]
    content_html: Annotated[str, Meta(description="The same as sanitised HTML.", examples=[""])]
    files: list[File]


class ReleaseCycle(Struct, frozen=True):
    """A feature version and the dates of its life; null where they are not known."""

    cycle: Cycle
    status: Annotated[Status, Meta(description="From its dates and today.")]
    start_of_development: Annotated[date, Meta(examples=["2025-05-07"])] | None
    feature_freeze: Annotated[date, Meta(examples=["2026-05-07"])] | None
    first_release: Annotated[date, Meta(examples=["2026-10-09"])] | None
    end_of_bugfix: Annotated[date, Meta(examples=["2028-10-01"])] | None
    end_of_life: Annotated[date, Meta(examples=["2031-10-01"])] | None
    release_manager: Annotated[str, Meta(examples=["Hugo van Kemenade"])]
    pep_url: Annotated[str, Meta(description="Its release schedule.", examples=["https://peps.python.org/pep-0790/"])]
    latest: Annotated[str, Meta(description="Its newest stable version.", examples=["3.15.0"])] | None
    latest_release_date: Day | None

    surrogate_key: ClassVar[str] = "release-cycle:{0.cycle}"


class ScheduledRelease(Struct, frozen=True):
    """A planned release, until it is published."""

    version: Annotated[str, Meta(examples=["3.14.9"])]
    cycle: Annotated[str, Meta(description="Its feature version.", examples=["3.14"])]
    date: Annotated[date, Meta(examples=["2026-12-01"])]
    overdue: Annotated[bool, Meta(description="Its day has passed, and it is not published.")]

    surrogate_key: ClassVar[str] = "scheduled-release:{0.version}"


Include = Annotated[Literal["files"], Meta(title="Include", description="`files`: with its files.", examples=["files"])]


class ReleaseFilters(Query, frozen=True):
    """Which releases, and in which order."""

    product: Annotated[Product, Meta(description="Python itself, or its install manager.")] = "python"
    cycle: Annotated[Cycle, Meta(description="Of this cycle.")] | None = None
    major: Annotated[int, Meta(ge=0, le=9999, description="Of this major version.", examples=[3])] | None = None
    version: Annotated[Version, Meta(description="Exactly this version.")] | None = None
    pre_release: (
        Annotated[bool, Meta(description="Only pre-releases, or only stable releases.", examples=[False])] | None
    ) = None
    status: Annotated[Status, Meta(description="Of cycles with this status today.")] | None = None
    is_latest: (
        Annotated[
            bool,
            Meta(description="Only the newest stable release of each major version, or all others.", examples=[True]),
        ]
        | None
    ) = None
    is_latest_of_cycle: (
        Annotated[
            bool, Meta(description="Only the newest stable release of each cycle, or all others.", examples=[True])
        ]
        | None
    ) = None
    yanked: (
        Annotated[bool, Meta(description="Only withdrawn releases, or only the others.", examples=[False])] | None
    ) = None
    released_after: Annotated[Day, Meta(description="Released on this day or later.")] | None = None
    released_before: (
        Annotated[Day, Meta(description="Released on this day or earlier; not before `released_after`.")] | None
    ) = None
    updated_after: Annotated[Time, Meta(description="Changed here at this time or later.")] | None = None
    os: Annotated[System, Meta(description="With a file for this operating system: slug (or id).")] | None = None
    q: Annotated[SearchText, Meta(description="This text is part of the name.", examples=["Python 3.15"])] | None = None
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
    os: Annotated[System, Meta(description="For this operating system: slug (or id).")] | None = None
    kind: Annotated[Kind, Meta(description="Of this kind.")] | None = None
    arch: Annotated[ArchOrAlias, Meta(description="For this processor; `x86_64` means `amd64`, and so on.")] | None = (
        None
    )
    sha256: Annotated[
        str,
        Meta(
            pattern=whole("[0-9A-Fa-f]{64}"), description="With this SHA-256 sum.",
            extra={"message": "must be 64 hexadecimal digits"},
            examples=["67d9a63eb145a34aa939f02eadbf8c57f21fcdd6decb901ccac578d2d1f01d6f"],
        ),
    ] | None = None  # fmt: skip
    filename: (
        Annotated[SearchText, Meta(description="With exactly this name.", examples=["python-3.15.0-amd64.exe"])] | None
    ) = None
    q: (
        Annotated[
            SearchText, Meta(description="This text is part of the file name or of the name.", examples=["amd64.exe"])
        ]
        | None
    ) = None


class Download(Lenient, frozen=True):
    """Which file of the newest release."""

    os: System | None = None
    arch: ArchOrAlias | None = None
    kind: Kind | None = None

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """Something must tell the file from the others."""
        if not (self.os or self.arch or self.kind):
            yield "os", "say which file: give at least one of `os`, `arch` and `kind`"
