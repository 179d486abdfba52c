"""What the API answers, as far as publishing reads it; other members may come and go."""

from typing import Any

from msgspec import Struct


class StoredFile(Struct, frozen=True):
    """A file as the server has it, or would have it."""

    filename: str
    name: str
    os: str
    arch: str
    kind: str
    description: str
    url: str
    filesize: int | None
    md5_sum: str
    sha256_sum: str
    gpg_signature_file: str
    sigstore_signature_file: str
    sigstore_cert_file: str
    sigstore_bundle_file: str
    sbom_spdx2_file: str
    download_button: bool


class StoredRelease(Struct, frozen=True):
    """A release as the server has it."""

    id: str
    name: str
    slug: str
    version: str
    is_published: bool
    files: list[StoredFile]
    tag: str = ""  # of its state, as the head of the answer says it


class ChangedFile(Struct, frozen=True):
    """A file that is there already, and which of its members become what."""

    file: StoredFile
    changes: dict[str, dict[str, Any]]


class Difference(Struct, frozen=True):
    """What a set of files changes in a release."""

    added: list[StoredFile] = []
    changed: list[ChangedFile] = []
    removed: list[StoredFile] = []
    unchanged: list[str] = []

    @property
    def has_news(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class OperatingSystem(Struct, frozen=True):
    """What a file can be for."""

    slug: str
    name: str


class Fault(Struct, frozen=True):
    """One thing that is wrong with what was sent."""

    field: str
    message: str


class Details(Struct, frozen=True):
    """What an error says for programs."""

    errors: list[Fault] = []


class Refused(Struct, frozen=True):
    """The shape of every error."""

    detail: str
    status_code: int
    extra: Details
