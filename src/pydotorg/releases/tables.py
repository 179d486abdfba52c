"""Releases, their files, cycles and plans, as they are stored.

Every table here but the last is shown by public answers of the dataset `releases`. `number` is the integer id of the
download API of today, by which its clients know a row; it never changes and is never given twice.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, bookkeeping, dataset, ordered_text, partial_index, private

from .artefacts import HOST, SIDECARS

DATASET = "releases"
#: that an address stays below the directory that it names
NO_DOT_SEGMENTS = " and ".join(f"url not like '%{end}'" for end in ("/./%", "/../%", "/.", "/.."))


def is_ours(column: str) -> str:
    return f"substr({column}, 1, {len(HOST)}) = '{HOST}'"


def is_digest(column: str, digits: int) -> str:
    """Hexadecimal digits in lower case, or nothing."""
    return f"length({column}) in (0, {digits}) and ltrim({column}, '0123456789abcdef') = ''"


def is_said(column: str) -> CheckConstraint:
    """That a column is not empty."""
    return CheckConstraint(f"{column} <> ''", name=f"{column}_is_said")


class OperatingSystem(Base):
    """What files are for; `source` is one of them, as on python.org."""

    __tablename__ = "operating_system"
    __table_args__ = (is_said("slug"), is_said("name"), dataset(DATASET))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class ReleaseCycle(Base):
    """A feature version such as 3.14 and the dates of its life; its status follows from them and today."""

    __tablename__ = "release_cycle"
    __table_args__ = (is_said("cycle"), dataset(DATASET))

    product: Mapped[str] = mapped_column(String(20), primary_key=True)
    cycle: Mapped[str] = mapped_column(String(20), primary_key=True)
    cycle_key: Mapped[str] = mapped_column(ordered_text(100))
    start_of_development: Mapped[date | None]
    feature_freeze: Mapped[date | None]
    first_release: Mapped[date | None]
    end_of_bugfix: Mapped[date | None]
    end_of_life: Mapped[date | None]
    ended: Mapped[bool]  # known to be over, though nobody has written down when: those before 1.6
    release_manager: Mapped[str] = mapped_column(String(200))
    pep_url: Mapped[str] = mapped_column(String(500))
    updated_at: Mapped[datetime] = bookkeeping()


class Release(Base):
    """One version of Python, or of its install manager."""

    __tablename__ = "release"
    __table_args__ = (
        ForeignKeyConstraint(["product", "cycle"], ["release_cycle.product", "release_cycle.cycle"]),
        # equal versions have equal keys: 3.14 is 3.14.0
        UniqueConstraint("product", "version_key"),
        *(is_said(column) for column in ("name", "slug", "version")),
        CheckConstraint("yanked or yanked_reason = ''", name="reason_is_of_a_yanked_one"),
        Index("release_in_order", "product", "is_published", "version_key", "id"),
        Index("release_of_major", "product", "major", "pre_release", "is_published", "yanked", "version_key"),
        Index("release_of_cycle", "product", "cycle", "pre_release", "is_published", "yanked", "version_key"),
        dataset(DATASET),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    product: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    version: Mapped[str] = mapped_column(String(50), index=True)
    version_key: Mapped[str] = mapped_column(ordered_text(100))
    cycle: Mapped[str] = mapped_column(String(20))
    major: Mapped[int]
    pre_release: Mapped[bool]
    is_published: Mapped[bool]
    release_date: Mapped[date]
    yanked: Mapped[bool]
    yanked_reason: Mapped[str] = mapped_column(String(500))
    release_notes_url: Mapped[str] = mapped_column(String(500))
    release_page_url: Mapped[str] = mapped_column(String(500))
    show_on_download_page: Mapped[bool]
    has_binaries: Mapped[bool | None]
    content: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()


class ReleaseFile(Base):
    """One file of a release on www.python.org, with what proves that it is genuine."""

    __tablename__ = "release_file"
    __table_args__ = (
        UniqueConstraint("release_id", "filename"),
        *(is_said(column) for column in ("name", "slug", "filename")),
        CheckConstraint(is_ours("url"), name="url_is_ours"),
        CheckConstraint(NO_DOT_SEGMENTS, name="url_has_no_dot_segments"),
        *(CheckConstraint(f"{name} = '' or {is_ours(name)}", name=f"{name}_is_ours") for name in SIDECARS),
        CheckConstraint("filesize >= 0", name="filesize_is_a_size"),
        CheckConstraint(is_digest("md5_sum", 32), name="md5_sum_is_one"),
        CheckConstraint(is_digest("sha256_sum", 64), name="sha256_sum_is_one"),
        partial_index("release_file_download_button", "release_id", "os_id", unique=True, where="download_button"),
        dataset(DATASET),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    os_id: Mapped[UUID] = mapped_column(ForeignKey("operating_system.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    arch: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(ordered_text(200), index=True)
    description: Mapped[str] = mapped_column(String(500))
    is_source: Mapped[bool]
    url: Mapped[str] = mapped_column(String(500))
    filesize: Mapped[int | None] = mapped_column(BigInteger)
    md5_sum: Mapped[str] = mapped_column(String(32))
    sha256_sum: Mapped[str] = mapped_column(String(64), index=True)
    gpg_signature_file: Mapped[str] = mapped_column(String(500))
    sigstore_signature_file: Mapped[str] = mapped_column(String(500))
    sigstore_cert_file: Mapped[str] = mapped_column(String(500))
    sigstore_bundle_file: Mapped[str] = mapped_column(String(500))
    sbom_spdx2_file: Mapped[str] = mapped_column(String(500))
    download_button: Mapped[bool]
    updated_at: Mapped[datetime] = bookkeeping()


class ScheduledRelease(Base):
    """A planned release of Python, until it is published."""

    __tablename__ = "scheduled_release"
    __table_args__ = (is_said("version"), dataset(DATASET))

    version: Mapped[str] = mapped_column(String(50), primary_key=True)
    version_key: Mapped[str] = mapped_column(ordered_text(100), unique=True)
    cycle: Mapped[str] = mapped_column(String(20), index=True)
    date: Mapped[date]


class Numbering(Base):
    """The highest number that rows of a table have had, so that none is given twice when that row is gone."""

    __tablename__ = "numbering"
    __table_args__ = (private(audited=False),)

    resource: Mapped[str] = mapped_column(String(63), primary_key=True)
    last: Mapped[int]
