"""Releases, their files, cycles and plans."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Moment = sa.DateTime(timezone=True)


def ordered_text(length: int) -> sa.String:
    """Text that sorts by its bytes on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "operating_system",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="operating_system_pkey"),
        sa.UniqueConstraint("number", name="operating_system_number_key"),
        sa.UniqueConstraint("slug", name="operating_system_slug_key"),
        sa.UniqueConstraint("name", name="operating_system_name_key"),
    )
    op.create_table(
        "release_cycle",
        sa.Column("product", sa.String(20), nullable=False),
        sa.Column("cycle", sa.String(20), nullable=False),
        sa.Column("cycle_key", ordered_text(100), nullable=False),
        sa.Column("start_of_development", sa.Date),
        sa.Column("feature_freeze", sa.Date),
        sa.Column("first_release", sa.Date),
        sa.Column("end_of_bugfix", sa.Date),
        sa.Column("end_of_life", sa.Date),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("release_manager", sa.String(200), nullable=False),
        sa.Column("pep_url", sa.String(500), nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("product", "cycle", name="release_cycle_pkey"),
    )
    _create_release()
    _create_release_file()
    op.create_table(
        "scheduled_release",
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("version_key", ordered_text(100), nullable=False),
        sa.Column("cycle", sa.String(20), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("version", name="scheduled_release_pkey"),
        sa.UniqueConstraint("version_key", name="scheduled_release_version_key_key"),
    )
    op.create_index("scheduled_release_cycle", "scheduled_release", ["cycle"])


def _create_release() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("product", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("version_key", ordered_text(100), nullable=False),
        sa.Column("cycle", sa.String(20), nullable=False),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("pre_release", sa.Boolean, nullable=False),
        sa.Column("is_published", sa.Boolean, nullable=False),
        sa.Column("release_date", sa.Date, nullable=False),
        sa.Column("yanked", sa.Boolean, nullable=False),
        sa.Column("yanked_reason", sa.String(500), nullable=False),
        sa.Column("release_notes_url", sa.String(500), nullable=False),
        sa.Column("release_page_url", sa.String(500), nullable=False),
        sa.Column("show_on_download_page", sa.Boolean, nullable=False),
        sa.Column("has_binaries", sa.Boolean),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="release_pkey"),
        sa.UniqueConstraint("number", name="release_number_key"),
        sa.UniqueConstraint("slug", name="release_slug_key"),
        sa.UniqueConstraint("product", "version_key", name="release_product_version_key_key"),
        sa.ForeignKeyConstraint(
            ["product", "cycle"], ["release_cycle.product", "release_cycle.cycle"], name="release_product_cycle_fkey"
        ),
    )
    shared = ["pre_release", "is_published", "yanked", "version_key"]
    op.create_index("release_version", "release", ["version"])
    op.create_index("release_in_order", "release", ["product", "is_published", "version_key", "id"])
    op.create_index("release_of_major", "release", ["product", "major", *shared])
    op.create_index("release_of_cycle", "release", ["product", "cycle", *shared])


def _create_release_file() -> None:
    op.create_table(
        "release_file",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("release_id", sa.Uuid, nullable=False),
        sa.Column("os_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("arch", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("filename", ordered_text(200), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("is_source", sa.Boolean, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("filesize", sa.BigInteger),
        sa.Column("md5_sum", sa.String(32), nullable=False),
        sa.Column("sha256_sum", sa.String(64), nullable=False),
        sa.Column("gpg_signature_file", sa.String(500), nullable=False),
        sa.Column("sigstore_signature_file", sa.String(500), nullable=False),
        sa.Column("sigstore_cert_file", sa.String(500), nullable=False),
        sa.Column("sigstore_bundle_file", sa.String(500), nullable=False),
        sa.Column("sbom_spdx2_file", sa.String(500), nullable=False),
        sa.Column("download_button", sa.Boolean, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="release_file_pkey"),
        sa.UniqueConstraint("number", name="release_file_number_key"),
        sa.UniqueConstraint("slug", name="release_file_slug_key"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name="release_file_release_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["os_id"], ["operating_system.id"], name="release_file_os_id_fkey"),
        sa.CheckConstraint(
            "substr(url, 1, 23) = 'https://www.python.org/'", name=op.f("release_file_url_is_ours_check")
        ),
        sa.CheckConstraint("filesize >= 0", name=op.f("release_file_filesize_is_a_size_check")),
    )
    op.create_index("release_file_release_id", "release_file", ["release_id"])
    op.create_index("release_file_os_id", "release_file", ["os_id"])
    op.create_index("release_file_filename", "release_file", ["filename"])
    op.create_index("release_file_sha256_sum", "release_file", ["sha256_sum"])
    op.create_index(
        "release_file_download_button", "release_file", ["release_id", "os_id"], unique=True,
        sqlite_where=sa.text("download_button"), postgresql_where=sa.text("download_button"),
    )  # fmt: skip


def downgrade() -> None:
    """Remove them, and all that is in them."""
    for name in ("scheduled_release", "release_file", "release", "release_cycle", "operating_system"):
        op.drop_table(name)
