"""What release managers may say of files: of one, and of all files of a release."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from pydotorg.kernel.database.audit import REASON_CHARACTERS_MAX
from pydotorg.kernel.http.bodies import Body, Check, Part, said
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.plain import FORBIDDEN, LINE, LINE_MESSAGE, Line, Slug, whole

from . import artefacts, schemas
from .addresses import PythonOrgUrl, PythonOrgUrlOrNothing
from .described import disagreements, filled, repeated, undescribed
from .references import unknown_release, unknown_system

FILES_MAX = 500
FILESIZE_BYTES_MAX = 2**53 - 1  # what every reader of JSON can count to
MEMBERS = (
    "url", "os", "name", "slug", "kind", "arch", "description", "is_source", "filesize", "md5_sum", "sha256_sum",
    *artefacts.SIDECARS, "download_button",
)  # fmt: skip

Url = Annotated[PythonOrgUrl, Meta(examples=["https://www.python.org/ftp/python/3.14.9/python-3.14.9-amd64.exe"])]
Sidecar = Annotated[PythonOrgUrlOrNothing, Meta(description="The file's address and what it adds; or empty.")]
OfSystem = Annotated[Slug, Meta(description="An operating system: slug or id.", examples=["windows"])]
Name = Annotated[Line, Meta(description="What it is, for people.", examples=["Windows installer (64-bit)"])]
NewSlug = Annotated[Slug, Meta(examples=["python-3149-windows-installer-64-bit"])]
Arch = Annotated[artefacts.Arch, Meta(title="Arch", examples=["amd64"])]
Remark = Annotated[
    str,
    Meta(
        max_length=500, pattern=whole(rf"[^{FORBIDDEN}]*"),
        extra={"message": "must be one line of text, without control characters"},
    ),
]  # fmt: skip
Description = Annotated[Remark, Meta(examples=["Recommended"])]
Size = Annotated[int, Meta(ge=0, le=FILESIZE_BYTES_MAX, description="In bytes; null where it is not known.")]
Md5 = Annotated[
    str,
    Meta(max_length=32, pattern=whole("(?:[0-9A-Fa-f]{32})?"), extra={"message": "must be 32 hexadecimal digits"}),
]
Sha256 = Annotated[
    str,
    Meta(
        max_length=64, pattern=whole("(?:[0-9A-Fa-f]{64})?"), extra={"message": "must be 64 hexadecimal digits"},
        examples=["67d9a63eb145a34aa939f02eadbf8c57f21fcdd6decb901ccac578d2d1f01d6f"],
    ),
]  # fmt: skip
Reason = Annotated[
    str,
    Meta(
        min_length=1, max_length=REASON_CHARACTERS_MAX, pattern=LINE, extra={"message": LINE_MESSAGE},
        description="Why an address or a checksum changes that was published; it stands in the audit log.",
        examples=["It was built anew with a mended certificate."],
    ),
]  # fmt: skip


class NewFileOfRelease(Part):
    """A file to be. What is not said of `os`, `name`, `kind`, `arch` and `is_source` follows from its file name."""

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.File.__struct_fields__)
    references: ClassVar[dict[str, Check]] = {"os": unknown_system}

    url: Url
    os: OfSystem | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    slug: Annotated[NewSlug, Meta(description="By default the release's, and the name.")] | UnsetType = UNSET
    kind: schemas.Kind | UnsetType = UNSET
    arch: Arch | UnsetType = UNSET
    description: Description = ""
    is_source: bool | UnsetType = UNSET
    filesize: Size | None = None
    md5_sum: Md5 = ""
    sha256_sum: Sha256 = ""
    gpg_signature_file: Sidecar = ""
    sigstore_signature_file: Sidecar = ""
    sigstore_cert_file: Sidecar = ""
    sigstore_bundle_file: Sidecar = ""
    sbom_spdx2_file: Sidecar = ""
    download_button: bool = False

    def faults(self) -> Iterable[tuple[str, str]]:
        """What its name does not tell must be said, and what is said must be true of it."""
        given = said(self, MEMBERS)
        yield from undescribed(given)
        yield from disagreements(given, filled(given))


class NewFile(NewFileOfRelease, Body, kw_only=True):
    """A file to be, and its release."""

    read_only: ClassVar[frozenset[str]] = NewFileOfRelease.read_only
    references: ClassVar[dict[str, Check]] = {"os": unknown_system, "release": unknown_release}

    release: Annotated[schemas.Identifier, Meta(description="Id, version or slug.", examples=["3.14.9"])]


class FileChange(Body):
    """What is to be different; what is not named stays.

    With another `url` its sidecars move, too, where they are not named. What another file name tells is not taken over.
    A `reason` is needed for another `url` or checksum of a published file, and kept only with such a change.
    """

    read_only: ClassVar[frozenset[str]] = NewFileOfRelease.read_only
    references: ClassVar[dict[str, Check]] = {"os": unknown_system}

    url: Url | UnsetType = UNSET
    os: OfSystem | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    slug: NewSlug | UnsetType = UNSET
    kind: schemas.Kind | UnsetType = UNSET
    arch: Arch | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    is_source: bool | UnsetType = UNSET
    filesize: Size | UnsetType | None = UNSET
    md5_sum: Md5 | UnsetType = UNSET
    sha256_sum: Sha256 | UnsetType = UNSET
    gpg_signature_file: Sidecar | UnsetType = UNSET
    sigstore_signature_file: Sidecar | UnsetType = UNSET
    sigstore_cert_file: Sidecar | UnsetType = UNSET
    sigstore_bundle_file: Sidecar | UnsetType = UNSET
    sbom_spdx2_file: Sidecar | UnsetType = UNSET
    download_button: bool | UnsetType = UNSET
    reason: Reason | UnsetType = UNSET


class FileSet(Body):
    """All files of a release. Those that are not among them are removed; a file is known again by its file name.

    What is said of a file is all that is known of it afterwards, but for its id and, under the same name, its slug.
    """

    files: Annotated[list[NewFileOfRelease], Meta(max_length=FILES_MAX)]
    reason: Reason | UnsetType = UNSET
    publish: Annotated[bool, Meta(description="`true`: the release is published at the same time.")] = False

    def faults(self) -> Iterable[tuple[str, str]]:
        """They must not repeat each other."""
        return repetitions(self.files)


class AllowEmpty(Query, frozen=True):
    """Whether a published release may have no file."""

    allow_empty: Annotated[bool, Meta(description="`true`: a published release may be without any file.")] = False


class Replacing(AllowEmpty, frozen=True):
    """How to replace the files of a release."""

    dry_run: Annotated[bool, Meta(description="`true`: everything is checked, and nothing changes.")] = False


def repetitions(files: Sequence[NewFileOfRelease]) -> Iterator[tuple[str, str]]:
    """What files of one release say that only one of them can, as (member, message)."""
    every = [filled(said(file, MEMBERS)) for file in files]
    for index, first in repeated([file["filename"] for file in every]):
        yield f"files.{index}.url", f"its file name is that of `files.{first}`"
    for index, first in repeated([file.get("slug") for file in every]):
        yield f"files.{index}.slug", f"is that of `files.{first}`"
    for index, first in repeated([file.get("os") if file["download_button"] else None for file in every]):
        yield f"files.{index}.download_button", f"`files.{first}` has the one for `{every[first]['os']}`"
